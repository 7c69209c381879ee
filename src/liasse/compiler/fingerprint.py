"""
The fingerprint of a millésime: a hash of what it computes and checks.

Comments, layout, labels and messages do not count; formulas, units, natures, scopes, severities,
tolerances and dated parameters do; of the chart, the accounts of its exercices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from liasse.ledger.comptes import Compte
from liasse.model.canonical import formula_text, targets_text
from liasse.model.forms import Formula, Table
from liasse.model.rules import Control, Model


def fingerprint(model: Model) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical form of *model*."""
    digest = hashlib.sha256()
    for line in canonical_lines(model):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def canonical_lines(model: Model) -> Iterator[str]:
    """Yield the canonical form, one fact a line: readable, and stable under formatting."""
    span = f"{model.exercices.de}-{model.exercices.a}"
    yield f"modele {model.questionnaire} {model.millesime} {span} {' '.join(model.familles)}"
    for table in model.tables.values():
        yield from _table_lines(table)
    for aggregate in model.aggregats.values():
        variants = {name: aggregate.par_famille[name] for name in sorted(aggregate.par_famille)}
        scope = f"{aggregate.vides} sans objet {_text(aggregate.sans_objet)} {sorted(aggregate.familles)}"
        formulas = f"{_text(aggregate.formule)}{_variants(variants)}"
        yield f"agregat {aggregate.code} {aggregate.unite} {scope} {formulas}"
    for parameter in model.parametres.values():
        values = "; ".join(
            f"{item.validite.de}-{item.validite.a}={item.valeur}" for item in parameter.valeurs
        )
        yield f"parametre {parameter.code} {parameter.unite} {values}"
    for control in model.controles:
        yield _control_line(control)
    for compte in model.comptes:
        yield from _compte_lines(compte, model.exercices.a)


def _compte_lines(compte: Compte, last: int | None) -> Iterator[str]:
    """
    Yield an account of the chart, which later millésimes share: what comes after *last* is none of ours.

    >>> from liasse.exercices import Validity
    >>> [list(_compte_lines(Compte("101", "", Validity(2022, a), "PCG", "", ""), 2025)) for a in (None, 2026)]
    [['compte 101 2022- PCG'], ['compte 101 2022- PCG']]
    >>> list(_compte_lines(Compte("1525", "", Validity(2026), "PCG", "", ""), 2025))
    []
    """
    start, end = compte.validite.de, compte.validite.a
    if last is not None and start is not None and start > last:
        return
    closes = end if end is not None and (last is None or end < last) else ""
    yield f"compte {compte.numero} {start}-{closes} {compte.couche}"


def _text(formula: Formula | None) -> str:
    return "-" if formula is None else formula_text(formula)


def _targets(formula: Formula | None) -> str:
    return "-" if formula is None else targets_text(formula)


def _variants(variants: Mapping[str, Formula]) -> str:
    return "".join(f" {name}:{_text(formula)}" for name, formula in variants.items())


def _table_lines(table: Table) -> Iterator[str]:
    placed = "".join(sorted(table.classes)) + ":" + ",".join(table.colonnes_placees)
    yield f"table {table.code} {table.unite} {placed} {table.profil} {table.vides} {sorted(table.familles)}"
    for section in table.sections.values():
        yield f"section {section.code} {section.colonne} {section.cle} {sorted(section.familles)}"
        for column in section.colonnes.values():
            kind = f"{column.unite} {column.nature} {list(column.choix)} {sorted(column.familles)}"
            yield f"colonne {column.code} {kind} {_text(column.formule)}"
    for line in table.lignes.values():
        scope = f"{sorted(line.fermees)} {sorted(line.familles)}"
        flags = f"{line.unite} {line.nature} {list(line.choix)} {line.total} {line.titre} {scope}"
        cells = _variants(line.cellules)
        families = "".join(
            f" [{name}{_variants(line.par_famille[name])}]" for name in sorted(line.par_famille)
        )
        yield f"ligne {table.code}.{line.code} {flags} {_text(line.formule)}{cells}{families}"


def _control_line(control: Control) -> str:
    cases = " ".join(f"{_text(case.si)}={case.gravite}" for case in control.gravite_si)
    span = f"{control.exercices.de}-{control.exercices.a}"
    scope = f"{sorted(control.familles)} {span} {control.vides} {control.tolerance} {sorted(control.tait)}"
    rule = f"{_targets(control.pour)} si {_text(control.si)} verifie {_text(control.verifie)}"
    return f"controle {control.identifier} {control.gravite} [{cases}] {scope} {rule}"
