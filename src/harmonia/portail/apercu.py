"""What the preview of an import shows: tables, lines, totals before and after, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from harmonia.dossiers.differences import Differences, Ecart, Genre
from harmonia.dossiers.diverging import words_of
from harmonia.dossiers.evaluation import Held, Live
from harmonia.dossiers.keys import BALANCE
from liasse import (
    Check,
    Evaluation,
    Gravite,
    Judgement,
    Kind,
    Outcome,
    Plan,
    Slot,
    format_french,
    judge,
)

GENRES: Final = {
    Genre.NOUVELLE: ("nouvelle", "nouvelles"),
    Genre.MODIFIEE: ("modifiée", "modifiées"),
    Genre.CONFLIT: ("en conflit", "en conflit"),
    Genre.MODIFIEE_ICI: ("modifiée ici", "modifiées ici"),
    Genre.VIDEE: ("vidée", "vidées"),
    Genre.DIFFERENTE: ("différente", "différentes"),
    Genre.LIGNE_AJOUTEE: ("ligne ajoutée", "lignes ajoutées"),
    Genre.LIGNE_SUPPRIMEE: ("ligne absente du fichier", "lignes absentes du fichier"),
    Genre.NEANT: ("néant déclaré", "néants déclarés"),
    Genre.BALANCE: ("balance", "balances"),
}
_WITH_BASE: Final = frozenset({Genre.CONFLIT, Genre.MODIFIEE_ICI})
_MAX_TOTALS: Final = 6


class Compte(NamedTuple):
    """How many differences of a kind."""

    genre: str
    mots: str
    nombre: int


class Vue(NamedTuple):
    """One difference as it is shown."""

    ecart: Ecart
    genre: str
    mots: str
    libelle: str
    colonne: str
    base: str
    avant: str
    apres: str
    coche: bool


class Total(NamedTuple):
    """A total that moves."""

    libelle: str
    avant: str
    apres: str
    ecart: str


@dataclass(frozen=True, slots=True)
class Groupe:
    """The differences of one table."""

    code: str
    titre: str
    vues: tuple[Vue, ...]
    comptes: tuple[Compte, ...]
    egales: int

    @property
    def libres(self) -> int:
        """How many may be ticked or not."""
        return sum(1 for vue in self.vues if not vue.ecart.suit)

    @property
    def cochees(self) -> int:
        """How many are taken as things stand."""
        return sum(1 for vue in self.vues if vue.coche)


@dataclass(frozen=True, slots=True)
class Effet:
    """What a choice does to the whole dossier: anomalies before and after, totals that move by table."""

    bloquants: tuple[int, int]
    a_justifier: tuple[int, int]
    totaux: tuple[tuple[str, tuple[Total, ...]], ...]


def groups(plan: Plan, found: Differences, chosen: Collection[str] | None) -> tuple[Groupe, ...]:
    """Return the differences table by table; *chosen* is what is ticked, None for what is proposed."""
    by_table: dict[str, list[Vue]] = {}
    for one in found.ecarts:
        if one.reference != BALANCE:
            by_table.setdefault(one.table, []).append(_view(plan, one, chosen))
    return tuple(
        Groupe(
            code,
            plan.model.tables[code].titre,
            tuple(by_table.get(code, ())),
            counts(vue.ecart for vue in by_table.get(code, ())),
            found.egales.get(code, 0),
        )
        for code in plan.model.tables
        if code in by_table
    )


def counts(ecarts: Iterable[Ecart]) -> tuple[Compte, ...]:
    """Count differences by kind, in words."""
    number = Counter(one.genre for one in ecarts)
    return tuple(
        Compte(genre.value, GENRES[genre][number[genre] > 1], number[genre])
        for genre in Genre
        if number[genre]
    )


def applied(bilan: Mapping[str, int]) -> dict[str, object]:
    """Return how many differences an import took, and of which kinds, as its preview counted them."""
    kinds = [Compte(one.value, GENRES[one][bilan[one] > 1], bilan[one]) for one in Genre if one in bilan]
    return {"changements": sum(bilan.values()), "pris": kinds}


def is_taken(one: Ecart, chosen: Collection[str] | None) -> bool:
    """Tell whether a difference is taken."""
    if one.suit:
        return True
    return one.propose if chosen is None else one.id in chosen


def proposed(found: Differences) -> frozenset[str]:
    """Return what is ticked at first."""
    return frozenset(one.id for one in found.ecarts if one.propose and not one.suit)


def _view(plan: Plan, one: Ecart, chosen: Collection[str] | None) -> Vue:
    genre, _ = GENRES[one.genre]
    taken = is_taken(one, chosen)
    if one.reference == one.table:
        before, after = ("néant", "") if one.genre is Genre.VIDEE else ("", "néant")
        return Vue(one, one.genre.value, genre, "Table déclarée « néant »", "", "", before, after, taken)
    if one.reference in plan.key_columns:
        return _row_view(plan, one, genre, coche=taken)
    slot = plan.slot(one.reference)
    kind = Kind(slot.unit.code, slot.choix)
    label = one.ligne or slot.libelle
    return Vue(
        one,
        one.genre.value,
        genre,
        label + (f" ({one.rang})" if one.rang > 1 else ""),
        _column(plan, slot, keyed=bool(one.ligne)),
        words_of(kind, one.base) if one.genre in _WITH_BASE else "",
        words_of(kind, one.yours),
        words_of(kind, one.theirs),
        taken,
    )


def _row_view(plan: Plan, one: Ecart, genre: str, *, coche: bool) -> Vue:
    told = ""
    if one.row is not None:
        key = plan.slot(plan.key_columns[one.reference]).colonne
        told = " · ".join(
            _words_at(plan, f"{one.reference}.{column}", Held(value, one.row.textes.get(column)))
            for column, value in list(one.row.valeurs.items())[:6]
            if column != key
        )
    removed = one.genre is Genre.LIGNE_SUPPRIMEE
    return Vue(
        one,
        one.genre.value,
        genre,
        one.ligne + (f" ({one.rang})" if one.rang > 1 else ""),
        "Ligne entière",
        "",
        "présente" if removed else "",
        "retirée" if removed else told or "ajoutée",
        coche,
    )


def _words_at(plan: Plan, reference: str, held: Held) -> str:
    slot = plan.slot(reference)
    return words_of(Kind(slot.unit.code, slot.choix), held)


def _column(plan: Plan, slot: Slot, *, keyed: bool) -> str:
    """Return the title of the column of a cell; of a row, its label when the column has no title."""
    table = plan.model.tables[slot.table]
    section = slot.section.rpartition(".")[2] if slot.section else ""
    if section in table.sections:
        column = table.sections[section].colonnes.get(slot.colonne)
    else:
        line = table.lignes.get(slot.ligne)
        column = (line.section.colonnes if line else table.colonnes).get(slot.colonne)
    title = column.titre if column else slot.colonne
    return title or (slot.libelle if keyed else "")


# ── The effect on the whole ──────────────────────────────────────────────────────────────────────


def effect(state: Live, after: Evaluation, tables: Collection[str]) -> Effet:
    """Return what an imagined evaluation changes, in the *tables* that a choice touches and beyond."""
    checks, then = state.plan.checks, judge(after)
    return Effet(
        (_gaps(checks, state.judgements, Gravite.BLOQUANT), _gaps(checks, then, Gravite.BLOQUANT)),
        (_gaps(checks, state.judgements, Gravite.A_JUSTIFIER), _gaps(checks, then, Gravite.A_JUSTIFIER)),
        tuple(
            (f"{code} – {table.titre}" if code not in table.titre else table.titre, totals)
            for code, table in state.plan.model.tables.items()
            if (totals := tuple(_totals(state, after, code))) and (code in tables or not tables)
        ),
    )


def _gaps(checks: Sequence[Check], judgements: Iterable[Judgement], gravite: Gravite) -> int:
    return sum(
        one.outcome is Outcome.ECART and (one.gravite or check.control.gravite) is gravite
        for check, one in zip(checks, judgements, strict=True)
    )


def _totals(state: Live, after: Evaluation, table: str) -> Iterator[Total]:
    """Yield the totals of a table that move, the last ones of the form first kept."""
    plan = state.plan
    moved = []
    for line in plan.model.tables[table].lignes.values():
        if not line.total:
            continue
        for column in line.section.colonnes.values():
            key = f"{table}.{line.code}.{column.code}"
            at = plan.index.get(key)
            if at is None:
                continue
            before, then = state.evaluation.values[at], after.values[at]
            if before != then and not isinstance(before, tuple) and not isinstance(then, tuple):
                moved.append((plan.slot(key), column.titre, before, then))
    for slot, title, before, then in moved[-_MAX_TOTALS:]:
        unit = slot.unit.code
        label = f"{slot.libelle} – {title}" if title else slot.libelle
        gap = (then or 0) - (before or 0)
        yield Total(
            label,
            format_french(before, unit, symbol=False),
            format_french(then, unit, symbol=False),
            ("+" if gap > 0 else "") + format_french(gap, unit, symbol=False),
        )
