"""Two databases on one server: what serves one is not let into the other, and owns nothing (R7)."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from harmonia.launch import postgres


@pytest.fixture
def doors(cluster: postgres.Cluster) -> Iterator[tuple[str, str]]:
    """Return the names of two empty databases."""
    names = ("porte_une", "porte_autre")
    for name in names:
        postgres.ensure_database(cluster, name)
    yield names
    for name in names:
        postgres.drop_database(cluster, name)


def connect(cluster: postgres.Cluster, role: str, database: str) -> None:
    """Connect, and leave."""
    psycopg.connect(cluster.url(role, database)).close()


def test_a_serving_role_enters_its_own_database_only(
    cluster: postgres.Cluster, doors: tuple[str, str]
) -> None:
    """Even on one server: the other database refuses it before any table is named."""
    one, other = doors
    connect(cluster, postgres.serving_role(one), one)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(cluster, postgres.serving_role(one), other)


def test_nobody_signs_in_as_the_role_of_the_policies(
    cluster: postgres.Cluster, doors: tuple[str, str]
) -> None:
    """It has the rights; its members have the door."""
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        connect(cluster, postgres.APP, doors[0])


def test_made_again_nothing_changes(cluster: postgres.Cluster, doors: tuple[str, str]) -> None:
    """Each start of the demonstration asks for its databases again."""
    postgres.ensure_database(cluster, doors[0])
    connect(cluster, postgres.serving_role(doors[0]), doors[0])
