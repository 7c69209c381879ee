"""Lists of cells to the fewest ranges, as a person would write a sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from liasse.outputs.workbook_places import Spot, area

_MOST: Final = 200
"""Arguments given to one function; a spreadsheet admits 255."""
_BRIDGE: Final = 10
"""How far apart two cells of one range may be, when nothing stands between them."""


def summed(spots: Sequence[Spot], blank: Collection[Spot], sheet: str) -> str:
    """Return the sum of cells, empty ones counting nothing."""
    return "+".join(f"SUM({','.join(chunk)})" for chunk in _chunks(_ranges(spots, blank, sheet)))


def counted(spots: Sequence[Spot], blank: Collection[Spot], sheet: str) -> str:
    """Return the condition that one of the cells holds a number."""
    chunks = list(_chunks(_ranges(sorted(set(spots)), blank, sheet)))
    if len(chunks) == 1 and chunks[0] == [spots[0].seen_from(sheet)]:
        return f"ISNUMBER({chunks[0][0]})"
    return "+".join(f"COUNT({','.join(chunk)})" for chunk in chunks) + ">0"


def _chunks(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), _MOST):
        yield items[start : start + _MOST]


def _ranges(spots: Sequence[Spot], blank: Collection[Spot], sheet: str) -> list[str]:
    counts = Counter(spots)
    found = []
    while counts:
        found += [area(first, last, sheet) for first, last in _grouped(list(counts), blank)]
        counts = Counter({spot: count - 1 for spot, count in counts.items() if count > 1})
    return found


def _grouped(spots: list[Spot], blank: Collection[Spot]) -> Iterator[tuple[Spot, Spot]]:
    """Group cells of one column that touch, or that only blanks part; then lone cells of one row."""
    lone: list[Spot] = []
    for first, last in _runs(sorted(spots, key=lambda s: (s.sheet, s.col, s.row)), blank, down=True):
        if first == last:
            lone.append(first)
        else:
            yield first, last
    yield from _runs(sorted(lone), blank, down=False)


def _runs(spots: list[Spot], blank: Collection[Spot], *, down: bool) -> Iterator[tuple[Spot, Spot]]:
    if not spots:
        return
    first = last = spots[0]
    for spot in spots[1:]:
        if _touches(last, spot, blank, down=down):
            last = spot
        else:
            yield first, last
            first = last = spot
    yield first, last


def _touches(before: Spot, after: Spot, blank: Collection[Spot], *, down: bool) -> bool:
    if before.sheet != after.sheet:
        return False
    step = after.row - before.row if down else after.col - before.col
    aligned = before.col == after.col if down else before.row == after.row
    if not aligned or not 0 < step <= _BRIDGE:
        return False
    if down:
        return all(before._replace(row=before.row + more) in blank for more in range(1, step))
    return all(before._replace(col=before.col + more) in blank for more in range(1, step))
