"""What differs between two models, and the sentences that say it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from liasse import Model
from liasse.errors import Place
from liasse.exercices import Validity
from liasse.ledger.comptes import Compte
from liasse.model.canonical import AccountChange, account_change
from liasse.model.correspondances import Correspondance, Correspondances, NatureCorrespondance
from liasse.model.diff import compare, merged
from liasse.outputs.differences import render, sentences
from liasse.outputs.page import Page
from liasse.source.correspondances import load_correspondances
from tests.support import MODELES, TABLE, essai, shipped_model

OLD = (
    'T = { libelle = "Actif", titre = true }\n'
    'A = { libelle = "Banque", N = "debiteur(512)" }\n'
    'B = { libelle = "Achats", N = "debiteur(601 sauf 6019)" }\n'
    'S = { libelle = "Total", total = true, formule = "somme(A..B)" }\n'
)
AGGREGATE = '[X]\ntitre = "Total"\nunite = "euro"\nformule = "BIL.A.N"\nreference = "R"\ncertitude = "C"\n'
CONTROL = (
    '[K001]\ntitre = "La banque est débitrice"\ngravite = "bloquant"\nverifie = "BIL.A.N >= 0"\n'
    'message = "{gauche}"\ninstruction = "Voyez."\nreference = "R"\ncertitude = "C"\n'
)
PARAMETER = (
    '[TAUX]\ntitre = "Taux"\nunite = "pourcent"\nvaleurs = [{ de = 2022, valeur = 3 }]\n'
    'reference = "R"\ncertitude = "C"\n'
)


def model(folder: Path, lines: str = OLD, **files: str) -> Model:
    """Load a small model; `files` replaces its aggregates, controls or parameters."""
    return essai(
        folder,
        {
            "tables/BIL.toml": TABLE + lines,
            "agregats/a.toml": files.get("agregats", AGGREGATE),
            "controles/c.toml": files.get("controles", CONTROL),
            "parametres.toml": files.get("parametres", PARAMETER),
        },
    )


def told(old: Model, new: Model, links: Correspondances | None = None) -> list[str]:
    """Return every sentence, in order."""
    comparison = compare(old, new, links)
    return [text for group in comparison.groupes for text in sentences(group, comparison)]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"debiteur(512)"', '"debiteur(531)"', "La ligne A prend désormais 531 au lieu de 512."),
        ('"debiteur(512)"', '"debiteur(512, 531)"', "La ligne A prend aussi 531."),
        ("601 sauf 6019", "601", "La ligne B n'exclut plus 6019."),
        ("601 sauf 6019", "601 sauf 6019, 6018", "La ligne B exclut désormais 6018."),
        ("somme(A..B)", "A + B", "La ligne S se calcule désormais par A + B (auparavant somme(A..B))."),
        ('"Banque"', '"Banques"', "La ligne A s'intitule désormais « Banques » (auparavant « Banque »)."),
        ("total = true, ", "", "La ligne S n'est plus un total."),
        (', N = "debiteur(512)"', "", "La ligne A n'a plus de formule propre (auparavant debiteur(512))."),
        (
            ', N = "debiteur(512)"',
            ', N = "debiteur(512)", unite = "nombre"',
            "La ligne A : unité nombre (auparavant sans).",
        ),
        ("debiteur(512)", "debiteur( 512 )", ""),
    ],
)
def test_a_change_of_a_line_is_a_sentence(tmp_path: Path, before: str, after: str, sentence: str) -> None:
    """Layout is not a change."""
    new = OLD.replace(before, after)
    assert ([sentence] if sentence else []) == told(model(tmp_path), model(tmp_path, new))


def test_the_same_change_on_several_lines_is_one_sentence(tmp_path: Path) -> None:
    """Lines are listed."""
    new = OLD.replace('N = "debi', 'unite = "nombre", N = "debi')
    assert ["Les lignes A et B : unité nombre (auparavant sans)."] == told(
        model(tmp_path), model(tmp_path, new)
    )


def test_a_line_that_comes_or_goes_is_told_in_the_order_of_the_form(tmp_path: Path) -> None:
    """What disappeared keeps its place."""
    new = OLD.replace('A = { libelle = "Banque"', 'C = { libelle = "Caisse"').replace("A..B", "C..B")
    files = {"agregats": AGGREGATE.replace("BIL.A", "BIL.C"), "controles": CONTROL.replace("BIL.A", "BIL.C")}
    assert [
        "La ligne A « Banque » disparaît.",
        "La ligne C « Caisse » apparaît. Formule : debiteur(512).",
        "La ligne S se calcule désormais par somme(C..B) (auparavant somme(A..B)).",
        "L'agrégat X se calcule désormais par BIL.C.N (auparavant BIL.A.N).",
        "Le contrôle K001 vérifie désormais BIL.C.N >= 0 (auparavant BIL.A.N >= 0).",
    ] == told(model(tmp_path), model(tmp_path, new, **files))


def test_correspondences_tell_what_a_line_becomes(tmp_path: Path) -> None:
    """Split, and why."""
    row = Correspondance("BIL.A", "BIL.C", NatureCorrespondance.SCINDE, "Texte.", "F", Place(""))
    links = Correspondances("essai", "2022", "2022", (row, replace(row, vers="BIL.D")), ())
    new = OLD.replace(
        'A = { libelle = "Banque", N = "debiteur(512)" }',
        'C = { libelle = "Euros", N = "debiteur(5121)" }\nD = { libelle = "Devises", N = "debiteur(5124)" }',
    ).replace("A..B", "C..B")
    assert [
        "La ligne A « Banque » disparaît : ce qu'elle portait passe dans C et D. Texte.",
        "La ligne C « Euros » apparaît : elle prend une part de A. Formule : debiteur(5121).",
        "La ligne D « Devises » apparaît : elle prend une part de A. Formule : debiteur(5124).",
    ] == told(model(tmp_path), model(tmp_path, new), links)[:3]


@pytest.mark.parametrize(
    ("name", "text", "before", "after", "sentence"),
    [
        (
            "controles",
            CONTROL,
            '"bloquant"',
            '"a_justifier"',
            "Le contrôle K001 est désormais « à justifier » (auparavant « bloquant »).",
        ),
        (
            "controles",
            CONTROL,
            "verifie",
            "exercices = { de = 2023 }\nverifie",
            "Le contrôle K001 : exercices à partir de 2023 (auparavant tous).",
        ),
        (
            "parametres",
            PARAMETER,
            "valeur = 3",
            "valeur = 4",
            "Le paramètre TAUX « Taux », à partir de 2022 : 4,00 % (auparavant 3,00 %).",
        ),
        (
            "agregats",
            AGGREGATE,
            '"Total"',
            '"Banque"',
            "L'agrégat X s'intitule désormais « Banque » (auparavant « Total »).",
        ),
    ],
)
def test_a_change_outside_the_tables_is_a_sentence(
    tmp_path: Path, name: str, text: str, before: str, after: str, sentence: str
) -> None:
    """Severities, scopes, dated values, titles."""
    new = model(tmp_path, **{name: text.replace(before, after)})
    spaces = str.maketrans("\u00a0\u202f", "  ")
    assert [sentence] == [line.translate(spaces) for line in told(model(tmp_path), new)]


def test_accounts_appear_and_disappear(tmp_path: Path) -> None:
    """Typography is not a change of label."""
    old = model(tmp_path)
    chart = [item for item in old.comptes if item.numero not in {"701", "101"}]
    added = Compte("531", "Caisse", Validity(2022), "PCG", "PCG", "F")
    renamed = Compte("101", "CAPITAL.", Validity(2022), "PCG", "PCG", "F")
    new = replace(old, comptes=(*chart, added, renamed))
    assert ["Le compte 531 « Caisse » apparaît.", "Le compte 701 « Ventes » disparaît."] == told(old, new)


def test_a_model_does_not_differ_from_itself(tmp_path: Path) -> None:
    """No group is left."""
    comparison = compare(model(tmp_path), model(tmp_path))
    assert () == comparison.groupes
    assert "De essai 2022 à essai 2022\nAucune différence.\n" == render(comparison, Page())


def test_accounts_that_only_move_inside_a_formula_are_told_apart() -> None:
    """Another function is another formula."""
    assert account_change("debiteur(512)", "crediteur(512)") is None
    assert AccountChange(pris=("53",), admis=("519",)) == account_change(
        "debiteur(51 sauf 519)", "debiteur(51, 53)"
    )


def test_the_old_order_finds_its_place_in_the_new_one() -> None:
    """What disappeared follows what preceded it."""
    assert ["X", "A", "C", "B"] == merged(["X", "A", "C"], ["A", "B"])


@lru_cache
def shipped() -> list[str]:
    """Return the sentences from 2022 to 2026."""
    old, new = (shipped_model("etats_reglementaires", year) for year in ("2022", "2026"))
    return told(old, new, load_correspondances(MODELES, old, new))


@pytest.mark.parametrize(
    "sentence",
    [
        "La ligne P220 prend désormais 1525 au lieu de 1572.",
        (
            "La ligne A480 « Fournisseurs débiteurs (avances, RRR à recevoir) » disparaît : ce qu'elle"
            " portait passe dans A481 et A482. 4091 est séparé de 4096 à 4098."
        ),
        (
            "La ligne R320 « Quote-part des subventions d'investissement virée au résultat » apparaît : elle"
            " reprend R730. Formule : crediteur(747)."
        ),
        "Le compte 1525 « Provisions pour gros entretien ou grandes révisions » apparaît.",
    ],
)
def test_the_regime_of_2026_is_told(sentence: str) -> None:
    """A few sentences that accountants expect."""
    assert sentence in shipped()
