"""Just enough of JSON Schema to hold `verifier` to its contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

SCHEMAS: Final = Path(__file__).parents[3] / "docs" / "schemas"
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "boolean": (bool,),
}


def faults(content: object, name: str = "verification.schema.json") -> list[str]:
    """Return what is wrong with a verification, or with what another schema describes, place by place."""
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    return list(_Checker(schema["$defs"]).faults(schema, content, "$"))


class _Checker:
    """Checks values against a schema and its definitions."""

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions

    def faults(self, schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:  # noqa: ANN401
        """Yield what is wrong with a value."""
        if "$ref" in schema:
            yield from self.faults(self._definitions[schema["$ref"].rpartition("/")[2]], value, place)
        choices = schema.get("anyOf", [])
        if choices and all(list(self.faults(choice, value, place)) for choice in choices):
            yield f"{place} : aucun des choix"
        if not _is_of(schema.get("type", []), value):
            kinds = schema["type"]
            yield f"{place} : {value!r} n'est pas {[kinds] if isinstance(kinds, str) else kinds}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{place} : {value!r} hors de {schema['enum']}"
        if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
            yield f"{place} : {value!r} n'est pas de la forme {schema['pattern']}"
        if "minimum" in schema and value < schema["minimum"]:
            yield f"{place} : {value!r} est trop petit"
        yield from self._inner(schema, value, place)

    def _inner(self, schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:  # noqa: ANN401
        if isinstance(value, list) and "items" in schema:
            for position, item in enumerate(value):
                yield from self.faults(schema["items"], item, f"{place}[{position}]")
        if isinstance(value, dict):
            known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
            yield from (f"{place} : {key} manque" for key in schema.get("required", []) if key not in value)
            for key, item in value.items():
                if key not in known and other is False:
                    yield f"{place} : {key} est en trop"
                else:
                    yield from self.faults(known.get(key, other or {}), item, f"{place}.{key}")


def _is_of(kinds: str | list[str], value: object) -> bool:
    """Tell whether a value is of one of the kinds; a yes or no is not a number."""
    wanted = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return not wanted or "boolean" in wanted
    return not wanted or any(isinstance(value, _TYPES[kind]) for kind in wanted)
