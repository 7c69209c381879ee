"""The queries of every request: planned once, in the transaction that is open, refused in Django's words."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import DataError, OperationalError, connection, connections, transaction
from django.db.models import Model

from harmonia.acces.models import User
from harmonia.tenancy.scope import open_scope
from harmonia.tenancy.sql import ask, tell
from tests.harmonia.cast import Cast


def test_values_travel_apart_and_come_back(cast: Cast) -> None:
    """Texts, numbers, lists, nothing at all, and a percent sign that is none of them."""
    given = ["l'été %s", 2**40, [1, None], None]
    sql = "SELECT %s::text, %s, %s::bigint[], %s::text, '100 %%'"
    assert [("l'été %s", 2**40, [1, None], None, "100 %")] == ask(sql, given)


def test_a_query_is_planned_once_whatever_its_values(cast: Cast) -> None:
    """The number of plans that the server holds tells."""
    count = "SELECT count(*) FROM pg_prepared_statements"
    (first,) = ask(count, [])
    for number in range(5):
        assert [(number,)] == ask("SELECT %s::bigint + 0", [number])
    assert [(first[0] + 1,)] == ask(count, [])


def test_a_refusal_is_told_as_django_tells_it(cast: Cast) -> None:
    """And the transaction goes on from its last savepoint."""
    with pytest.raises(DataError), transaction.atomic():
        ask("SELECT 1 / %s::int", [0])
    assert [(1,)] == ask("SELECT %s::int", [1])


def test_what_is_written_goes_with_its_transaction(committed: Cast) -> None:
    """Begun by the query itself when nothing else did, and rolled back with it."""
    renamed = "UPDATE acces_user SET first_name = %s WHERE id = %s RETURNING first_name"
    person: Model = committed.saisie
    with open_scope(committed.scope()):
        assert [("Zoé",)] == ask(renamed, ["Zoé", person.pk])
        transaction.set_rollback(True)
    assert "Zoé" != User.objects.get(pk=person.pk).first_name
    with transaction.atomic():
        assert [("Zoé",)] == ask(renamed, ["Zoé", person.pk])
    connections.close_all()
    assert "Zoé" == User.objects.get(pk=person.pk).first_name


def test_a_lost_server_is_an_operational_error(committed: Cast) -> None:
    """So that what retries, retries; the next connection plans its queries anew."""
    with pytest.raises(OperationalError):
        ask("SELECT pg_terminate_backend(pg_backend_pid()), %s::int", [1])
    connection.close()
    assert [(1,)] == ask("SELECT %s::int", [1])


@pytest.mark.parametrize("waiting", [False, True])
def test_others_compute_while_a_query_waits(cast: Cast, *, waiting: bool) -> None:
    """
    A thread that waits for a lock of the database does not keep the one that holds it from going on.

    Half a second of sleep in the database leaves a thread beside it most of that time.
    """
    turns: list[float] = []
    over = threading.Event()

    def compute() -> None:
        while not over.is_set():
            turns.append(time.monotonic())
            time.sleep(0.001)

    beside = threading.Thread(target=compute)
    beside.start()
    if waiting:
        tell(_SAY, ["un"])
    start = time.monotonic()
    ask("SELECT 1 FROM pg_sleep(0.5)", [])
    end = time.monotonic()
    over.set()
    beside.join()
    assert sum(start + 0.1 < turn < end - 0.1 for turn in turns) > 10


_SAY = "SELECT set_config('essai.mot', %s, true)"
_HEARD = "SELECT current_setting('essai.mot', true)"


def test_what_waits_goes_before_the_next_query_whatever_its_kind(cast: Cast) -> None:
    """A planned one, or a usual one; the order is that in which it was said."""
    for word, heard in (("un", lambda: ask(_HEARD, [])), ("deux", usual)):
        tell(_SAY, ["zéro"])
        tell(_SAY, [word])
        assert [(word,)] == heard()


def usual() -> list[tuple[object, ...]]:
    """Read the word by a usual cursor."""
    with connection.cursor() as cursor:
        cursor.execute(_HEARD)
        return list(cursor.fetchall())


def test_what_waits_is_undone_with_its_savepoint(cast: Cast) -> None:
    """It does not slip behind a savepoint that was set after it."""
    tell(_SAY, ["avant"])
    with transaction.atomic():
        tell(_SAY, ["dedans"])
        assert [("dedans",)] == ask(_HEARD, [])
        transaction.set_rollback(True)
    assert [("avant",)] == ask(_HEARD, [])


def test_what_waits_is_refused_with_the_next_query(cast: Cast) -> None:
    """In its own words, and the connection serves on."""
    with transaction.atomic():
        tell("SELECT 1 / %s::int", [0])
        with pytest.raises(DataError):
            ask(_HEARD, [])
        transaction.set_rollback(True)
    assert [(1,)] == ask("SELECT %s::int", [1])


def test_what_waits_does_not_outlive_its_transaction(committed: Cast) -> None:
    """Neither a commit nor a rollback hands it to the next one."""
    for lost in (False, True):
        with transaction.atomic():
            ask(_HEARD, [])
            tell("SELECT set_config('essai.mot', %s, false)", ["oublié"])
            transaction.set_rollback(lost)
        assert [("oublié",)] != ask(_HEARD, [])
