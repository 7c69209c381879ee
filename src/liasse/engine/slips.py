"""The usual slips of the keyboard: recognise one between what stands and what is wanted, or undo it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Final


class Nature(StrEnum):
    """The slip that a hypothesis supposes; what chance explains least comes first."""

    SIGNE = "signe"
    FACTEUR = "facteur"
    PERMUTATION = "permutation"
    DOUBLE = "double"
    DEPLACEE = "deplacee"
    CHIFFRE = "chiffre"
    OUBLI = "oubli"
    PRECEDENT = "precedent"
    VOISINE = "voisine"
    SEULE = "seule"
    COMPTE = "compte"
    PAIRE = "paire"


RANKS: Final[Mapping[Nature, int]] = {nature: rank for rank, nature in enumerate(Nature)}

FACTORS: Final = (1_000, 100, 10)
"""Thousands of euros, cents, one zero."""


def is_sign(value: int, wanted: int) -> bool:
    """Tell whether the sign alone differs."""
    return value != 0 and wanted == -value


def is_swap(value: int, wanted: int) -> bool:
    """
    Tell whether two neighbouring digits are exchanged: the gap is then a multiple of 9.

    >>> is_swap(432_100, 423_100), is_swap(432_100, 412_300)
    (True, False)
    """
    one, other = str(abs(value)), str(abs(wanted))
    if len(one) != len(other) or (wanted - value) % 9 or wanted * value <= 0:
        return False
    differing = [rank for rank, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != 2:
        return False
    first, second = differing
    return second == first + 1 and one[first] == other[second] and one[second] == other[first]


_TELLING: Final = 10_000
"""A rounded amount says something from that many units on: below, too much rounds to it by chance."""


def is_factor(value: int, wanted: int) -> bool:
    """
    Tell whether one is ten, a hundred or a thousand times the other, or it typed in thousands and rounded.

    >>> is_factor(403_135, 403_135_470), is_factor(403_135, 403_136_470), is_factor(12, 12_400)
    (True, False, False)
    """
    small, large = sorted((abs(value), abs(wanted)))
    if value * wanted <= 0:
        return False
    thousands = small >= _TELLING and 2 * abs(large - 1_000 * small) <= 1_000
    return thousands or any(large == small * factor for factor in FACTORS)


def is_double(value: int, wanted: int) -> bool:
    """Tell whether the amount was counted twice, once where two are due, or where none is."""
    return value != 0 and (wanted == 0 or wanted * 2 == value or wanted == value * 2)


def is_digit(value: int, wanted: int) -> bool:
    """
    Tell whether one digit differs, is missing or is too many.

    >>> is_digit(4_561_200, 456_200), is_digit(456_200, 451_200), is_digit(456_200, 415_200)
    (True, True, False)
    """
    one, other = str(abs(value)), str(abs(wanted))
    if wanted * value <= 0:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(
        long[:rank] + long[rank + 1 :] == short for rank in range(len(long))
    )


_LOOKS: Final[Mapping[Nature, Callable[[int, int], bool]]] = {
    Nature.SIGNE: is_sign,
    Nature.FACTEUR: is_factor,
    Nature.PERMUTATION: is_swap,
    Nature.DOUBLE: is_double,
    Nature.CHIFFRE: is_digit,
}


def looks_like(value: int, wanted: int) -> Nature | None:
    """Return the slip by which *value* was typed for *wanted*, if it looks like one."""
    return next((nature for nature, looks in _LOOKS.items() if looks(value, wanted)), None)


def undone(value: int) -> Iterator[int]:
    """Yield what may have been meant by *value*, one slip undone: where any smaller gap would do."""
    if value:
        yield -value
        for factor in FACTORS:
            yield value * factor
            if value % factor == 0:
                yield value // factor
        if value % 2 == 0:
            yield value // 2
        yield from _other_digits(value)


def _other_digits(value: int) -> Iterator[int]:
    """Yield the amounts with two neighbouring digits exchanged, or with one digit less."""
    sign, digits = (-1 if value < 0 else 1), str(abs(value))
    for rank in range(len(digits)):
        before, after = digits[:rank], digits[rank + 1 :]
        yield sign * int(before + after or "0")
        if after and after[0] != digits[rank]:
            yield sign * int(before + after[0] + digits[rank] + after[1:])
