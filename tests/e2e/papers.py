"""What an accountant has at hand: the balance that the ledger exports, and the spreadsheet of the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import secteur
from liasse import (
    Balance,
    Evaluation,
    Nature,
    Outcome,
    compile_model,
    format_french,
    judge,
    load_model,
    say_value,
    to_decimal_string,
)
from tests.support import MODELES

WORDS: Final = frozenset({"texte", "date", "oui_non", "choix"})


@dataclass(frozen=True, slots=True)
class Papers:
    """The fictional figures of a cooperative for an exercice."""

    evaluation: Evaluation

    @property
    def balance(self) -> bytes:
        """The general balance, as a CSV file."""
        held = self.evaluation.facts.balance
        assert held is not None
        return "\r\n".join(_lines(held)).encode("cp1252")

    def text(self, key: str, row: int | None = None) -> str:
        """Return what one types in a cell; nothing where the form computes."""
        slot = self.evaluation.plan.slot(key)
        if slot.nature not in {Nature.SAISIE, Nature.REMPLIE} or not self._is_held(key, row):
            return ""
        if slot.unit.code in WORDS:
            return say_value(self.evaluation, key, row)
        value = self.evaluation.at(key, row)
        return "" if value is None else format_french(value, slot.unit.code, symbol=False)

    def rows(self, section: str) -> int:
        """Return how many rows there are in a keyed section."""
        return len(self.evaluation.facts.rows.get(section, ()))

    def block(self, keys: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the texts of a rectangle of cells; an empty key is a cell that is closed."""
        return [[self.text(key) if key else "" for key in line] for line in keys]

    def row_block(self, section: str, columns: Sequence[str]) -> list[list[str]]:
        """Return the texts of the rows of a keyed section."""
        return [
            [self.text(f"{section}.{column}", row) for column in columns] for row in range(self.rows(section))
        ]

    @property
    def warnings(self) -> int:
        """How many gaps are to be justified once everything is there."""
        plan = self.evaluation.plan
        return sum(
            one.outcome is Outcome.ECART and (one.gravite or check.control.gravite).value == "a_justifier"
            for check, one in zip(plan.checks, judge(self.evaluation), strict=True)
        )

    def _is_held(self, key: str, row: int | None) -> bool:
        facts = self.evaluation.facts
        if row is None:
            return key in facts.cells
        section, _, column = key.rpartition(".")
        return column in facts.rows[section][row].valeurs


def papers_of(siren: str, exercice: int) -> Papers:
    """Return the figures of a cooperative of the seeds."""
    known = next(one for one in secteur.organismes(12, 2022, {"COOP": 12}) if one.siren == siren)
    plan = compile_model(load_model(MODELES, "qdis_coop", "2022"), "COOP")
    return Papers(secteur.evaluation(known, exercice, plan, historique=1))


def _lines(balance: Balance) -> Iterator[str]:
    whats = ("À-nouveaux", "Mouvements", "Solde")
    yield ";".join(
        ("Compte", "Libellé", *(f"{what} {side}" for what in whats for side in ("débit", "crédit")))
    )
    for one in balance.lignes:
        amounts = (*_sides(one.ouverture or 0), one.debit or 0, one.credit or 0, *_sides(one.solde))
        yield ";".join((one.compte, one.libelle, *(_written(amount) for amount in amounts)))


def _sides(amount: int) -> tuple[int, int]:
    return max(amount, 0), max(-amount, 0)


def _written(amount: int) -> str:
    return to_decimal_string(amount).replace(".", ",")
