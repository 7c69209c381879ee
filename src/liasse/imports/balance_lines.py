"""From the accounts read to the lines of a balance, for the exercice or the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from liasse.imports.balance_columns import PREVIOUS, Colonnes
from liasse.imports.balance_rows import CompteRow, Sums, add_to
from liasse.imports.issues import IssueLog
from liasse.ledger.balance import Balance, LigneBalance

_SUBTOTAL_LENGTH: Final = 2
_MIN_SUBTOTALS: Final = 3


def leave_subtotals(comptes: dict[str, CompteRow], log: IssueLog) -> None:
    """
    Leave out the rows that repeat, under a shorter number, the total of the accounts below them.

    Classes and sub-classes (one or two digits) are looked at one by one: the amounts must be those of the
    accounts below.  A longer root is a total only when the whole file is built so: every root equals what is
    below, at least three times.
    """
    below = _below(comptes)
    long_roots = [root for root in below if len(root) > _SUBTOTAL_LENGTH]
    built_so = len(long_roots) >= _MIN_SUBTOTALS and all(
        _repeats(comptes, root, below) for root in long_roots
    )
    for root in sorted(below, key=lambda root: (-len(root), root)):
        if len(root) > _SUBTOTAL_LENGTH:
            is_total = built_so
        else:
            is_total = _repeats(comptes, root, below)
            _report_kept(comptes, root, log, is_total=is_total)
        if is_total:
            row = comptes.pop(root)
            message = (
                f"Le compte {root} totalise les comptes qui commencent par {root} : il est laissé de côté."
            )
            log.add("I206", message, ligne=row.lignes[0], valeur=root)


def _repeats(comptes: Mapping[str, CompteRow], root: str, below: Mapping[str, list[str]]) -> bool:
    """
    Tell whether a root has the balance of what is still below it, or of its last subdivisions.

    Where closing balances are written they alone decide: totals of the other columns are often left at zero.
    """
    remaining = [number for number in below[root] if number in comptes]
    leaves = [number for number in remaining if number not in below]
    given = nets(comptes[root].sums)
    closing = {group: value for group, value in given.items() if group.endswith("solde")}
    return any(
        all(value == found.get(group, 0) for group, value in (closing or given).items())
        for found in (
            nets(add_up(comptes[number].sums for number in numbers)) for numbers in (remaining, leaves)
        )
    )


def nets(sums: Sums) -> Sums:
    """
    Bring pairs of balances to one, debit minus credit; movements stay two.

    >>> nets({"solde_debit": 50, "solde_credit": 80, "debit": 10, "credit": 10})
    {'solde': -30, 'debit': 10, 'credit': 10}
    """
    made: Sums = {}
    for role, value in sums.items():
        group, side = role, 1
        if role.endswith(("solde_debit", "ouverture_debit")):
            group = role.removesuffix("_debit")
        elif role.endswith(("solde_credit", "ouverture_credit")):
            group, side = role.removesuffix("_credit"), -1
        made[group] = made.get(group, 0) + side * value
    return made


def _report_kept(comptes: Mapping[str, CompteRow], root: str, log: IssueLog, *, is_total: bool) -> None:
    """Say that a short account is kept though others extend it: it is not their total."""
    row = comptes[root]
    if is_total or not any(row.sums.values()):
        return
    message = f"Le compte {root} n’est pas le total des comptes qui commencent par {root} : il est gardé."
    log.add("I222", message, ligne=row.lignes[0], valeur=root)


def _below(comptes: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each account that others extend, those others."""
    numbers = sorted(comptes)
    below: dict[str, list[str]] = {}
    open_roots: list[str] = []
    for number in numbers:
        while open_roots and not number.startswith(open_roots[-1]):
            open_roots.pop()
        for root in open_roots:
            below.setdefault(root, []).append(number)
        open_roots.append(number)
    return below


def add_up(every: Iterable[Sums]) -> Sums:
    """Add sums up, role by role."""
    total: Sums = {}
    for sums in every:
        add_to(total, sums)
    return total


class BalanceMaker:
    """Turn what was read of each account into lines of a balance, for the exercice or the one before."""

    def __init__(
        self, columns: Colonnes, comptes: Mapping[str, CompteRow], log: IssueLog, prefix: str = ""
    ) -> None:
        roles = {role.removeprefix(prefix) for role in columns.positions if role.startswith(prefix)}
        self.prefix = prefix
        self.comptes = comptes
        self.has_previous = any(role.startswith(PREVIOUS) for role in columns.positions)
        self.has_solde = "solde" in roles or {"solde_debit", "solde_credit"} <= roles
        self.has_ouverture = "ouverture" in roles or {"ouverture_debit", "ouverture_credit"} <= roles
        self.has_mouvements = {"debit", "credit"} <= roles and self._are_movements()
        self._pair = {"debit", "credit"} <= roles
        self._log = log
        self.sign = -1 if columns.is_reversed else 1

    def _are_movements(self) -> bool:
        """Tell movements from closing balances when only Débit and Crédit are given: an account has both."""
        if self.has_solde or self.has_ouverture:
            return True
        return any(
            row.sums.get(self.prefix + "debit") and row.sums.get(self.prefix + "credit")
            for row in self.comptes.values()
        )

    def ouverture(self, sums: Sums) -> int:
        """Return the opening balance, debit minus credit."""
        return self._net(sums, "ouverture")

    def _net(self, sums: Sums, group: str) -> int:
        p = self.prefix
        signed = self.sign * sums.get(p + group, 0)
        return signed + sums.get(f"{p}{group}_debit", 0) - sums.get(f"{p}{group}_credit", 0)

    def movement(self, sums: Sums) -> int:
        """Return the movements, debit minus credit."""
        return sums.get(self.prefix + "debit", 0) - sums.get(self.prefix + "credit", 0)

    def gives_solde(self, sums: Sums) -> bool:
        """Tell whether the closing balance is written."""
        return any(self.prefix + role in sums for role in ("solde", "solde_debit", "solde_credit"))

    def solde(self, sums: Sums) -> int:
        """
        Return the closing balance: as written, else opening plus movements.

        Movements alone do not make a balance that is left blank: the opening is not known.
        """
        if self.has_solde and (self.gives_solde(sums) or not self.has_ouverture):
            return self._net(sums, "solde")
        return self.ouverture(sums) + self.movement(sums)

    def balance(self) -> Balance:
        """Return the balance."""
        auxiliaires = {
            compte: tuple(sorted((name, self.solde(sums)) for name, sums in row.auxiliaires.items()))
            for compte, row in sorted(self.comptes.items())
            if row.auxiliaires
        }
        lignes = tuple(self._ligne(compte, self.comptes[compte]) for compte in sorted(self.comptes))
        return Balance(lignes, self.has_ouverture, self.has_mouvements, auxiliaires)

    def _ligne(self, compte: str, row: CompteRow) -> LigneBalance:
        p = self.prefix
        return LigneBalance(
            compte,
            self.solde(row.sums),
            row.libelle,
            self.ouverture(row.sums) if self.has_ouverture else None,
            row.sums.get(p + "debit", 0) if self.has_mouvements else None,
            row.sums.get(p + "credit", 0) if self.has_mouvements else None,
            row.occurrences,
        )
