"""The JSON schemas of the documents that leave, as they are published in `docs/schemas`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

_INSTALLED: Final = Path(__file__).parents[1] / "schemas"
_REPOSITORY: Final = Path(__file__).parents[3] / "docs" / "schemas"


@cache
def schema(name: str) -> dict[str, Any]:
    """
    Return a schema: `instantane-1`, `accuse-1`, `depot-1`.

    Raises:
        FileNotFoundError: there is none of this name.
    """
    folder = _INSTALLED if _INSTALLED.is_dir() else _REPOSITORY
    found: dict[str, Any] = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found
