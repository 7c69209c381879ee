"""
Printed documents: the filing as its forms are printed, the anomalies; HTML and CSS to PDF by WeasyPrint.

WeasyPrint is loaded when a document is asked for; the libraries that it needs are installed by
`outils/paquets.sh`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.anomalies import Summary
from harmonia.dossiers.models import Dossier, Edition, VersionScellee
from harmonia.portail.exports import decision_of
from harmonia.portail.verification import AnomalyShown, sentence
from harmonia.tenancy.porte import porte
from liasse import Evaluation, Line, Section, Table, format_french, say_value
from liasse.echanges import UNIT_NAMES

MAX_COLUMNS: Final = 9
"""Columns of figures that one printed page takes; a wider form is printed in several strips."""

_STATIC: Final = Path(__file__).parent / "static" / "harmonia"
_WORDS: Final = frozenset({"texte", "date", "oui_non", "choix"})


class PrintedCell(NamedTuple):
    """The text of a cell, and whether it is words."""

    texte: str
    mots: bool


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of a form, with what each column holds (None: the column is closed)."""

    code: str
    libelle: str
    cellules: tuple[PrintedCell | None, ...] = ()
    total: bool = False
    titre: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """A section of a form, or some of its columns when it has too many."""

    titre: str
    colonnes: tuple[str, ...]
    mots: tuple[bool, ...]
    lignes: tuple[PrintedLine, ...]

    @property
    def entetes(self) -> tuple[tuple[str, bool], ...]:
        """The title of each column, and whether it holds words."""
        return tuple(zip(self.colonnes, self.mots, strict=True))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form, ready to be printed."""

    code: str
    titre: str
    unite: str
    bandes: tuple[Strip, ...]

    @property
    def is_wide(self) -> bool:
        """Tell whether it is printed on the long side of the paper."""
        return any(len(strip.colonnes) > 5 for strip in self.bandes)


Common = dict[str, Any]
"""What every page of a document says."""


class MissingLibraryError(RuntimeError):
    """A library of the system that printing needs is not there."""


def sheet_of(evaluation: Evaluation, table: Table) -> Sheet:
    """Return a form with its values, as it is printed."""
    strips = [strip for section in table.sections.values() for strip in _strips(evaluation, table, section)]
    titre = table.titre.removeprefix(table.code).lstrip(" –-")
    return Sheet(table.code, titre, UNIT_NAMES.get(table.unite, table.unite), tuple(strips))


def _strips(evaluation: Evaluation, table: Table, section: Section) -> Iterator[Strip]:
    famille, index = evaluation.plan.famille, evaluation.plan.index
    lines = [
        line
        for line in table.lignes.values()
        if line.section is section and (not line.familles or famille in line.familles)
    ]
    codes = [
        code
        for code in section.colonnes
        if any(f"{table.code}.{line.code}.{code}" in index for line in lines)
    ]
    for at in range(0, len(codes), MAX_COLUMNS):
        part = codes[at : at + MAX_COLUMNS]
        printed = tuple(row for line in lines for row in _printed(evaluation, table, line, part))
        yield Strip(
            _heading(table, section, again=bool(at)),
            tuple(section.colonnes[code].titre for code in part),
            tuple(_is_words(evaluation, table, lines, code) for code in part),
            printed,
        )


def _heading(table: Table, section: Section, *, again: bool) -> str:
    """Return the heading of a strip; none when it would only say the title of the form again."""
    if again:
        return f"{section.titre} (suite)"
    return "" if section.titre == table.titre else section.titre


def _is_words(evaluation: Evaluation, table: Table, lines: Sequence[Line], code: str) -> bool:
    for line in lines:
        at = evaluation.plan.index.get(f"{table.code}.{line.code}.{code}")
        if at is not None:
            return evaluation.plan.slots[at].unit.code in _WORDS
    return False


def _printed(evaluation: Evaluation, table: Table, line: Line, codes: Sequence[str]) -> Iterator[PrintedLine]:
    if line.titre:
        yield PrintedLine(line.code, line.libelle, titre=True)
        return
    keys = [f"{table.code}.{line.code}.{code}" for code in codes]
    if not line.is_keyed:
        cells = tuple(_text(evaluation, table, key, None) for key in keys)
        yield PrintedLine(line.code, line.libelle, cells, total=line.total)
        return
    for number, row in enumerate(evaluation.facts.rows.get(f"{table.code}.{line.code}", ())):
        cells = tuple(_text(evaluation, table, key, number) for key in keys)
        yield PrintedLine(str(number + 1), row.cle, cells)


def _text(evaluation: Evaluation, table: Table, key: str, row: int | None) -> PrintedCell | None:
    position = evaluation.plan.index.get(key)
    if position is None:
        return None
    slot = evaluation.plan.slots[position]
    if slot.unit.code in _WORDS:
        return PrintedCell(say_value(evaluation, key, row), mots=True)
    text = format_french(evaluation.at(key, row), slot.unit.code, symbol=slot.unit.code != table.unite)
    return PrintedCell(text, mots=False)


# ── The whole filing ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a form, the page where it stands (0: it is not printed), and why not."""

    code: str
    titre: str
    page: int
    mention: str


def print_filing(common: Common, evaluation: Evaluation, tell: Callable[[int], None]) -> bytes:
    """
    Print a whole filing: cover and contents, then each form that holds something; reads no row.

    Raises:
        MissingLibraryError: printing needs a library that is not installed.
    """
    press = Press(common)
    tables = list(evaluation.plan.model.tables.values())
    filled = [table for table in tables if _is_filled(evaluation, table)]
    cover = press.cover([Entry(table.code, table.titre, 1, "") for table in tables])
    entries: dict[str, Entry] = {}
    for rank, table in enumerate(filled):
        page = len(cover.pages) + len(press.pages) + 1
        entries[table.code] = Entry(table.code, table.titre, page, "")
        press.add("portail/impression/table.html", {"table": sheet_of(evaluation, table)}, page)
        tell(5 + 90 * (rank + 1) // len(filled))
    missing = dict.fromkeys(evaluation.facts.neant, "néant déclaré")
    contents = [
        entries.get(table.code, Entry(table.code, table.titre, 0, missing.get(table.code, "vide")))
        for table in tables
        if evaluation.plan.tables.get(table.code)
    ]
    return press.bound(press.cover(contents))


def _is_filled(evaluation: Evaluation, table: Table) -> bool:
    if table.code in evaluation.facts.neant:
        return False
    for at in evaluation.plan.tables.get(table.code, ()):
        value = evaluation.values[at]
        if value is not None and value != ():
            return True
    return False


def on_every_page(dossier: Dossier, edition: Edition | None) -> Common:
    """Return what every page says: whose filing, provisional or sealed, when it was printed."""
    version = None
    if dossier.rang >= REVIEW:
        version = VersionScellee.objects.filter(dossier=dossier).defer("contenu", "verification").first()
    past = edition.passe_le if edition is not None else None
    who, what = dossier.organisme, dossier.campagne
    state = "Document provisoire"
    if past is not None:
        state = f"État au {timezone.localtime(past):%d/%m/%Y à %H:%M} · document provisoire"
    elif version is not None:
        state = f"Version scellée n° {version.numero} du {timezone.localtime(version.le):%d/%m/%Y}"
    return {
        "porte": porte(),
        "dossier": dossier,
        "version": version,
        "provisoire": version is None or past is not None,
        "passe_le": timezone.localtime(past) if past is not None else None,
        "haut_gauche": css_string(f"{who.nom} · SIREN {who.siren}"),
        "haut_droite": css_string(f"{what.titre}, exercice {what.exercice}"),
        "bas_gauche": css_string(f"{state} · imprimé le {timezone.localtime():%d/%m/%Y à %H:%M}"),
    }


def css_string(text: str) -> SafeString:
    """Return a text as a string of CSS, which cannot leave its quotes nor its style."""
    kept = "".join(f"\\{ord(one):x} " if one in '"\\<>&\n\r' else one for one in text)
    return mark_safe(f'"{kept}"')  # noqa: S308 - every character that could end the string is escaped


def print_anomalies(dossier: Dossier, rows: Sequence[AnomalyShown], counts: Summary) -> bytes:
    """
    Print the anomalies of a list.

    Raises:
        MissingLibraryError: printing needs a library that is not installed.
    """
    press = Press(on_every_page(dossier, None))
    context = {"lignes": [(row, decision_of(row)) for row in rows], "phrase": sentence(counts)}
    press.add("portail/impression/anomalies.html", context, 1)
    return press.bound(None)


@lru_cache(maxsize=1)
def _weasyprint() -> Any:  # noqa: ANN401 - a library without types
    try:
        import weasyprint  # noqa: PLC0415 - two seconds to load, and only to print
    except OSError as error:
        raise MissingLibraryError(
            "L'impression demande les bibliothèques Pango et HarfBuzz du système : lancez outils/paquets.sh."
        ) from error
    return weasyprint


def print_pages(text: str, style: str = "courrier.css") -> bytes:
    """
    Print a page of HTML that stands by itself, such as a letter.

    Raises:
        MissingLibraryError: printing needs a library that is not installed.
    """
    library = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - idem

    fonts = FontConfiguration()
    sheet = library.CSS(filename=str(_STATIC / style), font_config=fonts)
    made: bytes = library.HTML(string=text, base_url=str(_STATIC)).write_pdf(
        stylesheets=[sheet], font_config=fonts
    )
    return made


class Press:
    """Documents printed one after the other under one style, then bound in one file."""

    def __init__(self, common: Common) -> None:
        self._common = common
        self._print = _weasyprint()
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 - idem

        self._fonts = FontConfiguration()
        self._style = self._print.CSS(filename=str(_STATIC / "impression.css"), font_config=self._fonts)
        self.pages: list[Any] = []
        self._first: Any = None

    def add(self, template: str, context: dict[str, Any], page: int) -> None:
        """Print a part that starts at a page."""
        document = self._printed(template, context, page)
        self._first = self._first or document
        self.pages.extend(document.pages)

    def cover(self, contents: list[Entry]) -> Any:  # noqa: ANN401 - a library without types
        """Return the cover and the contents."""
        return self._printed("portail/impression/couverture.html", {"sommaire": contents}, 1)

    def bound(self, cover: Any, attached: Mapping[str, bytes] | None = None) -> bytes:  # noqa: ANN401 - idem
        """Return the whole as one file; with what is attached to it, by name, as a file for the archives."""
        joined = [
            self._print.Attachment(string=content, name=name, relationship="Source")
            for name, content in (attached or {}).items()
        ]
        variant = "pdf/a-3u" if joined else None
        pages = [*(cover.pages if cover is not None else ()), *self.pages]
        whole = cover if cover is not None else self._first
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):  # its profile of colours
            made: bytes = whole.copy(pages).write_pdf(attachments=joined, pdf_variant=variant)
        return made

    def _printed(self, template: str, context: dict[str, Any], page: int) -> Any:  # noqa: ANN401 - idem
        text = render_to_string(template, {**self._common, **context, "page": page})
        html = self._print.HTML(string=text, base_url=str(_STATIC))
        return html.render(stylesheets=[self._style], font_config=self._fonts)
