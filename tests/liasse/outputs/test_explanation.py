"""Explanations: condensed, cut, with their ledger."""

from __future__ import annotations

from datetime import date

from liasse import explain
from liasse.ledger.ecritures import Ecriture
from liasse.outputs.explanation import Extract, accounts_of, as_dict, condensed, limited, render
from liasse.outputs.page import Page
from tests.liasse.outputs.conftest import Make


def line(day: date | None, debit: int, credit: int, label: str = "Loyer") -> Ecriture:
    """Return one ledger line."""
    return Ecriture(7, "VT", "12", day, "704", "Loyers", "", "P1", label, debit, credit)


def test_steps_that_only_carry_a_value_are_left_out(make: Make) -> None:
    """Cell, what the balance gives, function of accounts: one node, then the accounts."""
    trace = condensed(explain(make().evaluation, "CR.LOYERS.N"))
    assert ("CR.LOYERS.N", "comptes", "crediteur(704)") == (trace.cle, str(trace.origine), trace.formule)
    assert ["704"] == [child.cle for child in trace.enfants]


def test_the_accounts_of_a_figure_are_each_listed_once(make: Make) -> None:
    """In the order in which they are met."""
    trace = condensed(explain(make().evaluation, "BFR"))
    assert ("101", "601", "704", "211", "512") == accounts_of(trace)


def test_a_tree_is_cut_below_a_depth(make: Make) -> None:
    """None cuts nothing."""
    trace = condensed(explain(make().evaluation, "CR.RES.N"))
    assert trace == limited(trace, None)
    assert ["CR.RES.N", "CR.LOYERS.N", "CR.ACHATS.N"] == [node.cle for node in limited(trace, 1).walk()]


def test_ledger_lines_are_aligned_under_their_account(make: Make) -> None:
    """Date, journal, number, label, amount and side, line of the file."""
    trace = condensed(explain(make().evaluation, "CR.LOYERS.N"))
    shown = (line(date(2022, 1, 31), 0, 6_000), line(None, 12_345_678, 0, "Un libellé " * 12))
    text = render(trace, {"704": Extract(shown, 1_236, 500)}, Page(100), None)
    lines = text.replace("\xa0", " ").replace("\u202f", " ").splitlines()
    head = "      31/01/2022  VT 12  Loyer"
    assert head.ljust(63) + "       60,00 € crédit  ligne 7" == lines[3]
    assert lines[4].startswith("      sans date   VT 12  Un libellé")
    assert lines[4].endswith("…  123 456,78 € débit   ligne 7")
    assert "      … et 1 234 autres écritures, total 5,00 € débiteur" == lines[5]


def test_a_ledger_line_without_date_has_none_in_json(make: Make) -> None:
    """null, not an invented day."""
    trace = condensed(explain(make().evaluation, "CR.LOYERS.N"))
    made = as_dict(trace, {"704": Extract((line(None, 5, 0),), 1, 5)})
    assert None is made["enfants"][0]["ecritures"]["lignes"][0]["date"]
