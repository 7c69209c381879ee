"""What is computed of a dossier: once a transaction, told from memory, never ahead of the base."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from harmonia.dossiers import evaluation
from harmonia.dossiers.evaluation import forget, live
from harmonia.dossiers.events import Event, events_since
from harmonia.dossiers.services import Entry, save_entries
from harmonia.tenancy.scope import ScopeError, kept_for_now, open_scope
from liasse import evaluate
from tests.harmonia.cast import Cast
from tests.harmonia.figures import two_years

LOYERS = "CRP.R033.N"


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return where each full computation of a dossier is noted."""
    made: list[int] = []

    def noted(*given: object) -> object:
        made.append(1)
        return evaluate(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(evaluation, "evaluate", noted)
    return made


def test_a_transaction_computes_a_dossier_once(cast: Cast, computed: list[int]) -> None:
    """However often a transition asks for it, the dossier and its year before are computed once each."""
    dossier = two_years(cast)
    forget()
    computed.clear()
    with open_scope(cast.scope()):
        first = live(dossier)
        assert first.judgements == live(dossier).judgements
        live(dossier)
    assert 2 == len(computed)


def test_what_a_part_of_a_transaction_undid_is_not_computed_with(committed: Cast) -> None:
    """A refusal in the middle takes its writes back: what follows in the same request does not see them."""
    cast = committed
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
    with open_scope(cast.scope()):
        point = transaction.savepoint()
        save_entries(cast.dossier, [Entry(LOYERS, "20", 1)])
        assert 2000 == live(cast.dossier).evaluation.value(LOYERS)
        transaction.savepoint_rollback(point)
        assert 1000 == live(cast.dossier).evaluation.value(LOYERS)


def test_nothing_is_kept_for_a_transaction_outside_a_scope() -> None:
    """What is kept goes with the scope that opened the transaction."""
    with pytest.raises(ScopeError):
        kept_for_now()


def test_what_others_did_is_told_from_memory_as_from_the_journal(committed: Cast) -> None:
    """Two people in a table: the same changes, authors and versions, without asking the journal again."""
    cast = committed
    with open_scope(cast.scope()):
        start = live(cast.dossier).cursor
    for who, texte, version in ((cast.saisie, "10", 0), (cast.comptable, "20", 1)):
        with open_scope(cast.scope(who)):
            save_entries(cast.dossier, [Entry(LOYERS, texte, version), Entry("PAS.P010.N", texte, version)])
        with open_scope(cast.scope(who)):
            live(cast.dossier)
    with open_scope(cast.scope()):
        state = live(cast.dossier)
        with CaptureQueriesContext(connection) as asked:
            told = events_since(cast.dossier, state, start, "CRP")
        assert [] == asked.captured_queries
        assert [Event(LOYERS, 2, "saisie", "Comptable Essai", cast.comptable.pk, tenue=True)] == told
    forget()
    with open_scope(cast.scope()):
        assert told == events_since(cast.dossier, live(cast.dossier), start, "CRP")


def test_a_query_of_every_request_is_planned_once_per_connection(cast: Cast) -> None:
    """The server keeps its plan: the text of the query is not read again."""
    with open_scope(cast.scope()):
        for _ in range(3):
            save_entries(cast.dossier, [Entry(LOYERS, "", 0)])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%advisory%'")
            row = cursor.fetchone()
    assert row is not None
    assert 1 == row[0]
