"""Formula text to tree."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from liasse.errors import ParseError
from liasse.language.ast import (
    Accounts,
    Binary,
    Call,
    Choice,
    Empty,
    Filtered,
    Name,
    Node,
    Number,
    Range,
    Text,
    Unary,
)
from liasse.language.functions import ACCOUNT_FUNCTIONS

_GRAMMAR: Final = r"""
?formula: choice
?choice: "si" choice "alors" choice "sinon" choice -> choice
       | disjunction
?disjunction: conjunction
            | disjunction OU conjunction           -> binary
?conjunction: negation
            | conjunction ET negation              -> binary
?negation: comparison
         | NON negation                            -> unary
?comparison: sum
           | sum COMPARE sum                       -> binary
?sum: product
    | sum PLUS product                             -> binary
    | sum MINUS product                            -> binary
?product: signed
        | product TIMES signed                     -> binary
        | product OVER signed                      -> binary
?signed: atom
       | MINUS signed                              -> unary
?atom: number
     | NUMBER "%" "de" atom                        -> proportion
     | "vide"                                      -> empty
     | "oui"                                       -> yes
     | TEXT                                        -> text
     | name
     | FUNCTION "(" [arguments] ["sauf" roots] ")" -> call
     | "(" choice ")"
number: NUMBER                                     -> plain
      | NUMBER "%"                                 -> percent
      | NUMBER "€"                                 -> euros
arguments: argument ("," argument)*
?argument: choice | range
         | choice "si" choice                      -> filtered
range: name SPAN CODE ["." CODE]
roots: NUMBER ("," NUMBER)*
name: CODE ("." CODE)*

targets: target ("," target)*
?target: name | range

OU: "ou"
ET: "et"
NON: "non"
COMPARE: "<>" | "<=" | ">=" | "=" | "<" | ">"
PLUS: "+"
MINUS: "-"
TIMES: "*"
OVER: "/"
SPAN: ".." | "…"
CODE: /[A-Z][A-Z0-9_]*/
FUNCTION.-1: /[a-z][a-z_0-9]*/
NUMBER: /[0-9]+(\.[0-9]+)?/
TEXT: /'[^']*'/
%import common.WS
%ignore WS
"""


def _length(start: int, *children: Any) -> int:
    ends = [start + 1]
    for child in children:
        if isinstance(child, Token):
            ends.append(child.end_pos or start + 1)
        elif isinstance(child, Node):
            ends.append(child.start + child.length)
    return max(ends) - start


def _start(child: Any) -> int:
    return child.start_pos or 0 if isinstance(child, Token) else child.start


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Node]):
    """Turns lark's rules into our nodes as they are reduced."""

    def choice(self, condition: Node, then: Node, otherwise: Node) -> Node:
        return Choice(
            condition, then, otherwise, start=condition.start, length=_length(condition.start, otherwise)
        )

    def binary(self, left: Node, operator: Token, right: Node) -> Node:
        return Binary(str(operator), left, right, start=left.start, length=_length(left.start, right))

    def unary(self, operator: Token, operand: Node) -> Node:
        start = _start(operator)
        return Unary(str(operator), operand, start=start, length=_length(start, operand))

    def plain(self, number: Token) -> Node:
        return _number(number, "")

    def percent(self, number: Token) -> Node:
        return _number(number, "pourcent")

    def euros(self, number: Token) -> Node:
        return _number(number, "euro")

    def proportion(self, number: Token, whole: Node) -> Node:
        rate = _number(number, "pourcent")
        return Binary("de", rate, whole, start=rate.start, length=_length(rate.start, whole))

    def empty(self) -> Node:
        return Empty(length=4)

    def yes(self) -> Node:
        return Number(Fraction(1), "oui", length=3)

    def text(self, token: Token) -> Node:
        return Text(str(token)[1:-1], start=_start(token), length=len(token))

    def filtered(self, operand: Node, condition: Node) -> Node:
        return Filtered(operand, condition, start=operand.start, length=_length(operand.start, condition))

    def name(self, *parts: Token) -> Name:
        start = _start(parts[0])
        return Name(tuple(str(part) for part in parts), start=start, length=_length(start, parts[-1]))

    def range(self, first: Name, _span: Token, last: Token, column: Token | None) -> Node:
        length = _length(first.start, last, column)
        return Range(first, str(last), str(column or ""), start=first.start, length=length)

    def arguments(self, *arguments: Node) -> tuple[Node, ...]:
        return arguments

    def roots(self, *numbers: Token) -> tuple[Token, ...]:
        return numbers

    def targets(self, *targets: Node) -> tuple[Node, ...]:
        return targets

    def call(self, function: Token, arguments: Any, excluded: Any) -> Node:
        start, length = _start(function), len(function)
        given: tuple[Node, ...] = arguments or ()
        name = str(function)
        if name in ACCOUNT_FUNCTIONS:
            given = (_accounts(name, given, excluded or (), start),)
        elif excluded:
            message = f"« sauf » ne s'emploie qu'avec des comptes, pas avec « {name} »."
            raise ParseError(message, _start(excluded[0]), len(excluded[0]))
        return Call(name, given, start=start, length=length)


def _number(token: Token, unit: str) -> Number:
    return Number(Fraction(str(token)), unit, start=_start(token), length=len(token))


def _accounts(function: str, given: tuple[Node, ...], excluded: tuple[Token, ...], start: int) -> Accounts:
    roots: list[str] = []
    for argument in given:
        if not isinstance(argument, Number) or argument.unit or argument.value.denominator != 1:
            message = f"« {function} » attend des numéros de comptes, comme {function}(101, 108)."
            raise ParseError(message, argument.start, argument.length)
        roots.append(str(argument.value))
    if not roots:
        message = f"« {function} » attend au moins un numéro de compte."
        raise ParseError(message, start, len(function))
    return Accounts(tuple(roots), tuple(str(root) for root in excluded), start=start)


_PARSER: Final = Lark(
    _GRAMMAR,
    parser="lalr",
    start=["formula", "targets"],
    transformer=_TreeBuilder(),
    maybe_placeholders=True,
)


def _run(text: str, start: str) -> Any:
    try:
        return _PARSER.parse(text, start=start)
    except VisitError as error:
        if isinstance(error.orig_exc, ParseError):
            raise error.orig_exc from None
        raise
    except (UnexpectedToken, UnexpectedCharacters) as error:
        raise _explain(error, text) from None


def _explain(error: UnexpectedToken | UnexpectedCharacters, text: str) -> ParseError:
    """Say in French what stands where something else was expected."""
    if isinstance(error, UnexpectedToken):
        token = str(error.token)
        if error.token.type == "$END":
            return ParseError("La formule s'arrête trop tôt.", len(text.rstrip()), 1)
        return ParseError(f"« {token} » n'est pas attendu ici.", error.token.start_pos or 0, len(token))
    position = error.column - 1
    return ParseError(f"Le caractère « {text[position]} » n'a pas de sens ici.", position)


@lru_cache(maxsize=16_384)
def parse(text: str) -> Node:
    """
    Return the tree of a formula.

    Raises:
        ParseError: the text is not a formula; the message is French and carries the offset.

    >>> parse("A010 + 10 % de A020").left
    Name(parts=('A010',))
    """
    node: Node = _run(text, "formula")
    return node


@lru_cache(maxsize=1_024)
def parse_targets(text: str) -> tuple[Node, ...]:
    """
    Return the names and ranges of a `pour` list.

    Raises:
        ParseError: as `parse`.
    """
    targets: tuple[Node, ...] = _run(text, "targets")
    return targets
