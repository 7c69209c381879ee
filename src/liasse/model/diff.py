"""
What differs between two models: two millésimes, or two states of one folder.  Pure, and without words.

Compared: what is printed (codes, titles, labels), what is computed (formulas, units, natures, scopes,
totals, dated values) and what is checked (rules, severities).  Not compared: notices, references,
certitudes, messages.  The sentences are in `outputs/differences.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from liasse.exercices import Validity
from liasse.ledger.comptes import PlanComptes
from liasse.model.canonical import account_change, formula_text, targets_text
from liasse.model.correspondances import Correspondance, Correspondances
from liasse.model.differences import Comparison, Difference, Group, Objet, Sens
from liasse.model.forms import Column, Line, Section, Table
from liasse.model.rules import Aggregate, Control, Model, Parameter


def compare(ancien: Model, nouveau: Model, correspondances: Correspondances | None = None) -> Comparison:
    """Compare two models; *correspondances* tells what becomes of the lines that come and go."""
    kept = [code for code in nouveau.tables if code in ancien.tables]
    groups = [
        Group("modele", "", tuple(_header(ancien, nouveau))),
        Group("tables", "", tuple(_tables(ancien, nouveau))),
        *(
            Group(code, nouveau.tables[code].titre, tuple(_table(ancien.tables[code], nouveau.tables[code])))
            for code in kept
        ),
        Group("agregats", "", tuple(_aggregates(ancien.aggregats, nouveau.aggregats))),
        Group("parametres", "", tuple(_parameters(ancien.parametres, nouveau.parametres))),
        Group("controles", "", tuple(_controls(ancien, nouveau))),
        Group("comptes", "", tuple(_accounts(ancien, nouveau))),
    ]
    if correspondances is not None:
        rows = {Sens.AJOUT: correspondances.by_target(), Sens.RETRAIT: correspondances.by_source()}
        groups = [_followed(group, rows) for group in groups]
    return Comparison(ancien, nouveau, tuple(group for group in groups if group.differences))


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """
    Return the new order, with what disappeared put back after what preceded it.

    >>> merged(["A", "B", "C"], ["A", "C", "D"])
    ['A', 'B', 'C', 'D']
    """
    result = list(new)
    place = 0
    for item in old:
        if item in new:
            place = result.index(item) + 1
        else:
            result.insert(place, item)
            place += 1
    return result


def _followed(group: Group, rows: Mapping[Sens, Mapping[str, tuple[Correspondance, ...]]]) -> Group:
    """Give each line or aggregate that comes or goes the rows that say from where, or to where."""
    found = (
        replace(item, suites=rows.get(item.sens, {}).get(item.reference, ()))
        if item.objet in {Objet.LIGNE, Objet.AGREGAT}
        else item
        for item in group.differences
    )
    return replace(group, differences=tuple(found))


Fields = Mapping[str, str]


def _changes(objet: Objet, reference: str, libelle: str, old: Fields, new: Fields) -> Iterator[Difference]:
    """Yield a difference per field whose text changed."""
    for champ in dict.fromkeys([*old, *new]):
        before, after = old.get(champ, ""), new.get(champ, "")
        if before != after:
            yield Difference(objet, reference, libelle, Sens.CHANGEMENT, champ, "", before, after)


def _formula_changes(
    objet: Objet, reference: str, libelle: str, old: Fields, new: Fields
) -> Iterator[Difference]:
    """Yield a difference per formula that changed; the fields are the columns or families."""
    for partie in dict.fromkeys([*old, *new]):
        before, after = old.get(partie, ""), new.get(partie, "")
        if before != after:
            accounts = account_change(before, after)
            yield Difference(
                objet, reference, libelle, Sens.CHANGEMENT, "formule", partie, before, after, accounts
            )


def _came_or_went(objet: Objet, reference: str, libelle: str, new: object, nouveau: str = "") -> Difference:
    """Return the difference of what only one side has: the later one when *new* is there."""
    return Difference(objet, reference, libelle, Sens.RETRAIT if new is None else Sens.AJOUT, nouveau=nouveau)


def _words(items: Iterable[str]) -> str:
    return ", ".join(sorted(items))


def _choices(choix: Mapping[str, str]) -> str:
    return ", ".join(f"{code} ({titre})" for code, titre in choix.items())


def _flag(value: object) -> str:
    return "oui" if value else "non"


def _span(validity: Validity) -> str:
    return f"{validity.de or ''}-{validity.a or ''}"


def _header(ancien: Model, nouveau: Model) -> Iterator[Difference]:
    def fields(model: Model) -> Fields:
        return {
            "titre": model.titre,
            "exercices": _span(model.exercices),
            "familles": ", ".join(model.familles),
            "comptes_sans_ligne": _words(model.comptes_sans_ligne),
        }

    yield from _changes(Objet.MODELE, nouveau.millesime, nouveau.titre, fields(ancien), fields(nouveau))


def _tables(ancien: Model, nouveau: Model) -> Iterator[Difference]:
    """Yield the tables that come or go whole; what becomes of their lines is in the correspondances."""
    for code in merged(list(ancien.tables), list(nouveau.tables)):
        old, new = ancien.tables.get(code), nouveau.tables.get(code)
        known = new or old
        if known is not None and (old is None or new is None):
            yield _came_or_went(Objet.TABLE, code, known.titre, new)


def _table(old: Table, new: Table) -> Iterator[Difference]:
    code = new.code
    yield from _changes(Objet.TABLE, code, new.titre, _table_fields(old), _table_fields(new))
    for name in merged(list(old.sections), list(new.sections)):
        yield from _section(code, old.sections.get(name), new.sections.get(name))
    for name in merged(list(old.lignes), list(new.lignes)):
        yield from _line(code, old.lignes.get(name), new.lignes.get(name))


def _table_fields(table: Table) -> Fields:
    return {
        "titre": table.titre,
        "unite": table.unite,
        "classes": "".join(sorted(table.classes)),
        "profil": table.profil,
        "vides": table.vides,
        "familles": _words(table.familles),
    }


def _section(table: str, old: Section | None, new: Section | None) -> Iterator[Difference]:
    if old is None or new is None:
        known = old or new
        assert known is not None
        if known.code:
            yield _came_or_went(Objet.SECTION, f"{table}.{known.code}", known.titre, new)
        return
    reference = f"{table}.{new.code}" if new.code else table
    fields = [
        {"titre": one.titre, "colonne": one.colonne, "cle": one.cle, "familles": _words(one.familles)}
        for one in (old, new)
    ]
    yield from _changes(Objet.SECTION, reference, new.titre, *fields)
    for name in merged(list(old.colonnes), list(new.colonnes)):
        yield from _column(reference, old.colonnes.get(name), new.colonnes.get(name))


def _column(owner: str, old: Column | None, new: Column | None) -> Iterator[Difference]:
    known = new or old
    assert known is not None
    reference = f"{owner}.{known.code}"
    if old is None or new is None:
        yield _came_or_went(Objet.COLONNE, reference, known.titre, new)
        return
    fields = [
        {
            "titre": one.titre,
            "unite": one.unite,
            "nature": one.nature,
            "choix": _choices(one.choix),
            "familles": _words(one.familles),
        }
        for one in (old, new)
    ]
    yield from _changes(Objet.COLONNE, reference, new.titre, *fields)
    formulas = [{"": formula_text(one.formule)} for one in (old, new)]
    yield from _formula_changes(Objet.COLONNE, reference, new.titre, *formulas)


def _line(table: str, old: Line | None, new: Line | None) -> Iterator[Difference]:
    known = new or old
    assert known is not None
    reference = f"{table}.{known.code}"
    if old is None or new is None:
        yield _came_or_went(Objet.LIGNE, reference, known.libelle, new, _main_formula(known))
        return
    yield from _changes(Objet.LIGNE, reference, new.libelle, _line_fields(old), _line_fields(new))
    yield from _formula_changes(Objet.LIGNE, reference, new.libelle, _line_formulas(old), _line_formulas(new))


def _main_formula(line: Line) -> str:
    """Return the formula that best tells what a line takes: its own, else that of its first column."""
    return formula_text(line.formule or next(iter(line.cellules.values()), None))


def _line_fields(line: Line) -> Fields:
    return {
        "libelle": line.libelle,
        "unite": line.unite,
        "nature": line.nature,
        "choix": _choices(line.choix),
        "total": _flag(line.total),
        "titre": _flag(line.titre),
        "fermees": _words(line.fermees),
        "familles": _words(line.familles),
    }


def _line_formulas(line: Line) -> Fields:
    own = {"": formula_text(line.formule)} if line.formule else {}
    cells = {code: formula_text(formula) for code, formula in line.cellules.items()}
    families = {
        f"{code} ({famille})": formula_text(formula)
        for famille, formulas in line.par_famille.items()
        for code, formula in formulas.items()
    }
    return {**own, **cells, **families}


def _aggregates(old: Mapping[str, Aggregate], new: Mapping[str, Aggregate]) -> Iterator[Difference]:
    for code in merged(list(old), list(new)):
        before, after = old.get(code), new.get(code)
        known = after or before
        assert known is not None
        if before is None or after is None:
            yield _came_or_went(Objet.AGREGAT, code, known.titre, after, formula_text(known.formule))
            continue
        yield from _changes(
            Objet.AGREGAT, code, known.titre, _aggregate_fields(before), _aggregate_fields(after)
        )
        formulas = [
            {"": formula_text(one.formule)}
            | {famille: formula_text(text) for famille, text in one.par_famille.items()}
            for one in (before, after)
        ]
        yield from _formula_changes(Objet.AGREGAT, code, known.titre, *formulas)


def _aggregate_fields(aggregate: Aggregate) -> Fields:
    return {
        "titre": aggregate.titre,
        "unite": aggregate.unite,
        "sans_objet": formula_text(aggregate.sans_objet),
        "vides": aggregate.vides,
        "sens": aggregate.sens,
        "familles": _words(aggregate.familles),
    }


def _parameters(old: Mapping[str, Parameter], new: Mapping[str, Parameter]) -> Iterator[Difference]:
    for code in merged(list(old), list(new)):
        before, after = old.get(code), new.get(code)
        known = after or before
        assert known is not None
        if before is None or after is None:
            yield _came_or_went(Objet.PARAMETRE, code, known.titre, after)
            continue
        fields = [
            {"titre": one.titre, "unite": one.unite} | {_span(v.validite): str(v.valeur) for v in one.valeurs}
            for one in (before, after)
        ]
        yield from _changes(Objet.PARAMETRE, code, known.titre, *fields)


def _controls(ancien: Model, nouveau: Model) -> Iterator[Difference]:
    old = {control.identifier: control for control in ancien.controles}
    new = {control.identifier: control for control in nouveau.controles}
    for code in merged(list(old), list(new)):
        before, after = old.get(code), new.get(code)
        known = after or before
        assert known is not None
        if before is None or after is None:
            yield _came_or_went(Objet.CONTROLE, code, known.titre, after)
            continue
        yield from _changes(
            Objet.CONTROLE, code, known.titre, _control_fields(before), _control_fields(after)
        )
        rules = [{"": formula_text(one.verifie)} for one in (before, after)]
        yield from _formula_changes(Objet.CONTROLE, code, known.titre, *rules)


def _control_fields(control: Control) -> Fields:
    return {
        "titre": control.titre,
        "gravite": str(control.gravite),
        "gravite_si": ", ".join(f"{formula_text(case.si)} : {case.gravite}" for case in control.gravite_si),
        "si": formula_text(control.si),
        "pour": targets_text(control.pour),
        "tolerance": "" if control.tolerance is None else str(control.tolerance),
        "vides": str(control.vides),
        "exercices": "" if control.exercices == Validity() else _span(control.exercices),
        "familles": _words(control.familles),
        "tait": _words(control.tait),
    }


def _accounts(ancien: Model, nouveau: Model) -> Iterator[Difference]:
    """Compare the charts in force at the end of the former millésime and at the start of the later one."""
    years = _years(ancien.exercices, nouveau.exercices)
    old, new = (
        PlanComptes.of(model.comptes, year, model.familles[0]).comptes
        for model, year in zip((ancien, nouveau), years, strict=True)
    )
    for numero in sorted({*old, *new}):
        before, after = old.get(numero), new.get(numero)
        if before is None and after is not None:
            yield Difference(Objet.COMPTE, numero, after.libelle, Sens.AJOUT)
        elif after is None and before is not None:
            yield Difference(Objet.COMPTE, numero, before.libelle, Sens.RETRAIT)
        elif before is not None and after is not None and _plain(before.libelle) != _plain(after.libelle):
            texts = (before.libelle, after.libelle)
            yield Difference(Objet.COMPTE, numero, texts[1], Sens.CHANGEMENT, "libelle", "", *texts)


def _plain(text: str) -> str:
    """
    Leave out what is only typography: case, dashes, apostrophes, final point.

    >>> _plain("Dépôts – Locataires") == _plain("Dépôts - locataires")
    True
    """
    return re.sub(r"[\s–—-]+", " ", text.replace("’", "'").casefold()).strip(" .")


def _years(old: Validity, new: Validity) -> tuple[int, int]:
    if old.covers(new.de or 0) or new.covers(old.de or 0):
        return (new.de or 0, new.de or 0)
    return (old.a or old.de or 0, new.de or new.a or 0)
