"""Formulas in one form, whatever their layout, and what accounts a change of formula moves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from liasse.errors import ParseError
from liasse.language.parser import parse, parse_targets
from liasse.language.printer import print_formula
from liasse.model.forms import Formula

_ACCOUNTS: Final = re.compile(r"(?<=\()\d+(?:, \d+)*(?: sauf \d+(?:, \d+)*)?(?=\))")


@dataclass(frozen=True, slots=True)
class AccountChange:
    """Roots that a formula takes or leaves out from now on, when nothing else in it changed."""

    pris: tuple[str, ...] = ()
    laisses: tuple[str, ...] = ()
    exclus: tuple[str, ...] = ()
    admis: tuple[str, ...] = ()


def account_change(old: str, new: str) -> AccountChange | None:
    """
    Return the roots gained and lost by a formula, None when something else in it changed.

    >>> account_change("crediteur(1572)", "crediteur(1525)")
    AccountChange(pris=('1525',), laisses=('1572',), exclus=(), admis=())
    """
    if not (old and new) or _ACCOUNTS.sub("", old) != _ACCOUNTS.sub("", new):
        return None
    (taken, left), (taking, leaving) = _roots(old), _roots(new)
    return AccountChange(
        pris=tuple(root for root in taking if root not in taken),
        laisses=tuple(root for root in taken if root not in taking),
        exclus=tuple(root for root in leaving if root not in left),
        admis=tuple(root for root in left if root not in leaving),
    )


def _roots(text: str) -> tuple[list[str], list[str]]:
    included: list[str] = []
    excluded: list[str] = []
    for selection in _ACCOUNTS.findall(text):
        inside, _, outside = selection.partition(" sauf ")
        included += inside.split(", ")
        excluded += outside.split(", ") if outside else []
    return included, excluded


def formula_text(formula: Formula | None) -> str:
    """Return a formula in its canonical form, an empty text when there is none."""
    if formula is None:
        return ""
    try:
        return print_formula(parse(formula.text))
    except ParseError:
        return formula.text


def targets_text(formula: Formula | None) -> str:
    """Return the canonical form of a `pour` list, an empty text when there is none."""
    if formula is None:
        return ""
    try:
        return ", ".join(print_formula(target) for target in parse_targets(formula.text))
    except ParseError:
        return formula.text
