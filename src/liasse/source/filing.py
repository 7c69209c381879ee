"""
A filing to plain data (what JSON can hold) and back: the one encoding that JSON, XML and workbooks share.

Nothing here opens a file.  What is wrong with the data is a `Fault`, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from liasse.amounts import MAX_AMOUNT, parse_decimal, to_decimal_string
from liasse.errors import nearest
from liasse.ledger.balance import Balance, LigneBalance
from liasse.model.filing import FORMAT, VERSION, Depot, DepotYear
from liasse.model.rules import Row
from liasse.source.encoding import Kind
from liasse.source.values import ValueFaultError, plain, read_value, shown, write_value

Plain = dict[str, Any]

HEADER: Final = ("questionnaire", "millesime", "empreinte", "famille", "organisme")
"""The keys of a filing, beside `exercice`, that are texts."""

YEAR_KEYS: Final = ("cellules", "lignes", "neant", "arrondi", "balance", "precedent")
"""The keys of one exercice."""

ROUNDINGS: Final = ("euro", "centime")
_MAX_YEARS: Final = 8
_MAX_SOLDE: Final = 1_000 * MAX_AMOUNT
"""A balance adds up what many entries gave."""


@dataclass(frozen=True, slots=True)
class Form:
    """
    What a filing of one model and family may hold: the kind of every cell, and of the columns of rows.

    `sections` maps `TABLE.SECTION` to its columns, `cles` to the column that names its rows;
    `facultatives` are the tables that may be declared « néant ».
    """

    cellules: Mapping[str, Kind] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, Kind]] = field(default_factory=dict)
    cles: Mapping[str, str] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()
    facultatives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the data: the code of an import issue, where, and a French sentence."""

    code: str
    place: str
    message: str
    valeur: str = ""


# ── To plain data ────────────────────────────────────────────────────────────────────────────────


def filing_plain(depot: Depot, form: Form) -> Plain:
    """Return a filing as JSON can hold it: amounts are decimal strings in their unit."""
    header: Plain = {"format": FORMAT, "version": VERSION}
    for key in HEADER:
        header[key] = getattr(depot, key)
    header["exercice"] = depot.exercice
    return {**header, **year_plain(depot.faits, form)}


def year_plain(year: DepotYear, form: Form) -> Plain:
    """Return the facts of one exercice; what is not there is left out."""
    made: Plain = {"cellules": dict(_cells(year, form))}
    if year.lignes:
        made["lignes"] = {
            section: [row_plain(row, section, form) for row in rows] for section, rows in year.lignes.items()
        }
    if year.neant:
        made["neant"] = sorted(year.neant)
    if year.arrondi is not None:
        made["arrondi"] = sorted(year.arrondi) or "centime"
    if year.balance is not None:
        made["balance"] = _balance_plain(year.balance)
    if year.precedent is not None:
        made["precedent"] = year_plain(year.precedent, form)
    return made


def _cells(year: DepotYear, form: Form) -> Iterator[tuple[str, str | bool]]:
    for reference, value in year.cellules.items():
        kind = form.cellules.get(reference)
        if kind is not None:
            yield reference, write_value(value, kind, year.textes.get(reference, ""))


def row_plain(row: Row, section: str, form: Form) -> Plain:
    """Return one row, its key first."""
    kinds, key = form.sections[section], form.cles[section]
    made: Plain = {key: row.cle}
    for column, kind in kinds.items():
        if column in row.valeurs and column != key:
            made[column] = write_value(row.valeurs[column], kind, row.textes.get(column, ""))
    return made


def _balance_plain(balance: Balance) -> Plain:
    made: Plain = {
        "ouverture": balance.has_ouverture,
        "mouvements": balance.has_mouvements,
        "comptes": [_account_plain(ligne) for ligne in balance],
    }
    if balance.auxiliaires:
        made["auxiliaires"] = {
            compte: [{"auxiliaire": name, "solde": to_decimal_string(solde)} for name, solde in pairs]
            for compte, pairs in balance.auxiliaires.items()
        }
    return made


def _account_plain(ligne: LigneBalance) -> Plain:
    made: Plain = {"compte": ligne.compte, "solde": to_decimal_string(ligne.solde)}
    if ligne.libelle:
        made["libelle"] = ligne.libelle
    for key in ("ouverture", "debit", "credit"):
        value = getattr(ligne, key)
        if value is not None:
            made[key] = to_decimal_string(value)
    if ligne.occurrences != 1:
        made["occurrences"] = ligne.occurrences
    return made


# ── From plain data ──────────────────────────────────────────────────────────────────────────────


def read_filing(content: Mapping[str, Any], form: Form) -> tuple[Depot, tuple[Fault, ...]]:
    """
    Return the filing that plain data holds, and everything wrong with it.

    The header has been read by `read_header`; unknown keys are told.
    """
    reader = YearReader(form)
    known = {"format", "version", "exercice", *HEADER, *YEAR_KEYS}
    for key in content:
        if key not in known:
            reader.fault("I306", key, f"Clé inconnue « {key} ».{nearest(key, known)}")
    header, exercice = read_header(content)
    year = reader.year({key: value for key, value in content.items() if key in YEAR_KEYS})
    return Depot(**header, exercice=exercice or 0, faits=year), tuple(reader.faults)


def read_header(content: Mapping[str, Any]) -> tuple[dict[str, str], int | None]:
    """Return the texts of the header, empty where they are missing, and the exercice when it is a year."""
    texts = {key: value if isinstance(value := content.get(key), str) else "" for key in HEADER}
    year = plain(content.get("exercice"))
    return texts, int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None


class YearReader:
    """Reads the plain data of an exercice; `faults` gathers what is wrong."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.faults: list[Fault] = []
        self._before = ""

    def fault(self, code: str, place: str, message: str, raw: object = "") -> None:
        """Record what is wrong."""
        self.faults.append(Fault(code, self._before + place, message, shown(raw) if raw != "" else ""))

    def year(self, content: object, depth: int = 0) -> DepotYear:
        """Read one exercice and the one before it."""
        found = self.mapping(content, "", "l'exercice")
        cells, texts = self.cells(self.mapping(found.get("cellules"), "cellules", "« cellules »"))
        lignes = self.mapping(found.get("lignes"), "lignes", "« lignes »")
        rows = {section: rows for section, raw in lignes.items() if (rows := self.rows(section, raw))}
        neant = self.neant(found.get("neant"))
        arrondi = self.rounding(found.get("arrondi"), cells)
        balance = self._balance(found.get("balance"))
        precedent = self._precedent(found.get("precedent"), depth)
        return DepotYear(cells, texts, rows, neant, arrondi, balance, precedent)

    def _precedent(self, raw: object, depth: int) -> DepotYear | None:
        if raw is None:
            return None
        if depth + 1 >= _MAX_YEARS:
            self.fault("I304", "precedent", "Trop d'exercices précédents : les plus anciens sont laissés.")
            return None
        before, self._before = self._before, f"{self._before}precedent."
        try:
            return self.year(raw, depth + 1)
        finally:
            self._before = before

    def mapping(self, raw: object, place: str, name: str) -> Mapping[str, Any]:
        """Return an object, or an empty one with a fault when it is something else."""
        if raw is None:
            return {}
        if isinstance(raw, Mapping):
            return raw
        self.fault("I304", place, f"{name} : un objet est attendu.", raw)
        return {}

    def _list(self, raw: object, place: str) -> list[Any]:
        if raw is None:
            return []
        if isinstance(raw, list):
            return raw
        self.fault("I304", place, f"« {place} » : une liste est attendue.", raw)
        return []

    def cells(self, content: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
        """Read single cells: their values, and the words of those that are texts."""
        values: dict[str, int] = {}
        texts: dict[str, str] = {}
        for reference, raw in content.items():
            kind = self.form.cellules.get(reference)
            if kind is None:
                known = nearest(reference, self.form.cellules)
                self.fault("I303", reference, f"Cellule inconnue « {reference} ».{known}")
            else:
                self._put(reference, raw, kind, reference, values, texts)
        return values, texts

    def _put(
        self, place: str, raw: object, kind: Kind, key: str, values: dict[str, int], texts: dict[str, str]
    ) -> None:
        try:
            read = read_value(raw, kind)
        except ValueFaultError as error:
            self.fault("I304", place, f"{place} : {error}.", raw)
            return
        if read is not None:
            values[key] = read[0]
            if read[1]:
                texts[key] = read[1]

    def rows(self, section: str, raw: object) -> tuple[Row, ...]:
        """Read the rows of a keyed section."""
        if section not in self.form.sections:
            known = nearest(section, self.form.sections)
            self.fault("I303", section, f"Section de lignes inconnue « {section} ».{known}")
            return ()
        read = (self._row(section, rank, one) for rank, one in enumerate(self._list(raw, section), start=1))
        return tuple(row for row in read if row is not None)

    def _row(self, section: str, rank: int, raw: object) -> Row | None:
        place = f"{section}[{rank}]"
        kinds, key = self.form.sections[section], self.form.cles[section]
        values: dict[str, int] = {}
        texts: dict[str, str] = {}
        for column, value in self.mapping(raw, place, place).items():
            if column not in kinds:
                self.fault("I303", place, f"{place} : colonne inconnue « {column} ».{nearest(column, kinds)}")
            else:
                self._put(f"{place}.{column}", value, kinds[column], column, values, texts)
        cle = texts.get(key, "")
        if not cle:
            self.fault("I305", place, f"{place} : la ligne n'a pas de clé (colonne {key}).")
            return None
        return Row(cle, values, texts)

    def neant(self, raw: object) -> frozenset[str]:
        """Read the tables declared to have nothing to say."""
        found = set()
        for table in self._list(raw, "neant"):
            if isinstance(table, str) and table in self.form.facultatives:
                found.add(table)
            elif isinstance(table, str) and table in self.form.tables:
                told = f"La table {table} est due à tous : elle ne se déclare pas « néant »."
                self.fault("I304", "neant", told, table)
            else:
                known = nearest(str(table), self.form.tables)
                self.fault("I303", "neant", f"Table inconnue « {table} ».{known}", table)
        return frozenset(found)

    def rounding(self, raw: object, cells: Mapping[str, int]) -> frozenset[str] | None:
        """Read which cells are given to the whole euro."""
        if raw is None or raw == "":
            return None
        if raw == "centime":
            return frozenset()
        euros = [key for key in cells if self.form.cellules[key].unite == "euro"]
        if raw == "euro":
            return frozenset(euros)
        if isinstance(raw, list) and all(isinstance(one, str) for one in raw):
            return frozenset(raw)
        self.fault("I304", "arrondi", f"« arrondi » vaut « euro » ou « centime », pas « {raw} ».", raw)
        return None

    def _balance(self, raw: object) -> Balance | None:
        if raw is None:
            return None
        content = self.mapping(raw, "balance", "« balance »")
        accounts = [self._account(one) for one in self._list(content.get("comptes"), "comptes")]
        lignes = {ligne.compte: ligne for ligne in accounts if ligne is not None}
        auxiliaires = self.mapping(content.get("auxiliaires"), "auxiliaires", "« auxiliaires »")
        return Balance(
            tuple(lignes[compte] for compte in sorted(lignes)),
            has_ouverture=content.get("ouverture") is True,
            has_mouvements=content.get("mouvements") is True,
            auxiliaires={
                compte: tuple(self._auxiliaries(compte, one)) for compte, one in auxiliaires.items()
            },
        )

    def _auxiliaries(self, compte: str, raw: object) -> Iterator[tuple[str, int]]:
        for one in self._list(raw, f"auxiliaires de {compte}"):
            pair = self.mapping(one, compte, f"Auxiliaire de {compte}")
            solde = self._amount(pair, "solde", f"compte {compte}")
            if solde is not None:
                yield str(pair.get("auxiliaire", "")), solde

    def _account(self, raw: object) -> LigneBalance | None:
        content = self.mapping(raw, "balance", "Un compte de la balance")
        compte = content.get("compte")
        if not (isinstance(compte, str) and compte.isascii() and compte.isalnum()):
            self.fault("I304", "balance", f"{shown(compte)} n'est pas un numéro de compte.", compte)
            return None
        place = f"compte {compte}"
        solde = self._amount(content, "solde", place)
        times = plain(content.get("occurrences", 1))
        return LigneBalance(
            compte,
            solde or 0,
            str(content.get("libelle", "")),
            self._amount(content, "ouverture", place),
            self._amount(content, "debit", place),
            self._amount(content, "credit", place),
            int(times) if times.isascii() and times.isdigit() else 1,
        )

    def _amount(self, content: Mapping[str, Any], key: str, place: str) -> int | None:
        raw = content.get(key)
        if raw is None:
            return None
        value = parse_decimal(plain(raw))
        if value is None or abs(value) > _MAX_SOLDE:
            self.fault("I304", place, f"{place} : {shown(raw)} n'est pas un montant ({key}).", raw)
            return None
        return value
