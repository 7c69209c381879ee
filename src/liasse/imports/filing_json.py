"""Read the JSON form of a filing (`docs/schemas/depot-1.schema.json`) into plain data."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from liasse.imports.issues import IssueLog


class RefusedJsonError(ValueError):
    """A fault that the JSON decoder would let through; its text says it to the user."""


def strict_json(text: str) -> object:
    """
    Decode JSON with exact decimal numbers; a key given twice or a number that is none is refused.

    Raises:
        json.JSONDecodeError: this is not JSON.
        RefusedJsonError: this is JSON, but for the faults above.
        RecursionError: it nests too deep.
    """
    return json.loads(
        text,
        parse_float=_decimal,
        parse_int=_decimal,
        parse_constant=_refuse_constant,
        object_pairs_hook=_unique,
    )


def _decimal(number: str) -> Decimal:
    try:
        return Decimal(number)
    except InvalidOperation:  # an exponent beyond any
        _refuse_constant(number[:60])


def _refuse_constant(name: str) -> NoReturn:
    raise RefusedJsonError(f"« {name} » n'est pas un montant.")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise RefusedJsonError(f"« {key} » est donnée deux fois. Gardez une seule valeur.")
        found[key] = value
    return found


def parse_filing_json(content: bytes, log: IssueLog) -> dict[str, Any] | None:
    """Parse a JSON document; None, with its issue, when it is not one object."""
    try:
        found = strict_json(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        log.add("I301", f"Le fichier n'est pas en UTF-8 (octet {error.start}).")
    except json.JSONDecodeError as error:
        log.add("I301", f"Ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON.")
    except RefusedJsonError as error:
        log.add("I301", str(error))
    except RecursionError:
        log.add("I301", "Le JSON est trop imbriqué.")
    else:
        if isinstance(found, dict):
            return found
        log.add("I301", "Le fichier ne contient pas un objet JSON.")
    return None
