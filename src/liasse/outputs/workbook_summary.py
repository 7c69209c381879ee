"""The sheets beside the tables: « Lisez-moi », « Agrégats » and « Contrôles »."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from liasse.amounts import unit
from liasse.compiler.plan import SlotKind
from liasse.engine.controls import Outcome
from liasse.model.rules import Aggregate
from liasse.outputs.version import package_version
from liasse.outputs.wording import CERTITUDES
from liasse.outputs.workbook_controls import WORDS, Line
from liasse.outputs.workbook_formulas import Translator
from liasse.outputs.workbook_places import Spot
from liasse.outputs.workbook_style import ALARM, AMBER, CALM, FILLED, GREY, HEADER, INPUT, RULE
from liasse.outputs.workbook_tables import Sheets, set_print, write_content
from liasse.outputs.workbook_text import height_of, lines_of, width_of
from liasse.outputs.workbook_values import number_format

README: Final = "Lisez-moi"
AGGREGATES: Final = "Agrégats"
CONTROLS: Final = "Contrôles"
_TOP: Final = 4
"""The row of the column titles of the lists."""

_LABEL: Final = 60
_MARK: Final = 34
"""Widths of the columns of words of the aggregates."""

_TITLE: Final = 44
_WHERE: Final = 34
_TODO: Final = 60
"""Widths of the columns of words of the controls."""

_AMOUNTS: Final = frozenset({"Valeur", "Écart", "Gauche", "Droite"})
_AFTER: Final = frozenset({"Unité", "Que faire"})
"""Titles that stand to the right, over figures, and those that follow figures."""

_COUNTED: Final = (
    ("Écarts", WORDS[Outcome.ECART]),
    ("conformes", WORDS[Outcome.CONFORME]),
    ("sans objet", WORDS[Outcome.SANS_OBJET]),
    ("non évaluables", WORDS[Outcome.NON_EVALUABLE]),
)

_HOW: Final = """
Les cellules crème se saisissent. Les cellules bleutées viennent de la balance ou de l'exercice précédent et \
peuvent être corrigées. Les autres se calculent et sont verrouillées.
Une cellule vide n'est pas zéro : un total ignore les vides, et reste vide si tout ce qu'il lit l'est.
Dans une section à lignes, la première colonne nomme la ligne ; sans elle, la ligne ne compte pas.
La feuille « Contrôles » juge à chaque saisie, avec la balance de l'export.
Pour reprendre vos saisies, importez ce classeur : une cellule vide n'efface jamais une valeur connue, et \
chaque différence vous est montrée avant d'être appliquée.
La protection n'a pas de mot de passe : elle évite les erreurs, elle n'empêche rien.
Un montant est tenu au centime jusqu'à cent milliards d'euros.
""".strip().splitlines()


def place_aggregates(translator: Translator) -> dict[str, Spot]:
    """Give a place to the aggregates and the parameters, in the order in which they are shown."""
    model = translator.plan.model
    shown: dict[str, Spot] = {}
    row = _TOP + 1
    for rubrique, codes in _groups(list(model.aggregats.values())):
        row += 1 if rubrique else 0
        for code in codes:
            shown[code] = Spot(AGGREGATES, row, 2)
            row += 1
    row += 1
    for code in model.parametres:
        shown[code] = Spot(AGGREGATES, row, 2)
        row += 1
    return shown


def _groups(aggregates: Sequence[Aggregate]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for aggregate in aggregates:
        found.setdefault(aggregate.rubrique, []).append(aggregate.code)
    return list(found.items())


def _list_head(page: Worksheet, sheets: Sheets, title: str, columns: Sequence[tuple[str, float]]) -> None:
    get = sheets.styles.get
    page.write_string(0, 0, title, get(bold=True, font_size=14))
    page.write_string(1, 0, sheets.dossier, get(font_color=GREY))
    for col, (name, width) in enumerate(columns):
        page.set_column(col, col, width)
        side = {"align": "right"} if name in _AMOUNTS else {"align": "left", "indent": int(name in _AFTER)}
        look = get(bold=True, bg_color=HEADER, bottom=1, bottom_color=GREY, text_wrap=True, **side)
        page.write_string(_TOP, col, name, look)
    page.freeze_panes(_TOP + 1, 2)
    page.hide_gridlines(2)
    page.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
    page.repeat_rows(_TOP)
    set_print(page, sheets, landscape=True)


def draw_aggregates(page: Worksheet, sheets: Sheets, shown: dict[str, Spot]) -> None:
    """Draw the aggregates, by rubrique, then the parameters of the exercice."""
    columns = (
        ("Code", width_of(shown, 12, 36)),
        ("Agrégat", _LABEL),
        ("Valeur", 18),
        ("Unité", 14),
        ("Repère", _MARK),
        ("Cert.", 6),
    )
    _list_head(page, sheets, AGGREGATES, columns)
    model, get = sheets.plan.model, sheets.styles.get
    for rubrique, codes in _groups(list(model.aggregats.values())):
        if rubrique:
            page.write_string(shown[codes[0]].row - 1, 1, rubrique, get(bold=True, font_color=GREY))
        for code in codes:
            aggregate = model.aggregats[code]
            _figure(page, sheets, code, shown[code], (aggregate.repere, aggregate.certitude))
            page.write_comment(
                shown[code].row, 1, f"= {aggregate.formule.text}", {"font_size": 9, "width": 320}
            )
    if model.parametres:
        first = shown[next(iter(model.parametres))].row
        page.write_string(first - 1, 1, "Paramètres de l'exercice", get(bold=True, font_color=GREY))
    for code, parameter in model.parametres.items():
        _figure(page, sheets, code, shown[code], ("", parameter.certitude))


def _figure(page: Worksheet, sheets: Sheets, code: str, spot: Spot, words: tuple[str, str]) -> None:
    slot, get = sheets.plan.slot(code), sheets.styles.get
    page.write_string(spot.row, 0, code, get(font_color=GREY))
    page.write_string(spot.row, 1, slot.libelle, get(text_wrap=True))
    page.set_row(spot.row, height_of(max(lines_of(slot.libelle, _LABEL), lines_of(words[0], _MARK)), 1.5))
    strong = {"bold": True} if slot.kind is SlotKind.AGGREGATE else {}
    look = get(num_format=number_format(slot.unit.code, slot.unit.decimals), **strong)
    write_content(page, spot.row, 2, sheets.cells[spot], look)
    page.write_string(spot.row, 3, slot.unit.symbol, get(font_color=GREY, indent=1))
    page.write_string(spot.row, 4, words[0], get(text_wrap=True, font_color=GREY))
    page.write_string(spot.row, 5, words[1], get(font_color=GREY, align="center"))


def draw_controls(page: Worksheet, sheets: Sheets, lines: Sequence[Line]) -> None:
    """Draw the controls, one per line: outcome, gap, what must hold, what to do."""
    columns = (
        ("Code", width_of((line.check.control.identifier for line in lines), 8, 20)),
        ("Contrôle", _TITLE),
        ("Ligne", _WHERE),
        ("Issue", 13),
        ("Gravité", 11),
        ("Écart", 15),
        ("Gauche", 15),
        ("Droite", 15),
        ("Que faire", _TODO),
        ("Cert.", 6),
    )
    _list_head(page, sheets, CONTROLS, columns)
    last = max(_TOP + 1, _TOP + len(lines))
    for rank, line in enumerate(lines):
        _control(page, sheets, _TOP + 1 + rank, line)
    page.autofilter(_TOP, 0, last, len(columns) - 1)
    for word, colour in (
        ("écart", ALARM),
        ("non évaluable", AMBER),
        ("conforme", CALM),
        ("sans objet", GREY),
    ):
        form = sheets.styles.get(font_color=colour, bold=word == "écart")
        rule: dict[str, Any] = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": form}
        page.conditional_format(_TOP + 1, 3, last, 3, rule)
    cells = f"$D${_TOP + 2}:$D${last + 1}"
    total = '&" · '.join(f'{name} : "&COUNTIF({cells},"{word}")' for name, word in _COUNTED)
    page.write_formula(2, 0, f'="{total}', sheets.styles.get(bold=True), counted(lines))


def counted(lines: Sequence[Line]) -> str:
    """Say how many controls there are of each outcome."""
    counts = Counter(line.outcome.value for line in lines)
    return " · ".join(f"{name} : {counts[word]}" for name, word in _COUNTED)


def _control(page: Worksheet, sheets: Sheets, row: int, line: Line) -> None:
    get, control = sheets.styles.get, line.check.control
    wrapped = get(text_wrap=True, valign="top")
    top = get(valign="top")
    page.write_string(row, 0, control.identifier, get(font_color=GREY, valign="top"))
    page.write_string(row, 1, control.titre, wrapped)
    where = f"{line.check.ligne} {line.check.libelle}".strip()
    texts = ((control.titre, _TITLE), (where, _WHERE), (control.instruction, _TODO - 1))
    page.set_row(row, height_of(max(lines_of(text, width) for text, width in texts)))
    page.write_string(row, 2, where, get(font_color=GREY, text_wrap=True, valign="top"))
    write_content(page, row, 3, line.outcome, top)
    write_content(page, row, 4, line.gravite, top)
    of = unit(line.unite)
    amount = get(num_format=number_format(line.unite, of.decimals), valign="top")
    days = get(num_format="#,##0", valign="top")
    write_content(page, row, 5, line.ecart, days if line.unite == "date" else amount)
    write_content(page, row, 6, line.gauche, amount)
    write_content(page, row, 7, line.droite, amount)
    todo = get(text_wrap=True, font_color=GREY, valign="top", indent=1)
    page.write_string(row, 8, control.instruction, todo)
    page.write_string(row, 9, control.certitude, get(font_color=GREY, align="center", valign="top"))


def draw_readme(page: Worksheet, sheets: Sheets, organisme: str, said: str) -> None:
    """Draw the first sheet: what this is, how to use it, where everything is; *said* counts the controls."""
    get, model = sheets.styles.get, sheets.plan.model
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 100)
    page.hide_gridlines(2)
    page.write_string(0, 0, model.titre, get(bold=True, font_size=16))
    facts = (
        ("Organisme", organisme or "–"),
        ("Exercice", str(sheets.exercice)),
        ("Famille", sheets.plan.famille),
        ("Questionnaire", f"{model.questionnaire}, millésime {model.millesime}"),
        ("Empreinte", sheets.plan.fingerprint),
        ("Écrit par", f"liasse {package_version()}"),
    )
    for row, (name, value) in enumerate(facts, start=2):
        page.write_string(row, 0, name, get(font_color=GREY))
        page.write_string(row, 1, value, get())
    row = 3 + len(facts)
    page.write_string(row, 0, "Contrôles", get(font_color=GREY))
    page.write_formula(row, 1, f"='{CONTROLS}'!A3", get(bold=True), said)
    row += 2
    page.write_string(row, 0, "Mode d'emploi", get(bold=True, font_size=12))
    for text in _HOW:
        row += 1
        page.write_string(row, 1, text, get(text_wrap=True))
        page.set_row(row, height_of(lines_of(text, 100)))
    row = _legend(page, sheets, row + 2)
    _contents(page, sheets, row + 1)
    page.protect()
    set_print(page, sheets)


def _legend(page: Worksheet, sheets: Sheets, row: int) -> int:
    get = sheets.styles.get
    page.write_string(row, 0, "Repères", get(bold=True, font_size=12))
    looks = (
        ("à saisir", get(bg_color=INPUT, bottom=4, bottom_color=RULE)),
        ("rempli", get(bg_color=FILLED, bottom=4, bottom_color=RULE)),
        ("calculé", get(bold=True, top=1, top_color=GREY)),
    )
    for word, look in looks:
        row += 1
        page.write_string(row, 0, word, look)
    tags = " ; ".join(f"{tag} {words}" for tag, words in CERTITUDES.items())
    page.write_string(row + 1, 0, "Cert.", get(font_color=GREY))
    page.write_string(row + 1, 1, f"Certitude d'une ligne : {tags}.", get(text_wrap=True))
    return row + 2


def _contents(page: Worksheet, sheets: Sheets, row: int) -> None:
    get = sheets.styles.get
    page.write_string(row, 0, "Feuilles", get(bold=True, font_size=12))
    names = [(sheet.name, sheet.table.titre) for sheet in sheets.places.sheets]
    for name, title in [*names, (AGGREGATES, "Agrégats et paramètres"), (CONTROLS, "Contrôles")]:
        row += 1
        page.write_url(row, 0, f"internal:'{name}'!A1", get(font_color="#1D4F91", underline=1), name)
        page.write_string(row, 1, title, get())
