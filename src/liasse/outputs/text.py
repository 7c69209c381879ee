"""The report as text, for a terminal or a file: verdict, import, statements, aggregates, findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from liasse.amounts import format_french
from liasse.compiler.plan import Check
from liasse.engine.findings import Compte, Finding, french_spaces, say_sum
from liasse.engine.provisional import provisional
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity
from liasse.language.ast import Binary
from liasse.language.printer import print_formula
from liasse.model.rules import Gravite
from liasse.outputs.accounts import Auxiliaire, auxiliaires, check_of, rattachements
from liasse.outputs.document import Document
from liasse.outputs.forms import provisional_lines, statement_lines
from liasse.outputs.motifs import Motifs
from liasse.outputs.page import BLUE, BOLD, DIM, GREEN, RED, YELLOW, Page, wrap
from liasse.outputs.statements import statements
from liasse.outputs.wording import (
    FORMATS,
    GRAVITES,
    MARKS,
    ROLES,
    Unjudged,
    capitalised,
    clipped,
    count,
    headline,
    issues_by_code,
    pointless,
    say_attached,
    say_certitude,
    say_link,
    say_piste,
    say_place,
    say_tags,
    unjudged,
)

_COLOURS: Final = {Gravite.BLOQUANT: RED, Gravite.A_JUSTIFIER: YELLOW, Gravite.INFORMATION: BLUE}
_MAX_ISSUES: Final = 3
_MAX_CELLS: Final = 8
_MAX_ACCOUNTS: Final = 8


def render(document: Document, page: Page, *, complet: bool = False) -> str:
    """Write the whole report."""
    return _joined(_report(document, page, complet=complet))


def render_statements(document: Document, page: Page, *, complet: bool = False) -> str:
    """Write the statements and the aggregates alone."""
    return _joined(_computed(document, page, complet=complet))


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n") + "\n"


def _computed(document: Document, page: Page, *, complet: bool) -> Iterator[str]:
    yield from _identity(document, page)
    yield from import_lines(document.lecture, page, "Import")
    yield from _attached(document, page)
    yield from _precedent(document, page)
    yield from _statements(document, page, complet=complet)
    yield from _aggregates(document, page)
    yield from _legend(page)


def _report(document: Document, page: Page, *, complet: bool) -> Iterator[str]:
    yield from _identity(document, page)
    yield from _verdict(document, page)
    yield from import_lines(document.lecture, page, "Import")
    yield from _attached(document, page)
    yield from _precedent(document, page)
    yield from _unplaced(document, page)
    yield from _statements(document, page, complet=complet)
    yield from _aggregates(document, page)
    yield from _findings(document, page)
    yield from _unjudged(document, page)
    yield from _pointless(document, page)
    yield from _legend(page)


def _section(title: str, page: Page) -> Iterator[str]:
    yield ""
    yield ""
    yield page.style(title.upper(), BOLD)
    yield page.style("═" * page.width, BLUE)


def _identity(document: Document, page: Page) -> Iterator[str]:
    model, plan = document.plan.model, document.plan
    yield page.style(f"{document.fichier}", BOLD)
    yield f"{plan.famille}, exercice {document.exercice}"
    yield page.style(f"{model.titre} (millésime {model.millesime}, empreinte {plan.fingerprint[:12]})", DIM)
    for remarque in document.remarques:
        yield from page.wrap(french_spaces(f"» {remarque}").replace("» ", "→ ", 1), hanging="  ")


def _verdict(document: Document, page: Page) -> Iterator[str]:
    counts, doubts = document.controls(), [reserve.phrase for reserve in document.reserves]
    colour = RED if counts["bloquant"] else YELLOW if counts["a_justifier"] else GREEN
    yield ""
    for line in page.wrap(f"{capitalised(headline(counts, doubts))}."):
        yield page.style(line, BOLD, colour)


def import_lines(report: ImportReport, page: Page, title: str) -> Iterator[str]:
    """Yield what a reader recognised, the columns that it took, and the defects of the file."""
    yield from _section(title, page)
    read = count(report.lignes_lues, "ligne lue", "lignes lues", none="aucune ligne lue")
    yield f"{FORMATS.get(report.format, report.format)}, {read}"
    for name, choice in report.choix.items():
        yield from page.wrap(f"{capitalised(name.replace('_', ' '))} : {choice}", indent="  ", hanging="    ")
    if report.colonnes:
        found = ", ".join(
            f"{ROLES.get(role, role)} ← « {header} »" for role, header in report.colonnes.items()
        )
        yield from page.wrap(french_spaces(f"Colonnes : {found}"), indent="  ", hanging="    ")
    for group in issues_by_code(report, _MAX_ISSUES):
        for issue in group.shown:
            yield from _issue_lines(issue, page)
        if group.hidden:
            others = count(group.hidden, "autre défaut", "autres défauts")
            yield f"    … et {others} {group.code} (liste : --format json)"


def _attached(document: Document, page: Page) -> Iterator[str]:
    """Say how many accounts the chart does not name, and which root each of the first ones follows."""
    attached = rattachements(document.evaluation)
    if attached:
        text = f"{say_attached(len(attached))} : {_cut((say_link(one) for one in attached), _MAX_ACCOUNTS)}."
        mark = page.style(_ISSUE_MARKS[ImportSeverity.INFO], BLUE)
        first, *others = page.wrap(french_spaces(text), indent="    ", hanging="      ")
        yield f"  {mark} {first.lstrip()}"
        yield from others


def _issue_lines(issue: ImportIssue, page: Page) -> Iterator[str]:
    mark = page.style(_ISSUE_MARKS[issue.severity], _ISSUE_COLOURS[issue.severity])
    text = f"{issue.code} {issue.severity}, {say_place(issue)} : {issue.message} {issue.remede}"
    first, *others = page.wrap(french_spaces(text), indent="    ", hanging="      ")
    yield f"  {mark} {first.lstrip()}"
    yield from others


_ISSUE_MARKS: Final = {
    ImportSeverity.FATAL: "■",
    ImportSeverity.ERROR: "■",
    ImportSeverity.WARNING: "▲",
    ImportSeverity.INFO: "○",
}
_ISSUE_COLOURS: Final = {
    ImportSeverity.FATAL: RED,
    ImportSeverity.ERROR: RED,
    ImportSeverity.WARNING: YELLOW,
    ImportSeverity.INFO: BLUE,
}


def _precedent(document: Document, page: Page) -> Iterator[str]:
    if document.precedent is not None:
        yield from import_lines(document.precedent, page, f"Exercice {document.exercice - 1}")
        yield page.style(f"  {document.precedent.fichier}", DIM)


def _unplaced(document: Document, page: Page) -> Iterator[str]:
    comptes = document.verification.comptes_sans_ligne
    if not comptes:
        return
    yield from _section("Comptes sans ligne", page)
    yield from page.wrap("Aucune ligne des états ne prend ces comptes ; les totaux les laissent de côté.")
    width = max(len(format_french(compte.montant)) for compte in comptes)
    for compte in comptes:
        amount = format_french(compte.montant).rjust(width)
        yield f"  {compte.numero.ljust(10)}  {amount}  {compte.libelle}".rstrip()


def _statements(document: Document, page: Page, *, complet: bool) -> Iterator[str]:
    yield from _section("États", page)
    empty = []
    for statement in statements(document.evaluation):
        if statement.is_empty and not complet:
            empty.append(statement.code)
            continue
        yield ""
        yield from statement_lines(statement, page, complet=complet)
        yield from _reserves(document, page)
    if empty:
        yield ""
        yield from page.wrap(f"Tables vides : {', '.join(empty)}.", hanging="  ")


def _reserves(document: Document, page: Page) -> Iterator[str]:
    """Say beside the totals what leaves them in doubt."""
    for reserve in document.reserves:
        words = f"{MARKS[Gravite.BLOQUANT]} Totaux à ne pas retenir : {reserve.phrase}."
        yield from (page.style(line, RED) for line in page.wrap(words, hanging="  "))


def _aggregates(document: Document, page: Page) -> Iterator[str]:
    yield from _section("Agrégats", page)
    yield from _reserves(document, page)
    evaluation, plan = document.evaluation, document.plan
    motifs = Motifs(evaluation)
    slots = [plan.slot(code) for code in plan.model.aggregats]
    values = {slot.key: format_french(evaluation.value(slot.key), slot.unit.code) for slot in slots}
    value_width = max((len(text) for text in values.values()), default=0)
    code_width = max((len(slot.key) for slot in slots), default=0)
    label_width = max(20, min(60, page.width - value_width - code_width - 7))
    for slot in slots:
        labels = wrap(slot.libelle, label_width, hanging="  ")
        yield from labels[:-1]
        value = page.style(values[slot.key].rjust(value_width), BOLD)
        tail = page.style(f"{slot.certitude.ljust(1)}  {slot.key}", DIM)
        yield f"{labels[-1].ljust(label_width)}  {value}  {tail}"
        if not values[slot.key]:
            yield from (page.style(line, DIM) for line in page.wrap(f"— {motifs.of(slot)}", "  ", "    "))
    waiting = provisional(evaluation)
    yield from provisional_lines([code for code, text in values.items() if text and code in waiting], page)


def _findings(document: Document, page: Page) -> Iterator[str]:
    anomalies = document.anomalies
    yield from _section("Anomalies", page)
    if not anomalies:
        yield "Aucune anomalie."
    for finding in anomalies:
        yield ""
        check = check_of(document.plan, finding)
        yield from _finding_lines(finding, check, auxiliaires(document.evaluation, finding), page)


def side_names(check: Check | None) -> tuple[str, str]:
    """Return what is compared, as formulas; plain words when the test is not one comparison."""
    if (
        check is not None
        and isinstance(check.tree, Binary)
        and check.tree.operator in {"=", "<=", ">=", "<", ">"}
    ):
        return print_formula(check.tree.left), print_formula(check.tree.right)
    return "gauche", "droite"


def _finding_lines(
    finding: Finding, check: Check | None, behind: Iterable[Auxiliaire], page: Page
) -> Iterator[str]:
    colour = _COLOURS[finding.gravite]
    state = page.style(f"{MARKS[finding.gravite]} {GRAVITES[finding.gravite]}", BOLD, colour)
    yield f"{state}  {page.style(finding.code, BOLD)}  {french_spaces(finding.titre)}"
    yield from page.wrap(finding.message, indent="  ", hanging="  ")
    yield from _sum_lines(finding, check, page)
    yield from _detail("Cellules", _cut(finding.cellules, _MAX_CELLS), page)
    accounts = [say_compte(compte) for compte in finding.comptes]
    yield from _detail("Comptes", _cut(accounts, _MAX_ACCOUNTS), page)
    tiers = [f"{one.nom} ({one.compte}, {format_french(one.montant)})" for one in behind]
    yield from _detail("Tiers", _cut(tiers, _MAX_ACCOUNTS), page)
    yield from _detail("À faire", finding.instruction, page)
    for piste in finding.pistes:
        yield from _detail("Piste", say_piste(piste), page)
    source = f"{finding.reference} ({say_certitude(finding.certitude)})" if finding.reference else ""
    yield from (page.style(line, DIM) for line in _detail("Source", source, page))


def say_compte(compte: Compte) -> str:
    """Say an account of a finding, with its amount when it is not only counted."""
    amount = "" if compte.montant is None else f"({format_french(compte.montant)})"
    return " ".join(filter(None, (compte.numero, compte.libelle, amount)))


def _cut(words: Iterable[str], limit: int) -> str:
    kept = list(words)
    hidden = len(kept) - limit
    return ", ".join(kept[:limit]) + (f" … et {count(hidden, 'autre', 'autres')}" if hidden > 0 else "")


def _detail(name: str, text: str, page: Page) -> Iterator[str]:
    if text:
        yield from page.wrap(french_spaces(text), indent=f"  {name.ljust(10)}", hanging=" " * 12)


def _sum_lines(finding: Finding, check: Check | None, page: Page) -> Iterator[str]:
    """Set the two sides and the gap as a small sum."""
    if finding.gauche is None or finding.droite is None or not finding.ecart:
        return
    amounts = say_sum(finding)
    width = max(len(text) for text in amounts)
    room = page.width - width - 10
    names = [clipped(name, room) for name in (*side_names(check), "écart")]
    label = max(len(name) for name in names)
    for name, amount in zip(names[:2], amounts[:2], strict=True):
        yield f"      {name.ljust(label)}  {amount.rjust(width)}"
    yield page.style(f"      {' ' * label}  {'─' * width}", DIM)
    yield f"      {names[2].ljust(label)}  {page.style(amounts[2].rjust(width), BOLD)}"


def _unjudged(document: Document, page: Page) -> Iterator[str]:
    yield from _groups("Ce qui n'a pas pu être jugé", unjudged(document.verification.findings), page)


def _pointless(document: Document, page: Page) -> Iterator[str]:
    yield from _groups("Sans objet", pointless(document.verification.findings), page)


def _groups(title: str, groups: Sequence[Unjudged], page: Page) -> Iterator[str]:
    if groups:
        yield from _section(title, page)
    for group in groups:
        yield from page.wrap(french_spaces(group.manque), hanging="  ")
        yield from page.wrap(", ".join(group.codes), indent="    ", hanging="    ")


def _legend(page: Page) -> Iterator[str]:
    yield ""
    yield from (page.style(line, DIM) for line in page.wrap(say_tags(), hanging="  "))
