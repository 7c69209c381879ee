"""What the controls found, with what was said of it: the rows of the verification page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harmonia.dossiers.diverging import diverging
from harmonia.dossiers.evaluation import Live
from harmonia.dossiers.justifications import Standing, gravity, kept, largest_gap, place, standing_of
from harmonia.dossiers.models import Dossier, Justification
from liasse import Check, Finding, Gravite, Inquiry, Judgement, Outcome, Piste, findings_of

ORDER: Final = {gravite: rank for rank, gravite in enumerate(Gravite)}


@dataclass(frozen=True, slots=True)
class Anomaly:
    """
    A check and what it found; `findings` has one item per row concerned, or only one.

    `etat` is what the justification is worth; it means nothing but for a gap to justify.
    """

    lieu: str
    position: int
    check: Check
    judgement: Judgement
    gravite: Gravite
    findings: tuple[Finding, ...]
    etat: Standing = Standing.AUCUNE
    justification: Justification | None = None

    @property
    def finding(self) -> Finding:
        """What is said first: the worst row, or the only finding."""
        return max(self.findings, key=lambda one: abs(one.ecart or 0))

    @property
    def outcome(self) -> Outcome:
        """What the check says."""
        return self.judgement.outcome

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to act: correct, or justify."""
        if self.outcome is not Outcome.ECART:
            return False
        return self.gravite is Gravite.BLOQUANT or (
            self.gravite is Gravite.A_JUSTIFIER and not self.etat.holds
        )

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the cells that it looks at, in order."""
        return tuple(dict.fromkeys(cell.partition(".")[0] for cell in self.check.cells))

    @property
    def sort_key(self) -> tuple[bool, int, int, str]:
        """What waits for somebody first, then the gravest, then the largest gap."""
        return (not self.is_open, ORDER[self.gravite], -largest_gap(self.judgement), self.lieu)


def anomalies(
    dossier: Dossier, state: Live, outcomes: frozenset[Outcome] = frozenset({Outcome.ECART})
) -> tuple[Anomaly, ...]:
    """Return what the checks with one of some outcomes say, what waits for somebody first."""
    known = kept(dossier) if Outcome.ECART in outcomes else {}
    found = (
        _anomaly(state, known, position, check, one)
        for position, check, one in _checked(state)
        if one.outcome in outcomes
    )
    copied = _copied(dossier, state, known) if Outcome.ECART in outcomes else ()
    return tuple(sorted((*found, *copied), key=lambda anomaly: anomaly.sort_key))


def anomaly_at(dossier: Dossier, state: Live, lieu: str) -> Anomaly | None:
    """Return what the check of a name says; None when the form has no such check."""
    for position, check, one in _checked(state):
        if place(check) == lieu:
            return _anomaly(state, kept(dossier), position, check, one)
    return next((one for one in _copied(dossier, state, kept(dossier)) if one.lieu == lieu), None)


def never_said(dossier: Dossier, state: Live, anomaly: Anomaly) -> tuple[tuple[Check, Judgement], ...]:
    """Return the other lines of the same control whose gap nobody ever justified."""
    known = kept(dossier)
    code = anomaly.check.control.code
    return tuple(
        (check, one)
        for position, check, one in _checked(state)
        if check.control.code == code
        and position != anomaly.position
        and one.outcome is Outcome.ECART
        and gravity(check, one) is Gravite.A_JUSTIFIER
        and place(check) not in known
    )


def hypotheses(state: Live, anomaly: Anomaly) -> tuple[Piste, ...]:
    """Return the hypotheses for a gap, best first; slow enough to be asked for one gap only."""
    if anomaly.judgement.rows or anomaly.position < 0:
        return ()
    return Inquiry(state.evaluation, state.judgements, state.controller).pistes(anomaly.position)


def _checked(state: Live) -> Iterator[tuple[int, Check, Judgement]]:
    for position, (check, one) in enumerate(zip(state.plan.checks, state.judgements, strict=True)):
        yield position, check, one


def _anomaly(
    state: Live, known: Mapping[str, Justification], position: int, check: Check, one: Judgement
) -> Anomaly:
    row = known.get(place(check))
    return Anomaly(
        place(check),
        position,
        check,
        one,
        gravity(check, one),
        findings_of(state.evaluation, check, one, frozenset({one.outcome})),
        standing_of(row, state, check, one),
        row,
    )


def _copied(dossier: Dossier, state: Live, known: Mapping[str, Justification]) -> Iterator[Anomaly]:
    """Yield the copied cells that differ from the ministry's portal; the form holds no such control."""
    for check, one, finding in diverging(dossier, state):
        row = known.get(place(check))
        yield Anomaly(
            place(check),
            -1,
            check,
            one,
            gravity(check, one),
            (finding,),
            standing_of(row, state, check, one),
            row,
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """
    What a verification says in one sentence.

    Gaps are counted line by line, since each waits for somebody; controls once each, by their worst line.
    """

    bloquants: int = 0
    a_justifier: int = 0
    justifies: int = 0
    information: int = 0
    satisfaits: int = 0
    sans_objet: int = 0
    non_evaluables: int = 0


_WORST: Final = (Outcome.ECART, Outcome.NON_EVALUABLE, Outcome.CONFORME, Outcome.SANS_OBJET)


def summary(state: Live, gaps: Iterable[Anomaly]) -> Summary:
    """Count; *gaps* are the anomalies of the outcome « écart »."""
    ranks: dict[str, int] = {}
    for check, one in zip(state.plan.checks, state.judgements, strict=True):
        code = check.control.code
        ranks[code] = min(ranks.get(code, len(_WORST)), _WORST.index(one.outcome))
    controls = Counter(_WORST[rank] for rank in ranks.values())
    kinds: Counter[str] = Counter()
    for gap in gaps:
        justified = gap.gravite is Gravite.A_JUSTIFIER and not gap.is_open
        kinds["justifie" if justified else gap.gravite.value] += 1
    return Summary(
        bloquants=kinds[Gravite.BLOQUANT.value],
        a_justifier=kinds[Gravite.A_JUSTIFIER.value],
        justifies=kinds["justifie"],
        information=kinds[Gravite.INFORMATION.value],
        satisfaits=controls[Outcome.CONFORME],
        sans_objet=controls[Outcome.SANS_OBJET],
        non_evaluables=controls[Outcome.NON_EVALUABLE],
    )
