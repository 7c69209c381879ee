"""`publies.csv`, beside the questionnaires: the published fingerprints, read and added to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from liasse.errors import Place, Problem, SourceError
from liasse.model.publications import Publication
from liasse.source.reader import csv_rows

FILE: Final = "publies.csv"
HEADER: Final = ("questionnaire", "millesime", "revision", "empreinte", "date")
FROZEN: Final = "M117"
"""The problem of a published millésime that changed."""


def load_publications(root: Path) -> tuple[Publication, ...]:
    """
    Read what has been published, oldest first; nothing when the file does not exist.

    Raises:
        SourceError: a row is not of the form declared.
    """
    path = root / FILE
    if not path.exists():
        return ()
    found: list[Publication] = []
    for place, fields in csv_rows(path, FILE, HEADER, FROZEN):
        if len(fields) != len(HEADER) or not fields[2].isdecimal():
            message = "Une publication donne cinq champs, dont un numéro de révision."
            raise SourceError([Problem(FROZEN, message, place, ";".join(fields))])
        found.append(Publication(fields[0], fields[1], int(fields[2]), fields[3], fields[4]))
    return tuple(found)


def last_publication(
    publications: Sequence[Publication], questionnaire: str, millesime: str
) -> Publication | None:
    """Return the latest revision of a millésime, or None when it was never published."""
    known = [
        item for item in publications if (item.questionnaire, item.millesime) == (questionnaire, millesime)
    ]
    return max(known, key=lambda item: item.revision, default=None)


def frozen_problems(published: Publication | None, empreinte: str, place: Place) -> list[Problem]:
    """Say that a published millésime changed; a correction is a numbered revision."""
    if published is None or published.empreinte == empreinte:
        return []
    name = f"{published.questionnaire}/{published.millesime}"
    message = (
        f"Le millésime {name}, publié le {published.date} (révision {published.revision}), a changé :"
        f" son empreinte était {published.empreinte[:12]}, elle est {empreinte[:12]}."
        f" Défaites le changement, ou publiez la révision {published.revision + 1} :"
        f" liasse modele --publier {name}."
    )
    return [Problem(FROZEN, message, place)]


def add_publication(root: Path, publication: Publication) -> None:
    """Add a row at the end of the file, which is made when it does not exist."""
    path = root / FILE
    if not path.exists():
        path.write_text(";".join(HEADER) + "\n", encoding="utf-8")
    row = (
        publication.questionnaire,
        publication.millesime,
        str(publication.revision),
        publication.empreinte,
        publication.date,
    )
    with path.open("a", encoding="utf-8", newline="") as stream:
        stream.write(";".join(row) + "\n")
