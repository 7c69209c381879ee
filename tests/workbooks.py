"""Workbooks touched as a person would: cells typed over, formulas written, rows and names removed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from xml.sax.saxutils import escape

from liasse import Facts, Plan, compile_model, evaluate
from liasse.engine.filing import form_of
from liasse.imports.filing import FilingReading, open_filing
from liasse.outputs.workbook import render_workbook
from tests.liasse.engine.test_controls import control
from tests.liasse.engine.test_rows import CONTROLES, TABLE
from tests.support import HEADER, essai

_LIGHTER = '[{{ si = "{}", gravite = "a_justifier" }}]'

PLAN_FILES = {
    "modele.toml": HEADER.replace('tables = ["BIL"]', 'tables = ["BIL", "CPT"]'),
    "tables/BIL.toml": TABLE.replace(
        "\n[sections.B]",
        'C10 = { titre = "Nom", unite = "texte", formule = "exercice_precedent(C10)" }\n\n[sections.B]',
    )
    + 'NOM = { libelle = "Nom", unite = "texte", N = "exercice_precedent(NOM)" }\n',
    "tables/CPT.toml": """titre = "Comptes d'essai"
unite = "euro"
colonne = "N"
profil = "LOC"
notice = "Ce que disent les comptes."

[colonnes]
N = { titre = "N" }
N1 = { titre = "N-1", formule = "exercice_precedent(N)" }

[lignes]
T1 = { libelle = "Trésorerie", titre = true }
A = { libelle = "Banque", N = "debiteur(512)", notice = "Le compte 512." }
B = { libelle = "Caisse" }
T = { libelle = "Total", total = true, N = "somme(A..B)" }
""",
    "controles/c.toml": CONTROLES
    + control("K9", "C03 = C04", pour='"BIL.OP"', gravite_si=_LIGHTER.format("C02 = 'S'"))
    + control("K10", "CPT.A.N = CPT.B.N", gravite_si=_LIGHTER.format("CPT.B.N > 0")),
}
"""
The small model of keyed sections, with a table that a balance fills and that may be « néant ».

Names are carried from the year before; the severity of two controls depends on what they read.
"""


@lru_cache
def small_plan() -> Plan:
    """Return the plan of the small model."""
    return compile_model(essai(Path(mkdtemp()), PLAN_FILES), "COOP")


def workbook_of(facts: Facts, organisme: str = "Coopérative d'essai") -> bytes:
    """Write the workbook of a filing of the small model."""
    return render_workbook(evaluate(small_plan(), facts), organisme)


def read_back(content: bytes, path: Path) -> FilingReading:
    """Read a workbook of the small model."""
    path.write_bytes(content)
    file = open_filing(path)
    assert file is not None
    return file.read(form_of(small_plan()), small_plan().fingerprint)


def _edit_parts(content: bytes, edit: Callable[[str, str], str]) -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            part = source.read(name)
            is_text = name.endswith(".xml")
            made.writestr(name, edit(name, part.decode()).encode() if is_text else part)
    return target.getvalue()


def sheet_part(content: bytes, sheet: str) -> str:
    """Return the part of the archive that holds a sheet."""
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml").decode()
    names = re.findall(r'<sheet name="([^"]*)"', book)
    return f"xl/worksheets/sheet{names.index(sheet) + 1}.xml"


def typed(content: bytes, sheet: str, cells: Mapping[str, object]) -> bytes:
    """Return a workbook where somebody typed in cells; a text that begins with `=` is a formula, worth 7."""
    return typed_in(content, {sheet: cells})


def typed_in(content: bytes, sheets: Mapping[str, Mapping[str, object]]) -> bytes:
    """Return a workbook where somebody typed in cells of several sheets, as `typed`."""
    parts = {sheet_part(content, sheet): cells for sheet, cells in sheets.items()}

    def edit(name: str, text: str) -> str:
        cells = dict(parts.get(name, {}))

        def written(found: re.Match[str]) -> str:
            if found[1] not in cells:
                return found[0]
            return _cell(found[1], found[2] or "", cells.pop(found[1]))

        text = _CELL.sub(written, text) if cells else text
        assert not cells, cells
        return text

    return _edit_parts(content, edit)


_CELL = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?[^>]*?(?:/>|>.*?</c>)')


def _cell(place: str, style: str, value: object) -> str:
    if value is None:
        return f'<c r="{place}"{style}/>'
    if isinstance(value, str) and value.startswith("="):
        return f'<c r="{place}"{style}><f>{escape(value[1:])}</f><v>7</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}"{style} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"{style}><v>{value}</v></c>'


def without_name(content: bytes, name: str) -> bytes:
    """Return a workbook where what a name stands for was deleted."""
    pattern = rf'(<definedName name="{name}">)[^<]*'

    def edit(part: str, text: str) -> str:
        return re.sub(pattern, r"\1#REF!", text) if part == "xl/workbook.xml" else text

    return _edit_parts(content, edit)


def place_of(content: bytes, name: str) -> str:
    """Return where a name stands, `C12`; the first cell of a range."""
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml").decode()
    found = re.search(rf'<definedName name="{name}">[^!]*!\$([A-Z]+)\$(\d+)', book)
    assert found is not None, name
    return found[1] + found[2]


def below(place: str, rows: int) -> str:
    """Return the cell some rows below another."""
    found = re.fullmatch(r"([A-Z]+)(\d+)", place)
    assert found is not None
    return f"{found[1]}{int(found[2]) + rows}"
