"""
The fields of a FEC (article A47 A-1 LPF, VII and VIII): names, order, and recognition of a header.

Case, accents, spaces and order of the columns do not matter; columns beyond the standard are kept aside.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from liasse.imports.issues import IssueLog

OFFICIAL: Final = {
    "journal": "JournalCode",
    "journal_lib": "JournalLib",
    "numero": "EcritureNum",
    "date": "EcritureDate",
    "compte": "CompteNum",
    "compte_lib": "CompteLib",
    "auxiliaire": "CompAuxNum",
    "auxiliaire_lib": "CompAuxLib",
    "piece": "PieceRef",
    "piece_date": "PieceDate",
    "libelle": "EcritureLib",
    "debit": "Debit",
    "credit": "Credit",
    "lettrage": "EcritureLet",
    "lettrage_date": "DateLet",
    "validation": "ValidDate",
    "montant_devise": "Montantdevise",
    "devise": "Idevise",
}
"""Role to official name, in the order of the text; Montant and Sens may stand for Debit and Credit."""

MONTANT_SENS: Final = {"montant": "Montant", "sens": "Sens"}
NAMES: Final = OFFICIAL | MONTANT_SENS
ROLES: Final = tuple(NAMES)

MANDATORY: Final = (
    "journal",
    "journal_lib",
    "numero",
    "date",
    "compte",
    "compte_lib",
    "piece",
    "piece_date",
    "libelle",
    "validation",
)
"""Fields that may not be blank in a commercial ledger (BIC/IS), amounts aside."""

DATES: Final = ("date", "piece_date", "validation", "lettrage_date")

_ALIASES: Final = {
    "codejournal": "journal",
    "libellejournal": "journal_lib",
    "journallibelle": "journal_lib",
    "numecriture": "numero",
    "ecriturenumero": "numero",
    "numeroecriture": "numero",
    "dateecriture": "date",
    "comptenumero": "compte",
    "numcompte": "compte",
    "numerocompte": "compte",
    "libellecompte": "compte_lib",
    "comptelibelle": "compte_lib",
    "compteauxnum": "auxiliaire",
    "compauxnumero": "auxiliaire",
    "compteauxlib": "auxiliaire_lib",
    "compauxlibelle": "auxiliaire_lib",
    "piecereference": "piece",
    "datepiece": "piece_date",
    "libelleecriture": "libelle",
    "ecriturelibelle": "libelle",
    "ecriturelettrage": "lettrage",
    "datelettrage": "lettrage_date",
    "datevalidation": "validation",
    "validationdate": "validation",
    "devise": "devise",
}
_KNOWN: Final = {name.lower(): role for role, name in NAMES.items()} | _ALIASES
_NOT_ALPHANUMERIC: Final = re.compile(r"[^a-z0-9]")


def fold(text: str) -> str:
    """
    Reduce a text to lower-case letters and digits, without accents.

    >>> fold("Écriture Num")
    'ecriturenum'
    """
    plain = unicodedata.normalize("NFKD", text[:400]).casefold()
    return _NOT_ALPHANUMERIC.sub("", plain)


@dataclass(frozen=True, slots=True)
class FecLayout:
    """
    Where each role stands in a line; `headers` are the names found.

    `has_trailing` says that lines end with a separator too many, which makes no field.
    """

    separator: str
    headers: tuple[str, ...]
    positions: dict[str, int]
    is_quoted: bool = False
    has_header: bool = True
    has_trailing: bool = False

    @property
    def width(self) -> int:
        """The number of fields of a line."""
        return len(self.headers)

    @property
    def mode(self) -> str:
        """How amounts are written: `debit_credit`, `montant_sens`, or `montant` (signed)."""
        if "debit" in self.positions and "credit" in self.positions:
            return "debit_credit"
        return "montant_sens" if "sens" in self.positions else "montant"

    def shown(self) -> dict[str, str]:
        """Return role to header found, for the report."""
        return {role: self.headers[index].strip() for role, index in self.positions.items()}


def positions_of(headers: Sequence[str]) -> dict[str, int]:
    """Return the position of each role recognised among *headers*; the first of two homonyms wins."""
    found: dict[str, int] = {}
    for index, header in enumerate(headers):
        role = _KNOWN.get(fold(header))
        if role is not None:
            found.setdefault(role, index)
    return {role: found[role] for role in ROLES if role in found}


def is_fec_header(headers: Sequence[str]) -> bool:
    """Tell whether a line is the header of a FEC: enough official names, one of which identifies an entry."""
    found = positions_of(headers)
    return len(found) >= 5 and bool({"journal", "numero", "date", "piece"} & found.keys())


def is_fec_record(fields: Sequence[str]) -> bool:
    """Tell whether a line looks like a record of a FEC in the order of the text, without a header."""
    if not 18 <= len(fields) <= 22:
        return False
    date, compte = fields[3].strip(' "'), fields[4].strip(' "')
    return bool(re.fullmatch(r"(19|20)\d{6}", date)) and bool(re.match(r"\d{3}", compte))


def check_layout(layout: FecLayout, log: IssueLog) -> None:
    """Report the columns that are missing, doubled or beyond the standard."""
    found = layout.positions
    _check_amounts(found, log)
    for role in OFFICIAL:
        if role not in found and role not in ("compte", "debit", "credit"):
            name = OFFICIAL[role]
            log.add("I103", f"La colonne {name} est absente de l’en-tête.", ligne=1, colonne=name)
    named = [fold(header) for header in layout.headers]
    extra = []
    for index, header in enumerate(layout.headers):
        known = _KNOWN.get(named[index])
        if known is not None and found[known] != index:
            name = NAMES[known]
            log.add("I105", f"La colonne {name} figure deux fois.", ligne=1, colonne=header.strip())
        elif known is None and header.strip():
            extra.append(header.strip())
    if extra:
        listed = ", ".join(extra[:10])
        log.add("I106", f"Colonnes non lues : {listed}.", ligne=1, valeur=listed)


def _check_amounts(found: dict[str, int], log: IssueLog) -> None:
    """Report what prevents any balance: no account, or no amounts."""
    if "compte" not in found:
        log.add("I102", "La colonne CompteNum est absente de l’en-tête.", ligne=1, colonne="CompteNum")
    pair = {"debit", "credit"} & found.keys()
    if len(pair) < 2 and "montant" not in found:
        missing = "Credit" if pair == {"debit"} else "Debit" if pair == {"credit"} else "Debit et Credit"
        message = f"Les montants manquent : {missing} absent de l’en-tête, et pas de colonne Montant."
        log.add("I102", message, ligne=1, colonne=missing)
    elif len(pair) < 2 and "sens" not in found:
        log.add("I108", "La colonne Montant est présente sans la colonne Sens.", ligne=1, colonne="Montant")
