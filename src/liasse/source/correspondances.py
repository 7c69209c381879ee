"""
`correspondances/<millésime>.csv`, in the folder of the later millésime, to `Correspondances`.

From another questionnaire, whose figures are taken over: `correspondances/<questionnaire>/<millésime>.csv`.

A reference is a line (`ACT.A040`), an aggregate (`CAF`) or an account (`1572`).  `ACT.*` on both sides
says that the lines of the same code correspond; `ACT.*` on one side, that all the other lines of the
table have no counterpart.  `*` says the same of aggregates, `*.*` of whole tables that no row names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from liasse.errors import Place, Problem, SourceError, nearest
from liasse.exercices import Validity
from liasse.model.correspondances import Correspondance, Correspondances, NatureCorrespondance
from liasse.model.rules import Model
from liasse.source.reader import csv_rows
from liasse.source.vocabulary import CERTITUDES

FOLDER: Final = "correspondances"
HEADER: Final = ("de", "vers", "nature", "remarque", "certitude")
_ONE_SIDED: Final = {NatureCorrespondance.SUPPRIME: "de", NatureCorrespondance.NOUVEAU: "vers"}
_CODE: Final = "M116"


def linked_millesimes(root: Path, questionnaire: str, millesime: str) -> tuple[str, ...]:
    """Return the millésimes whose correspondences to *millesime* are written, sorted."""
    return tuple(sorted(path.stem for path in (root / questionnaire / millesime / FOLDER).glob("*.csv")))


def linked_questionnaires(root: Path, questionnaire: str, millesime: str) -> tuple[tuple[str, str], ...]:
    """Return the other questionnaires, with their millésime, from which correspondences are written."""
    found = (root / questionnaire / millesime / FOLDER).glob("*/*.csv")
    return tuple(sorted((path.parent.name, path.stem) for path in found))


@dataclass(frozen=True, slots=True)
class _Side:
    """What the references of one millésime may name: its lines and aggregates in order, its accounts."""

    model: Model
    items: Mapping[str, None]
    patterns: tuple[str, ...]
    accounts: frozenset[str]

    @classmethod
    def of(cls, model: Model) -> _Side:
        lines = (
            f"{table.code}.{line.code}"
            for table in model.tables.values()
            for line in table.lignes.values()
            if not line.titre
        )
        accounts = (item.numero for item in model.comptes if _overlap(item.validite, model.exercices))
        return cls(
            model,
            dict.fromkeys([*lines, *model.aggregats]),
            ("*", "*.*", *(f"{table}.*" for table in model.tables)),
            frozenset(accounts),
        )

    def knows(self, reference: str) -> bool:
        """Tell whether a line, an aggregate, a pattern, or an account or one of its roots, is known."""
        if reference.isdigit():
            return any(reference[:length] in self.accounts for length in range(2, len(reference) + 1))
        return reference in self.items or reference in self.patterns

    def nearest(self, reference: str) -> str:
        return nearest(
            reference, sorted(self.accounts) if reference.isdigit() else [*self.items, *self.patterns]
        )


def load_correspondances(root: Path, ancien: Model, nouveau: Model) -> Correspondances:
    """
    Read, complete and check the correspondences from one model to another.

    Raises:
        SourceError: with every problem of the file.
    """
    name = _file(ancien, nouveau)
    rows, problems = _rows(root / name, name)
    old, new = _Side.of(ancien), _Side.of(nouveau)
    problems += [problem for row in rows for problem in _row_problems(row, old, new)]
    if problems:
        raise SourceError(problems)
    comptes = tuple(row for row in rows if _is_account(row))
    lignes = _complete([row for row in rows if not _is_account(row)], old, new)
    problems = [*_uncovered(lignes, (old, new), Place(name)), *_contradictions(lignes)]
    if problems:
        raise SourceError(problems)
    return Correspondances(nouveau.questionnaire, ancien.millesime, nouveau.millesime, lignes, comptes)


def _file(ancien: Model, nouveau: Model) -> str:
    """Return where the correspondences between two models stand, under the root of models."""
    other = f"{ancien.questionnaire}/" if ancien.questionnaire != nouveau.questionnaire else ""
    return f"{nouveau.folder}{FOLDER}/{other}{ancien.millesime}.csv"


def _rows(path: Path, name: str) -> tuple[list[Correspondance], list[Problem]]:
    if not path.exists():
        return [], [Problem("M005", "Le fichier des correspondances manque.", Place(name))]
    rows: list[Correspondance] = []
    problems: list[Problem] = []
    for place, fields in csv_rows(path, name, HEADER, _CODE):
        row = _row(fields, place)
        if isinstance(row, Correspondance):
            rows.append(row)
        else:
            problems.append(row)
    return rows, problems


def _row(fields: list[str], place: Place) -> Correspondance | Problem:
    if len(fields) != len(HEADER):
        return Problem(_CODE, f"{len(fields)} champs au lieu de {len(HEADER)}.", place, ";".join(fields))
    de, vers, nature, remarque, certitude = (field.strip() for field in fields)
    known = [str(item) for item in NatureCorrespondance]
    if nature not in known:
        message = f"Nature inconnue « {nature} ».{nearest(nature, known)}"
        return Problem(_CODE, message, place, ";".join(fields))
    if certitude not in CERTITUDES:
        message = f"Certitude inconnue « {certitude} » : {', '.join(CERTITUDES)}."
        return Problem(_CODE, message, place, ";".join(fields))
    return Correspondance(de, vers, NatureCorrespondance(nature), remarque, certitude, place)


def _is_account(row: Correspondance) -> bool:
    return (row.de or row.vers).isdigit()


def _row_problems(row: Correspondance, old: _Side, new: _Side) -> Iterator[Problem]:
    expected = _ONE_SIDED.get(row.nature)
    if expected and (not getattr(row, expected) or (row.de and row.vers)):
        yield _problem(row, f"« {row.nature} » ne remplit que la colonne « {expected} ».")
    elif not expected and not (row.de and row.vers):
        yield _problem(row, f"« {row.nature} » remplit les colonnes « de » et « vers ».")
    for reference, side in ((row.de, old), (row.vers, new)):
        if reference and not side.knows(reference):
            what = "Compte inconnu" if reference.isdigit() else "Ligne ou agrégat inconnu"
            where = f"« {reference} » dans {side.model.millesime}"
            yield _problem(row, f"{what} {where}.{side.nearest(reference)}")


def _problem(row: Correspondance, message: str) -> Problem:
    return Problem(_CODE, message, row.place, f"{row.de};{row.vers};{row.nature}")


def _overlap(first: Validity, second: Validity) -> bool:
    return (first.de or 0) <= (second.a or 9999) and (second.de or 0) <= (first.a or 9999)


def _complete(rows: list[Correspondance], old: _Side, new: _Side) -> tuple[Correspondance, ...]:
    """Replace the rows with a star by the rows that they stand for."""
    made = [row for row in rows if "*" not in row.de + row.vers]
    tables = {side.partition(".")[0] for row in rows for side in (row.de, row.vers) if side != "*.*"}
    for row in sorted((row for row in rows if "*" in row.de + row.vers), key=_reach):
        said_de, said_vers = {item.de for item in made}, {item.vers for item in made}
        left_de = [item for item in old.items if item not in said_de and _matches(row.de, item, tables)]
        left_vers = [item for item in new.items if item not in said_vers and _matches(row.vers, item, tables)]
        if row.de and row.vers:
            made += [replace(row, de=item, vers=item) for item in left_de if item in left_vers]
        else:
            made += [replace(row, de=item) for item in left_de]
            made += [replace(row, vers=item) for item in left_vers]
    return tuple(made)


def _reach(row: Correspondance) -> tuple[bool, bool]:
    """Take the same codes before the others, and one table before all of them."""
    return (not (row.de and row.vers), "*.*" in {row.de, row.vers})


def _matches(pattern: str, item: str, tables: set[str]) -> bool:
    table, dot, _ = item.partition(".")
    if pattern == "*":
        return not dot
    if pattern == "*.*":
        return bool(dot) and table not in tables
    return bool(dot) and pattern == f"{table}.*"


def _uncovered(
    rows: tuple[Correspondance, ...], sides: tuple[_Side, _Side], place: Place
) -> Iterator[Problem]:
    said = ({row.de for row in rows}, {row.vers for row in rows})
    for side, known in zip(sides, said, strict=True):
        for item in side.items:
            if item not in known:
                what = "La ligne" if "." in item else "L'agrégat"
                message = f"{what} {item} de {side.model.millesime} n'a pas de correspondance."
                yield Problem(_CODE, message, place)


def _contradictions(rows: tuple[Correspondance, ...]) -> Iterator[Problem]:
    """Refuse two natures for one target, and two sources where one only is meant."""
    single = {NatureCorrespondance.IDENTIQUE, NatureCorrespondance.RENOMME}
    first: dict[str, Correspondance] = {}
    for row in rows:
        if not row.vers:
            continue
        before = first.setdefault(row.vers, row)
        if before is not row and (before.nature is not row.nature or row.nature in single):
            yield _problem(row, f"{row.vers} a déjà une correspondance, ligne {before.place.line}.")
