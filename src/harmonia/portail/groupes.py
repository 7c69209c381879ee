"""The parts of the list of tables, named by what they are, as every page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from harmonia.dossiers.completeness import Completeness, TableProgress


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the list of tables: those that are due, and those that only some organisations fill."""

    titre: str
    tables: tuple[TableProgress, ...]
    ouvert: bool = True


def groups(progress: Completeness) -> tuple[Group, ...]:
    """Return the parts that a form has, lettered in order; a form that copies nothing has no tables apart."""
    copied = [table for table in progress.tables if table.groupe == "A"]
    own = tuple(table for table in progress.tables if table.groupe == "B")
    if not copied:
        copied, own = list(own), ()
    accounts = tuple(table for table in copied if table.est_due)
    annexes = tuple(table for table in copied if not table.est_due)
    parts = (
        ("Comptes annuels et états réglementaires", accounts, True),
        ("Tableaux 1 à 13", own, True),
        ("États et annexes sans donnée", annexes, False),
    )
    there = [part for part in parts if part[1]]
    return tuple(
        Group(f"{letter}. {titre}", tables, ouvert)
        for letter, (titre, tables, ouvert) in zip("ABC", there, strict=False)
    )
