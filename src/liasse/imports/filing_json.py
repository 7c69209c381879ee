"""Read the JSON form of a filing (`docs/schemas/depot-1.schema.json`) into plain data."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from liasse.imports.issues import IssueLog


class _RefusedError(ValueError):
    """A fault that the JSON decoder would let through."""


def _refuse_constant(name: str) -> NoReturn:
    raise _RefusedError(f"« {name} » n'est pas un montant.")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _RefusedError(f"« {key} » est donnée deux fois. Gardez une seule valeur.")
        found[key] = value
    return found


def parse_filing_json(content: bytes, log: IssueLog) -> dict[str, Any] | None:
    """Parse a JSON document; None, with its issue, when it is not one object."""
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except UnicodeDecodeError as error:
        log.add("I301", f"Le fichier n'est pas en UTF-8 (octet {error.start}).")
    except json.JSONDecodeError as error:
        log.add("I301", f"Ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON.")
    except _RefusedError as error:
        log.add("I301", str(error))
    except RecursionError:
        log.add("I301", "Le JSON est trop imbriqué.")
    else:
        if isinstance(found, dict):
            return found
        log.add("I301", "Le fichier ne contient pas un objet JSON.")
    return None
