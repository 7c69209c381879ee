"""Just enough of JSON Schema to hold `verifier` to its contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

SCHEMA: Final = json.loads(
    (Path(__file__).parents[3] / "docs" / "schemas" / "verification.schema.json").read_text(encoding="utf-8")
)
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "null": (type(None),),
}


def faults(content: object) -> list[str]:
    """Return what is wrong with a verification, place by place."""
    return list(_faults(SCHEMA, content, "$"))


def _faults(schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    if "$ref" in schema:
        yield from _faults(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value, place)
    if "anyOf" in schema and all(list(_faults(choice, value, place)) for choice in schema["anyOf"]):
        yield f"{place} : aucun des choix"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, _TYPES[kind]) and not isinstance(value, bool) for kind in kinds):
        yield f"{place} : {value!r} n'est pas {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} : {value!r} hors de {schema['enum']}"
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        yield f"{place} : {value!r} n'est pas de la forme {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{place} : {value!r} est trop petit"
    yield from _inner_faults(schema, value, place)


def _inner_faults(schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:  # noqa: ANN401
    if isinstance(value, list) and "items" in schema:
        for position, item in enumerate(value):
            yield from _faults(schema["items"], item, f"{place}[{position}]")
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
        yield from (f"{place} : {key} manque" for key in schema.get("required", []) if key not in value)
        for key, item in value.items():
            if key not in known and other is False:
                yield f"{place} : {key} est en trop"
            else:
                yield from _faults(known.get(key, other or {}), item, f"{place}.{key}")
