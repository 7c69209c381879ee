"""
A real PostgreSQL for every test, its tables made once per session by the owner's migrations.

Tests run as the serving role, under row-level security: `comme` opens the scope in which a test looks.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from harmonia.dossiers.evaluation import forget
from harmonia.launch import postgres
from harmonia.launch.environment import Place, environment
from harmonia.launch.prepare import prepare
from liasse.echanges import ClePrivee
from tests.harmonia.cast import Cast, plant

MODEL = "essai_modele"


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """Return the server of this process, in a short path (that of a socket is bounded); it goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="harmonia-"))
    started = postgres.start(folder / "pg")
    yield started
    started.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def model_database(cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a migrated database that every other is a copy of."""
    postgres.ensure_database(cluster, MODEL)
    place = Place(tmp_path_factory.mktemp("place"), settings.PORTAIL)
    prepare(environment(place, cluster, MODEL, owner=True))
    return MODEL


@pytest.fixture(scope="session")
def django_db_setup(
    cluster: postgres.Cluster, model_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Point Django at a copy of the migrated database, as the serving role."""
    name = f"essai_{os.getpid()}"
    postgres.copy_database(cluster, model_database, name)
    connections.close_all()
    for alias in connections.databases:
        own = {"NAME": name, "HOST": cluster.socket, "USER": postgres.serving_role(name)}
        connections.databases[alias].update(own)
        connections[alias].settings_dict.update(own)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def committed(
    cluster: postgres.Cluster, model_database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Cast]:
    """Return the cast in a database of this test alone, where what is committed stays."""
    name = f"essai_{os.getpid()}_seul"
    held = connections["default"].settings_dict
    former = str(held["NAME"])
    postgres.copy_database(cluster, model_database, name)
    with django_db_blocker.unblock():
        connections.close_all()
        held.update({"NAME": name, "USER": postgres.serving_role(name)})
        yield plant()
        connections.close_all()
        held.update({"NAME": former, "USER": postgres.serving_role(former)})
    postgres.drop_database(cluster, name)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Forget what was computed: the next test has other dossiers under the same numbers."""
    forget()
    yield
    forget()


@pytest.fixture(scope="session", autouse=True)
def _key(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Draw the key of the portal, once."""
    path = tmp_path_factory.mktemp("cle") / "cle.pem"
    path.write_bytes(ClePrivee.draw().pem)
    settings.CLE = str(path)


@pytest.fixture
def cast(db: None) -> Cast:
    """Return two organisations, the people of each, the authority's, and an open collection of the door."""
    cache.clear()
    return plant()


@pytest.fixture
def mail(tmp_path: Path, settings: Any) -> Path:
    """Return the folder where mail is written."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


@pytest.fixture
def jeton() -> uuid.UUID:
    """Return a token as a page draws one."""
    return uuid.uuid4()


@pytest.fixture
def client() -> Client:
    """Return a client that asks for the CSRF token, as a browser is asked."""
    return Client(enforce_csrf_checks=False)


collect_ignore = [] if settings.PORTAIL == "ministere" else ["ministere"]
"""The tests of the ministry's door are run by a session of its own: see `make test`."""
