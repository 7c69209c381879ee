"""
Cells given as JSON: one object of values, the same wrapped, or the output of an earlier `verifier`.

Values are written as people write them: exact decimal amounts, ISO dates, true or false, the code of a
choice, words; the rows of a keyed section are a list under its name, the tables declared « néant » a list
under `neant`.  Null and the empty text leave the cell empty.  Every faulty cell is told at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from liasse.cli.files import read_utf8
from liasse.cli.models import questionnaires_with
from liasse.compiler.plan import Nature, Plan
from liasse.engine.filing import form_of
from liasse.engine.incremental import input_key
from liasse.errors import UnusableInputError
from liasse.imports.filing_json import RefusedJsonError, strict_json
from liasse.model.filing import DepotYear
from liasse.source.filing import ROUNDINGS, YearReader
from liasse.source.values import MAX_DIGITS

_HEAD: Final = 256
_SHAPE: Final = 'Attendu : un objet JSON, par exemple { "ID.LOGEMENTS.N": 850, "CRC.C080.R": "12345.67" }.'
_ROW: Final = re.compile(r"(\w+)\[(.*)\]\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CellsFile:
    """
    What a JSON file of cells says; values are not encoded yet.

    `earlier` tells that the file is the output of a verification; `arrondi` is `euro`, `centime` or empty.
    """

    path: Path
    cellules: Mapping[str, object]
    arrondi: str = ""
    exercice: int | None = None
    famille: str = ""
    earlier: bool = False
    lignes: Mapping[str, object] = field(default_factory=dict)
    neant: object = None


def looks_like_json(path: Path) -> bool:
    """Tell whether a file opens with a brace; a file that cannot be opened is not JSON."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read_cells(path: Path) -> CellsFile:
    """
    Read a JSON file of cells.

    Raises:
        UnusableInputError: unreadable, not JSON, or not an object of cells.
    """
    return _shape(path, _parse(path, read_utf8(path, "utf-8-sig")))


def _parse(path: Path, text: str) -> object:
    try:
        return strict_json(text)
    except json.JSONDecodeError as error:
        raise UnusableInputError(
            f"{path}, ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON. {_SHAPE}"
        ) from error
    except RefusedJsonError as error:
        raise UnusableInputError(f"{path} : {error}") from error
    except RecursionError as error:
        raise UnusableInputError(f"{path} : le JSON est trop imbriqué. {_SHAPE}") from error


def _shape(path: Path, content: object) -> CellsFile:
    if not isinstance(content, dict):
        raise UnusableInputError(f"{path} ne contient pas de cellules. {_SHAPE}")
    exercice, famille = content.get("exercice"), content.get("famille")
    year = int(exercice) if isinstance(exercice, Decimal) and 0 <= exercice.adjusted() < MAX_DIGITS else None
    family = famille if isinstance(famille, str) else ""
    if isinstance(content.get("etats"), dict):
        return _earlier(path, content["etats"], year, family)
    if "cellules" not in content:
        cells = {key: raw for key, raw in content.items() if key != "neant"}
        single, rows = _split(cells)
        return CellsFile(path, single, "", year, family, lignes=rows, neant=content.get("neant"))
    cellules, arrondi = content["cellules"], content.get("arrondi", "")
    if not isinstance(cellules, dict):
        raise UnusableInputError(f"{path} : « cellules » doit être un objet. {_SHAPE}")
    if arrondi not in {"", *ROUNDINGS}:
        raise UnusableInputError(f"{path} : « arrondi » vaut « euro » ou « centime », pas « {arrondi} ».")
    single, rows = _split(cellules)
    lignes = content.get("lignes")
    rows |= lignes if isinstance(lignes, dict) else {}
    return CellsFile(path, single, arrondi, year, family, lignes=rows, neant=content.get("neant"))


def _split(cells: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Part the single cells from the sections whose rows are given as a list."""
    single = {key: raw for key, raw in cells.items() if not isinstance(raw, list)}
    return single, {key: raw for key, raw in cells.items() if isinstance(raw, list)}


def _earlier(path: Path, etats: Mapping[str, object], year: int | None, famille: str) -> CellsFile:
    """Take the values of an earlier verification; `OP[TILLEULS]` is a row."""
    cells: dict[str, object] = {}
    rows: dict[str, dict[str, dict[str, object]]] = {}
    for table, lignes in etats.items():
        for ligne, colonnes in _items(lignes):
            row = _ROW.match(ligne)
            for colonne, cell in _items(colonnes):
                value = dict(_items(cell)).get("valeur")
                if row:
                    rows.setdefault(f"{table}.{row[1]}", {}).setdefault(row[2], {})[colonne] = value
                else:
                    cells[f"{table}.{ligne}.{colonne}"] = value
    lignes_ = {section: list(found.values()) for section, found in rows.items()}
    return CellsFile(path, cells, "", year, famille, earlier=True, lignes=lignes_)


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()


def scale_cells(plan: Plan, file: CellsFile) -> tuple[DepotYear, tuple[str, ...]]:
    """
    Bring the cells of a file to the units of a plan; return them with what must be said of them.

    Raises:
        UnusableInputError: unknown cells or bad values, all of them, with the nearest spelling.
    """
    reader = YearReader(form_of(plan))
    cells = {
        reference: raw
        for reference, raw in file.cellules.items()
        if not (file.earlier and not _is_typed(plan, reference, file.famille))
    }
    values, texts = reader.cells(cells)
    rows = {section: reader.rows(section, _typed_rows(plan, file, section)) for section in file.lignes}
    neant = reader.neant(file.neant)
    faults = [f"  {fault.message}" for fault in reader.faults]
    if faults:
        many = len(faults) > 1
        head = f"{len(faults)} cellules sont à corriger" if many else "une cellule est à corriger"
        raise UnusableInputError("\n".join([f"{file.path} : {head}.", *_other_form(plan, file), *faults]))
    idle = (
        f"{reference} est calculée et aucun contrôle ne la compare : la valeur fournie est sans effet."
        for reference in values
        if input_key(plan, reference) is None
    )
    remarques = (*_other_family(plan, file), *idle)
    return DepotYear(values, texts, rows, neant, _rounded(plan, file, values)), remarques


def _other_form(plan: Plan, file: CellsFile) -> Iterator[str]:
    """Name the questionnaires that have the tables which this one lacks."""
    tables = {reference.partition(".")[0] for reference in (*file.cellules, *file.lignes)}
    lacking = sorted(tables - plan.model.tables.keys())
    others = questionnaires_with(lacking) if lacking else ()
    if others:
        those = f"La table {lacking[0]} est" if len(lacking) == 1 else "Les tables inconnues sont"
        yield f"  {those} du questionnaire {' ou '.join(others)} : ajoutez --questionnaire {others[0]}."


def _typed_rows(plan: Plan, file: CellsFile, section: str) -> object:
    """Return the rows of a section; of an earlier verification, without what is computed again."""
    raw = file.lignes[section]
    if not file.earlier or not isinstance(raw, list):
        return raw
    return [
        {
            column: value
            for column, value in row.items()
            if _is_typed(plan, f"{section}.{column}", file.famille)
        }
        for row in raw
    ]


def _other_family(plan: Plan, file: CellsFile) -> Iterator[str]:
    """Say that a file is of another family, and how many of its cells this one does not have."""
    if file.famille not in {"", plan.famille}:
        lost = sum(
            reference not in plan.index and raw is not None and raw != ""
            for reference, raw in file.cellules.items()
        )
        left = (
            f" Cellules propres à {file.famille}, laissées de côté : {lost}." if lost and file.earlier else ""
        )
        yield f"{file.path.name} est de la famille {file.famille}, et non {plan.famille}.{left}"


def _is_typed(plan: Plan, reference: str, famille: str) -> bool:
    """
    Keep, of an earlier verification, what is not computed again.

    A cell that the plan does not know is a fault (it was renamed), unless it comes from another family.
    """
    position = plan.index.get(reference)
    if position is None:
        return famille in {"", plan.famille}
    return plan.slots[position].nature is not Nature.CALCULEE


def _rounded(plan: Plan, file: CellsFile, values: Mapping[str, int]) -> frozenset[str] | None:
    euros = [reference for reference in values if plan.slot(reference).unit.code == "euro"]
    if file.arrondi == "euro":
        return frozenset(euros)
    to_the_cent = file.arrondi == "centime" or (file.earlier and any(values[key] % 100 for key in euros))
    return frozenset() if to_the_cent else None
