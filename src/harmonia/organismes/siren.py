"""The SIREN number: nine digits whose key is Luhn's."""

from __future__ import annotations


def is_siren(text: str) -> bool:
    """
    Tell whether a text is a SIREN.

    >>> is_siren("732829320"), is_siren("732829321"), is_siren("73282932")
    (True, False, False)
    """
    if len(text) != 9 or not (text.isascii() and text.isdigit()):
        return False
    doubled = (int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(text))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
