"""Compare the database with what was sent: a lost write, a write made twice, or a wrong value is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the database says of the writes that were acknowledged, and of the validations asked twice."""

    acknowledged: int
    lost: int
    doubled: int
    wrong: int
    validations: int
    validations_doubled: int
    examples: tuple[str, ...] = ()


def compare(
    owner_url: str, phases: Iterable[Mapping[str, Any]], held: frozenset[str], action: str
) -> Verdict:
    """Read every cell that was written, and the journal since the beginning of the bench."""
    expected: dict[tuple[int, str], list[int]] = {}
    for phase in phases:
        for key, (count, cents, version) in phase["sent"].items():
            dossier, _, cell = key.partition(" ")
            known = expected.setdefault((int(dossier), cell), [0, 0, 0])
            expected[int(dossier), cell] = [known[0] + count, cents, version]
    with psycopg.connect(owner_url) as connection:
        journal = {
            (dossier, cell): count
            for dossier, cell, count in connection.execute(
                "SELECT dossier_id, cle, count(*) FROM dossiers_journal"
                " WHERE origine = 'saisie' GROUP BY 1, 2"
            )
        }
        values = {
            (dossier, cell): (value, version)
            for dossier, cell, value, version in connection.execute(
                "SELECT dossier_id, cle, valeur, version FROM dossiers_valeur WHERE origine = 'saisie'"
            )
        }
        actions = connection.execute(
            "SELECT count(*), count(DISTINCT dossier_id) FROM dossiers_transition WHERE action = %s", [action]
        ).fetchone()
    assert actions is not None
    lost = doubled = wrong = 0
    examples: list[str] = []
    for key, (count, cents, version) in expected.items():
        there = journal.get(key, 0)
        lost += max(0, count - there)
        if count > there and len(examples) < 5:
            examples.append(f"{key} : {count} confirmées, {there} au journal, base {values.get(key)}")
        doubled += max(0, there - count)
        value = values.get(key, (None, 0))
        wrong += value != (cents, version) or version != count + int(key[1] in held)
    doubled += sum(count for key, count in journal.items() if key not in expected)
    return Verdict(
        sum(count for count, _, _ in expected.values()),
        lost,
        doubled,
        wrong,
        actions[0],
        actions[0] - actions[1],
        tuple(examples),
    )
