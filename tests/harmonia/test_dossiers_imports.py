"""Imports: read by content, compared three ways, applied once and together, undone."""

from __future__ import annotations

import io
import uuid
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harmonia.campagnes.models import Campagne
from harmonia.documents.store import PIECE, keep, pieces
from harmonia.dossiers import imports, taches
from harmonia.dossiers.differences import Genre, from_filing
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import (
    Dossier,
    EtatImport,
    ImportDepose,
    Journal,
    Origine,
    Valeur,
)
from harmonia.dossiers.opening import open_campagne
from harmonia.dossiers.services import Entry, LockedError, add_row, remove_row, save_entries
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse import Depot, DepotYear, Facts, Row, depot_of, evaluate, filing_plain, form_of
from liasse.echanges import render_filing_json, render_filing_xml, render_workbook
from tests.harmonia.cast import Cast

LOYERS, AUTRES = "CRP.R033.N", "CRP.R031.N"
IDENTITE, MONTANT = "FI1.NOM.N", "Q13.L010.C2"
NOM = "Q03.OP#1.C01"
BALANCE = "Compte;Libellé;Débit;Crédit\n512000;Banque;1500,00;\n704000;Loyers;;1500,00\n"


def given(cast: Cast, name: str, content: bytes | str) -> ImportDepose:
    """Deposit a file in the dossier of `ici` and read it, as the worker does."""
    body = content.encode() if isinstance(content, str) else content
    with open_scope(cast.scope()):
        depose = imports.deposit(cast.dossier, io.BytesIO(body), name, "text/plain", len(body), uuid.uuid4())
    taches.run(cast.scope(), depose.pk, depose.tour)
    with open_scope(cast.scope()):
        return ImportDepose.objects.get(pk=depose.pk)


def filing(cast: Cast, cells: dict[str, int], **year: Any) -> Depot:
    """Return a filing of `ici`."""
    plan = live(cast.dossier).plan
    return depot_of(plan, Facts(2022, cells=cells, **year), cast.ici.nom)


def typed(cast: Cast, **cells: str) -> None:
    """Type cells of the dossier of `ici`, given as `CRP_R033_N`."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(cle.replace("_", "."), text, 0) for cle, text in cells.items()])


def found(cast: Cast, depose: ImportDepose) -> dict[str, Any]:
    """Return the differences of an import, by reference."""
    return {
        one.reference: one for one in imports.differences(cast.dossier, depose, live(cast.dossier)).ecarts
    }


def choice(cast: Cast, depose: ImportDepose, *, confirmed: bool = False) -> imports.Choice:
    """Return what a person gets by ticking nothing more than what is proposed."""
    state = live(cast.dossier)
    ecarts = imports.differences(cast.dossier, depose, state).ecarts
    return imports.Choice(frozenset(one.id for one in ecarts if one.propose), state.cursor, confirmed)


def as_json(cast: Cast, depot: Depot) -> str:
    """Return the JSON of a filing."""
    return render_filing_json(depot, form_of(live(cast.dossier).plan))


# ── What is recognised ───────────────────────────────────────────────────────────────────────────


def test_each_kind_of_filing_is_recognised_by_its_content(cast: Cast) -> None:
    """Whatever its name says."""
    with open_scope(cast.scope()):
        plan = live(cast.dossier).plan
        depot = filing(cast, {LOYERS: 1000})
        files = {
            "depot-json": render_filing_json(depot, form_of(plan)).encode(),
            "depot-xml": render_filing_xml(depot, form_of(plan)).encode(),
            "depot-xlsx": render_workbook(evaluate(plan, Facts(2022, cells={LOYERS: 1000})), cast.ici.nom),
        }
    for expected, content in files.items():
        depose = given(cast, "fichier.bin", content)
        assert (expected, EtatImport.LU) == (depose.reconnu["format"], depose.etat)
        with open_scope(cast.scope()):
            assert Genre.NOUVELLE is found(cast, depose)[LOYERS].genre


def test_a_ledger_gives_its_balance(cast: Cast) -> None:
    """A FEC is read as the balance of its entries."""
    fec = Path("demo/coop-exemple-2022.fec.txt").read_bytes()
    depose = given(cast, "livre.txt", fec)
    assert ("fec", 2022, []) == (
        depose.reconnu["format"],
        depose.reconnu["exercice"],
        depose.reconnu["reserves"],
    )
    with open_scope(cast.scope()):
        kept = depose.balance
    assert kept is not None
    assert depose.reconnu["comptes"] == len(kept.contenu["comptes"])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("image.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG"),
        ("noms.csv", b"Nom;Ville\r\nFictif;Nulle-Part\r\n", "Aucune colonne de comptes"),
        ("depot.json", b'{"format": "liasse-depot", "version": 2}', "version 1"),
        ("blancs.csv", b" \r\n \r\n", "vide"),
    ],
)
def test_a_file_that_gives_nothing_says_why(cast: Cast, name: str, content: bytes, words: str) -> None:
    """And changes nothing."""
    depose = given(cast, name, content)
    assert EtatImport.ECHOUE == depose.etat
    assert any(words in one["message"] for one in depose.rapport)


def test_what_is_wrong_is_told_line_by_line(cast: Cast) -> None:
    """The rest of the file is taken."""
    depose = given(cast, "b.csv", BALANCE + "101300;Capital;abc;\n")
    assert EtatImport.LU == depose.etat
    assert [4] == [one["ligne"] for one in depose.rapport if one["code"] == "I202"]


def test_columns_that_are_not_recognised_are_told_by_a_person(cast: Cast) -> None:
    """Then the file is read again, and the former reading is forgotten."""
    depose = given(cast, "b.csv", "512000;1500,00\n704000;-1500,00\n")
    with open_scope(cast.scope()):
        depose = imports.read_again(depose, {"colonnes": {"compte": "Colonne A", "solde": "Colonne B"}})
    taches.run(cast.scope(), depose.pk, 1)
    with open_scope(cast.scope()):
        assert EtatImport.DEPOSE == ImportDepose.objects.get(pk=depose.pk).etat
    taches.run(cast.scope(), depose.pk, 2)
    with open_scope(cast.scope()):
        depose = ImportDepose.objects.get(pk=depose.pk)
        assert (EtatImport.LU, 2) == (depose.etat, depose.reconnu["comptes"])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("999999990FEC20221231.txt", BALANCE, "SIREN 999999990"),
        ("b.csv", "Balance de l'exercice 2021\n" + BALANCE, "exercice 2021"),
    ],
)
def test_the_file_of_another_waits_for_a_word(cast: Cast, name: str, content: str, words: str) -> None:
    """Another SIREN, another exercice: nothing is applied before somebody confirms."""
    depose = given(cast, name, content)
    assert words in depose.reconnu["reserves"][0]
    with open_scope(cast.scope()):
        with pytest.raises(imports.ImportRefusedError, match="Confirmez"):
            imports.apply(cast.dossier, depose, choice(cast, depose))
        done = imports.apply(cast.dossier, depose, choice(cast, depose, confirmed=True))
        assert EtatImport.APPLIQUE == done.etat


def test_an_empty_or_huge_file_is_refused_at_the_door(cast: Cast, settings: Any) -> None:
    """Before anything is kept."""
    settings.IMPORT_MAX = 10
    with open_scope(cast.scope()):
        for body, words in ((b"", "vide"), (b"x" * 11, "dépasse")):
            with pytest.raises(imports.ImportRefusedError, match=words):
                imports.deposit(cast.dossier, io.BytesIO(body), "f", "t", len(body), uuid.uuid4())
        assert 0 == ImportDepose.objects.count()


def test_a_big_file_is_kept_in_pieces(cast: Cast) -> None:
    """And comes back byte for byte."""
    body = bytes(range(256)) * (PIECE // 128)
    with open_scope(cast.scope()):
        document = keep(io.BytesIO(body), "gros.txt", "text/plain", cast.ici.pk, cast.dossier.pk)
        assert b"" == bytes(document.contenu)
        assert body == b"".join(pieces(document))
    with open_scope(cast.scope_ailleurs):
        assert [] == list(pieces(document))


# ── What would change ────────────────────────────────────────────────────────────────────────────


def test_three_ways_tell_a_change_from_a_conflict(cast: Cast) -> None:
    """Base, yours, theirs; blanks never overwrite."""
    with open_scope(cast.scope()):
        typed(cast, CRP_R033_N="10", CRP_R031_N="20", CRP_R010_N="5")
        state = live(cast.dossier)
        base = filing(cast, {LOYERS: 1000, AUTRES: 1900, "CRP.R010.N": 500})
        theirs = filing(cast, {LOYERS: 3000, AUTRES: 4000, "PAS.P010.N": 700})
        yours = depot_of(state.plan, state.evaluation.facts, cast.ici.nom)
        ecarts = {one.reference: one for one in from_filing(state, yours, theirs, base, None).ecarts}
    assert {
        LOYERS: (Genre.MODIFIEE, True),
        AUTRES: (Genre.CONFLIT, False),
        "PAS.P010.N": (Genre.NOUVELLE, True),
    } == {cle: (one.genre, one.propose) for cle, one in ecarts.items()}


def test_a_blank_is_filled_even_when_the_export_held_the_same(cast: Cast) -> None:
    """A workbook exported elsewhere fills an empty dossier."""
    with open_scope(cast.scope()):
        plan = live(cast.dossier).plan
        book = render_workbook(evaluate(plan, Facts(2022, cells={LOYERS: 1000})), cast.ici.nom)
    depose = given(cast, "classeur.xlsx", book)
    with open_scope(cast.scope()):
        imports.apply(cast.dossier, depose, choice(cast, depose))
        assert 1000 == live(cast.dossier).evaluation.value(LOYERS)


def test_a_balance_shows_the_cells_that_it_moves(cast: Cast) -> None:
    """What was typed over is a conflict, kept unless it is chosen."""
    with open_scope(cast.scope()):
        depose = given(cast, "b.csv", BALANCE)
        filled = [cle for cle, one in found(cast, depose).items() if cle != "@balance" and one.suit]
        cle = next(cle for cle in filled if cle.startswith("CRP."))
        save_entries(cast.dossier, [Entry(cle, "7", 0)])
        one = found(cast, depose)[cle]
        assert (Genre.CONFLIT, False, 700, 150000) == (
            one.genre,
            one.propose,
            one.yours.valeur,
            one.theirs.valeur,
        )
        imports.apply(cast.dossier, depose, choice(cast, depose))
        assert 700 == live(cast.dossier).evaluation.value(cle)


def test_a_cell_left_out_of_a_new_balance_keeps_its_value(cast: Cast) -> None:
    """As if it had been typed."""
    with open_scope(cast.scope()):
        first = given(cast, "b.csv", BALANCE)
        imports.apply(cast.dossier, first, choice(cast, first))
        second = given(cast, "b2.csv", BALANCE.replace("1500", "1800"))
        moved = [one for one in found(cast, second).values() if one.genre is Genre.MODIFIEE]
        left = moved[0]
        chosen = choice(cast, second)
        imports.apply(cast.dossier, second, imports.Choice(chosen.chosen - {left.id}, chosen.cursor))
        values = live(cast.dossier).evaluation
        assert left.yours.valeur == values.value(left.reference)
        assert moved[1].theirs.valeur == values.value(moved[1].reference)


def test_rows_are_added_under_numbers_never_used(cast: Cast) -> None:
    """A row that is absent from the file stays, unless it is chosen."""
    rows = (Row("TILLEULS", {"C01": 1}, {"C01": "TILLEULS"}),)
    with open_scope(cast.scope()):
        number = add_row(cast.dossier, "Q03.OP")
        remove_row(cast.dossier, "Q03.OP", number)
        add_row(cast.dossier, "Q03.OP")
        save_entries(cast.dossier, [Entry("Q03.OP#2.C01", "ÉRABLES", 0)])
        depose = given(cast, "d.json", as_json(cast, filing(cast, {}, rows={"Q03.OP": rows})))
        genres = [one.genre for one in imports.differences(cast.dossier, depose, live(cast.dossier)).ecarts]
        assert [Genre.LIGNE_SUPPRIMEE, Genre.LIGNE_AJOUTEE] == sorted(genres, reverse=True)
        imports.apply(cast.dossier, depose, choice(cast, depose))
        state = live(cast.dossier)
        assert ["ÉRABLES", "TILLEULS"] == [row.cle for row in state.evaluation.facts.rows["Q03.OP"]]
        assert "Q03.OP#3" in state.state


# ── Applied once, together, and undone ───────────────────────────────────────────────────────────


def test_an_import_is_one_lot_with_its_origin_and_is_undone(cast: Cast) -> None:
    """Each cell says that it was imported; undoing brings back what stood before."""
    with open_scope(cast.scope()):
        typed(cast, CRP_R033_N="10")
        depose = given(cast, "d.json", as_json(cast, filing(cast, {LOYERS: 3000, AUTRES: 4000})))
        done = imports.apply(cast.dossier, depose, choice(cast, depose))
        assert done.lot is not None
        assert {Origine.IMPORT} == set(
            Valeur.objects.filter(cle__in=(LOYERS, AUTRES)).values_list("origine", flat=True)
        )
        assert done.lot is not None
        assert 2 == Journal.objects.filter(lot=done.lot).count()
        assert "2_Saisie" == Dossier.objects.get(pk=cast.dossier.pk).etape
        _, outcome = imports.cancel(cast.dossier, done)
        assert outcome is not None
        assert () == outcome.conflits
        values = live(cast.dossier).evaluation
        assert (1000, None) == (values.value(LOYERS), values.value(AUTRES))


def test_a_double_click_applies_once(cast: Cast) -> None:
    """And undoes once."""
    with open_scope(cast.scope()):
        depose = given(cast, "d.json", as_json(cast, filing(cast, {LOYERS: 3000})))
        ticked = choice(cast, depose)
        first = imports.apply(cast.dossier, depose, ticked)
        second = imports.apply(cast.dossier, depose, ticked)
        assert first.lot == second.lot
        assert 1 == Journal.objects.filter(cle=LOYERS).count()
        imports.cancel(cast.dossier, second)
        assert (None, 2) == (
            imports.cancel(cast.dossier, second)[1],
            Journal.objects.filter(cle=LOYERS).count(),
        )


def test_what_moved_since_the_preview_stops_everything(cast: Cast) -> None:
    """Nothing is applied in part: the person reads the differences again."""
    with open_scope(cast.scope()):
        depose = given(cast, "d.json", as_json(cast, filing(cast, {LOYERS: 3000, AUTRES: 4000})))
        ticked = choice(cast, depose)
        typed(cast, CRP_R033_N="10")
        with pytest.raises(imports.MovedError, match=LOYERS):
            imports.apply(cast.dossier, depose, ticked)
        assert not Valeur.objects.filter(cle=AUTRES).exists()


def test_undoing_leaves_what_somebody_changed_since(cast: Cast) -> None:
    """And tells it."""
    with open_scope(cast.scope()):
        depose = given(cast, "d.json", as_json(cast, filing(cast, {LOYERS: 3000, AUTRES: 4000})))
        done = imports.apply(cast.dossier, depose, choice(cast, depose))
        save_entries(cast.dossier, [Entry(LOYERS, "99", 1)])
        _, outcome = imports.cancel(cast.dossier, done)
        assert outcome is not None
        assert [LOYERS] == [one.cle for one in outcome.conflits]
        values = live(cast.dossier).evaluation
        assert (9900, None) == (values.value(LOYERS), values.value(AUTRES))


def test_nothing_is_applied_once_the_dossier_is_presented(cast: Cast) -> None:
    """From step 3 on."""
    with open_scope(cast.scope()):
        depose = given(cast, "d.json", as_json(cast, filing(cast, {LOYERS: 3000})))
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="3_Validation", rang=3)
        with pytest.raises(LockedError):
            imports.apply(cast.dossier, depose, choice(cast, depose))


# ── The job ──────────────────────────────────────────────────────────────────────────────────────


def test_a_job_done_twice_reads_once(cast: Cast) -> None:
    """What a killed worker left is done again; what it finished is not."""
    depose = given(cast, "b.csv", BALANCE)
    taches.run(cast.scope(), depose.pk, depose.tour)
    with open_scope(cast.scope()):
        again = ImportDepose.objects.get(pk=depose.pk)
        assert (depose.balance_id, EtatImport.LU) == (again.balance_id, again.etat)


@pytest.mark.parametrize("attempts", [0, 3])
def test_a_job_that_cannot_be_done_says_so(
    cast: Cast, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours, or a file that stopped the worker three times: the person is told."""

    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(taches, "read", broken)
    monkeypatch.setattr(taches, "close_old_connections", lambda: None)
    with open_scope(cast.scope()):
        depose = imports.deposit(cast.dossier, io.BytesIO(b"x"), "f", "t", 1, uuid.uuid4())
    context: Any = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
    taches.lire_import.func(context, depose.pk, 1, cast.ici.pk, cast.saisie.pk)
    with open_scope(cast.scope()):
        depose = ImportDepose.objects.get(pk=depose.pk)
        assert (EtatImport.ECHOUE, True) == (depose.etat, "interrompue" in depose.message)


# ── The wall ─────────────────────────────────────────────────────────────────────────────────────


def test_imports_are_their_organisation_s_alone(cast: Cast) -> None:
    """The stranger and the federation see none, at any step."""
    given(cast, "b.csv", BALANCE)
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(rang=4)
    for scope in (cast.scope_ailleurs, cast.scope_federation):
        with open_scope(scope):
            assert 0 == ImportDepose.objects.count()


# ── Last year's data ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def before(cast: Cast) -> Dossier:
    """Give `ici` a dossier of the year before."""
    with open_scope(Scope(Role.SYSTEME)):
        campagne = Campagne.objects.create(
            exercice=2021,
            questionnaire="qdis_coop",
            millesime="2022",
            titre="QDIS 2021",
            echeance=date(2022, 7, 31),
        )
        open_campagne(campagne)
        former = Dossier.objects.get(campagne=campagne, organisme=cast.ici)
        Dossier.objects.filter(pk=cast.dossier.pk).update(precedent=former)
    with open_scope(cast.scope()):
        cast.dossier.refresh_from_db()
        former = Dossier.objects.select_related("campagne", "organisme", "precedent").get(pk=former.pk)
        add_row(former, "Q03.OP")
        save_entries(
            former,
            [Entry(MONTANT, "10", 0), Entry(IDENTITE, "Tilleuls", 0), Entry(NOM, "TILLEULS", 0)],
        )
    return former


def test_a_reprise_proposes_what_lasts_and_never_wipes(cast: Cast, before: Dossier) -> None:
    """Identity and rows are ticked; amounts are shown; what was typed this year is kept."""
    with open_scope(cast.scope()):
        depose = imports.begin_reprise(cast.dossier, uuid.uuid4())
        ecarts = found(cast, depose)
        assert {IDENTITE: True, MONTANT: False, "Q03.OP": True} == {
            cle: one.propose for cle, one in ecarts.items()
        }
        imports.apply(cast.dossier, depose, choice(cast, depose))
        state = live(cast.dossier)
        assert "Tilleuls" == state.state[IDENTITE].texte
        assert ["TILLEULS"] == [row.cle for row in state.evaluation.facts.rows["Q03.OP"]]
        assert state.evaluation.value(MONTANT) is None
        assert {Origine.REPRISE} == set(
            Valeur.objects.filter(dossier=cast.dossier).values_list("origine", flat=True)
        )


def test_a_reprise_shows_what_differs_without_ticking_it(cast: Cast, before: Dossier) -> None:
    """Rows neither, where rows were begun this year."""
    with open_scope(cast.scope()):
        add_row(cast.dossier, "Q03.OP")
        save_entries(cast.dossier, [Entry(IDENTITE, "Érables", 0), Entry(NOM, "ÉRABLES", 0)])
        ecarts = found(cast, imports.begin_reprise(cast.dossier, uuid.uuid4()))
        assert (Genre.DIFFERENTE, False) == (ecarts[IDENTITE].genre, ecarts[IDENTITE].propose)
        assert not ecarts["Q03.OP"].propose


def test_a_first_dossier_has_nothing_to_take_over(cast: Cast) -> None:
    """It is said."""
    with open_scope(cast.scope()), pytest.raises(imports.ImportRefusedError, match="rien à reprendre"):
        imports.begin_reprise(cast.dossier, uuid.uuid4())


def test_a_filing_survives_the_trip_through_plain_data(cast: Cast) -> None:
    """What is kept of a reading gives the same filing back."""
    with open_scope(cast.scope()):
        depot = filing(cast, {LOYERS: 3000}, neant=frozenset({"Q05"}))
        depose = given(cast, "d.json", as_json(cast, depot))
        assert depose.lu is not None
        form = form_of(live(cast.dossier).plan)
        assert filing_plain(depot, form) == depose.lu["depot"]
        assert DepotYear() != depot.faits
        assert Genre.NEANT is found(cast, depose)["Q05"].genre
