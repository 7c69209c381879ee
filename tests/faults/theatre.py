"""Where the points are played: both portals under their supervisor, the people, the two databases."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harmonia.launch import postgres
from harmonia.launch.environment import Place, key_file
from tests.e2e.portal import PASSWORD, ROOT, free_port
from tests.faults import constats
from tests.faults.acts import Rapatriement, Transmission
from tests.faults.constats import Federation, Ministere
from tests.faults.person import InterruptedActError, Person, are_ready
from tests.faults.places import PORTAILS, Base, announce
from tests.faults.victims import strike

_START: Final = 300.0
_RECOVERY: Final = 120.0
_SETTLED: Final = 150.0


@dataclass(slots=True)
class Theatre:
    """Everything that a point needs; `told` counts what happened."""

    folder: Path
    supervisor: subprocess.Popen[bytes]
    addresses: tuple[str, ...]
    ministere: Ministere
    federation: Federation
    transmission: Transmission
    rapatriement: Rapatriement
    luck: random.Random
    told: Counter[str] = field(default_factory=Counter)
    durations: dict[str, float] = field(default_factory=dict)
    recoveries: list[float] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def interrupted(self, error: InterruptedActError) -> None:
        """Wait until both portals serve, and read what the fault left."""
        seen = str(error).partition(" ")[0]
        self.told[f"seen by the person: {seen}"] += 1
        started = time.monotonic()
        self.wait()
        self.recoveries.append(time.monotonic() - started)
        self.found += self.faults()

    def wait(self) -> None:
        """
        Wait until both portals serve.

        Raises:
            AssertionError: they do not, after two minutes, or the supervisor died.
        """
        end = time.monotonic() + _RECOVERY
        while not are_ready(self.addresses):
            assert self.supervisor.poll() is None, "the supervisor died"
            assert time.monotonic() < end, "the portals did not come back"
            time.sleep(0.1)

    def faults(self) -> list[str]:
        """Return what is wrong in either database now."""
        return [*self.ministere.faults(), *self.ministere.accords(), *self.federation.faults()]

    @contextmanager
    def killing(self, act: str, kind: str, moment: float) -> Iterator[None]:
        """Kill a process of a kind after a share of the usual duration of an act, while it is done."""

        def kill() -> None:
            victim = strike(self.supervisor.pid, self.folder, kind, self.luck)
            self.told[f"killed: {kind}" if victim else f"nobody to kill: {kind}"] += 1

        timer = threading.Timer(moment * self.durations[act], kill)
        faults, started = len(self.recoveries), time.monotonic()
        timer.start()
        try:
            yield
        finally:
            lasted = time.monotonic() - started
            self.told[f"killed {'after' if timer.is_alive() else 'during'} the {act}"] += 1
            timer.join()
            if len(self.recoveries) == faults:
                self.durations[act] = min(1.2 * self.durations[act], (self.durations[act] + lasted) / 2)

    def settled(self) -> list[str]:
        """Wait until every job is done, and return what is wrong at the end."""
        end = time.monotonic() + _SETTLED
        bases = (self.ministere.base, self.federation.base)
        while any(constats.unfinished(base) for base in bases) and time.monotonic() < end:
            time.sleep(0.5)
        left = [f"{base.portail}: {job}" for base in bases for job in constats.unfinished(base)]
        lost = [f"{base.portail}: {job}" for base in bases for job in constats.failed(base)]
        unsent = constats.unsent(self.ministere.base)
        return [
            *self.faults(),
            *(f"job not done: {one}" for one in left),
            *(f"job failed: {one}" for one in lost),
            *([f"{unsent} mails promised and not sent"] if unsent else []),
        ]


@contextmanager
def theatre(luck: random.Random) -> Iterator[Theatre]:
    """Start everything in a short temporary folder, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pannes-"))
    announce({name: free_port() for name in PORTAILS})
    supervisor = subprocess.Popen([sys.executable, "-m", "tests.faults.supervised", str(folder)], cwd=ROOT)
    try:
        yield _raised(folder, supervisor, luck)
    finally:
        supervisor.terminate()
        supervisor.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _raised(folder: Path, supervisor: subprocess.Popen[bytes], luck: random.Random) -> Theatre:
    places = {name: Place(folder, name) for name in PORTAILS}
    addresses = tuple(one.address for one in places.values())
    end = time.monotonic() + _START
    while not are_ready(addresses):
        assert supervisor.poll() is None, "the supervisor died"
        assert time.monotonic() < end, "the portals did not start"
        time.sleep(0.2)
    cluster = postgres.start(folder / "postgresql")
    ministere = Ministere(Base(cluster, "ministere"), key_file(places["ministere"]))
    federation = Federation(Base(cluster, "federation"))
    there, here = places["ministere"].address, places["federation"].address
    seule = Person("seule", PASSWORD, there, here)
    agent = Person("agent", PASSWORD, there)
    return Theatre(
        folder,
        supervisor,
        addresses,
        ministere,
        federation,
        Transmission(seule, agent, f"{there}/dossiers/{ministere.dossier}/", luck),
        Rapatriement(seule, f"{here}/dossiers/{federation.dossier}/", luck),
        luck,
    )
