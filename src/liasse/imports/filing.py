"""
Open a filing (JSON, XML, or a workbook that `liasse exporter` made), recognised by its content.

In two steps, since what a file holds is read with the model that it names: `open_filing` tells which form,
exercice and family; `FilingFile.read` then gives the filing and everything wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from liasse.imports.fec_xml import is_xml
from liasse.imports.filing_json import parse_filing_json
from liasse.imports.filing_xml import ROOT, parse_filing_xml, root_name
from liasse.imports.issues import IssueLog
from liasse.imports.report import ImportReport
from liasse.imports.workbook import open_workbook, read_workbook
from liasse.model.filing import FORMAT, VERSION, Depot, DepotYear
from liasse.source.filing import Form, read_filing, read_header

MAX_SIZE: Final = 256 << 20
_HEAD: Final = 64_000
_TITLES: Final = {
    "questionnaire": "Questionnaire",
    "millesime": "Millésime",
    "empreinte": "Empreinte",
    "famille": "Famille",
    "organisme": "Organisme",
}
"""What the header of a filing is called when it is shown."""

Reader = Callable[[dict[str, Any], Form, IssueLog], tuple[Depot, Depot]]
"""What reads a filing: as it is now, and as it was exported."""


@dataclass(frozen=True, slots=True)
class FilingReading:
    """
    What reading a filing gives: the filing, and the report of what is wrong with it.

    `base` is, for a workbook, the filing that was exported; else the filing itself.
    """

    depot: Depot
    report: ImportReport
    base: Depot


@dataclass(frozen=True, slots=True)
class FilingFile:
    """
    A file that holds a filing, opened but not read yet.

    `questionnaire`, `famille` and `organisme` are empty, and `exercice` None, when the file does not say.
    """

    path: Path
    format: str
    content: dict[str, Any]
    log: IssueLog
    reader: Reader

    @property
    def questionnaire(self) -> str:
        """Which form the file is for."""
        return read_header(self.content)[0]["questionnaire"]

    @property
    def famille(self) -> str:
        """The family of the organisation."""
        return read_header(self.content)[0]["famille"]

    @property
    def organisme(self) -> str:
        """The name of the organisation."""
        return read_header(self.content)[0]["organisme"]

    @property
    def exercice(self) -> int | None:
        """The year of closing."""
        return read_header(self.content)[1]

    @property
    def is_usable(self) -> bool:
        """Tell whether the file can be read at all."""
        return not self.log.has_fatal

    def read(self, form: Form, empreinte: str = "") -> FilingReading:
        """Read the filing; *empreinte* is the fingerprint of the model in use, to say that it moved."""
        depot, base = self.reader(self.content, form, self.log)
        if empreinte and depot.empreinte and depot.empreinte != empreinte:
            self.log.add("I307", "Le fichier vient d'une autre version du modèle.", valeur=depot.empreinte)
        return FilingReading(depot, self.report(depot), base)

    def report(self, depot: Depot | None = None) -> ImportReport:
        """Return what was found so far."""
        lines = count_lines(depot.faits) if depot else 0
        header = read_header(self.content)[0]
        choix = {title: header[key] for key, title in _TITLES.items() if header.get(key)}
        return ImportReport(
            str(self.path), self.format, lines, {}, choix, self.log.issues(), self.log.silenced()
        )


def count_lines(year: DepotYear) -> int:
    """Return how many values, rows and accounts the facts of an exercice hold."""
    accounts = len(year.balance) if year.balance is not None else 0
    return len(year.cellules) + sum(len(rows) for rows in year.lignes.values()) + accounts


def open_filing(path: Path) -> FilingFile | None:
    """
    Open a filing; None when the file is something else.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return _open_json(path)
    if (start.startswith(b"<") or is_xml(head)) and root_name(head) == ROOT:
        return _open_xml(path)
    if head.startswith(b"PK"):
        return _open_workbook(path)
    return None


def _open_workbook(path: Path) -> FilingFile | None:
    log = IssueLog(str(path))
    opened = open_workbook(path, log)
    if opened is None:
        return None

    def read(_content: dict[str, Any], form: Form, log: IssueLog) -> tuple[Depot, Depot]:
        return read_workbook(opened, form, log)

    return FilingFile(path, "depot-xlsx", opened.content, log, read)


def _open_json(path: Path) -> FilingFile | None:
    log = IssueLog(str(path))
    if path.stat().st_size > MAX_SIZE:
        return None
    content = parse_filing_json(path.read_bytes(), log)
    if content is None or content.get("format") != FORMAT:
        return None
    return _checked(FilingFile(path, "depot-json", content, log, read_plain))


def _open_xml(path: Path) -> FilingFile:
    log = IssueLog(str(path))
    if path.stat().st_size > MAX_SIZE:
        log.add("I301", "Le fichier est démesuré pour un dépôt.")
        return FilingFile(path, "depot-xml", {}, log, read_plain)
    content = parse_filing_xml(path.read_bytes(), log) or {}
    return _checked(FilingFile(path, "depot-xml", content, log, read_plain))


def _checked(file: FilingFile) -> FilingFile:
    """Refuse a version that is not ours; what else is missing is asked to the user."""
    version = str(file.content.get("version", ""))
    if file.is_usable and version != str(VERSION):
        said = f"Version « {version} » du dépôt : ce lecteur connaît la version {VERSION}."
        file.log.add("I302", said, valeur=version)
    return file


def read_plain(content: dict[str, Any], form: Form, log: IssueLog) -> tuple[Depot, Depot]:
    """Read the plain data of a filing, its faults becoming issues."""
    depot, faults = read_filing(content, form)
    for fault in faults:
        log.add(fault.code, fault.message, colonne=fault.place, valeur=fault.valeur)
    return depot, depot
