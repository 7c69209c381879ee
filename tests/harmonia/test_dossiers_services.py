"""Values: kept one by one, over the version that their author saw, with a journal that is never changed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.access import access_content
from harmonia.dossiers.evaluation import forget, live, state_at
from harmonia.dossiers.models import Dossier, Journal, Valeur
from harmonia.dossiers.opening import open_campagne
from harmonia.dossiers.services import (
    Entry,
    LockedError,
    add_row,
    declare_neant,
    remove_row,
    save_entries,
    undo,
)
from harmonia.tenancy.scope import Role, Scope, ScopeError, open_scope
from tests.harmonia.cast import Cast
from tests.harmonia.figures import read, two_years

LOYERS = "CRP.R033.N"


def test_a_cell_is_kept_with_its_version_and_a_line_of_the_journal(cast: Cast) -> None:
    """What was typed, by whom, over what."""
    with open_scope(cast.scope()):
        outcome = save_entries(cast.dossier, [Entry(LOYERS, "1 234,50", 0)])
        assert [(LOYERS, 1)] == [(one.cle, one.version) for one in outcome.ecrites]
        line = Journal.objects.get(dossier=cast.dossier)
        assert (LOYERS, None, 123450, cast.saisie.pk) == (line.cle, line.ancienne, line.nouvelle, line.par_id)
        assert 123450 == live(cast.dossier).evaluation.value(LOYERS)


def test_the_second_of_two_people_is_told_what_the_first_wrote(cast: Cast) -> None:
    """Nothing is overwritten silently: the conflict shows what stands and whose it is."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
    with open_scope(cast.scope(cast.comptable)):
        outcome = save_entries(cast.dossier, [Entry(LOYERS, "20", 0)])
        assert () == outcome.ecrites
        conflict = outcome.conflits[0]
        assert (1000, 1, "Saisie Essai") == (conflict.valeur, conflict.version, conflict.par)


def test_sending_the_same_entry_twice_counts_once(cast: Cast) -> None:
    """An answer lost on the way is asked for again, and nothing is doubled."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
        outcome = save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
        assert (1, ()) == (outcome.ecrites[0].version, outcome.conflits)
        assert 1 == Journal.objects.filter(dossier=cast.dossier).count()


@pytest.mark.parametrize(
    ("cle", "texte", "words"),
    [
        (LOYERS, "douze", "n'est pas un nombre"),
        (LOYERS, "1,234", "trop de décimales"),
        ("CRP.R999.N", "1", "n'existe pas"),
        ("ACT.TOTAL.NET", "1", "n'existe pas|calculée"),
        ("@balance", "1", "n'est pas une cellule"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_french(cast: Cast, cle: str, texte: str, words: str) -> None:
    """The reason names what was typed; the other cells of the batch are kept."""
    with open_scope(cast.scope()):
        outcome = save_entries(cast.dossier, [Entry(cle, texte, 0), Entry("CRP.R010.N", "5", 0)])
        assert ["CRP.R010.N"] == [one.cle for one in outcome.ecrites]
        assert re.search(words, outcome.refus[0].motif)


def test_the_past_is_read_back(cast: Cast) -> None:
    """As it stood after any line of the journal."""
    with open_scope(cast.scope()):
        first = save_entries(cast.dossier, [Entry(LOYERS, "10", 0)]).ecrites[0]
        save_entries(cast.dossier, [Entry(LOYERS, "20", 1)])
        assert 1000 == state_at(cast.dossier, first.ligne)[LOYERS].valeur


def test_rows_are_added_removed_and_undone(cast: Cast) -> None:
    """A removed row comes back with its cells."""
    with open_scope(cast.scope()):
        number = add_row(cast.dossier, "Q03.OP")
        column = next(iter(live(cast.dossier).plan.key_columns["Q03.OP"].rpartition(".")[2:]))
        save_entries(cast.dossier, [Entry(f"Q03.OP#{number}.{column}", "Les Tilleuls", 0)])
        assert ["Les Tilleuls"] == [row.cle for row in live(cast.dossier).evaluation.facts.rows["Q03.OP"]]
        remove_row(cast.dossier, "Q03.OP", number)
        assert not live(cast.dossier).evaluation.facts.rows.get("Q03.OP")
        lot = Journal.objects.filter(dossier=cast.dossier).latest("id").lot
        undo(cast.dossier, lot)
        assert ["Les Tilleuls"] == [row.cle for row in live(cast.dossier).evaluation.facts.rows["Q03.OP"]]


def test_a_table_is_declared_neant_and_taken_back(cast: Cast) -> None:
    """Only a table that admits it."""
    with open_scope(cast.scope()):
        declare_neant(cast.dossier, "Q05", neant=True)
        assert {"Q05"} == live(cast.dossier).evaluation.facts.neant
        declare_neant(cast.dossier, "Q05", neant=False)
        assert frozenset() == live(cast.dossier).evaluation.facts.neant
        with pytest.raises(ValueError, match="néant"):
            declare_neant(cast.dossier, "ACT", neant=True)


def test_values_do_not_change_once_presented(cast: Cast) -> None:
    """From step 3 on."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="3_Validation", rang=3)
        with pytest.raises(LockedError, match="Validation"):
            save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])


def test_a_rolled_back_change_is_not_remembered(committed: Cast) -> None:
    """What a transaction did not commit is never kept in memory; what it did is caught up with."""
    cast = committed
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
        live(cast.dossier)
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "20", 1)])
        assert 2000 == live(cast.dossier).evaluation.value(LOYERS)
        transaction.set_rollback(True)
    with open_scope(cast.scope()):
        assert 1000 == live(cast.dossier).evaluation.value(LOYERS)
        save_entries(cast.dossier, [Entry("CRP.R031.N", "5", 0)])
        assert 500 == live(cast.dossier).evaluation.value("CRP.R031.N")


def test_catching_up_equals_computing_afresh(committed: Cast) -> None:
    """Cells, rows, words, « néant »: what is remembered and caught up is what a new process would compute."""
    cast = committed
    with open_scope(cast.scope()):
        live(cast.dossier)
    for act in (
        lambda: save_entries(cast.dossier, [Entry(LOYERS, "10", 0), Entry("PAS.P010.N", "7", 0)]),
        lambda: add_row(cast.dossier, "Q03.OP"),
        lambda: save_entries(cast.dossier, [Entry("Q03.OP#1.C01", "Tilleuls", 0)]),
        lambda: declare_neant(cast.dossier, "Q05", neant=True),
        lambda: save_entries(cast.dossier, [Entry(LOYERS, "", 1)]),
    ):
        with open_scope(cast.scope()):
            act()
        with open_scope(cast.scope()):
            caught = live(cast.dossier)
        forget()
        with open_scope(cast.scope()):
            fresh = live(cast.dossier)
        assert (fresh.evaluation.values, fresh.judgements) == (caught.evaluation.values, caught.judgements)


def test_what_the_federation_computes_without_the_year_before_is_not_given_to_the_organisation(
    committed: Cast,
) -> None:
    """A year before that the federation may not read is empty for it, and there for its organisation."""
    cast = committed
    with open_scope(cast.scope_federation):
        former = Campagne.objects.create(
            exercice=2021,
            questionnaire="qdis_coop",
            millesime="2022",
            titre="QDIS 2021",
            echeance=date(2022, 7, 31),
        )
        open_campagne(former)
    with open_scope(cast.scope()):
        before = Dossier.objects.select_related("campagne").get(campagne=former)
        save_entries(before, [Entry(LOYERS, "10", 0)])
        Dossier.objects.filter(pk=cast.dossier.pk).update(precedent=before, rang=4)
    for scope, seen in ((cast.scope_federation, None), (cast.scope(), 1000), (cast.scope_federation, None)):
        with open_scope(scope):
            dossier = access_content(cast.dossier.pk)
            assert seen == live(dossier).evaluation.value("CRP.R033.N1")


# ── The wall ─────────────────────────────────────────────────────────────────────────────────────


def test_no_row_is_read_without_a_scope(cast: Cast) -> None:
    """The managers refuse before the database is asked."""
    with pytest.raises(ScopeError):
        Valeur.objects.count()


@pytest.mark.parametrize(("rang", "seen"), [(1, 0), (2, 0), (3, 0), (4, 1), (5, 1)])
def test_the_federation_reads_values_from_step_4_on(cast: Cast, rang: int, seen: int) -> None:
    """Below, the database itself shows it nothing, whatever the query."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
        Dossier.objects.filter(pk=cast.dossier.pk).update(rang=rang)
    with open_scope(cast.scope_federation), connection.cursor() as cursor:
        for table in ("dossiers_valeur", "dossiers_journal"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert (seen,) == cursor.fetchone()


def test_a_stranger_reads_and_writes_nothing(cast: Cast) -> None:
    """By the ORM or by bare SQL."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
    with open_scope(cast.scope_ailleurs):
        assert 0 == Valeur.objects.count()
        assert not Dossier.objects.filter(pk=cast.dossier.pk).exists()
        assert 0 == Valeur.objects.update(valeur=0)
        with pytest.raises(PermissionError):
            save_entries(cast.dossier, [Entry(LOYERS, "20", 1)])
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Valeur.objects.create(
                dossier_id=cast.dossier.pk,
                organisme_id=cast.ici.pk,
                cle="CRP.R010.N",
                valeur=1,
                origine="saisie",
                le=timezone.now(),
            )


def test_the_serving_role_cannot_leave_row_level_security(cast: Cast) -> None:
    """It owns nothing, and the journal only grows."""
    with open_scope(cast.scope()), connection.cursor() as cursor:
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
        for query in (
            "ALTER TABLE dossiers_valeur DISABLE ROW LEVEL SECURITY",
            "UPDATE dossiers_journal SET nouvelle = 0",
            "DELETE FROM dossiers_journal",
            "SET ROLE harmonia_owner",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(query)


def test_the_system_reads_no_value(cast: Cast) -> None:
    """Jobs that open collections see organisations and dossiers, never what they hold."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(LOYERS, "10", 0)])
    with open_scope(Scope(Role.SYSTEME)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM dossiers_valeur")
        assert (0,) == cursor.fetchone()


def test_a_year_before_that_the_federation_may_not_read_is_not_computed_for_it(committed: Cast) -> None:
    """What the organisation computed with its last year, still in entry, is not shown to the federation."""
    cast = committed
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=dossier.precedent_id or 0).update(rang=2, etape="2_Saisie")
        Dossier.objects.filter(pk=dossier.pk).update(rang=4, etape="4_Fiabilisation")
    with open_scope(cast.scope()):
        assert 10_000_000 == live(read(dossier.pk)).evaluation.value("CRP.R033.N1")
    with open_scope(cast.scope_federation):
        assert live(read(dossier.pk)).evaluation.value("CRP.R033.N1") is None
    with open_scope(cast.scope()):
        assert 10_000_000 == live(read(dossier.pk)).evaluation.value("CRP.R033.N1")
