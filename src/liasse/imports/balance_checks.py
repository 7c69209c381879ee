"""Checks of a balance: its columns, each account, the total written in the file, and the whole."""

from __future__ import annotations

from typing import Final

from liasse.amounts import format_french
from liasse.imports.balance_columns import PREVIOUS, Colonnes
from liasse.imports.balance_lines import BalanceMaker, add_up
from liasse.imports.balance_rows import CompteRow, RowTaker
from liasse.imports.grid import Grid
from liasse.imports.issues import IssueLog
from liasse.ledger.balance import Balance

_SHOWN: Final = 5


def check_columns(grid: Grid, columns: Colonnes, log: IssueLog) -> None:
    """Report the choices made about columns."""
    if grid.is_mixed:
        log.add("I007", "Le fichier mêle de l’UTF-8 et un jeu de caractères sur un octet.")
    if columns.is_proposed:
        pairs = ", ".join(f"{role} = {header}" for role, header in columns.mapping.items())
        how = "l’ordre des colonnes" if columns.rows else "le contenu des colonnes"
        log.add("I208", f"Colonnes proposées d’après {how} : {pairs}.", ligne=columns.rows)
    if columns.is_reversed:
        log.add(
            "I221",
            "Le solde signé est écrit crédit moins débit : son signe est retourné.",
            ligne=columns.rows,
        )
    if any(role.startswith(PREVIOUS) for role in columns.positions):
        names = ", ".join(f"« {h} »" for role, h in columns.mapping.items() if role.startswith(PREVIOUS))
        log.add("I214", f"Colonnes lues pour l’exercice précédent : {names}.", ligne=columns.rows)


def check_rows(taker: RowTaker, maker: BalanceMaker, columns: Colonnes, log: IssueLog) -> None:
    """Check each account, then the grand total when the file has one."""
    if not maker.has_solde and maker.has_mouvements:
        log.add("I217", "Le solde de chaque compte est calculé : ouverture plus mouvements.")
    for compte, row in sorted(taker.comptes.items()):
        _check_account(compte, row, maker, columns, log)
    _check_blanks(taker, maker, log)
    if taker.total is not None:
        _check_total(taker, columns, log)


def _check_account(
    compte: str, row: CompteRow, maker: BalanceMaker, columns: Colonnes, log: IssueLog
) -> None:
    sums, ligne = row.sums, row.lignes[0]
    if row.occurrences > 1:
        where = ", ".join(map(str, row.lignes[:10]))
        log.add("I204", f"Le compte {compte} figure aux lignes {where}.", ligne=ligne, valeur=compte)
    if sums.get("solde_debit") and sums.get("solde_credit") and len(row.lignes) == 1:
        log.add(
            "I212",
            f"Le compte {compte} a un solde débiteur et un solde créditeur.",
            ligne=ligne,
            valeur=compte,
        )
    if not (maker.has_solde and maker.has_ouverture and {"debit", "credit"} <= columns.positions.keys()):
        return
    expected = maker.ouverture(sums) + maker.movement(sums)
    given = maker.solde(sums) if maker.gives_solde(sums) else 0
    if given != expected:
        kept = "le solde donné est retenu" if maker.gives_solde(sums) else "le solde calculé est retenu"
        message = (
            f"Compte {compte} : solde donné {format_french(given)}, ouverture plus mouvements "
            f"{format_french(expected)} ; {kept}."
        )
        log.add("I205", message, ligne=ligne, valeur=format_french(given - expected))


def _check_blanks(taker: RowTaker, maker: BalanceMaker, log: IssueLog) -> None:
    """Say which accounts have movements that differ, no opening column, and no closing balance."""
    if not maker.has_solde or maker.has_ouverture:
        return
    blank = [
        compte
        for compte, row in sorted(taker.comptes.items())
        if not maker.gives_solde(row.sums) and maker.movement(row.sums)
    ]
    if blank:
        names = ", ".join(blank[:_SHOWN]) + (
            f" et {len(blank) - _SHOWN} autre(s)" if len(blank) > _SHOWN else ""
        )
        log.add("I223", f"Solde laissé en blanc, lu comme nul, pour {len(blank)} compte(s) : {names}.")


def _check_total(taker: RowTaker, columns: Colonnes, log: IssueLog) -> None:
    assert taker.total is not None
    ligne, given = taker.total
    found = add_up(row.sums for row in taker.comptes.values())
    for role, total in given.items():
        if total != found.get(role, 0):
            name = columns.headers[columns.positions[role]]
            read = format_french(found.get(role, 0))
            message = f"Colonne {name} : total écrit {format_french(total)}, comptes lus {read}."
            log.add("I218", message, ligne=ligne, colonne=name, valeur=format_french(total))


def check_balance(balance: Balance, log: IssueLog) -> None:
    """Check that debits equal credits, and that the result is not closed yet."""
    gap = sum(ligne.solde for ligne in balance)
    if gap:
        log.add(
            "I211",
            f"Les soldes débiteurs et créditeurs diffèrent de {format_french(gap)}.",
            valeur=format_french(gap),
        )
    if balance.is_closed:
        log.add("I215", "Tous les comptes des classes 6 et 7 sont soldés et le résultat est au compte 12.")
