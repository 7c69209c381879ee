"""Read the register of who must file from a CSV or a workbook: lines, and what is wrong with each."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from harmonia.organismes.models import Activite, Famille
from harmonia.organismes.siren import is_siren
from harmonia.organismes.territoires import departement_of_postcode, departements, name_of_region, regions
from liasse.echanges import Cell, ExcelError, WorkbookError, decode_guess, read_sheets

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_LINES: Final = 20_000
ERASE: Final = "-"
"""What empties a field: an empty cell leaves it as it is."""

COLUMNS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "siren": ("SIREN", ("siren", "nosiren", "numerosiren")),
    "nom": ("Nom", ("nom", "denomination", "raisonsociale", "organisme")),
    "famille": ("Famille", ("famille", "type", "categorie")),
    "departement": ("Département", ("departement", "dept", "dep")),
    "region": ("Région", ("region",)),
    "adresse": ("Adresse", ("adresse",)),
    "code_postal": ("Code postal", ("codepostal", "cp")),
    "commune": ("Commune", ("commune", "ville")),
    "activite": ("Activité", ("activite",)),
    "entre_le": ("Depuis", ("depuis", "dateentree", "entreele", "agreele")),
    "sorti_le": ("Fin", ("fin", "datesortie", "sortile", "jusquau", "datefin")),
    "absorbe_par": ("Absorbé par", ("absorbepar", "sirenabsorbant", "absorbant")),
    "effet": ("Date d'effet", ("dateeffet", "datedeffet", "effet")),
}
"""The columns of the register: the title of each, and the headings under which it is recognised."""

_NAMES: Final = {name: field for field, (_, names) in COLUMNS.items() for name in names}
_DATES: Final = frozenset({"entre_le", "sorti_le", "effet"})
_LENGTHS: Final = {"nom": 160, "adresse": 240, "commune": 120}

Fiche = dict[str, str]
"""What a line says, field by field; what it does not say is not there."""


@dataclass(frozen=True, slots=True)
class ConstatRegistre:
    """Something wrong with a file: the line (0: the whole file), the column, and what to do about it."""

    ligne: int
    colonne: str
    message: str


@dataclass(frozen=True, slots=True)
class LectureRegistre:
    """What a file says: the lines without fault, each with its number, and the faults."""

    lignes: tuple[tuple[int, Fiche], ...]
    constats: tuple[ConstatRegistre, ...]


def read_registre(nom: str, body: bytes) -> LectureRegistre:
    """Read a file; every fault is told, and no line is guessed."""
    if len(body) > MAX_BYTES:
        return _unusable("Le fichier dépasse 5 Mo : un registre n'a qu'une ligne par organisme.")
    try:
        rows = _workbook(nom, body) if body.startswith(b"PK") else _text(body)
    except WorkbookError as error:
        return _unusable(error.message)
    except csv.Error:
        return _unusable("Ce fichier ne se lit pas comme un tableau : enregistrez-le en CSV ou en XLSX.")
    heading = next((at for at, row in enumerate(rows[:20]) if "siren" in _fields(row).values()), None)
    if heading is None:
        return _unusable(
            "Aucune colonne « SIREN » dans les vingt premières lignes : ajoutez une ligne de titres."
        )
    if len(rows) > MAX_LINES:
        return _unusable(
            f"Le fichier a plus de {MAX_LINES} lignes : un registre n'a qu'une ligne par organisme."
        )
    return _read(rows, heading)


def _unusable(message: str) -> LectureRegistre:
    return LectureRegistre((), (ConstatRegistre(0, "", message),))


def _workbook(nom: str, body: bytes) -> list[list[Cell]]:
    with tempfile.TemporaryDirectory(prefix="registre-") as folder:
        path = Path(folder) / f"registre{Path(nom).suffix.lower() or '.xlsx'}"
        path.write_bytes(body)
        sheets = read_sheets(path)
    return max((sheet.rows for sheet in sheets), key=len, default=[])


def _text(body: bytes) -> list[list[Cell]]:
    text = decode_guess(body).removeprefix("\ufeff")
    first = text.partition("\n")[0]
    separator = max(";\t,", key=first.count)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return re.sub(r"[^a-z]", "", folded)


def _fields(row: Sequence[Cell]) -> dict[int, str]:
    """Return the field of each column that is recognised."""
    found = {at: _NAMES.get(_plain(cell)) for at, cell in enumerate(row) if isinstance(cell, str)}
    return {at: field for at, field in found.items() if field}


def _read(rows: Sequence[Sequence[Cell]], heading: int) -> LectureRegistre:
    columns = _fields(rows[heading])
    faults = [
        ConstatRegistre(
            heading + 1, str(cell), "Cette colonne n'est pas reconnue : elle est laissée de côté."
        )
        for at, cell in enumerate(rows[heading])
        if at not in columns and cell not in {None, ""}
    ]
    seen: dict[str, int] = {}
    kept = []
    for number, row in enumerate(rows[heading + 1 :], heading + 2):
        given = {field: row[at] for at, field in columns.items() if at < len(row)}
        if all(cell is None or str(cell).strip() == "" for cell in given.values()):
            continue
        fiche, wrong = _fiche(number, given)
        first = seen.setdefault(fiche.get("siren", ""), number)
        if not wrong and first != number:
            wrong = [
                ConstatRegistre(number, "SIREN", f"Le SIREN {fiche['siren']} est déjà à la ligne {first}.")
            ]
        faults += wrong
        if not wrong:
            kept.append((number, fiche))
    return LectureRegistre(tuple(kept), tuple(faults))


def _fiche(number: int, given: Mapping[str, Cell]) -> tuple[Fiche, list[ConstatRegistre]]:
    fiche: Fiche = {}
    wrong = []
    for field, cell in given.items():
        text = _written(cell)
        if not text and field != "siren":
            continue
        value, fault = (text, "") if text == ERASE and field != "siren" else _value(field, text)
        if isinstance(cell, ExcelError):
            fault = f"La cellule contient l'erreur {cell} du tableur."
        if fault:
            wrong.append(ConstatRegistre(number, COLUMNS[field][0], fault))
        else:
            fiche[field] = value
    return fiche, wrong + _together(number, fiche)


def _written(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else " ".join(str(cell).split())


def _value(field: str, text: str) -> tuple[str, str]:
    """Return the value of a field, or the fault of its text."""
    if field in {"siren", "absorbe_par"}:
        digits = re.sub(r"\D", "", text).rjust(9, "0") if text else ""
        if not is_siren(digits):
            return "", f"« {text} » n'est pas un SIREN : il faut neuf chiffres, dont le dernier est une clé."
        return digits, ""
    if field in _DATES:
        found = _date(text)
        return (found, "") if found else ("", f"« {text} » n'est pas une date : écrivez 31/12/2022.")
    if field in _CODES:
        return _CODES[field](text)
    if len(text) > _LENGTHS.get(field, 240):
        return "", f"Ce texte dépasse {_LENGTHS[field]} caractères."
    return text, ""


def _date(text: str) -> str:
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return ""


def _famille(text: str) -> tuple[str, str]:
    known = {_plain(str(label)): code for code, label in Famille.choices}
    known |= {"cooperative": "COOP", "coophlm": "COOP", "seml": "SEM", "epl": "SEM", "saesh": "ESH"}
    code = text.upper() if text.upper() in Famille.values else known.get(_plain(text), "")
    return code, "" if code else f"« {text} » n'est pas une famille : {', '.join(Famille.values)}."


def _departement(text: str) -> tuple[str, str]:
    code = text.upper().rjust(2, "0")
    if code not in departements():
        names = {_plain(one.nom): one.code for one in departements().values()}
        code = names.get(_plain(text), "")
    return code, "" if code else f"« {text} » n'est pas un département : donnez son code (44, 2A, 974)."


def _region(text: str) -> tuple[str, str]:
    names = {_plain(nom): code for code, nom in regions().items()}
    code = text.rjust(2, "0") if text.rjust(2, "0") in regions() else names.get(_plain(text), "")
    return code, "" if code else f"« {text} » n'est pas une région."


def _postcode(text: str) -> tuple[str, str]:
    code = text.replace(" ", "").rjust(5, "0")
    good = re.fullmatch(r"\d{5}", code) is not None
    return (code, "") if good else ("", f"« {text} » n'est pas un code postal : cinq chiffres.")


def _activite(text: str) -> tuple[str, str]:
    known = {_plain(str(label)): code for code, label in Activite.choices}
    code = known.get(_plain(text), "")
    return code, "" if code else f"« {text} » : l'activité est locative, accession, mixte ou autre."


_CODES: Final = {
    "famille": _famille,
    "departement": _departement,
    "region": _region,
    "code_postal": _postcode,
    "activite": _activite,
}


def _together(number: int, fiche: Fiche) -> list[ConstatRegistre]:
    """Return what is wrong between the fields of a line, and complete the place from the postal code."""
    wrong = []
    if "departement" not in fiche and fiche.get("code_postal", ERASE) != ERASE:
        found = departement_of_postcode(fiche["code_postal"])
        if found:
            fiche["departement"] = found
    known = departements().get(fiche.get("departement", ""))
    if known is not None:
        said = fiche.setdefault("region", known.region)
        if said != known.region:
            wrong.append(
                ConstatRegistre(
                    number,
                    "Région",
                    f"Le département {known.code} est en {name_of_region(known.region)},"
                    f" pas en {name_of_region(said)}.",
                )
            )
    start, end = fiche.get("entre_le", ERASE), fiche.get("sorti_le", ERASE)
    if ERASE not in {start, end} and end < start:
        wrong.append(ConstatRegistre(number, "Fin", "La fin est avant le début."))
    if fiche.get("absorbe_par", ERASE) != ERASE and end == ERASE:
        wrong.append(ConstatRegistre(number, "Fin", "Une absorption a une date : remplissez « Fin »."))
    if fiche.get("absorbe_par") == fiche.get("siren", ""):
        wrong.append(ConstatRegistre(number, "Absorbé par", "Un organisme ne s'absorbe pas lui-même."))
    return wrong
