"""The state that a dossier would hold once some differences are taken."""

from __future__ import annotations

from collections.abc import Callable, Collection

from harmonia.dossiers.differences import Differences, Ecart, Genre, named
from harmonia.dossiers.evaluation import Held, Live, row_numbers, rows_of
from harmonia.dossiers.keys import BALANCE
from liasse import Plan, Row


def state_after(
    state: Live,
    found: Differences,
    chosen: Collection[str],
    last_number: Callable[[str], int] | None = None,
) -> dict[str, Held]:
    """
    Return what the dossier holds once the chosen differences are taken.

    *last_number* gives the highest number that a row of a section ever had.
    """
    made = dict(state.state)
    rows = _Rows(state.plan, made, last_number)
    filled = found.avec_balance or _takes_balance(found, chosen)
    for one in sorted(found.ecarts, key=lambda each: each.row is None):
        is_taken = _is_taken(one, chosen, filled=filled)
        if one.reference == BALANCE:
            if is_taken and one.theirs is not None:
                made[BALANCE] = one.theirs
        elif one.rempli and filled:
            _fill(made, one, taken=is_taken)
        elif is_taken:
            _take(made, rows, one)
    return {**found.fixees, **made} if filled else made


def taken(found: Differences, chosen: Collection[str]) -> tuple[Ecart, ...]:
    """Return the differences that a choice takes: those chosen, and those that come with the balance."""
    filled = found.avec_balance or _takes_balance(found, chosen)
    return tuple(one for one in found.ecarts if _is_taken(one, chosen, filled=filled))


def _is_taken(one: Ecart, chosen: Collection[str], *, filled: bool) -> bool:
    if one.reference == BALANCE:
        return filled and one.theirs is not None
    if one.rempli and one.suit:
        return filled
    return one.suit or one.id in chosen


def _takes_balance(found: Differences, chosen: Collection[str]) -> bool:
    """
    Tell whether the balance comes along.

    It would fill an empty cell that was left out: the figures chosen are then taken without it.
    """
    balance = next((one for one in found.ecarts if one.reference == BALANCE), None)
    if balance is None or not (balance.suit or balance.id in chosen):
        return False
    return all(one.suit or one.id in chosen for one in found.ecarts if one.rempli and one.yours is None)


def _fill(made: dict[str, Held], one: Ecart, *, taken: bool) -> None:
    """Take a cell that the balance fills: nothing is typed over it; left out, what it said is typed."""
    if taken:
        made.pop(one.reference, None)
    elif one.yours is not None:
        made[one.reference] = one.yours


def _take(made: dict[str, Held], rows: _Rows, one: Ecart) -> None:
    if one.genre is Genre.LIGNE_AJOUTEE and one.row is not None:
        rows.add(one.reference, (one.ligne, one.rang), one.row)
    elif one.genre is Genre.LIGNE_SUPPRIMEE:
        rows.remove(one.reference, (one.ligne, one.rang))
    elif one.ligne:
        section, _, column = one.reference.rpartition(".")
        rows.put(section, (one.ligne, one.rang), column, one.theirs)
    elif one.theirs is not None:
        made[one.reference] = one.theirs
    else:
        made.pop(one.reference, None)


class _Rows:
    """The rows of keyed sections in a state being made, found by their key and rank among their like."""

    def __init__(self, plan: Plan, made: dict[str, Held], last_number: Callable[[str], int] | None) -> None:
        self._plan, self._made, self._last_number = plan, made, last_number
        self._numbers: dict[str, dict[tuple[str, int], int]] = {}
        self._last: dict[str, int] = {}

    def _known(self, section: str) -> dict[tuple[str, int], int]:
        if section not in self._numbers:
            numbers = row_numbers(self._made, section)
            names = named(rows_of(self._plan, self._made, section))
            self._numbers[section] = dict(zip(names, numbers, strict=True))
            highest = max(numbers, default=0)
            self._last[section] = max(highest, self._last_number(section) if self._last_number else 0)
        return self._numbers[section]

    def add(self, section: str, name: tuple[str, int], row: Row) -> None:
        known = self._known(section)
        self._last[section] += 1
        number = self._last[section]
        rank = 1 + max((self._made[f"{section}#{each}"].valeur or 0 for each in known.values()), default=0)
        known[name] = number
        self._made[f"{section}#{number}"] = Held(rank, None)
        for column, value in row.valeurs.items():
            self._made[f"{section}#{number}.{column}"] = Held(value, row.textes.get(column))

    def remove(self, section: str, name: tuple[str, int]) -> None:
        number = self._known(section).pop(name, None)
        if number is None:
            return
        prefix = f"{section}#{number}"
        for cle in [cle for cle in self._made if cle == prefix or cle.startswith(f"{prefix}.")]:
            del self._made[cle]

    def put(self, section: str, name: tuple[str, int], column: str, held: Held | None) -> None:
        number = self._known(section).get(name)
        if number is None:
            return
        if held is None:
            self._made.pop(f"{section}#{number}.{column}", None)
        else:
            self._made[f"{section}#{number}.{column}"] = held
