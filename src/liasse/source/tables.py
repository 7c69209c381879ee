"""Tables, columns and lines from their TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from liasse.amounts import UNIT_CODES, unit
from liasse.errors import nearest
from liasse.model.forms import Column, Formula, Line, Table
from liasse.source.reader import Problems, Section, TomlFile
from liasse.source.vocabulary import CERTITUDES, CODE, COLUMN_KEYS, LINE_KEYS, NATURES, TABLE_KEYS


def read_table(file: TomlFile, code: str, familles: tuple[str, ...], problems: Problems) -> Table:
    """Build a table; faults are added to *problems*."""
    section = Section(file, (), file.content, problems)
    section.check(TABLE_KEYS)
    section.require("titre", "unite", "colonne", "colonnes", "lignes")
    colonnes = {
        name: _read_column(Section(file, ("colonnes", name), raw, problems), name)
        for name, raw in _tables(section, "colonnes").items()
    }
    reader = _LineReader(file, frozenset(colonnes), familles, problems)
    lignes = {name: reader.read(name, raw) for name, raw in _tables(section, "lignes").items()}
    place = section.mapping("place")
    table = Table(
        code=code,
        titre=section.text("titre"),
        unite=read_unit(section),
        colonne=section.choice("colonne", tuple(colonnes)),
        colonnes=colonnes,
        lignes=lignes,
        reference=section.text("reference"),
        certitude=section.choice("certitude", CERTITUDES),
        place=section.place,
        classes=frozenset(str(place.get("classes", ""))),
        colonnes_placees=tuple(str(name) for name in place.get("colonnes", ())),
        notice=section.text("notice"),
    )
    inherited = {line.code: _inherit(line, table) for line in lignes.values()}
    return replace(table, lignes=inherited)


def _inherit(line: Line, table: Table) -> Line:
    return replace(
        line, reference=line.reference or table.reference, certitude=line.certitude or table.certitude
    )


def _tables(section: Section, key: str) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for name, raw in section.mapping(key).items():
        place = section.file.place(key, name)
        if not CODE.match(name):
            message = f"« {name} » : un code commence par une capitale, puis capitales, chiffres et « _ »."
            section.problems.add("M006", message, place)
        if isinstance(raw, dict):
            found[name] = raw
        else:
            section.problems.add("M004", f"« {name} » doit être une table {{ … }}.", place)
    return found


def read_unit(section: Section, default: str = "euro") -> str:
    """Return the unit of a section, after checking that it exists."""
    code = section.text("unite", default)
    try:
        unit(code)
    except KeyError:
        message = f"Unité inconnue « {code} ».{nearest(code, UNIT_CODES)}"
        section.problems.add("M007", message, section.at("unite"))
        return default
    return code


def _read_column(section: Section, code: str) -> Column:
    section.check(COLUMN_KEYS)
    section.require("titre")
    formule = section.text("formule")
    return Column(
        code=code,
        titre=section.text("titre"),
        formule=Formula(formule, section.at("formule")) if formule else None,
        unite=read_unit(section, "") if "unite" in section.content else "",
        familles=frozenset(section.texts("familles")),
    )


class _LineReader:
    """Reads the lines of one table, whose columns are known keys."""

    def __init__(
        self, file: TomlFile, colonnes: frozenset[str], familles: tuple[str, ...], problems: Problems
    ) -> None:
        self._file = file
        self._colonnes = colonnes
        self._familles = familles
        self._problems = problems
        self._keys = LINE_KEYS | dict.fromkeys(colonnes, str)

    def read(self, code: str, raw: Mapping[str, Any]) -> Line:
        section = Section(self._file, ("lignes", code), raw, self._problems)
        section.check(self._keys)
        section.require("libelle")
        formule = section.text("formule")
        return Line(
            code=code,
            libelle=section.text("libelle"),
            place=section.place,
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
            nature=section.choice("nature", NATURES),
            reference=section.text("reference"),
            certitude=section.choice("certitude", CERTITUDES),
            notice=section.text("notice"),
        )

    def _at(self, section: Section, code: str) -> Any:
        return replace(section.place, part=code)

    def _known(self, section: Section, name: str, known: Any, problem: str) -> str:
        if name not in known:
            message = f"« {name} » n'est pas connu ici ({', '.join(sorted(known))}).{nearest(name, known)}"
            section.problems.add(problem, message, section.place)
        return name

    def _formulas(self, section: Section, raw: Mapping[str, Any], code: str) -> dict[str, Formula]:
        return {
            name: Formula(text, replace(section.place, part=f"{code}, colonne {name}"))
            for name, text in raw.items()
            if name in self._colonnes and isinstance(text, str)
        }

    def _by_family(self, section: Section, code: str) -> dict[str, dict[str, Formula]]:
        variants: dict[str, dict[str, Formula]] = {}
        for famille, raw in section.mapping("si_famille").items():
            self._known(section, famille, self._familles, "M007")
            if isinstance(raw, dict):
                variants[famille] = self._formulas(section, raw, f"{code} ({famille})")
                for name in raw:
                    self._known(section, name, self._colonnes, "M103")
        return variants
