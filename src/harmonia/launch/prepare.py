"""Bring a database up to date: migrations, cache table, rights of the serving role, static files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from harmonia.launch.rights import grant_rights


def prepare(owner: Mapping[str, str]) -> None:
    """
    Migrate a database and give the serving role its rights; *owner* is the owner's environment.

    Raises:
        subprocess.CalledProcessError: a migration failed; the database stays as it was before it.
    """
    manage(owner, "migrate", "--no-input", "--verbosity", "0")
    manage(owner, "createcachetable", "--verbosity", "0")
    grant_rights(owner["DATABASE_URL"])


def collect(env: Mapping[str, str]) -> None:
    """Gather and compress the static files."""
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")


def manage(env: Mapping[str, str], *arguments: str) -> None:
    """
    Run a management command in a process of its own.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    subprocess.run(  # noqa: S603 - our own interpreter, our own command
        [sys.executable, "-m", "django", *arguments], env={**os.environ, **env}, check=True
    )
