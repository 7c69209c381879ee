"""Formula text to tree and back: text in, canonical text or French message out."""

from __future__ import annotations

import pytest

from liasse.errors import ParseError
from liasse.language.parser import parse, parse_targets
from liasse.language.printer import print_formula

CANONICAL = [
    ("A+B-C", "A + B - C"),
    ("A-(B-C)", "A - (B - C)"),
    ("(A+B)*C/2", "(A + B) * C / 2"),
    ("A/(B*C)", "A / (B * C)"),
    ("-A*-B", "-A * -B"),
    ("-(A+B)", "-(A + B)"),
    ("10 % de A", "10 % de A"),
    ("12.50 % de (A+B)", "12.5 % de (A + B)"),
    ("50000 €", "50000 €"),
    ("0.05", "0.05"),
    ("vide", "vide"),
    ("ACT.A010.NET", "ACT.A010.NET"),
    ("somme(ACT.A010…A350.NET, B)", "somme(ACT.A010..A350.NET, B)"),
    ("debiteur( 203 ,205 sauf 2051 )", "debiteur(203, 205 sauf 2051)"),
    ("non A=0 et (B>1 ou C<2)", "non A = 0 et (B > 1 ou C < 2)"),
    ("non (A = 0 et B = 0)", "non (A = 0 et B = 0)"),
    ("si A>0 alors B sinon si C>0 alors D sinon vide", "si A > 0 alors B sinon si C > 0 alors D sinon vide"),
    ("(si A>0 alors B sinon C)+D", "(si A > 0 alors B sinon C) + D"),
]

FAULTS = [
    ("A +", "La formule s'arrête trop tôt.", 3),
    ("A ** B", "« * » n'est pas attendu ici.", 3),
    ("A @ B", "Le caractère « @ » n'a pas de sens ici.", 2),
    ("debiteur(A)", "« debiteur » attend des numéros de comptes, comme debiteur(101, 108).", 9),
    ("debiteur()", "« debiteur » attend au moins un numéro de compte.", 0),
    ("debiteur(10 %)", "« debiteur » attend des numéros de comptes, comme debiteur(101, 108).", 9),
    ("somme(A sauf 3)", "« sauf » ne s'emploie qu'avec des comptes, pas avec « somme ».", 13),
    ("l7041", "La formule s'arrête trop tôt.", 5),
]


@pytest.mark.parametrize(("text", "expected"), CANONICAL)
def test_a_formula_prints_in_one_canonical_form(text: str, expected: str) -> None:
    """Spaces and useless parentheses go; meaning stays."""
    assert expected == print_formula(parse(text))


@pytest.mark.parametrize(("text", "expected"), CANONICAL)
def test_a_canonical_formula_parses_to_the_same_tree(text: str, expected: str) -> None:
    """Printing loses nothing."""
    assert parse(expected) == parse(text)


@pytest.mark.parametrize(("text", "message", "start"), FAULTS)
def test_a_faulty_formula_says_what_and_where(text: str, message: str, start: int) -> None:
    """The message is French and the offset points at the fault."""
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (message, start) == (caught.value.message, caught.value.start)


def test_targets_are_names_and_ranges() -> None:
    """A `pour` list keeps its order."""
    printed = [print_formula(target) for target in parse_targets("ACT.A010..A480, ACT.A720")]
    assert ["ACT.A010..A480", "ACT.A720"] == printed


def test_a_node_knows_its_place_in_the_text() -> None:
    """Messages underline the place; equality ignores it."""
    tree = parse("A +  L7O42")
    assert (5, 5) == (tree.right.start, tree.right.length)  # type: ignore[attr-defined]
