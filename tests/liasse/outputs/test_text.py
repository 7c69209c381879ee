"""The text report: what an accountant reads in a terminal."""

from __future__ import annotations

import re

import pytest

from liasse.amounts import NARROW_SPACE, NO_BREAK_SPACE
from liasse.outputs.page import BOLD, Page, wrap
from liasse.outputs.text import render, side_names
from tests.liasse.outputs.conftest import DEFECTIVE, SOLDES, Make

FALSE = SOLDES | {"211": 30_000, "2811": -40_000, "489": -2_550}


def plain(text: str) -> str:
    """Bring typographic spaces back to ordinary ones."""
    return text.replace(NARROW_SPACE, " ").replace(NO_BREAK_SPACE, " ")


def test_the_report_opens_with_the_verdict(make: Make) -> None:
    """File, family, exercice, model; then one sentence."""
    lines = plain(render(make(remarques=("L'exercice est lu : 2022.",)), Page(100))).splitlines()
    assert ["balance.csv", "COOP, exercice 2022"] == lines[:2]
    assert lines[2].startswith("Modèle d'essai (millésime 2022, empreinte ")
    assert [
        "→ L'exercice est lu : 2022.",
        "",
        "Aucune anomalie bloquante, aucune à justifier, 4 contrôles satisfaits, 1 sans objet, aucun non",
        "évaluable.",
    ] == lines[3:7]


def test_a_statement_looks_like_the_printed_form(make: Make) -> None:
    """Codes, wrapped labels, amounts on the right, a rule above the total, the tag in its column."""
    text = plain(render(make(before=SOLDES), Page(100)))
    expected = """\
ACT  Bilan – actif                                                                          en euros
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
                                                          Amortissements
                                                                      et
                                                           dépréciations
                                                  Brut N               N       Net N     Net N-1

      Immobilisations
A110  Terrains nus, aménagés, loués et
        bâtis, y compris les terrains en
        cours                                     800,00                      800,00      800,00  F

      Trésorerie
A720  Disponibilités                              260,00                      260,00      260,00  M
                                              ──────────                  ──────────  ──────────
AT    Total général                             1 060,00                    1 060,00    1 060,00  M
"""
    assert expected in text


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_no_line_is_wider_than_the_page(make: Make, width: int) -> None:
    """Between 80 and 160 columns, with findings, defects and a year before."""
    document = make(FALSE, before=SOLDES, report=DEFECTIVE, cells={"T04.A110.A": 10**14})
    lines = render(document, Page(width), complet=True).splitlines()
    assert [] == [line for line in lines if len(line) > width]


def test_a_wide_table_is_cut_and_its_labels_repeated(make: Make) -> None:
    """Empty columns are dropped first."""
    cells = {f"T04.A110.{code}": 123_456_789_00 for code in "ABCEF"}
    text = render(make(cells=cells), Page(80))
    assert 3 == text.count("A110  Terrains  ")
    assert "Virements" in text


def test_empty_lines_are_left_out_and_counted(make: Make) -> None:
    """`complet` prints them; an empty table is only named."""
    short, whole = render(make(), Page(100)), render(make(), Page(100), complet=True)
    assert "1 ligne vide n'est pas imprimée." in short
    assert "Tables vides : ID, T08R, T04." in short
    assert "P330  Emprunts" in whole
    assert "Tables vides" not in whole


def test_another_unit_than_that_of_the_table_is_written(make: Make) -> None:
    """The header gives the unit of the table once."""
    text = plain(render(make(cells={"ID.MOIS.N": 12, "ID.LOGEMENTS.N": 1852}), Page(100)))
    assert "ID  Identité" in text
    assert "en nombre" in text
    assert re.search(r"LOGEMENTS  Logements en propriété +1 852 logements  C", text)


def test_a_table_whose_title_says_its_code_says_it_once(make: Make) -> None:
    """« T08R – État des dettes »."""
    text = render(make(cells={"T08R.R221.REMB": 100}), Page(100))
    assert "\nT08R – État des dettes" in text


def test_aggregates_come_with_their_code_or_their_reason(make: Make) -> None:
    """An empty one says why."""
    text = plain(render(make(), Page(80)))
    assert re.search(r"Résultat de l'exercice +60,00 €  F  RESULTAT\n", text)
    assert "  — Il faut les remboursements d'emprunts locatifs (T08R).\n" in text


def test_a_finding_is_a_sentence_a_sum_and_an_action(make: Make) -> None:
    """Most severe first, then the largest gap."""
    text = plain(render(make(FALSE), Page(100)))
    expected = """\
■ Bloquant  K030  L'actif égale le passif
  L'actif net est de 160,00 € et le passif de 1 060,00 € : écart de 900,00 €.
      ACT.AT.NET    160,00 €
      PAS.PT.N    1 060,00 €
                  ──────────
      écart        −900,00 €
  Cellules  ACT.AT.NET, PAS.PT.N
  À faire   Cherchez un compte sans ligne.
  Source    PCG, art. 821-1 (M, usage de la profession)

■ Bloquant  K003  Tous les comptes ont une ligne
  Des comptes n'ont pas de ligne : 489 (−25,50 €)."""
    assert expected in text.replace("(25,50 €)", "(−25,50 €)")
    assert text.index("■ Bloquant  K003") < text.index("▲ À justifier  K033")


def test_an_information_has_its_own_mark(make: Make) -> None:
    """Shape and word, not colour alone; a gap of nothing makes no sum."""
    text = plain(render(make({"601": 500, "704": -500}), Page(100)))
    assert "○ Information  K060  Les loyers sont supérieurs aux achats" in text
    assert "1 pour information" in text
    assert "écart" not in text.partition("K060")[2]


def test_accounts_without_line_come_before_the_statements(make: Make) -> None:
    """With their amount, and what it means for the totals."""
    text = plain(render(make(FALSE), Page(100)))
    assert "les totaux les laissent de côté" in text
    assert re.search(r"  489 +−25,50 €  <489> & Cie\n", text)
    assert text.index("COMPTES SANS LIGNE") < text.index("ÉTATS")


def test_what_could_not_be_judged_is_grouped_by_reason(make: Make) -> None:
    """The lack, then the controls."""
    text = plain(render(make({}, cells={"ID.MOIS.N": 12}), Page(100)))
    assert "CE QUI N'A PAS PU ÊTRE JUGÉ" in text
    assert "Il manque une balance ou un FEC.\n    K003\n" in text
    assert "K033 (2 lignes)" in text


def test_pointless_controls_are_listed(make: Make) -> None:
    """« Sans objet » is counted in the verdict, and shown."""
    text = plain(render(make(), Page(100)))
    assert "SANS OBJET" in text
    assert "Le cas que ces contrôles visent ne se présente pas.\n    K050\n" in text
    assert "SANS OBJET" not in render(make(before=SOLDES), Page(100))


def test_controls_are_counted_once_whatever_their_lines(make: Make) -> None:
    """The verdict counts controls; a control is satisfied when all its lines are."""
    text = plain(
        render(make({}, cells={"ACT.A110.BRUT": 100, "ACT.A110.AMORT": 300, "PAS.P010.N": -200}), Page(160))
    )
    assert "aucune anomalie bloquante, 1 à justifier, 1 contrôle satisfait, " in text.lower()


def test_a_doubt_about_the_reading_opens_the_findings(make: Make) -> None:
    """Before the gaps of the controls, and said in the verdict."""
    text = plain(render(make(report=DEFECTIVE), Page(160)))
    assert "1 anomalie bloquante (1 ligne de balance.csv n'est pas reprise, ou pas en entier), " in text
    assert "■ Bloquant  IMPORT  Le fichier est lu en entier\n  1 ligne de balance.csv n'est pas" in text
    assert "Source    Règlement du projet (C, convention du projet)" in text


def test_the_defects_of_a_file_are_grouped_by_code(make: Make) -> None:
    """The gravest first, three of each, the others counted."""
    text = plain(render(make(report=DEFECTIVE), Page(120)))
    assert "■ I104 erreur, ligne 30, colonne Debit : Constat de I104. À corriger." in text
    assert "▲ I113 avertissement, ligne 4, colonne Debit" in text
    assert "ligne 5, colonne" not in text
    assert "… et 28 autres défauts I113 (liste : --format json)" in text
    assert "○ I123 information, fichier : " in text
    assert text.index("I104") < text.index("I113") < text.index("I123")


def test_styles_are_for_terminals_only(make: Make) -> None:
    """Bold and colours, else not one escape."""
    document = make(FALSE)
    assert "\x1b" not in render(document, Page(100))
    assert "\x1b[1;31m■ Bloquant\x1b[0m" in render(document, Page(100, styled=True))
    assert "\x1b[1;32mAucune anomalie bloquante" in render(make(), Page(100, styled=True))


def test_an_empty_text_takes_no_style() -> None:
    """Nothing to put in bold."""
    assert "" == Page(styled=True).style("", BOLD)


def test_an_empty_paragraph_is_one_empty_line() -> None:
    """Callers take the last line of a label."""
    assert [""] == wrap("", 10)


def test_sides_without_a_comparison_are_named_in_words() -> None:
    """A test that is not one comparison has no two formulas."""
    assert ("gauche", "droite") == side_names(None)
