"""
The stored values of a dossier brought to the engine, and kept between requests.

Each process remembers, for a dossier, the last line of the journal that it read and what it computed then;
a request reads the lines that followed and recomputes what they reach.  What a transaction has not committed
is never remembered.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from django.db import connection, transaction

from harmonia.acces.models import NOM_SQL
from harmonia.dossiers.access import may_read
from harmonia.dossiers.keys import Kept, read_key
from harmonia.dossiers.millesimes import brought_to
from harmonia.dossiers.models import BalanceDeposee, Dossier
from harmonia.dossiers.plans import form_for, plan_of
from harmonia.dossiers.restitution import forget_restitutions, restituted
from harmonia.tenancy.memory import Memory
from harmonia.tenancy.scope import kept_for_now
from harmonia.tenancy.sql import ask
from liasse import (
    Balance,
    Controller,
    Evaluation,
    Facts,
    Judgement,
    Plan,
    Row,
    YearReader,
    evaluate,
    recompute,
)

_KEPT: Final = 600
"""How many dossiers a process remembers."""

_TRAIL: Final = 12
"""How many of the last steps a process remembers of a dossier."""


class Held(NamedTuple):
    """What stands under a key: an encoded value and, for a text, its words."""

    valeur: int | None
    texte: str | None


class Change(NamedTuple):
    """
    A line of the journal: where it stands, of which dossier, what it put under which key.

    And the version that it made, whence, by whom.
    """

    numero: int
    dossier_id: int
    cle: str
    held: Held
    version: int
    origine: str
    par: str
    par_id: int


class Stride(NamedTuple):
    """A step of what is remembered: the line that it left, the changes that it read, the slots that moved."""

    start: int
    changes: tuple[Change, ...]
    slots: frozenset[int]


@dataclass(frozen=True, slots=True)
class Live:
    """
    A dossier computed up to a line of its journal.

    `state` holds what is under each key, `changed` the slots that moved since the former one; `trail` says
    the same of the last steps.
    """

    cursor: int
    before: int
    state: Mapping[str, Held]
    evaluation: Evaluation
    controller: Controller
    judgements: tuple[Judgement, ...]
    changed: frozenset[int] = frozenset()
    trail: tuple[Stride, ...] = ()

    @property
    def plan(self) -> Plan:
        """The plan of the form."""
        return self.evaluation.plan

    def changed_since(self, cursor: int) -> frozenset[int] | None:
        """Return the slots that moved after a line of the journal; None when that is too long ago to know."""
        if cursor >= self.cursor:
            return frozenset()
        moved: frozenset[int] = frozenset()
        for stride in reversed(self.trail):
            moved |= stride.slots
            if stride.start <= cursor:
                return moved
        return None

    def changes_since(self, cursor: int) -> tuple[Change, ...] | None:
        """Return the changes of values after a line, in order; None when that is too long ago to know."""
        if cursor >= self.cursor:
            return ()
        made: tuple[Change, ...] = ()
        for stride in reversed(self.trail):
            made = stride.changes + made
            if stride.start <= cursor:
                return tuple(change for change in made if change.numero > cursor)
        return None


class Former(NamedTuple):
    """A dossier of the year before, computed up to a line of its journal; nobody asks for its controls."""

    cursor: int
    evaluation: Evaluation


_formers: Final[Memory[tuple[int, str, bool], Former]] = Memory(_KEPT)
_cache: Final[Memory[tuple[int, str, bool], Live]] = Memory(_KEPT)
"""By dossier and form; and whether the year before was read, which the authority may not always."""


def plan_for(dossier: Dossier) -> Plan:
    """Return the plan of the form that a dossier fills."""
    campagne = dossier.campagne
    return plan_of(campagne.questionnaire, campagne.millesime, dossier.famille)


def restitution_plan(dossier: Dossier) -> Plan | None:
    """Return the plan of what is computed from the form (SF, AE, ratios), when there is one."""
    campagne = dossier.campagne
    if not campagne.restitution:
        return None
    return plan_of(campagne.restitution, campagne.millesime, dossier.famille)


def live(dossier: Dossier) -> Live:
    """
    Return a dossier computed on everything that this transaction sees.

    Raises:
        PermissionError: the scope may not read its values.
    """
    if not may_read(dossier):
        raise PermissionError(dossier.pk)
    plan = plan_for(dossier)
    name = _name(dossier, plan)
    known = kept_for_now().get(name) or _cache.get(name)
    changes = _changes(dossier, known)
    if known is None:
        made = _first(dossier, plan)
    elif changes:
        made = _caught_up(dossier, known, changes)
    else:
        return known if not known.changed else replace(known, changed=frozenset())
    _keep_for_now(dossier, name, made)
    transaction.on_commit(lambda: _remember(name, made))
    return made


def note_written(dossier: Dossier) -> None:
    """Say that this transaction changes values: what is computed from now on is not certain to stand."""
    kept_for_now()[_written(dossier)] = True


def _written(dossier: Dossier) -> tuple[str, int]:
    return "written", dossier.pk


def _keep_for_now(dossier: Dossier, name: object, made: Live | Evaluation) -> None:
    """Keep what was computed until the end of the transaction, unless it could still be undone."""
    kept = kept_for_now()
    if _written(dossier) not in kept:
        kept[name] = made


def estimate(dossier: Dossier) -> Evaluation | None:
    """Return what the restitution makes of the dossier as it is now; None when the collection has none."""
    plan = restitution_plan(dossier)
    if plan is None:
        return None
    return restituted(plan, live(dossier).evaluation.facts, (dossier.pk, plan.fingerprint))


def forget() -> None:
    """Forget every dossier: what a test, or a change of models, asks."""
    _cache.clear()
    _formers.clear()
    forget_restitutions()


def state_at(dossier: Dossier, numero: int) -> dict[str, Held]:
    """Return what stood under each key once a line of the journal was written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (cle) cle, nouvelle, nouveau_texte FROM dossiers_journal"
            " WHERE dossier_id = %s AND id <= %s ORDER BY cle, id DESC",
            [dossier.pk, numero],
        )
        return {cle: Held(valeur, texte) for cle, valeur, texte in cursor.fetchall() if valeur is not None}


def evaluate_state(dossier: Dossier, state: Mapping[str, Held]) -> Evaluation:
    """Evaluate a past or imagined state of a dossier, with the form of today."""
    return evaluate(plan_for(dossier), _facts(dossier, plan_for(dossier), state))


# ── What is remembered ───────────────────────────────────────────────────────────────────────────


def _name(dossier: Dossier, plan: Plan) -> tuple[int, str, bool]:
    """Name what is remembered: a scope that may not read the year before computes another thing."""
    precedent = dossier.precedent
    return dossier.pk, plan.fingerprint, precedent is not None and may_read(precedent)


def _remember(name: tuple[int, str, bool], made: Live) -> None:
    _cache.keep(name, made, over=lambda known: known.cursor <= made.cursor)


_CHANGES: Final = f"""
SELECT j.id, j.dossier_id, j.cle, j.nouvelle, j.nouveau_texte, j.version, j.origine,
       {NOM_SQL}, COALESCE(j.par_id, 0)
FROM dossiers_journal j LEFT JOIN acces_user u ON u.id = j.par_id
WHERE (j.dossier_id = %s AND j.id > %s) OR (j.dossier_id = %s AND j.id > %s) ORDER BY j.id
"""  # noqa: S608 - our own constant


def _changes(dossier: Dossier, known: Live | None) -> list[Change]:
    """Return what the journal of the dossier, and that of the year before, say after the last line read."""
    if known is None:
        return []
    rows = ask(_CHANGES, [dossier.pk, known.cursor, dossier.precedent_id or 0, known.before])
    return [
        Change(numero, of, cle, Held(valeur, texte), version, origine, par, par_id)
        for numero, of, cle, valeur, texte, version, origine, par, par_id in rows
    ]


def _first(dossier: Dossier, plan: Plan) -> Live:
    """Compute a dossier from its values; the cursor is read first, so that nothing later can be missed."""
    cursor = _last_line(dossier.pk)
    before = _last_line(dossier.precedent_id) if dossier.precedent_id else 0
    state = stored_state(dossier)
    return _computed(cursor, before, state, evaluate(plan, _facts(dossier, plan, state)))


def _computed(cursor: int, before: int, state: Mapping[str, Held], evaluation: Evaluation) -> Live:
    controller = Controller(evaluation)
    return Live(
        cursor,
        before,
        state,
        evaluation,
        controller,
        controller.update(evaluation, ()),
        frozenset(range(len(evaluation.values))),
    )


def _last_line(dossier_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM dossiers_journal WHERE dossier_id = %s", [dossier_id])
        row = cursor.fetchone()
    return int(row[0] or 0)


def stored_state(dossier: Dossier) -> dict[str, Held]:
    """Return what stands under each key now; empty keys are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cle, valeur, texte FROM dossiers_valeur WHERE dossier_id = %s AND valeur IS NOT NULL",
            [dossier.pk],
        )
        return {cle: Held(valeur, texte) for cle, valeur, texte in cursor.fetchall()}


def _caught_up(dossier: Dossier, known: Live, changes: Iterable[Change]) -> Live:
    """Bring a remembered dossier up to the last line; only what the changes reach is computed again."""
    own = [change for change in changes if change.dossier_id == dossier.pk]
    older = [change.numero for change in changes if change.dossier_id != dossier.pk]
    state = dict(known.state)
    for change in own:
        if change.held.valeur is None:
            state.pop(change.cle, None)
        else:
            state[change.cle] = change.held
    cursor = own[-1].numero if own else known.cursor
    before = older[-1] if older else known.before
    if older or _needs_everything(known, own):
        return _computed(cursor, before, state, evaluate(known.plan, _facts(dossier, known.plan, state)))
    edits = {change.cle: change.held.valeur for change in own if _kept(change.cle) is Kept.CELL}
    sections = {key.section for change in own if (key := read_key(change.cle)) and key.section}
    rows = {section: rows_of(known.plan, state, section) for section in sections}
    evaluation, changed = recompute(known.evaluation, edits, rows or None)
    controller = copy.copy(known.controller)
    judgements = controller.update(evaluation, changed)
    trail = (*known.trail[1 - _TRAIL :], Stride(known.cursor, tuple(own), changed))
    return Live(cursor, before, state, evaluation, controller, judgements, changed, trail)


def _needs_everything(known: Live, changes: Collection[Change]) -> bool:
    """Words, tables declared « néant » and balances are not edits of a cell."""
    for change in changes:
        key = read_key(change.cle)
        if key is None or key.kept in {Kept.NEANT, Kept.BALANCE}:
            return True
        if key.kept is Kept.CELL and (
            change.held.texte is not None or key.reference in known.evaluation.facts.texts
        ):
            return True
    return False


def _kept(cle: str) -> Kept | None:
    key = read_key(cle)
    return key.kept if key else None


# ── From stored values to facts ──────────────────────────────────────────────────────────────────


def _facts(dossier: Dossier, plan: Plan, state: Mapping[str, Held]) -> Facts:
    cells: dict[str, int] = {}
    texts: dict[str, str] = {}
    neant: set[str] = set()
    sections: set[str] = set()
    for cle, held in state.items():
        key = read_key(cle)
        if key is None or held.valeur is None:
            continue
        if key.kept is Kept.CELL and key.reference in plan.index:
            cells[key.reference] = held.valeur
            if held.texte is not None:
                texts[key.reference] = held.texte
        elif key.kept is Kept.NEANT and key.table in plan.model.tables:
            neant.add(key.table)
        elif key.section in plan.key_columns:
            sections.add(key.section)
    numbers = _rows_by_section(state)
    rows = {section: rows_of(plan, state, section, numbers.get(section, ())) for section in sorted(sections)}
    return Facts(
        dossier.campagne.exercice,
        _balance(plan, state),
        cells,
        _precedent(dossier),
        None,
        rows,
        texts,
        frozenset(neant),
    )


def row_numbers(state: Mapping[str, Held], section: str) -> list[int]:
    """Return the numbers of the rows of a section, in the order in which they stand."""
    start = f"{section}#"
    found = [
        (held.valeur, int(rest))
        for cle, held in state.items()
        if cle.startswith(start) and held.valeur is not None and (rest := cle[len(start) :]).isdecimal()
    ]
    return [number for _, number in sorted(found)]


def _rows_by_section(state: Mapping[str, Held]) -> dict[str, list[int]]:
    """Return the numbers of the rows of every section, in the order in which they stand; one pass."""
    found: dict[str, list[tuple[int, int]]] = {}
    for cle, held in state.items():
        section, mark, rest = cle.partition("#")
        if mark and held.valeur is not None and rest.isdecimal():
            found.setdefault(section, []).append((held.valeur, int(rest)))
    return {section: [number for _, number in sorted(ranks)] for section, ranks in found.items()}


def rows_of(
    plan: Plan, state: Mapping[str, Held], section: str, numbers: Sequence[int] | None = None
) -> tuple[Row, ...]:
    """Return the rows of a keyed section; a row without a name is called by its number."""
    form = form_for(plan)
    numbers = row_numbers(state, section) if numbers is None else numbers
    columns, key_column = form.sections[section], form.cles[section]
    made = []
    for place, number in enumerate(numbers, 1):
        values: dict[str, int] = {}
        texts: dict[str, str] = {}
        for column in columns:
            held = state.get(f"{section}#{number}.{column}")
            if held is not None and held.valeur is not None:
                values[column] = held.valeur
                if held.texte is not None:
                    texts[column] = held.texte
        made.append(Row(texts.get(key_column, f"Ligne {place}"), values, texts))
    return tuple(made)


def _precedent(dossier: Dossier) -> Evaluation | None:
    precedent = dossier.precedent
    if precedent is None or not may_read(precedent):
        return None
    return brought_to(plan_for(dossier), _former(precedent))


def _former(precedent: Dossier) -> Evaluation:
    plan = plan_for(precedent)
    name = _name(precedent, plan)
    if _cache.get(name) is not None:
        return live(precedent).evaluation
    now: Evaluation | None = kept_for_now().get(("former", name))
    if now is not None:
        return now
    line = _last_line(precedent.pk)
    kept = _formers.get(name)
    if kept is not None and kept.cursor == line:
        return kept.evaluation
    evaluation = evaluate(plan, _facts(precedent, plan, stored_state(precedent)))
    _keep_for_now(precedent, ("former", name), evaluation)
    transaction.on_commit(lambda: _formers.keep(name, Former(line, evaluation)))
    return evaluation


def _balance(plan: Plan, state: Mapping[str, Held]) -> Balance | None:
    held = state.get("@balance")
    if held is None or held.valeur is None:
        return None
    kept = BalanceDeposee.objects.get(pk=held.valeur)
    return YearReader(form_for(plan)).year({"balance": kept.contenu}).balance
