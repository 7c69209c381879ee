"""The control of copied cells: what it says of each kind of cell."""

from __future__ import annotations

import pytest

from liasse import Copied, Gravite, divergence


@pytest.mark.parametrize(
    ("unite", "sides", "words", "gap"),
    [
        ("euro", (600, 500), ("6,00", "5,00"), 100),
        ("euro", (None, 500), ("", "5,00"), -500),
        ("texte", (1, 1), ("Paris", "Lyon"), None),
    ],
)
def test_both_values_are_told(
    unite: str, sides: tuple[int | None, int], words: tuple[str, str], gap: int | None
) -> None:
    """An amount has a gap; words have none; an empty cell is « vide »."""
    here, there = sides
    check, judgement, finding = divergence(
        Copied("CRP.R033.N", "CRP.R033.N", "Loyers", unite, here, there, *words)
    )
    assert gap == judgement.ecart == finding.ecart
    assert f"{words[0] or 'vide'} ici, {words[1]} dans la transmission" in finding.message
    assert ("DIVERGE", "CRP.R033.N", Gravite.A_JUSTIFIER) == (
        check.control.code,
        check.ligne,
        finding.gravite,
    )
    assert check.tree is not None
