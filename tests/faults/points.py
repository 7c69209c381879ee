"""The points: which act, which process, after how long; drawn from a seed, played, and judged."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

import httpx

from harmonia.launch.environment import OAUTH_CLIENT, oauth_secret
from tests.faults import tampering
from tests.faults.acts import LostError
from tests.faults.theatre import Theatre
from tests.faults.victims import KINDS

ACTS: Final = ("transmission", "rapatriement")
_REPLAYED: Final = 5
"""One point in so many ends with the code of the accord presented again."""

_BEYOND: Final = 1.05
"""A little after the end of the act, too."""


@dataclass(frozen=True, slots=True)
class Point:
    """One kill: `moment` is a share of the act's duration."""

    number: int
    act: str
    kind: str
    moment: float
    fresh: bool

    def __str__(self) -> str:
        return f"point {self.number} ({self.act}, {self.kind}, at {self.moment:.3f})"


def drawn(count: int, seed: int) -> Iterator[Point]:
    """Draw points; the same seed draws the same ones."""
    for number in range(1, count + 1):
        luck = random.Random(f"{seed}/{number}")
        act = luck.choice(ACTS)
        kinds = [kind for kind in KINDS if act == "rapatriement" or "federation" not in kind]
        yield Point(number, act, luck.choice(kinds), _BEYOND * luck.random(), luck.random() < 0.5)


def rehearse(stage: Theatre) -> None:
    """Do each act with nothing killed: what it makes, how long it lasts; and see that the checks can fail."""
    for _ in range(2):
        stage.transmission.prepare()
        page, form = stage.transmission.ready()
        started = time.monotonic()
        stage.transmission.act(page, form, stage.interrupted)
        stage.durations["transmission"] = time.monotonic() - started
    for fresh in (True, False):
        started = time.monotonic()
        done = stage.rapatriement.act(stage.interrupted, fresh=fresh)
        if fresh:
            stage.federation.learn()
        stage.rapatriement.undo(done, stage.interrupted)
        stage.durations["rapatriement"] = time.monotonic() - started
    found = stage.faults()
    assert [] == found, found
    unseen = [*tampering.unseen(stage.ministere, stage.federation)]
    assert [] == unseen, unseen


def play(stage: Theatre, point: Point) -> list[str]:
    """Play a point, and return what is wrong after it."""
    stage.found.clear()
    stage.wait()
    try:
        played = _transmission if point.act == "transmission" else _rapatriement
        found = [*played(stage, point)]
        stage.wait()
        stage.found += [*found, *stage.faults()]
    except (AssertionError, OSError) as error:
        stage.found.append(f"{type(error).__name__}: {error}")
        if not isinstance(error, LostError):
            raise
    return [f"{point}: {one}" for one in stage.found]


def _transmission(stage: Theatre, point: Point) -> Iterator[str]:
    stage.transmission.prepare()
    page, form = stage.transmission.ready()
    former = stage.ministere.count()
    with stage.killing(point.act, point.kind, point.moment):
        stage.transmission.act(page, form, stage.interrupted)
    stage.wait()
    if stage.ministere.count() != former + 1:
        yield f"{stage.ministere.count() - former} transmissions for one act"
    if stage.ministere.etape() != "4_Examen":
        yield f"transmitted, and the dossier is at {stage.ministere.etape()}"


def _rapatriement(stage: Theatre, point: Point) -> Iterator[str]:
    former = stage.federation.applied()
    with stage.killing(point.act, point.kind, point.moment):
        done = stage.rapatriement.act(stage.interrupted, fresh=point.fresh)
        stage.rapatriement.undo(done, stage.interrupted)
    stage.wait()
    if stage.federation.applied() != former + 1:
        yield f"{stage.federation.applied() - former} Rapatriements for one act"
    begun = stage.federation.imports()
    stage.rapatriement.replay()
    if stage.federation.imports() != begun:
        yield "an accord that served began another Rapatriement"
    if point.number % _REPLAYED == 0:
        yield from _code(stage)


def _code(stage: Theatre) -> Iterator[str]:
    """Present a code that served to the ministry's portal: refused, and its consent ends."""
    query = urlsplit(stage.rapatriement.organisme.last("/rapatriement/retour/")).query
    code = parse_qs(query).get("code", [""])[0]
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": "v" * 43}
    own = (OAUTH_CLIENT, oauth_secret(stage.folder))
    answer = httpx.post(f"{stage.addresses[0]}/oauth/jeton/", data=form, auth=own, timeout=30)
    if answer.status_code != httpx.codes.BAD_REQUEST:
        yield f"a code that served is answered by {answer.status_code}"
    if stage.ministere.open_by(code):
        yield "a consent stands whose code was presented twice"
