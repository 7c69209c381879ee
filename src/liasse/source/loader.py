"""A model folder to a `Model`, with all its problems at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from liasse.errors import Place, SourceError
from liasse.exercices import Validity
from liasse.ledger.comptes import Compte
from liasse.model.forms import Table
from liasse.model.rules import Aggregate, Control, Example, Model, Parameter
from liasse.source.encoding import Kind
from liasse.source.examples import UnitOf, read_examples
from liasse.source.reader import Problems, Section, TomlFile, read_toml
from liasse.source.rules import read_aggregate, read_controls, read_parameter, read_validity, sections
from liasse.source.tables import read_table
from liasse.source.vocabulary import CERTITUDES, MODEL_KEYS

PLAN_COMPTES = Path("plan_comptes") / "plan_comptes.csv"


class _HasPlace(Protocol):
    @property
    def place(self) -> Place:
        """Where it is written."""


Placed = TypeVar("Placed", bound=_HasPlace)
_CERTITUDES = {"found": "F", "partly": "P", "memory": "M", "convention": "C"}


def available(root: Path) -> tuple[tuple[str, str], ...]:
    """Return the (questionnaire, millésime) pairs that the folder *root* holds, sorted."""
    return tuple(sorted((path.parent.parent.name, path.parent.name) for path in root.glob("*/*/modele.toml")))


def load_plan_comptes(root: Path) -> tuple[Compte, ...]:
    """
    Read the dated chart of accounts.

    Raises:
        SourceError: the file is absent.
    """
    path = root / PLAN_COMPTES
    if not path.exists():
        problems = Problems()
        problems.add("M005", "Le plan de comptes manque.", Place(PLAN_COMPTES.as_posix()))
        raise SourceError(problems.found)
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(_compte(row) for row in csv.DictReader(stream, delimiter=";"))


def _compte(row: Mapping[str, str]) -> Compte:
    start, end = row["valide_de"], row["valide_a"]
    validity = Validity(int(start) if start else None, int(end) if end else None)
    certitude = _CERTITUDES.get(row["certitude"], row["certitude"])
    return Compte(
        row["compte"], row["libelle"], validity, row["couche"], row["reference"], certitude, row["note"]
    )


def load_model(root: Path, questionnaire: str, millesime: str, *, exemples: bool = True) -> Model:
    """
    Read one questionnaire of one millésime under *root*; its examples, which prove it, on demand.

    Raises:
        SourceError: with every problem of every file.
    """
    problems = Problems()
    folder = root / questionnaire / millesime
    file = read_toml(folder / "modele.toml", root, problems)
    if file is None:
        raise SourceError(problems.found)
    model = _Loader(root, folder, file, problems).load(exemples=exemples)
    if problems.found:
        raise SourceError(problems.found)
    return model


class _Loader:
    """Reads the files of one folder in order, gathering problems."""

    def __init__(self, root: Path, folder: Path, file: TomlFile, problems: Problems) -> None:
        self._root = root
        self._folder = folder
        self._problems = problems
        self._header = Section(file, (), file.content, problems)

    def load(self, *, exemples: bool) -> Model:
        header = self._header
        included = [self._included(name) for name in header.texts("inclut")]
        header.check(MODEL_KEYS)
        header.require("questionnaire", "millesime", "titre", "exercices", "familles", "tables")
        familles = header.texts("familles")
        tables = self._merged([model.tables for model in included], dict(self._tables(familles)))
        aggregats = self._merged([model.aggregats for model in included], dict(self._aggregates()))
        parametres = self._merged([model.parametres for model in included], dict(self._parameters()))
        exercices = read_validity(header.mapping("exercices"))
        model = Model(
            questionnaire=header.text("questionnaire"),
            millesime=header.text("millesime"),
            titre=header.text("titre"),
            exercices=exercices,
            reference=header.text("reference"),
            certitude=header.choice("certitude", CERTITUDES),
            familles=familles,
            tables=tables,
            aggregats=aggregats,
            parametres=parametres,
            controles=(*(one for model in included for one in model.controles), *self._controls()),
            exemples=(),
            comptes=load_plan_comptes(self._root),
            place=header.place,
            comptes_sans_ligne=(
                *(compte for model in included for compte in model.comptes_sans_ligne),
                *header.texts("comptes_sans_ligne"),
            ),
        )
        if not exemples or len(tables) < len(header.texts("tables")):
            return model  # a table that could not be read would make every example that names it a fault
        return replace(model, exemples=tuple(self._examples(unit_lookup(model), exercices)))

    def _merged(self, included: list[Mapping[str, Placed]], own: Mapping[str, Placed]) -> dict[str, Placed]:
        """Put what is included before what the model itself says; a name has one meaning."""
        found: dict[str, Placed] = {}
        for part in [*included, own]:
            for code in part:
                if code in found and found[code].place != part[code].place:
                    message = f"« {code} » est déjà défini dans {found[code].place.file}."
                    self._problems.add("M006", message, part[code].place)
                found[code] = part[code]
        return found

    def _included(self, name: str) -> Model:
        """Load a model that this one includes, `questionnaire/millesime`; its problems are ours."""
        questionnaire, _, millesime = name.partition("/")
        return load_model(self._root, questionnaire, millesime, exemples=False)

    def _files(self, pattern: str) -> Iterator[TomlFile]:
        for path in sorted(self._folder.glob(pattern)):
            file = read_toml(path, self._root, self._problems)
            if file is not None:
                yield file

    def _tables(self, familles: tuple[str, ...]) -> Iterator[tuple[str, Table]]:
        header = self._header
        for code in header.texts("tables"):
            file = read_toml(self._folder / "tables" / f"{code}.toml", self._root, self._problems)
            if file is not None:
                table = read_table(file, code, familles, self._problems)
                lines = {
                    line.code: replace(
                        line,
                        reference=line.reference or header.text("reference"),
                        certitude=line.certitude or header.text("certitude"),
                    )
                    for line in table.lignes.values()
                }
                yield code, replace(table, lignes=lines)

    def _aggregates(self) -> Iterator[tuple[str, Aggregate]]:
        for file in self._files("agregats/*.toml"):
            for code, section in sections(file, self._problems):
                yield code, read_aggregate(code, section)

    def _parameters(self) -> Iterator[tuple[str, Parameter]]:
        for file in self._files("parametres.toml"):
            for code, section in sections(file, self._problems):
                yield code, read_parameter(code, section)

    def _controls(self) -> Iterator[Control]:
        for file in self._files("controles/*.toml"):
            for code, section in sections(file, self._problems):
                yield from read_controls(code, section)

    def _examples(self, unit_of: UnitOf, exercices: Validity) -> Iterator[Example]:
        for file in self._files("exemples/*.toml"):
            yield from read_examples(file, unit_of, exercices.de or 0, self._problems)


def cell_unit(table: Table, ligne: str, colonne: str) -> str:
    """Return the unit of a cell: that of its line, else of its column, else of its table."""
    line = table.lignes[ligne]
    return line.unite or line.section.colonnes[colonne].unite or table.unite


def unit_lookup(model: Model) -> UnitOf:
    """Return the function that gives the kind of a cell reference or an aggregate, or None."""

    def unit_of(name: str) -> Kind | None:
        if name in model.aggregats:
            return Kind(model.aggregats[name].unite)
        parts = name.split(".")
        table = model.tables.get(parts[0])
        line = table.lignes.get(parts[1]) if table is not None and len(parts) == 3 else None
        if table is None or line is None or parts[2] not in line.section.colonnes:
            return None
        column = line.section.colonnes[parts[2]]
        return Kind(cell_unit(table, parts[1], parts[2]), line.choix or column.choix)

    return unit_of
