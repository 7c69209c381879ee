"""
Help on an anomaly: how often the first three hypotheses name the cell where a slip was planted.

A slip of each kind (`secteur.fautes.FAUTES`) is planted in each organisation drawn, in any cell that holds
an amount.  A case counts when at least one control finds a gap that the sound filing does not have; it is a
success when one of the first three hypotheses of its *first* new finding (the most severe, then the largest
gap: what one reads first) names the cell.  `nature` asks for the right kind of slip as well.
`python -m bench.bench_pistes [SEED [ORGANISATIONS PER FAMILY]]` prints the figures by kind.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from bench import Figure
from liasse import Evaluation, Plan, compile_model, evaluate, load_model, verify
from liasse.engine.findings import Finding
from liasse.engine.pistes import Piste
from liasse.engine.slips import Nature
from secteur import FAMILLES, depot, evaluation, faits, organismes
from secteur.fautes import FAUTES, Faute, faute

ROOT: Final = Path(__file__).parents[1] / "modeles"
SEED: Final = 20_240_101
"""Not one of those that the hypotheses were tuned on."""
ORGANISATIONS: Final = 12
SHOWN: Final = 3
TARGET: Final = 80.0

NATURES: Final[Mapping[str, Collection[Nature]]] = {
    "signe": {Nature.SIGNE},
    "chiffres": {Nature.PERMUTATION},
    "facteur_1000": {Nature.FACTEUR},
    "double": {Nature.DOUBLE},
    "annee_precedente": {Nature.PRECEDENT},
    "chiffre_omis": {Nature.CHIFFRE, Nature.FACTEUR},
    "chiffre_en_trop": {Nature.CHIFFRE, Nature.FACTEUR},
    "chiffre_faux": {Nature.CHIFFRE},
    "manquante": {Nature.OUBLI},
    "voisine": {Nature.DEPLACEE},
    "ligne_double": {Nature.DOUBLE},
}
"""The right hypothesis on each kind of slip; a last zero too many, or too few, is a factor of ten."""


class Case(NamedTuple):
    """A planted slip: whether a control saw it, and what the hypotheses said."""

    famille: str
    faute: Faute
    fired: bool
    named: bool = False
    of_its_kind: bool = False
    named_by: int = 0
    findings: int = 0


@lru_cache
def plan_of(famille: str) -> Plan:
    """Return the widest plan that a family files."""
    questionnaire = "qdis_coop" if famille == "COOP" else "etats_reglementaires"
    return compile_model(load_model(ROOT, questionnaire, "2022"), famille)


def cases(seed: int, organisations: int, familles: Collection[str] = FAMILLES) -> Iterator[Case]:
    """Plant each kind of slip once in each organisation, and look."""
    for famille in familles:
        plan = plan_of(famille)
        for rank, organisme in enumerate(organismes(organisations, seed, [famille])):
            sound = evaluate(plan, faits(depot(organisme, 2022), plan, evaluation(organisme, 2021, plan)))
            before = {_key(finding) for finding in _gaps(sound)}
            planted = (faute(sound, genre, seed + rank) for genre in FAUTES)
            yield from (_case(plan, before, one) for one in planted if one is not None)


def _gaps(evaluated: Evaluation) -> tuple[Finding, ...]:
    return verify(evaluated.plan, evaluated.facts).anomalies


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.partie, finding.ligne


def _case(plan: Plan, before: Collection[tuple[str, str, str]], planted: Faute) -> Case:
    found = [one for one in verify(plan, planted.facts).anomalies if _key(one) not in before]
    if not found:
        return Case(plan.famille, planted, fired=False)
    naming = [[piste for piste in one.pistes[:SHOWN] if names(piste, planted)] for one in found]
    of_its_kind = any(piste.nature in NATURES[planted.genre] for piste in naming[0])
    named_by = sum(bool(pistes) for pistes in naming)
    return Case(plan.famille, planted, True, bool(naming[0]), of_its_kind, named_by, len(found))  # noqa: FBT003


def names(piste: Piste, planted: Faute) -> bool:
    """Tell whether a hypothesis names a cell that the slip touched, or is in the row that it doubled."""
    places = (piste.cellule, piste.depuis)
    if planted.genre == "ligne_double":
        return any(place.startswith(row) for place in places for row in planted.ou)
    return any(place in planted.ou for place in places)


class Tally(NamedTuple):
    """Cases counted."""

    planted: int
    fired: int
    named: int
    of_its_kind: int
    named_by: int
    findings: int

    @classmethod
    def of(cls, found: Collection[Case]) -> Tally:
        """Count cases."""
        return cls(
            len(found),
            sum(case.fired for case in found),
            sum(case.named for case in found),
            sum(case.of_its_kind for case in found),
            sum(case.named_by for case in found),
            sum(case.findings for case in found),
        )

    def share(self, count: int) -> float:
        """Return a count in percent of the cases that a control saw."""
        return 100 * count / self.fired if self.fired else 0.0

    def __str__(self) -> str:
        """Write the figures of a line."""
        of_findings = 100 * self.named_by / self.findings if self.findings else 0.0
        return (
            f"planted {self.planted:4}  seen {self.fired:4}  cell named {self.share(self.named):5.1f} %  "
            f"and kind {self.share(self.of_its_kind):5.1f} %  of all new findings {of_findings:5.1f} %"
        )


def run() -> list[Figure]:
    """Return the entries of this bench."""
    found = list(cases(SEED, ORGANISATIONS))
    tallies = {genre: Tally.of([one for one in found if one.faute.genre == genre]) for genre in FAUTES}
    whole = Tally.of(found)
    return [
        _figure("pistes: the cell is among the first three", whole, whole.named, TARGET),
        _figure("pistes: with the right kind of slip", whole, whole.of_its_kind, None),
        *(
            _figure(f"pistes: {genre}, the cell is among the first three", tally, tally.named, None)
            for genre, tally in tallies.items()
        ),
    ]


def _figure(name: str, tally: Tally, count: int, target: float | None) -> Figure:
    value = tally.share(count)
    said = f"{count} of {tally.fired} seen, {tally.planted} planted"
    if target is not None:
        said = f"target: {target:g} %; {said}"
    return {
        "name": name,
        "value": value,
        "unit": "%",
        "reference": said,
        "ratio": value / target if target else None,
    }


def main(seed: int = SEED, organisations: int = ORGANISATIONS) -> None:
    """Print the figures by kind of slip, by family, and overall."""
    found = list(cases(seed, organisations))
    for genre in FAUTES:
        print(f"{genre:17}{Tally.of([one for one in found if one.faute.genre == genre])}")
    for famille in FAMILLES:
        print(f"{famille:17}{Tally.of([one for one in found if one.famille == famille])}")
    print(f"{'all':17}{Tally.of(found)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
