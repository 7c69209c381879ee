"""
Recognise the columns of a balance générale: from its headers, else from what the columns hold.

A role names what a column gives; roles prefixed by `precedent_` are those of the exercice N-1.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from liasse.imports.balance_cells import Cell, account_text, is_account, is_amount, shown

AMOUNTS: Final = (
    "ouverture_debit",
    "ouverture_credit",
    "ouverture",
    "debit",
    "credit",
    "solde_debit",
    "solde_credit",
    "solde",
)
PREVIOUS: Final = "precedent_"
ROLES: Final = (
    "compte",
    "libelle",
    "auxiliaire",
    "auxiliaire_lib",
    "sens",
    *AMOUNTS,
    *(PREVIOUS + role for role in AMOUNTS),
)

MAX_TITLE_ROWS: Final = 60
"""The header is looked for among the first rows only."""

_LABEL: Final = {
    "libelle",
    "intitule",
    "label",
    "name",
    "designation",
    "description",
    "nom",
    "lib",
    "comptelib",
}
_ACCOUNT: Final = {
    "compte",
    "cpt",
    "cpte",
    "account",
    "comptenum",
    "comptes",
    "numcompte",
    "nocompte",
    "numerocompte",
}
_AUXILIARY: Final = {
    "auxiliaire",
    "aux",
    "tiers",
    "compauxnum",
    "auxiliary",
    "subledger",
    "compteauxiliaire",
    "compauxlib",
}
_DEBIT: Final = {"debit", "deb", "debits", "debiteur", "debiteurs", "debtor", "d", "dr"}
_CREDIT: Final = {"credit", "cred", "credits", "crediteur", "crediteurs", "creditor", "c", "cr"}
_OPENING: Final = {
    "ouverture",
    "opening",
    "nouveau",
    "nouveaux",
    "anouveau",
    "anouveaux",
    "an",
    "report",
    "reports",
    "initial",
    "initiaux",
    "debut",
    "reouverture",
    "beginning",
    "ran",
}
_MOVEMENT: Final = {
    "mouvement",
    "mouvements",
    "mvt",
    "mvts",
    "mouv",
    "period",
    "periode",
    "movement",
    "movements",
    "turnover",
    "cumul",
    "cumuls",
    "flux",
}
_CLOSING: Final = {
    "solde",
    "soldes",
    "closing",
    "balance",
    "final",
    "finaux",
    "cloture",
    "ending",
    "end",
    "montant",
    "amount",
    "net",
}
_PRIOR: Final = {"precedent", "precedente", "prior", "previous", "n1", "anterieur"}
_PRIOR_MARK: Final = re.compile(r"\bn\s*[-\u2010-\u2015\u2212_]\s*1\b", re.IGNORECASE)
_ELISION: Final = re.compile(r"\b[dl]['\u2019]", re.IGNORECASE)
_NEUTRAL: Final = {"n", "n1", "exercice", "au", "annee", "year", "euros", "eur", "en"}
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BY_COUNT: Final[dict[int, tuple[str, ...]]] = {
    1: ("solde",),
    2: ("solde_debit", "solde_credit"),
    3: ("debit", "credit", "solde"),
    4: ("debit", "credit", "solde_debit", "solde_credit"),
    5: ("ouverture_debit", "ouverture_credit", "debit", "credit", "solde"),
    6: ("ouverture_debit", "ouverture_credit", "debit", "credit", "solde_debit", "solde_credit"),
}

Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Colonnes:
    """
    The columns recognised in a balance, to be shown before use.

    `positions` maps a role to the index of its column, `headers` names every column, `rows` is the number of
    rows up to and including the header, and `is_proposed` says that the roles come from the content, or from
    the order of the columns, and must be confirmed.  `is_reversed` says that the signed balance is credit
    minus debit.
    """

    positions: Mapping[str, int]
    headers: tuple[str, ...]
    rows: int
    is_proposed: bool = False
    is_reversed: bool = False
    titles: tuple[str, ...] = ()

    @property
    def mapping(self) -> dict[str, str]:
        """Role to header, the form that `read_balance` takes back."""
        return {role: self.headers[index] for role, index in self.positions.items()}

    @property
    def is_usable(self) -> bool:
        """Tell whether an account and at least one way to a closing balance are known."""
        return "compte" in self.positions and _gives_solde(self.positions)


def _gives_solde(positions: Mapping[str, int], prefix: str = "") -> bool:
    has = {role.removeprefix(prefix) for role in positions if role.startswith(prefix)}
    pairs = {"solde_debit", "solde_credit"} <= has or {"debit", "credit"} <= has
    return "solde" in has or pairs


def words(text: str) -> list[str]:
    """
    Cut a header into folded words.

    >>> words("Soldes_Débiteurs (€)")
    ['soldes', 'debiteurs']
    """
    plain = unicodedata.normalize("NFKD", _ELISION.sub("", text[:200]))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return re.findall(r"[a-z]+\d?|\d+", plain)


def column_name(index: int) -> str:
    """Name a column without a header as a spreadsheet does: « Colonne A »."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return f"Colonne {letters}"


@dataclass(frozen=True, slots=True)
class _Guess:
    """What one header says."""

    role: str = ""
    has_group: bool = True
    is_reversed: bool = False
    year: int = 0
    is_prior: bool = False


def _guess(header: str) -> _Guess:
    found = set(words(header))
    years = [int(year) for year in _YEAR.findall(header)]
    prior = bool(_PRIOR_MARK.search(header)) or bool(found & _PRIOR)
    role, has_group, is_reversed = _role(found, header)
    bare = {word for word in found - _NEUTRAL - _PRIOR if not word.isdigit()}
    if not role and not bare and (years or prior or "n" in found):
        role = "solde"
    return _Guess(role, has_group, is_reversed, max(years, default=0), prior)


def _role(found: set[str], header: str) -> tuple[str, bool, bool]:
    """Return the role, whether the header names its group (opening, movements, closing), a reversed sign."""
    debit, credit = bool(found & _DEBIT), bool(found & _CREDIT)
    if not (debit or credit):
        plain = _plain_role(found)
        if plain:
            return plain, True, False
    opening = found & _OPENING or {"a", "n"} <= found
    group = "ouverture" if opening else "" if found & _MOVEMENT else "solde" if found & _CLOSING else None
    if debit and credit:
        order = words(header)
        first_credit = min(order.index(word) for word in found & _CREDIT)
        first_debit = min(order.index(word) for word in found & _DEBIT)
        return group or "solde", True, first_credit < first_debit
    if debit or credit:
        side = "debit" if debit else "credit"
        return (f"{group}_{side}" if group else side), group is not None, False
    return (group, True, False) if group else ("", True, False)


def _plain_role(found: set[str]) -> str:
    """Recognise the columns that are not amounts."""
    label = bool(found & _LABEL)
    if found & _AUXILIARY:
        return "auxiliaire_lib" if label or "compauxlib" in found else "auxiliaire"
    if label:
        return "libelle"
    if found & _ACCOUNT and not found & _CLOSING:
        return "compte"
    if "sens" in found and found <= {"sens", "solde"}:
        return "sens"
    if found <= {"n", "no", "num", "numero", "code"} and found & {"numero", "num", "no", "code"}:
        return "compte"
    return ""


def find_columns(rows: Sequence[Row]) -> Colonnes | None:
    """Recognise the columns from the first rows of a balance; None when nothing looks like one."""
    best: Colonnes | None = None
    for candidate in _candidates(rows[:MAX_TITLE_ROWS]):
        if candidate.is_usable and (best is None or len(candidate.positions) > len(best.positions)):
            best = candidate
    return best or _from_content(rows)


def _candidates(rows: Sequence[Row]) -> Iterator[Colonnes]:
    """Try each row as a header, alone, then with the row above it, whose cells span several columns."""
    texts = [[shown(cell) for cell in row] for row in rows]
    for index, row in enumerate(texts):
        if sum(map(bool, row)) < 2 or any(is_amount(cell) for cell in rows[index]):
            continue
        titles = tuple(text for above in texts[:index] for text in above if text)
        yield _from_headers(row, index + 1, titles)
        if index and any(texts[index - 1]) and not any(is_amount(cell) for cell in rows[index - 1]):
            both = _spanned(texts[index - 1], row)
            yield _from_headers(both, index + 1, tuple(t for above in texts[: index - 1] for t in above if t))


def _spanned(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Combine two header rows, an upper cell holding for the empty ones on its right."""
    result, span = [], ""
    for index in range(max(len(upper), len(lower))):
        above = upper[index] if index < len(upper) else ""
        below = lower[index] if index < len(lower) else ""
        span = above or span
        result.append(f"{span} {below}".strip() if below else above)
    return result


def _from_headers(headers: Sequence[str], rows: int, titles: tuple[str, ...]) -> Colonnes:
    guesses = [_guess(header) for header in headers]
    prior = _prior_columns(guesses)
    roles = [PREVIOUS + g.role if i in prior and g.role in AMOUNTS else g.role for i, g in enumerate(guesses)]
    proposed = _order_pairs(roles, guesses)
    _settle_auxiliary(roles)
    positions: dict[str, int] = {}
    for index, role in enumerate(roles):
        if role:
            positions.setdefault(role, index)
    names = tuple(header or column_name(index) for index, header in enumerate(headers))
    is_reversed = any(g.is_reversed for i, g in enumerate(guesses) if positions.get(roles[i]) == i)
    return Colonnes(positions, names, rows, proposed, is_reversed, titles)


def _prior_columns(guesses: Sequence[_Guess]) -> set[int]:
    """Return the columns of the exercice N-1: marked so, or of an earlier year than the others."""
    prior = {index for index, guess in enumerate(guesses) if guess.is_prior and guess.role in AMOUNTS}
    years = {guess.year for guess in guesses if guess.year and guess.role in AMOUNTS}
    if not prior and len(years) == 2:
        prior = {
            index for index, guess in enumerate(guesses) if guess.year == min(years) and guess.role in AMOUNTS
        }
    return prior


def _order_pairs(roles: list[str], guesses: Sequence[_Guess]) -> bool:
    """
    Settle Débit and Crédit columns that do not name their group, by their order; tell whether it was needed.

    One pair beside a closing balance is movements; several pairs are opening, movements and closing.
    """
    bare = [
        index
        for index, guess in enumerate(guesses)
        if not guess.has_group and not roles[index].startswith(PREVIOUS)
    ]
    pairs = Counter(roles[index] for index in bare)
    if pairs["debit"] != pairs["credit"] or pairs["debit"] < 2:
        return False
    suites = {2: ("", "solde_"), 3: ("ouverture_", "", "solde_")}
    suite = suites.get(pairs["debit"])
    if suite is None:
        return False
    rank = {"debit": 0, "credit": 0}
    for index in bare:
        side = roles[index]
        roles[index] = suite[rank[side]] + side
        rank[side] += 1
    return True


def _settle_auxiliary(roles: list[str]) -> None:
    """When the only account column is the auxiliary one, it is the account."""
    if "compte" not in roles and roles.count("auxiliaire") == 1:
        roles[roles.index("auxiliaire")] = "compte"


def _from_content(rows: Sequence[Row]) -> Colonnes | None:
    """Propose columns from what they hold: accounts, then numbers."""
    width = max((len(row) for row in rows), default=0)
    columns = [
        [row[index] for row in rows if index < len(row) and shown(row[index])]
        for index in range(min(width, 60))
    ]
    account = next((i for i, cells in enumerate(columns) if _mostly(_is_long_account, cells)), None)
    if account is None:
        return None
    after = [i for i in range(account + 1, len(columns)) if _mostly(is_amount, columns[i])]
    suite = _BY_COUNT.get(len(after))
    if suite is None:
        return None
    positions = {"compte": account} | dict(zip(suite, after, strict=True))
    label = next((i for i, cells in enumerate(columns) if cells and i != account and i not in after), None)
    if label is not None:
        positions["libelle"] = label
    return Colonnes(positions, tuple(column_name(i) for i in range(width)), 0, is_proposed=True)


def _is_long_account(cell: Cell) -> bool:
    return is_account(cell) and len(account_text(cell)) > 2


def _mostly(test: Callable[[Cell], bool], cells: Sequence[Cell]) -> bool:
    good = sum(map(test, cells))
    return bool(cells) and good * 5 >= len(cells) * 4


def apply_mapping(columns: Colonnes, mapping: Mapping[str, str]) -> tuple[Colonnes, list[str]]:
    """Replace the roles recognised by those asked; return also what could not be applied."""
    names = {" ".join(words(header)): index for index, header in reversed(list(enumerate(columns.headers)))}
    letters = {column_name(index).casefold(): index for index in range(len(columns.headers))}
    positions, unknown = {}, []
    for role, header in mapping.items():
        index = names.get(" ".join(words(header)), letters.get(header.strip().casefold()))
        if role not in ROLES or index is None:
            unknown.append(f"{role} → « {header} »")
        else:
            positions[role] = index
    return replace(columns, positions=positions, is_proposed=False), unknown
