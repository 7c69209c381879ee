"""
Cells given as JSON: one object of amounts, the same wrapped, or the output of an earlier `verifier`.

Amounts are read exactly (decimal strings, or JSON numbers read as decimals); null and the empty
text leave the cell empty.  Every faulty cell is told at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, NoReturn

from liasse.amounts import MAX_AMOUNT, parse_decimal
from liasse.cli.files import reason
from liasse.compiler.plan import Nature, Plan, SlotKind
from liasse.engine.incremental import input_key
from liasse.errors import UnusableInputError, nearest

ROUNDINGS: Final = ("euro", "centime")
_HEAD: Final = 256
_DIGITS: Final = 32
"""No amount nor year has that many digits: beyond, an exponent could fill the memory."""
_SHAPE: Final = 'Attendu : un objet JSON, par exemple { "ID.LOGEMENTS.N": 850, "CRC.C080.R": "12345.67" }.'


@dataclass(frozen=True, slots=True)
class CellsFile:
    """
    What a JSON file of cells says; amounts are not scaled yet.

    `earlier` tells that the file is the output of a verification; `arrondi` is `euro`, `centime` or empty.
    """

    path: Path
    cellules: Mapping[str, object]
    arrondi: str = ""
    exercice: int | None = None
    famille: str = ""
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """Typed cells of a filing, scaled, and those known only to the euro (None: the whole euros)."""

    values: Mapping[str, int]
    rounded: frozenset[str] | None = None
    remarques: tuple[str, ...] = ()


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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnusableInputError(f"Impossible de lire {path} : {reason(error)}.") from error
    except UnicodeDecodeError as error:
        raise UnusableInputError(f"{path} n'est pas en UTF-8 (octet {error.start}).") from error
    return _shape(path, _parse(path, text))


def _parse(path: Path, text: str) -> object:
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        raise UnusableInputError(
            f"{path}, ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON. {_SHAPE}"
        ) from error
    except _CellsError as error:
        raise UnusableInputError(f"{path} : {error}") from error
    except RecursionError as error:
        raise UnusableInputError(f"{path} : le JSON est trop imbriqué. {_SHAPE}") from error


class _CellsError(ValueError):
    """A fault that the JSON decoder would let through."""


def _refuse_constant(name: str) -> NoReturn:
    raise _CellsError(f"« {name} » n'est pas un montant.")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _CellsError(f"« {key} » est donnée deux fois. Gardez une seule valeur.")
        found[key] = value
    return found


def _shape(path: Path, content: object) -> CellsFile:
    if not isinstance(content, dict):
        raise UnusableInputError(f"{path} ne contient pas de cellules. {_SHAPE}")
    exercice, famille = content.get("exercice"), content.get("famille")
    year = int(exercice) if isinstance(exercice, Decimal) and 0 <= exercice.adjusted() < _DIGITS else None
    family = famille if isinstance(famille, str) else ""
    if isinstance(content.get("etats"), dict):
        return CellsFile(path, dict(_earlier(content["etats"])), "", year, family, earlier=True)
    if "cellules" not in content:
        return CellsFile(path, content)
    cellules, arrondi = content["cellules"], content.get("arrondi", "")
    if not isinstance(cellules, dict):
        raise UnusableInputError(f"{path} : « cellules » doit être un objet. {_SHAPE}")
    if arrondi not in {"", *ROUNDINGS}:
        raise UnusableInputError(f"{path} : « arrondi » vaut « euro » ou « centime », pas « {arrondi} ».")
    return CellsFile(path, cellules, arrondi, year, family)


def _earlier(etats: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for table, lignes in etats.items():
        for ligne, colonnes in _items(lignes):
            for colonne, cell in _items(colonnes):
                yield f"{table}.{ligne}.{colonne}", dict(_items(cell)).get("valeur")


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()


def scale_cells(plan: Plan, file: CellsFile) -> Cells:
    """
    Bring the cells of a file to the units of a plan.

    Raises:
        UnusableInputError: unknown cells or bad amounts, all of them, with the nearest spelling.
    """
    values: dict[str, int] = {}
    faults: list[str] = []
    remarques = list(_other_family(plan, file))
    for reference, raw in file.cellules.items():
        if file.earlier and not _is_typed(plan, reference, file.famille):
            continue
        fault, value = _scale(plan, reference, raw)
        if fault:
            faults.append(f"  {fault}")
        elif value is not None:
            values[reference] = value
            if input_key(plan, reference) is None:
                remarques.append(
                    f"{reference} est calculée et aucun contrôle ne la compare :"
                    " la valeur fournie est sans effet."
                )
    if faults:
        many = len(faults) > 1
        head = f"{len(faults)} cellules sont à corriger" if many else "une cellule est à corriger"
        raise UnusableInputError("\n".join([f"{file.path} : {head}.", *faults]))
    return Cells(values, _rounded(plan, file, values), tuple(remarques))


def _other_family(plan: Plan, file: CellsFile) -> Iterator[str]:
    """Say that a file is of another family, and how many of its cells this one does not have."""
    if file.famille not in {"", plan.famille}:
        lost = sum(
            reference not in plan.index and raw not in {None, ""} for reference, raw in file.cellules.items()
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


def _scale(plan: Plan, reference: str, raw: object) -> tuple[str, int | None]:
    """Return what is wrong with a cell, or nothing and its scaled value."""
    position = plan.index.get(reference)
    if position is None or plan.slots[position].kind is not SlotKind.CELL:
        known = [slot.key for slot in plan.slots if slot.kind is SlotKind.CELL]
        return f"Cellule inconnue « {reference} ».{nearest(reference, known)}", None
    if raw is None or raw == "":
        return "", None
    decimals = plan.slots[position].unit.decimals
    text = _plain(raw)
    value = parse_decimal(text, decimals) if text else None
    if value is None:
        kind = f"un nombre d'au plus {decimals} décimales" if decimals else "un nombre entier"
        return f"{reference} : {_shown(raw)} n'est pas {kind}.", None
    if abs(value) > MAX_AMOUNT:
        return f"{reference} : {text} dépasse ce que la liasse peut porter.", None
    return "", value


def _shown(raw: object) -> str:
    return str(raw) if isinstance(raw, Decimal) else json.dumps(raw, ensure_ascii=False, default=str)


def _plain(raw: object) -> str:
    """Write an amount as text, whatever its exponent; nothing for what is not an amount."""
    if isinstance(raw, Decimal):
        return f"{raw:f}" if abs(raw.adjusted()) < _DIGITS else ""
    return raw if isinstance(raw, str) else ""


def _rounded(plan: Plan, file: CellsFile, values: Mapping[str, int]) -> frozenset[str] | None:
    euros = [reference for reference in values if plan.slot(reference).unit.code == "euro"]
    if file.arrondi == "euro":
        return frozenset(euros)
    to_the_cent = file.arrondi == "centime" or (file.earlier and any(values[key] % 100 for key in euros))
    return frozenset() if to_the_cent else None
