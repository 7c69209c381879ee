"""Tables, columns and lines from their TOML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from liasse.amounts import UNIT_CODES, unit
from liasse.errors import nearest
from liasse.model.forms import Column, Formula, Line, Section, Table
from liasse.source.reader import Problems, TomlFile
from liasse.source.reader import Section as TomlSection
from liasse.source.vocabulary import (
    CERTITUDES,
    CODE,
    COLUMN_KEYS,
    LINE_KEYS,
    NATURES,
    SECTION_KEYS,
    TABLE_EMPTINESS,
    TABLE_KEYS,
)


def read_table(file: TomlFile, code: str, familles: tuple[str, ...], problems: Problems) -> Table:
    """Build a table; faults are added to *problems*."""
    root = TomlSection(file, (), file.content, problems)
    root.check(TABLE_KEYS)
    root.require("titre", "unite")
    parts = [_read_part(part, name, familles) for name, part in _parts(root)]
    lignes = {line.code: line for _, lines in parts for line in lines}
    if len(lignes) < sum(len(lines) for _, lines in parts):
        _report_duplicates(root, [line for _, lines in parts for line in lines])
    place = root.mapping("place")
    table = Table(
        code=code,
        titre=root.text("titre"),
        unite=read_unit(root),
        sections={section.code: section for section, _ in parts},
        lignes=lignes,
        reference=root.text("reference"),
        certitude=root.choice("certitude", CERTITUDES),
        place=root.place,
        classes=frozenset(str(place.get("classes", ""))),
        colonnes_placees=tuple(str(name) for name in place.get("colonnes", ())),
        notice=root.text("notice"),
        profil=root.text("profil"),
        vides=root.choice("vides", TABLE_EMPTINESS),
        familles=frozenset(root.texts("familles")),
    )
    inherited = {line.code: _inherit(line, table) for line in lignes.values()}
    return replace(table, lignes=inherited)


def _parts(root: TomlSection) -> Iterator[tuple[str, TomlSection]]:
    """Yield the sections of a table: those it names, or the table itself when it names none."""
    if "sections" not in root.content:
        root.require("colonne", "colonnes", "lignes")
        yield "", root
        return
    for name, raw in _tables(root, "sections").items():
        part = TomlSection(root.file, ("sections", name), raw, root.problems)
        part.check(SECTION_KEYS)
        part.require("titre", "colonnes")
        yield name, part


def _read_part(part: TomlSection, name: str, familles: tuple[str, ...]) -> tuple[Section, list[Line]]:
    colonnes = {
        code: _read_column(TomlSection(part.file, (*part.path, "colonnes", code), raw, part.problems), code)
        for code, raw in _tables(part, "colonnes").items()
    }
    cle = part.choice("cle", tuple(colonnes))
    section = Section(
        code=name,
        titre=part.text("titre"),
        colonne=part.choice("colonne", tuple(colonnes)) or next(iter(colonnes), ""),
        colonnes=colonnes,
        cle=cle,
        familles=frozenset(part.texts("familles")) if name else frozenset(),
    )
    if cle:
        line = Line(name, section.titre, part.place, section, familles=section.familles)
        return section, [line]
    reader = _LineReader(part, section, familles)
    return section, [reader.read(code, raw) for code, raw in _tables(part, "lignes").items()]


def _report_duplicates(root: TomlSection, lines: list[Line]) -> None:
    seen: set[str] = set()
    for line in lines:
        if line.code in seen:
            root.problems.add("M006", f"La ligne « {line.code} » est déclarée deux fois.", line.place)
        seen.add(line.code)


def _inherit(line: Line, table: Table) -> Line:
    return replace(
        line, reference=line.reference or table.reference, certitude=line.certitude or table.certitude
    )


def _tables(section: TomlSection, key: str) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for name, raw in section.mapping(key).items():
        place = section.file.place(*section.path, key, name)
        if not CODE.match(name):
            message = f"« {name} » : un code commence par une capitale, puis capitales, chiffres et « _ »."
            section.problems.add("M006", message, place)
        if isinstance(raw, dict):
            found[name] = raw
        else:
            section.problems.add("M004", f"« {name} » doit être une table {{ … }}.", place)
    return found


def read_unit(section: TomlSection, default: str = "euro") -> str:
    """Return the unit of a section, after checking that it exists."""
    code = section.text("unite", default)
    try:
        unit(code)
    except KeyError:
        message = f"Unité inconnue « {code} ».{nearest(code, UNIT_CODES)}"
        section.problems.add("M007", message, section.at("unite"))
        return default
    return code


def _read_column(section: TomlSection, code: str) -> Column:
    section.check(COLUMN_KEYS)
    section.require("titre")
    formule = section.text("formule")
    return Column(
        code=code,
        titre=section.text("titre"),
        formule=Formula(formule, section.at("formule")) if formule else None,
        unite=read_unit(section, "") if "unite" in section.content else "",
        familles=frozenset(section.texts("familles")),
        choix={name: str(label) for name, label in section.mapping("choix").items()},
        nature=section.choice("nature", NATURES),
        notice=section.text("notice"),
    )


class _LineReader:
    """Reads the lines of one section, whose columns are known keys."""

    def __init__(self, part: TomlSection, section: Section, familles: tuple[str, ...]) -> None:
        self._part = part
        self._section = section
        self._colonnes = frozenset(section.colonnes)
        self._familles = familles
        self._keys = LINE_KEYS | dict.fromkeys(section.colonnes, str)

    def read(self, code: str, raw: Mapping[str, Any]) -> Line:
        section = TomlSection(self._part.file, (*self._part.path, "lignes", code), raw, self._part.problems)
        section.check(self._keys)
        section.require("libelle")
        formule = section.text("formule")
        return Line(
            code=code,
            libelle=section.text("libelle"),
            place=section.place,
            section=self._section,
            cellules=self._formulas(section, raw, code),
            formule=Formula(formule, self._at(section, code)) if formule else None,
            par_famille=self._by_family(section, code),
            total=section.flag("total"),
            titre=section.flag("titre"),
            fermees=frozenset(
                self._known(section, name, self._colonnes, "M103") for name in section.texts("fermees")
            ),
            familles=frozenset(
                self._known(section, name, self._familles, "M007") for name in section.texts("familles")
            ),
            unite=read_unit(section, "") if "unite" in raw else "",
            choix={name: str(label) for name, label in section.mapping("choix").items()},
            nature=section.choice("nature", NATURES),
            reference=section.text("reference"),
            certitude=section.choice("certitude", CERTITUDES),
            notice=section.text("notice"),
        )

    def _at(self, section: TomlSection, code: str) -> Any:
        return replace(section.place, part=code)

    def _known(self, section: TomlSection, name: str, known: Any, problem: str) -> str:
        if name not in known:
            message = f"« {name} » n'est pas connu ici ({', '.join(sorted(known))}).{nearest(name, known)}"
            section.problems.add(problem, message, section.place)
        return name

    def _formulas(self, section: TomlSection, raw: Mapping[str, Any], code: str) -> dict[str, Formula]:
        return {
            name: Formula(text, replace(section.place, part=f"{code}, colonne {name}"))
            for name, text in raw.items()
            if name in self._colonnes and isinstance(text, str)
        }

    def _by_family(self, section: TomlSection, code: str) -> dict[str, dict[str, Formula]]:
        variants: dict[str, dict[str, Formula]] = {}
        for famille, raw in section.mapping("si_famille").items():
            self._known(section, famille, self._familles, "M007")
            if isinstance(raw, dict):
                variants[famille] = self._formulas(section, raw, f"{code} ({famille})")
                for name in raw:
                    self._known(section, name, self._colonnes, "M103")
        return variants
