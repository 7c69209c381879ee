"""The two worked examples of the individual file (qdis_dis §7), as facts and expected figures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from liasse import Evaluation, Facts, Plan, evaluate
from liasse.model.rules import Row
from liasse.source.encoding import encode
from liasse.source.loader import unit_lookup
from tests.support import shipped_plan

NAMES: Final = ("EX1", "EX2")
_FILE: Final = Path(__file__).parent / "exemples.toml"


@dataclass(frozen=True, slots=True)
class Worked:
    """One worked example; `lignes` are the expected figures in euros, `ratios` the printed texts."""

    name: str
    lignes: Mapping[str, int]
    ratios: Mapping[str, str]
    cells: Mapping[str, int]
    rows: Mapping[str, tuple[Row, ...]]
    neant: frozenset[str]

    def facts(self, exercice: int, precedent: Evaluation | None = None) -> Facts:
        """Return the filing of a calendar year."""
        dates = {
            "Q01.L040.N": date(exercice, 1, 1).toordinal(),
            "Q01.L050.N": date(exercice, 12, 31).toordinal(),
        }
        cells = {**self.cells, **dates}
        return Facts(exercice, None, cells, precedent, rows=self.rows, neant=self.neant)


def plan_dis() -> Plan:
    """Return the shipped plan of the individual file."""
    return shipped_plan("dis_coop", "2022")


@lru_cache
def worked(name: str) -> Worked:
    """Read one of the two examples."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)[name]
    lookup = unit_lookup(plan_dis().model)

    def encoded(prefix: str, given: Mapping[str, Any]) -> dict[str, int]:
        found = {}
        for key, value in given.items():
            kind = lookup(prefix + key)
            assert kind is not None, prefix + key
            scaled = encode(value, kind)
            assert scaled is not None, prefix + key
            found[key] = scaled
        return found

    rows = {
        section: tuple(Row(row["C01"], encoded(f"{section}.", row), {"C01": row["C01"]}) for row in given)
        for section, given in raw["lignes"].items()
    }
    lignes = {f"{table}.{code}": euros for table in ("SF", "AE") for code, euros in raw[table].items()}
    neant = frozenset(raw.get("neant", ()))
    return Worked(name, lignes, raw["ratios"], encoded("", raw["cellules"]), rows, neant)


@lru_cache
def evaluated(name: str, before: str = "") -> Evaluation:
    """Evaluate an example as exercice 2022, the year before being another one."""
    precedent = evaluate(plan_dis(), worked(before).facts(2021)) if before else None
    return evaluate(plan_dis(), replace(worked(name).facts(2022), precedent=precedent))
