"""What the user gave on the command line, to a plan and its facts; nothing is guessed without saying so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from liasse.cli.cells import Cells, CellsFile, looks_like_json, read_cells, scale_cells
from liasse.cli.models import QUESTIONNAIRE, plan_for
from liasse.compiler.plan import Plan
from liasse.engine.incremental import evaluate
from liasse.engine.values import Evaluation, Facts
from liasse.errors import UnusableInputError
from liasse.imports.recognise import read_file
from liasse.imports.report import ImportReport, ImportSeverity, Lecture
from liasse.ledger.balance import Balance
from liasse.outputs.wording import count, issues_by_code

JSON_FORMAT: Final = "cellules"
_LONG: Final = 8_000_000
"""From this many bytes on, reading shows a progress bar."""

_SHOWN: Final = 3
"""Defects of each code that are said when a file cannot be used."""


@dataclass(frozen=True, slots=True)
class Request:
    """The inputs of a command, as given."""

    fichier: Path
    famille: str
    exercice: int | None = None
    precedent: Path | None = None
    cellules: Path | None = None
    cellules_precedent: Path | None = None
    colonnes: Mapping[str, str] | None = None
    journaux_ouverture: tuple[str, ...] | None = None
    questionnaire: str = QUESTIONNAIRE

    @property
    def paths(self) -> tuple[Path | None, ...]:
        """The files to read."""
        return (self.fichier, self.precedent, self.cellules, self.cellules_precedent)


@dataclass(frozen=True, slots=True)
class Source:
    """One file once read: a lecture, or cells alone with the report that says so."""

    report: ImportReport
    lecture: Lecture | None = None
    cells: CellsFile | None = None

    @property
    def balance(self) -> Balance | None:
        """The balance that the file gives."""
        return self.lecture.balance if self.lecture else None

    @property
    def exercice(self) -> int | None:
        """The exercice that the file tells, whatever was asked."""
        return self.lecture.exercice_lu if self.lecture else self.cells.exercice if self.cells else None

    @property
    def is_ledger(self) -> bool:
        """Tell whether the file is a FEC."""
        return self.report.format.startswith("fec")


@dataclass(frozen=True, slots=True)
class Filing:
    """A plan and the facts to evaluate, with what was read and what must be said about it."""

    plan: Plan
    facts: Facts
    source: Source
    precedent: Source | None = None
    remarques: tuple[str, ...] = ()


def read_source(
    path: Path,
    exercice: int | None,
    colonnes: Mapping[str, str] | None = None,
    journaux_ouverture: Collection[str] | None = None,
) -> Source:
    """
    Read a FEC, a balance or a JSON file of cells, recognised by content.

    Raises:
        UnusableInputError: nothing can be made of the file; says why and what to do.
    """
    if looks_like_json(path):
        file = read_cells(path)
        return Source(ImportReport(str(path), JSON_FORMAT, len(file.cellules)), cells=file)
    with_progress = sys.stderr.isatty() and _size(path) >= _LONG
    read = import_module("liasse.cli.progress").read_with_progress if with_progress else read_file
    lecture: Lecture = read(path, exercice=exercice, mapping=colonnes, journaux_ouverture=journaux_ouverture)
    if not lecture.report.is_usable or lecture.balance is None:
        raise UnusableInputError(say_unusable(path, lecture.report))
    return Source(lecture.report, lecture)


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
            where = f"ligne {issue.ligne}" if issue.ligne else "fichier"
            column = f", colonne {issue.colonne}" if issue.colonne else ""
            yield f"  {where}{column} : {issue.message} {issue.remede} [{issue.code}]"
        if group.hidden:
            yield f"  … et {count(group.hidden, 'autre défaut', 'autres défauts')} {group.code}"


def gather(request: Request) -> Filing:
    """
    Read every input of a command.

    Raises:
        UnusableInputError: an input cannot be used.
        ModelError: the model itself has problems.
    """
    source = read_source(request.fichier, request.exercice, request.colonnes, request.journaux_ouverture)
    remarques: list[str] = []
    if request.journaux_ouverture and not source.is_ledger:
        remarques.append(f"--journaux-ouverture est sans effet : {request.fichier.name} n'est pas un FEC.")
    exercice = _exercice(request, source, remarques.append)
    plan = plan_for(request.questionnaire, exercice, request.famille)
    cells = _merged(plan, [source.cells, _read_optional(request.cellules)], remarques.append)
    before = _precedent(request, source, exercice, remarques.append)
    precedent = _evaluate_precedent(plan, request, before, exercice, remarques.append)
    facts = Facts(exercice, source.balance, cells.values, precedent, cells.rounded)
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


def _read_optional(path: Path | None) -> CellsFile | None:
    return read_cells(path) if path else None


def _merged(plan: Plan, files: list[CellsFile | None], say: Say) -> Cells:
    """Put the cells of several files together; a later file wins, and it is said."""
    values: dict[str, int] = {}
    rounded: set[str] = set()
    exact = False
    for file in files:
        if file is None:
            continue
        cells = scale_cells(plan, file)
        for remarque in cells.remarques:
            say(remarque)
        for reference in values.keys() & cells.values.keys():
            say(f"{reference} est donnée deux fois : la valeur de {file.path.name} est retenue.")
        values.update(cells.values)
        rounded -= cells.values.keys()
        exact = exact or cells.rounded is not None
        rounded.update(cells.rounded if cells.rounded is not None else _whole_euros(plan, cells.values))
    return Cells(values, frozenset(rounded) if exact else None)


def _whole_euros(plan: Plan, values: Mapping[str, int]) -> list[str]:
    return [key for key, value in values.items() if plan.slot(key).unit.code == "euro" and value % 100 == 0]


def _precedent(request: Request, source: Source, exercice: int, say: Say) -> Source | None:
    if request.precedent is not None:
        before = read_source(request.precedent, exercice - 1, None, request.journaux_ouverture)
        if before.exercice not in {None, exercice - 1}:
            say(
                f"{request.precedent.name} porte sur l'exercice {before.exercice},"
                f" pris comme exercice {exercice - 1}."
            )
        return before
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
    files = [before.cells if before else None, _read_optional(request.cellules_precedent)]
    cells = _merged(plan, files, say)
    balance = before.balance if before else None
    return evaluate(plan, Facts(exercice - 1, balance, cells.values, rounded=cells.rounded))
