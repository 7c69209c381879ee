"""What a model may lack without being wrong: references and tags (M113)."""

from __future__ import annotations

from collections.abc import Iterator

from liasse.errors import Place, Problem
from liasse.model.rules import Model


def lint(model: Model) -> Iterator[Problem]:
    """Yield what has no reference or no certitude, own or inherited."""
    for table in model.tables.values():
        for line in table.lignes.values():
            if not line.titre:
                yield from _sourced(
                    f"La ligne {table.code}.{line.code}", line.reference, line.certitude, line.place
                )
    for aggregate in model.aggregats.values():
        name = f"L'agrégat {aggregate.code}"
        yield from _sourced(name, aggregate.reference, aggregate.certitude, aggregate.place)
    for parameter in model.parametres.values():
        name = f"Le paramètre {parameter.code}"
        yield from _sourced(name, parameter.reference, parameter.certitude, parameter.place)
    for control in model.controles:
        name = f"Le contrôle {control.identifier}"
        yield from _sourced(name, control.reference, control.certitude, control.place)


def _sourced(name: str, reference: str, certitude: str, place: Place) -> Iterator[Problem]:
    lacking = [
        word for word, value in (("de référence", reference), ("de certitude", certitude)) if not value
    ]
    if lacking:
        yield Problem("M113", f"{name} n'a pas {' ni '.join(lacking)}.", place)
