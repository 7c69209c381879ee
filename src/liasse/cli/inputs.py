"""What the user gave on the command line, to a plan and its facts; nothing is guessed without saying so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Final

from liasse.cli.cells import CellsFile, looks_like_json, read_cells, scale_cells
from liasse.cli.models import QUESTIONNAIRE, plan_for
from liasse.cli.precedent import brought_to, plan_before
from liasse.compiler.plan import Plan
from liasse.engine.filing import facts_of, form_of
from liasse.engine.incremental import evaluate
from liasse.engine.values import Evaluation, Facts
from liasse.engine.verification import Verification
from liasse.errors import UnusableInputError
from liasse.imports.filing import FilingFile, count_lines, open_filing
from liasse.imports.recognise import read_file
from liasse.imports.report import ImportReport, ImportSeverity, Lecture
from liasse.ledger.balance import Balance
from liasse.model.filing import DepotYear
from liasse.outputs.document import Document
from liasse.outputs.wording import count, issues_by_code, say_place

JSON_FORMAT: Final = "cellules"
_LONG: Final = 8_000_000
"""From this many bytes on, reading shows a progress bar."""

_SHOWN: Final = 3
"""Defects of each code that are said when a file cannot be used."""


Opened = FilingFile | CellsFile | None
"""What a file turns out to be: a filing, cells alone, or something else."""


@dataclass(frozen=True, slots=True)
class Request:
    """
    The inputs of a command, as given; without *questionnaire*, what the file tells, or the usual one.

    `ouvert` is the main file when it had to be opened to learn the family.
    """

    fichier: Path
    famille: str
    exercice: int | None = None
    precedent: Path | None = None
    cellules: Path | None = None
    cellules_precedent: Path | None = None
    colonnes: Mapping[str, str] | None = None
    journaux_ouverture: tuple[str, ...] | None = None
    questionnaire: str = ""
    ouvert: Opened = None

    @property
    def paths(self) -> tuple[Path | None, ...]:
        """The files to read."""
        return (self.fichier, self.precedent, self.cellules, self.cellules_precedent)


@dataclass(frozen=True, slots=True)
class Source:
    """
    One file once read: a lecture, cells alone, or a whole filing, with the report that says so.

    `faits` are the facts of a filing, known once its model is.
    """

    report: ImportReport
    lecture: Lecture | None = None
    cells: CellsFile | None = None
    filing: FilingFile | None = None
    faits: DepotYear | None = None

    @property
    def balance(self) -> Balance | None:
        """The balance that the file gives."""
        if self.faits is not None:
            return self.faits.balance
        return self.lecture.balance if self.lecture else None

    @property
    def exercice(self) -> int | None:
        """The exercice that the file tells, whatever was asked."""
        if self.lecture is not None:
            return self.lecture.exercice_lu
        told = self.cells or self.filing
        return told.exercice if told else None

    @property
    def is_ledger(self) -> bool:
        """Tell whether the file is a FEC."""
        return self.report.format.startswith("fec")

    def with_facts(self, plan: Plan) -> Source:
        """Return the same with the facts of its filing, read with a plan."""
        if self.filing is None:
            return self
        reading = self.filing.read(form_of(plan), plan.fingerprint)
        return replace(self, report=reading.report, faits=reading.depot.faits)


@dataclass(frozen=True, slots=True)
class Filing:
    """A plan and the facts to evaluate, with what was read and what must be said about it."""

    plan: Plan
    facts: Facts
    source: Source
    precedent: Source | None = None
    remarques: tuple[str, ...] = ()

    def document(self, verification: Verification) -> Document:
        """Return what is printed of this filing, once verified (or only computed)."""
        return Document(
            fichier=self.source.report.fichier,
            verification=verification,
            lecture=self.source.report,
            precedent=self.precedent.report if self.precedent else None,
            remarques=self.remarques,
        )


def read_source(
    path: Path,
    exercice: int | None,
    colonnes: Mapping[str, str] | None = None,
    journaux_ouverture: Collection[str] | None = None,
    ouvert: Opened = None,
) -> Source:
    """
    Read a FEC, a balance, a filing (JSON, XML, workbook) or cells (JSON), recognised by content.

    *ouvert* is the file already opened, when it is a filing or cells.

    Raises:
        UnusableInputError: nothing can be made of the file; says why and what to do.
    """
    known = ouvert or opened(path)
    if isinstance(known, FilingFile):
        if not known.is_usable:
            raise UnusableInputError(say_unusable(path, known.report()))
        return Source(known.report(), filing=known)
    if known is not None:
        return Source(ImportReport(str(path), JSON_FORMAT, len(known.cellules)), cells=known)
    with_progress = sys.stderr.isatty() and _size(path) >= _LONG
    read = import_module("liasse.cli.progress").read_with_progress if with_progress else read_file
    lecture: Lecture = read(path, exercice=exercice, mapping=colonnes, journaux_ouverture=journaux_ouverture)
    if not lecture.report.is_usable or lecture.balance is None:
        raise UnusableInputError(say_unusable(path, lecture.report))
    return Source(lecture.report, lecture)


def opened(path: Path) -> Opened:
    """
    Open a filing, or read a file of cells; None when the file is something else, or cannot be opened.

    Raises:
        UnusableInputError: a file of cells that cannot be used.
    """
    try:
        filing = open_filing(path)
    except OSError:
        return None
    if filing is not None:
        return filing
    return read_cells(path) if looks_like_json(path) else None


def opened_to_learn(path: Path) -> Opened:
    """Open what may tell the family; what cannot be used is told later, once the family is known."""
    try:
        return opened(path)
    except UnusableInputError:
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def say_unusable(path: Path, report: ImportReport) -> str:
    """Say in one message why a file cannot be used: the reason, then the first defects of each code."""
    fatal = [issue for issue in report.issues if issue.severity is ImportSeverity.FATAL]
    reasons = [" ".join(filter(None, (issue.message, issue.remede))) for issue in fatal]
    said = f"{path} est inutilisable. " + " ".join(reasons or ["Il ne donne aucune balance."])
    return "\n".join([said, *_defects(report)])


def _defects(report: ImportReport) -> Iterator[str]:
    for group in issues_by_code(report, _SHOWN):
        if group.shown[0].severity in {ImportSeverity.FATAL, ImportSeverity.INFO}:
            continue
        for issue in group.shown:
            yield f"  {say_place(issue)} : {issue.message} {issue.remede} [{issue.code}]"
        if group.hidden:
            yield f"  … et {count(group.hidden, 'autre défaut', 'autres défauts')} {group.code}"


def gather(request: Request) -> Filing:
    """
    Read every input of a command.

    Raises:
        UnusableInputError: an input cannot be used.
        ModelError: the model itself has problems.
    """
    source = read_source(
        request.fichier, request.exercice, request.colonnes, request.journaux_ouverture, request.ouvert
    )
    remarques: list[str] = []
    if request.journaux_ouverture and not source.is_ledger:
        remarques.append(f"--journaux-ouverture est sans effet : {request.fichier.name} n'est pas un FEC.")
    exercice = _exercice(request, source, remarques.append)
    plan = plan_for(_questionnaire(request, source, remarques.append), exercice, request.famille)
    source = source.with_facts(plan)
    year = replace(_merged(plan, source, request.cellules, remarques.append), precedent=None)
    older = _plan_before(plan, request, source, exercice)
    before = _precedent(older, request, source, exercice, remarques.append)
    precedent = _evaluate_precedent(older, request, before, exercice, remarques.append)
    if precedent is not None:
        precedent = brought_to(plan, precedent, remarques.append)
    facts = replace(facts_of(plan, year, exercice), precedent=precedent)
    return Filing(plan, facts, source, before, tuple(remarques))


Say = Callable[[str], None]


def _exercice(request: Request, source: Source, say: Say) -> int:
    told = source.exercice
    if request.exercice is None:
        if told is None:
            raise UnusableInputError(
                f"{request.fichier} ne dit pas de quel exercice il s'agit. Indiquez-le : --exercice 2022."
            )
        say(f"L'exercice {told} est lu dans {request.fichier.name}.")
        return told
    if told is not None and told != request.exercice:
        say(
            f"{request.fichier.name} porte sur l'exercice {told} ;"
            f" il est vérifié comme exercice {request.exercice}."
        )
    return request.exercice


def _questionnaire(request: Request, source: Source, say: Say) -> str:
    """Return the questionnaire asked for, else that of the filing, else the usual one."""
    filing = source.filing
    told = filing.questionnaire if filing else ""
    asked = request.questionnaire or told or QUESTIONNAIRE
    name = request.fichier.name
    if told and asked != told:
        say(f"{name} est un dépôt « {told} » ; il est lu comme « {asked} ».")
    if filing and filing.famille and filing.famille != request.famille.upper():
        say(f"{name} est d'un organisme {filing.famille} ; il est lu comme {request.famille.upper()}.")
    return asked


def _merged(plan: Plan, source: Source | None, path: Path | None, say: Say) -> DepotYear:
    """Put together what a source gives and a file of cells; the file wins, and it is said."""
    made = DepotYear()
    if source is not None:
        if source.faits is not None:
            made = source.faits
        elif source.cells is not None:
            made = _scaled(plan, source.cells, say)
        made = replace(made, balance=source.balance)
    if path is None:
        return made
    file = read_cells(path)
    cells = _scaled(plan, file, say)
    for reference in made.cellules.keys() & cells.cellules.keys():
        say(f"{reference} est donnée deux fois : la valeur de {file.path.name} est retenue.")
    return replace(
        made,
        cellules={**made.cellules, **cells.cellules},
        textes={**made.textes, **cells.textes},
        lignes={**made.lignes, **cells.lignes},
        neant=made.neant | cells.neant,
        arrondi=_merged_rounding(plan, made, cells),
    )


def _scaled(plan: Plan, file: CellsFile, say: Say) -> DepotYear:
    cells, remarques = scale_cells(plan, file)
    for remarque in remarques:
        say(remarque)
    return cells


def _merged_rounding(plan: Plan, first: DepotYear, second: DepotYear) -> frozenset[str] | None:
    if first.arrondi is None and second.arrondi is None:
        return None
    rounded: set[str] = set()
    for cells in (first, second):
        rounded -= cells.cellules.keys()
        rounded.update(cells.arrondi if cells.arrondi is not None else _whole_euros(plan, cells.cellules))
    return frozenset(rounded)


def _whole_euros(plan: Plan, values: Mapping[str, int]) -> list[str]:
    return [key for key, value in values.items() if plan.slot(key).unit.code == "euro" and value % 100 == 0]


def _plan_before(plan: Plan, request: Request, source: Source, exercice: int) -> Plan:
    """Return the plan of the previous exercice; a filing that holds that exercice gives it in its own."""
    if request.precedent is None and source.faits is not None and source.faits.precedent is not None:
        return plan
    return plan_before(plan, exercice)


def _precedent(plan: Plan, request: Request, source: Source, exercice: int, say: Say) -> Source | None:
    if request.precedent is not None:
        journaux = request.journaux_ouverture
        before = read_source(request.precedent, exercice - 1, None, journaux).with_facts(plan)
        if before.exercice not in {None, exercice - 1}:
            say(
                f"{request.precedent.name} porte sur l'exercice {before.exercice},"
                f" pris comme exercice {exercice - 1}."
            )
        return before
    if source.faits is not None and source.faits.precedent is not None:
        said = f"{source.report.format}, exercice précédent"
        report = ImportReport(source.report.fichier, said, count_lines(source.faits.precedent))
        return Source(report, faits=source.faits.precedent)
    lecture = source.lecture
    if lecture is None or lecture.precedente is None:
        return None
    say(f"L'exercice {exercice - 1} est lu dans les colonnes N-1 de {request.fichier.name}.")
    report = ImportReport(
        source.report.fichier, f"{source.report.format}, colonnes N-1", len(lecture.precedente)
    )
    return Source(report, Lecture(report, lecture.precedente, exercice=exercice - 1))


def _evaluate_precedent(
    plan: Plan, request: Request, before: Source | None, exercice: int, say: Say
) -> Evaluation | None:
    if before is None and request.cellules_precedent is None:
        return None
    year = _merged(plan, before, request.cellules_precedent, say)
    return evaluate(plan, facts_of(plan, year, exercice - 1))
