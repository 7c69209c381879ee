"""Worked examples from their TOML: facts in euros become scaled integers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from liasse.model.rules import Example, ExampleYear, Row
from liasse.source.encoding import Kind, encode
from liasse.source.reader import Problems, Section, TomlFile
from liasse.source.vocabulary import EMPTY_WORD, EXAMPLE_KEYS, YEAR_KEYS

UnitOf = Callable[[str], Kind | None]
"""Gives the kind of a cell or aggregate, None when the model has no such name."""

OUTCOMES = ("conforme", "ecart", "sans_objet", "non_evaluable")


def read_examples(file: TomlFile, unit_of: UnitOf, exercice: int, problems: Problems) -> list[Example]:
    """Read every `[[exemple]]` of a file."""
    found = []
    for index, raw in enumerate(file.content.get("exemple", ())):
        section = Section(file, (f"exemple.{index}",), raw, problems)
        section.check(EXAMPLE_KEYS)
        section.require("titre")
        found.append(_read_example(section, unit_of, exercice))
    for key in file.content:
        if key != "exemple":
            problems.add(
                "M003", f"Seules des tables [[exemple]] sont attendues, pas « {key} ».", file.place(key)
            )
    return found


def _read_example(section: Section, unit_of: UnitOf, exercice: int) -> Example:
    reader = _YearReader(section, unit_of)
    precedent = section.mapping("precedent")
    previous = _YearReader(
        Section(section.file, (*section.path, "precedent"), precedent, section.problems), unit_of
    )
    previous.section.check(YEAR_KEYS)
    year = section.content.get("exercice", exercice)
    return Example(
        titre=section.text("titre"),
        famille=section.text("famille", "COOP"),
        exercice=year if isinstance(year, int) else exercice,
        faits=reader.read(),
        place=section.place,
        precedent=previous.read() if "precedent" in section.content else None,
        controle=section.text("controle"),
        attendu=section.choice("attendu", OUTCOMES),
        ecart=_gap(section),
        valeurs=reader.values("valeurs"),
    )


def _gap(section: Section) -> Decimal | None:
    raw = section.content.get("ecart")
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        section.problems.add("M004", "« ecart » doit être un nombre.", section.at("ecart"))
        return None
    return Decimal(raw)


class _YearReader:
    """Reads the facts of one exercice."""

    def __init__(self, section: Section, unit_of: UnitOf) -> None:
        self.section = section
        self._unit_of = unit_of

    def read(self) -> ExampleYear:
        content = self.section.content
        cells = self.values("cellules")
        return ExampleYear(
            cellules={name: value for name, value in cells.items() if value is not None},
            soldes=self._difference("debit", "credit"),
            ouvertures=self._difference("ouverture_debit", "ouverture_credit"),
            mouvements=self._movements(),
            auxiliaires=self._auxiliaries(),
            doublons=tuple(str(item) for item in content.get("doublons", ())),
            textes=self._texts("", self.section.mapping("cellules")),
            lignes={name: self._rows(name, rows) for name, rows in self.section.mapping("lignes").items()},
            neant=frozenset(self.section.texts("neant")),
        )

    def values(self, key: str) -> dict[str, int | None]:
        return self._encoded("", self.section.mapping(key), key)

    def _encoded(self, prefix: str, raw: Mapping[str, Any], key: str) -> dict[str, int | None]:
        values: dict[str, int | None] = {}
        for name, given in raw.items():
            kind = self._unit_of(prefix + name)
            if kind is None:
                message = f"Cellule ou agrégat inconnu « {prefix}{name} »."
                self.section.problems.add("M105", message, self.section.at(key))
            elif given == EMPTY_WORD:
                values[name] = None
            else:
                values[name] = self._amount(given, kind, key)
        return values

    def _texts(self, prefix: str, raw: Mapping[str, Any]) -> dict[str, str]:
        kinds = {name: self._unit_of(prefix + name) for name in raw}
        return {
            name: str(given)
            for name, given in raw.items()
            if (kind := kinds[name]) is not None and kind.unite == "texte"
        }

    def _rows(self, name: str, rows: Any) -> tuple[Row, ...]:
        found = []
        for raw in rows if isinstance(rows, list) else ():
            values = self._encoded(f"{name}.", raw, "lignes")
            texts = self._texts(f"{name}.", raw)
            kept = {column: value for column, value in values.items() if value is not None}
            found.append(Row(next(iter(texts.values()), ""), kept, texts))
        return tuple(found)

    def _amount(self, raw: Any, kind: Kind, key: str) -> int:
        value = encode(raw, kind)
        if value is None:
            message = f"« {raw} » n'est pas une valeur de l'unité « {kind.unite} »."
            self.section.problems.add("M004", message, self.section.at(key))
        return value or 0

    def _side(self, key: str) -> dict[str, int]:
        raw: Mapping[str, Any] = self.section.mapping(key)
        return {str(compte): self._amount(value, Kind("euro"), key) for compte, value in raw.items()}

    def _difference(self, debit: str, credit: str) -> dict[str, int] | None:
        if debit not in self.section.content and credit not in self.section.content:
            return None
        amounts = self._side(debit)
        for compte, value in self._side(credit).items():
            amounts[compte] = amounts.get(compte, 0) - value
        return amounts

    def _movements(self) -> dict[str, tuple[int, int]] | None:
        if not self.section.content.keys() & {"mouvements_debit", "mouvements_credit"}:
            return None
        debit, credit = self._side("mouvements_debit"), self._side("mouvements_credit")
        return {compte: (debit.get(compte, 0), credit.get(compte, 0)) for compte in debit | credit}

    def _auxiliaries(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for key, sign in (("auxiliaires_debit", 1), ("auxiliaires_credit", -1)):
            for compte, raw in self.section.mapping(key).items():
                for auxiliary, value in raw.items():
                    accounts = found.setdefault(str(compte), {})
                    accounts[auxiliary] = sign * self._amount(value, Kind("euro"), key)
        return found
