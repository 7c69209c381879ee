"""A table of the form without figures: its lines, formulas, tags and references."""

from __future__ import annotations

from collections.abc import Iterator

from liasse.model.forms import Line, Table
from liasse.outputs.page import BLUE, BOLD, DIM, Page
from liasse.outputs.wording import say_tags


def printed_table(table: Table, page: Page, edition: str) -> str:
    """Write a table for its reviewers."""
    return "\n".join(_lines(table, page, edition)) + "\n"


def _lines(table: Table, page: Page, edition: str) -> Iterator[str]:
    yield page.style(f"{table.code}  {table.titre}", BOLD) + page.style(
        f"  ({edition}, unité : {table.unite})", DIM
    )
    yield page.style("━" * page.width, BLUE)
    yield from page.wrap(table.notice) if table.notice else ()
    for column in table.colonnes.values():
        formula = f" = {column.formule.text}" if column.formule else ""
        yield from page.wrap(f"colonne {column.code}, « {column.titre} »{formula}", hanging="    ")
    width = max((len(line.code) for line in table.lignes.values() if not line.titre), default=0)
    for line in table.lignes.values():
        yield from _line(line, table, width, page)
    yield ""
    yield from (page.style(text, DIM) for text in page.wrap(say_tags()))


def _line(line: Line, table: Table, width: int, page: Page) -> Iterator[str]:
    margin = " " * (width + 2)
    if line.titre:
        yield ""
        yield page.style(margin + line.libelle, BOLD)
        return
    scope = f" ({', '.join(sorted(line.familles))})" if line.familles else ""
    weight = (BOLD,) if line.total else ()
    first, *others = page.wrap(f"{line.libelle}{scope}  {line.certitude}".rstrip(), margin, margin + "  ")
    yield page.style(line.code.ljust(width), DIM) + "  " + page.style(first[len(margin) :], *weight)
    yield from others
    details = [*_formulas(line)]
    if line.fermees:
        details.append(f"sans colonne {', '.join(sorted(line.fermees))}")
    if line.reference and line.reference != table.reference:
        details.append(line.reference)
    for detail in details:
        yield from (page.style(text, DIM) for text in page.wrap(detail, margin + "    ", margin + "      "))


def _formulas(line: Line) -> Iterator[str]:
    if line.formule:
        yield f"= {line.formule.text}"
    for column, formula in line.cellules.items():
        yield f"{column} = {formula.text}"
    for famille, cells in line.par_famille.items():
        for column, formula in cells.items():
            yield f"{column} = {formula.text} ({famille})"
