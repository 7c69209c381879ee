"""The contract: the OpenAPI document, which holds the schemas of everything that travels."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from liasse.echanges import schema

SCHEMAS: Final = (
    "accuse-1",
    "comparaison-1",
    "consentement-1",
    "contreseing-1",
    "depot-1",
    "instantane-1",
    "provisoire-1",
)
"""What is published; all but the filing itself are parts of the OpenAPI document."""

_FILE: Final = Path(__file__).with_name("openapi.json")
_META: Final = frozenset({"$schema", "$id", "$defs"})


@cache
def openapi() -> dict[str, Any]:
    """Return the OpenAPI document of this deployment."""
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    document["servers"] = [{"url": settings.SITE}]
    for name in SCHEMAS:
        if name != "depot-1":
            document["components"]["schemas"] |= _embedded(name)
    return document


def _embedded(name: str) -> dict[str, Any]:
    """Return a schema as components: its own definitions become components beside it."""
    whole, short = schema(name), name.partition("-")[0]
    parts = {f"{short}.{key}": part for key, part in whole.get("$defs", {}).items()}
    own = {key: value for key, value in whole.items() if key not in _META}
    return {key: _moved(part, short) for key, part in {short: own, **parts}.items()}


def _moved(part: Any, short: str) -> Any:  # noqa: ANN401 - whatever a schema holds
    if isinstance(part, dict):
        return {
            key: f"#/components/schemas/{short}.{value.rpartition('/')[2]}"
            if key == "$ref"
            else _moved(value, short)
            for key, value in part.items()
        }
    return [_moved(item, short) for item in part] if isinstance(part, list) else part
