"""Law 4 of the house: `parse(print(tree)) == tree`, on any tree."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from liasse.language.ast import Accounts, Binary, Call, Choice, Empty, Name, Node, Number, Range, Unary
from liasse.language.parser import parse
from liasse.language.printer import print_formula

codes = st.from_regex(r"[A-Z][A-Z0-9_]{0,5}", fullmatch=True)
names = st.lists(codes, min_size=1, max_size=3).map(lambda parts: Name(tuple(parts)))
roots = st.lists(st.integers(1, 99_999).map(str), min_size=1, max_size=3).map(tuple)
accounts = st.builds(Accounts, roots, st.one_of(st.just(()), roots))
terms = accounts.map(lambda given_accounts: Call("crediteur", (given_accounts,)))
numbers = st.builds(
    Number,
    st.integers(0, 10**9).map(lambda value: Fraction(value, 100)),
    st.sampled_from(["", "pourcent", "euro"]),
)
rates = st.integers(0, 10_000).map(lambda value: Number(Fraction(value, 100), "pourcent"))
ranges = st.builds(Range, st.lists(codes, min_size=1, max_size=2).map(lambda p: Name(tuple(p))), codes, codes)
leaves = st.one_of(names, numbers, terms, st.just(Empty()))


def _values(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    compare = st.builds(Binary, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), inner, inner)
    tests = st.one_of(
        compare,
        st.builds(Binary, st.sampled_from(["et", "ou"]), compare, compare),
        st.builds(Unary, st.just("non"), compare),
    )
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Binary, st.just("de"), rates, inner),
        st.builds(Unary, st.just("-"), inner),
        st.builds(Choice, tests, inner, inner),
        st.builds(lambda a, b: Call("somme", (a, b)), inner, ranges),
    )


trees = st.recursive(leaves, _values, max_leaves=12)


@given(trees)
def test_printing_then_parsing_gives_the_tree_back(tree: Node) -> None:
    """Nothing is lost or bound otherwise by the canonical form."""
    assert tree == parse(print_formula(tree))


@given(trees)
def test_printing_is_stable(tree: Node) -> None:
    """The canonical form of a canonical form is itself."""
    text = print_formula(tree)
    assert text == print_formula(parse(text))
