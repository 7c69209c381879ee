"""The end of the reading of a FEC, flat or XML: checks over the whole file, choices shown, balance."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from liasse.amounts import format_french
from liasse.imports.fec_columns import FecLayout
from liasse.imports.fec_parts import Part
from liasse.imports.fec_rows import FecRow, Period, parse_date
from liasse.imports.fec_totals import Decode
from liasse.imports.report import ImportReport, Lecture
from liasse.imports.text import EOL_NAMES, SEPARATOR_NAMES, TextForm
from liasse.ledger.balance import Balance
from liasse.ledger.ecritures import Ecriture

_NAME: Final = re.compile(r"\d{9}FEC(\d{8})", re.IGNORECASE)
_DECIMALS: Final = {",": "virgule", ".": "point"}
_MODES: Final = {
    "debit_credit": "Debit et Credit",
    "montant_sens": "Montant et Sens",
    "montant": "Montant signé",
}


def period_of(path: Path, exercice: int | None) -> Period:
    """Return the dates that the exercice accepts, from the year asked or else from the name of the file."""
    closing = closing_of_name(path)
    if closing is not None and exercice in (None, closing.year):
        start = closing + timedelta(days=1)
        first = start.replace(year=start.year - 1, day=min(start.day, 28))
        return Period(first if exercice is not None else None, closing)
    return Period() if exercice is None else Period(date(exercice, 1, 1), date(exercice, 12, 31))


def closing_of_name(path: Path) -> date | None:
    """Return the closing date that a name SirenFECAAAAMMJJ gives."""
    match = _NAME.match(path.stem)
    return parse_date(match[1].encode())[0] if match else None


def conclude(
    path: Path,
    layout: FecLayout,
    form: TextForm | None,
    part: Part,
    exercice: int | None,
    closing: date | None = None,
) -> Lecture:
    """Finish the report once the whole file has gone by: checks over the whole, choices, balance."""
    decode, log, totals = part.encoding.decode, part.log, part.totals
    _check_form(path, layout, part)
    told, origin = _closing_year(closing or closing_of_name(path), part)
    year = told if exercice is None else exercice
    choix = _choices(layout, form, part)
    if year is not None:
        choix["Exercice"] = f"{year} ({origin if exercice is None else _asked(exercice, told)})"
    if not totals.taken and not log.has_fatal:
        log.add("I125", "Aucune ligne du fichier n’a pu être reprise.")
    balance = totals.balance(decode)
    if totals.taken:
        _check_whole(part, balance)
    fmt = "fec-xml" if form is None else "fec"
    lines = part.lines - layout.has_header
    issues, silenced = log.issues(), log.silenced()
    report = ImportReport(str(path), fmt, lines, layout.shown(), choix, issues, silenced, told)
    return Lecture(report, balance if report.is_usable else None, None, year)


def _asked(exercice: int, told: int | None) -> str:
    return "demandé" if told in {None, exercice} else f"demandé ; le fichier est de {told}"


def _check_form(path: Path, layout: FecLayout, part: Part) -> None:
    """Report what concerns the file as a text."""
    log = part.log
    if layout.separator in (";", ","):
        name = SEPARATOR_NAMES[layout.separator]
        log.add("I107", f"Les champs sont séparés par : {name}.", ligne=1, valeur=layout.separator)
    if layout.separator and not layout.has_header:
        log.add("I104", "Pas d’en-tête : l’ordre réglementaire des champs est supposé.", ligne=1)
    if part.encoding.is_mixed:
        log.add("I007", "Le fichier mêle de l’UTF-8 et un jeu de caractères sur un octet.")
    if part.cut_lines:
        log.add("I008", f"{part.cut_lines} ligne(s) démesurée(s) laissée(s) de côté.")
        log.add_silenced("I008", part.cut_lines - 1)
    if part.irregular_dates:
        log.add("I131", "Des dates sont écrites autrement que AAAAMMJJ.")
    if closing_of_name(path) is None:
        log.add("I123", f"Le fichier s’appelle « {path.name} » et non SirenFECAAAAMMJJ.", valeur=path.name)


def _choices(layout: FecLayout, form: TextForm | None, part: Part) -> dict[str, str]:
    """Say what was recognised."""
    decode = part.encoding.decode
    journals = sorted((decode(code), decode(label)) for code, label in part.openings.items())
    shown = [f"{code} ({label})" if label else code for code, label in journals]
    marks = [_DECIMALS[mark] for mark in sorted(part.decimals)]
    choix = {"Encodage": part.encoding.name} if form is not None else {}
    if form is not None:
        choix["Séparateur"] = SEPARATOR_NAMES[layout.separator]
        choix["Fin de ligne"] = EOL_NAMES[form.eol]
    choix["Décimale"] = " et ".join(marks) or "sans objet"
    choix["Montants"] = _MODES[layout.mode]
    choix["Journaux d’à-nouveaux"] = ", ".join(shown) or "aucun"
    return choix


def _closing_year(closing: date | None, part: Part) -> tuple[int | None, str]:
    """Return the year of closing that the file tells and how: closing date, or dates of the entries."""
    if closing is not None:
        return closing.year, "d’après la date de clôture"
    years = Counter(day.year for day in (parse_date(raw)[0] for raw in part.totals.dates) if day is not None)
    frequent = [year for year, count in years.items() if count * 5 >= years.total()]
    return (max(frequent), "d’après les dates d’écriture") if frequent else (None, "")


def _check_whole(part: Part, balance: Balance) -> None:
    """Report what only the whole file can tell."""
    log, totals = part.log, part.totals
    if totals.debit != totals.credit:
        gap = format_french(totals.debit - totals.credit)
        debit, credit = format_french(totals.debit), format_french(totals.credit)
        message = f"Les débits du fichier ({debit}) et ses crédits ({credit}) diffèrent de {gap}."
        log.add("I121", message, valeur=gap)
    if not totals.has_opening:
        log.add("I124", "Aucun journal d’à-nouveaux n’a été reconnu.")
    if balance.is_closed:
        log.add("I126", "Tous les comptes des classes 6 et 7 sont soldés et le résultat est au compte 12.")
    _report_entries(part)
    _report_gaps(part)


def _report_entries(part: Part) -> None:
    decode, checks = part.encoding.decode, part.totals.checks
    if checks.is_abandoned:
        part.log.add("I127", "Les écritures n’ont pas pu être contrôlées une à une.")
    for (journal, numero), (total, ligne) in sorted(checks.pending.items(), key=lambda item: item[1][1]):
        gap, name = format_french(total), f"{decode(journal)} n° {decode(numero)}"
        message = f"Écriture {name} : débit moins crédit = {gap}."
        part.log.add("I120", message, ligne=ligne, colonne="EcritureNum", valeur=gap)


def _report_gaps(part: Part) -> None:
    """Report missing numbers, of the whole file or of each journal, whichever numbering has fewer gaps."""
    decode, checks = part.encoding.decode, part.totals.checks
    choices = [each.gaps() for each in (checks.overall, checks.by_journal) if not each.is_abandoned]
    if not choices:
        part.log.add("I122", "Les numéros d’écriture sont trop dispersés.", colonne="EcritureNum")
        return
    for key, first, last in min(choices, key=len):
        where = decode(key).strip()
        suite = f" (suite « {where} »)" if where else ""
        what = f"le numéro {first} manque" if first == last else f"les numéros {first} à {last} manquent"
        span = f"{first}-{last}"
        part.log.add("I122", f"Numérotation : {what}{suite}.", colonne="EcritureNum", valeur=span)


def to_ecriture(row: FecRow, ligne: int, decode: Decode, *, is_opening: bool) -> Ecriture:
    """Decode a record into a ledger line."""
    return Ecriture(
        ligne,
        decode(row.journal),
        decode(row.numero),
        parse_date(row.date)[0],
        decode(row.compte),
        decode(row.compte_lib),
        decode(row.auxiliaire),
        decode(row.piece),
        decode(row.libelle),
        row.debit,
        row.credit,
        is_opening,
    )
