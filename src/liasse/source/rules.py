"""Aggregates, parameters and controls from their TOML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from liasse.exercices import Validity
from liasse.model.forms import Formula
from liasse.model.rules import Aggregate, Control, Gravite, Parameter, ParameterValue, SeverityCase, Vides
from liasse.source.encoding import scaled
from liasse.source.reader import Problems, Section, TomlFile
from liasse.source.tables import read_unit
from liasse.source.vocabulary import (
    AGGREGATE_KEYS,
    CERTITUDES,
    CONTROL_KEYS,
    PARAMETER_KEYS,
    SENSES,
    TABLE_EMPTINESS,
)

GRAVITES = tuple(str(gravite) for gravite in Gravite)


def sections(file: TomlFile, problems: Problems) -> Iterator[tuple[str, Section]]:
    """Yield the top-level tables of a file."""
    for name, raw in file.content.items():
        if isinstance(raw, dict):
            yield name, Section(file, (name,), raw, problems)
        else:
            problems.add("M004", f"« {name} » doit être une table [{name}].", file.place(name))


def read_validity(raw: Mapping[str, Any]) -> Validity:
    """Read `{ de = 2022, a = 2025 }`."""
    return Validity(raw.get("de"), raw.get("a"))


def _formula(section: Section, key: str) -> Formula | None:
    text = section.text(key)
    return Formula(text, replace(section.at(key), part=section.path[-1])) if text else None


def read_aggregate(code: str, section: Section) -> Aggregate:
    """Build an aggregate."""
    section.check(AGGREGATE_KEYS)
    section.require("titre", "unite", "formule")
    variants = {
        famille: Formula(str(text), replace(section.at("si_famille"), part=f"{code} ({famille})"))
        for famille, text in section.mapping("si_famille").items()
    }
    return Aggregate(
        code=code,
        titre=section.text("titre"),
        unite=read_unit(section),
        formule=_formula(section, "formule") or Formula("vide", section.place),
        reference=section.text("reference"),
        certitude=section.choice("certitude", CERTITUDES),
        place=section.place,
        motif=section.text("motif"),
        familles=frozenset(section.texts("familles")),
        par_famille=variants,
        vides=section.choice("vides", TABLE_EMPTINESS),
        sans_objet=_formula(section, "sans_objet"),
        sens=section.choice("sens", SENSES),
        repere=section.text("repere"),
        rubrique=section.text("rubrique"),
    )


def read_parameter(code: str, section: Section) -> Parameter:
    """Build a dated parameter."""
    section.check(PARAMETER_KEYS)
    section.require("titre", "unite", "valeurs")
    unite = read_unit(section)
    values = []
    for raw in section.content.get("valeurs", ()):
        value = scaled(raw.get("valeur"), unite) if isinstance(raw, dict) else None
        if value is None:
            message = "Chaque valeur s'écrit { de = 2022, valeur = 3 }, au plus aussi précise que l'unité."
            section.problems.add("M004", message, section.at("valeurs"))
        else:
            values.append(ParameterValue(read_validity(raw), value))
    return Parameter(
        code=code,
        titre=section.text("titre"),
        unite=unite,
        valeurs=tuple(values),
        reference=section.text("reference"),
        certitude=section.choice("certitude", CERTITUDES),
        place=section.place,
    )


def read_controls(code: str, section: Section) -> Iterator[Control]:
    """Yield the control, or one control per part when it has parts besides its own check."""
    section.check(CONTROL_KEYS)
    parts = section.mapping("parties")
    own = {key: value for key, value in section.content.items() if key != "parties"}
    if "verifie" in own or not parts:
        yield _read_control(code, "", Section(section.file, section.path, own, section.problems))
    for name, raw in parts.items():
        path = (*section.path, "parties", name)
        part = Section(section.file, path, own | raw, section.problems)
        part.check(CONTROL_KEYS)
        yield _read_control(code, name, part)


def _read_control(code: str, part: str, section: Section) -> Control:
    section.require("titre", "gravite", "verifie", "message", "instruction")
    return Control(
        code=code,
        partie=part,
        titre=section.text("titre"),
        gravite=Gravite(section.choice("gravite", GRAVITES, "bloquant")),
        verifie=_formula(section, "verifie") or Formula("vide", section.place),
        message=section.text("message"),
        instruction=section.text("instruction"),
        reference=section.text("reference"),
        certitude=section.choice("certitude", CERTITUDES),
        place=section.place,
        si=_formula(section, "si"),
        pour=_formula(section, "pour"),
        familles=frozenset(section.texts("familles")),
        exercices=read_validity(section.mapping("exercices")),
        vides=Vides(section.choice("vides", tuple(str(mode) for mode in Vides), "zero")),
        tolerance=scaled(section.content.get("tolerance"), "euro"),
        gravite_si=tuple(_severity_cases(section)),
        tait=section.texts("tait"),
        rubrique=section.text("rubrique"),
    )


def _severity_cases(section: Section) -> Iterator[SeverityCase]:
    for raw in section.content.get("gravite_si", ()):
        if (
            not isinstance(raw, dict)
            or raw.get("gravite") not in GRAVITES
            or not isinstance(raw.get("si"), str)
        ):
            message = 'Chaque cas s\'écrit { si = "…", gravite = "a_justifier" }.'
            section.problems.add("M004", message, section.at("gravite_si"))
            continue
        yield SeverityCase(Formula(raw["si"], section.at("gravite_si")), Gravite(raw["gravite"]))
