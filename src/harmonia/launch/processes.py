"""
The supervisor: web servers and workers, started again when they die, stopped cleanly together.

PostgreSQL is looked after too: killed, it is started again on its data.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import FrameType
from typing import Final

from harmonia.launch import postgres
from harmonia.launch.environment import Place

_GRACE: Final = 10.0
_PAUSE: Final = 0.5


@dataclass(slots=True)
class Program:
    """
    A process to keep alive; `restarts` counts how often it had to be started again.

    `probe` is the address that answers once it serves.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    probe: str = ""

    def start(self) -> None:
        """Start it, in a session of its own so that a Ctrl-C reaches only the supervisor."""
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            self.command, env=dict(self.env), start_new_session=True
        )

    def is_alive(self) -> bool:
        """Tell whether it runs."""
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        """Tell whether it serves; a program without a probe always does."""
        if not self.probe:
            return True
        try:
            with urllib.request.urlopen(self.probe, timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == HTTPStatus.OK)
        except OSError:
            return False

    def stop(self) -> None:
        """Ask it to stop, then make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def web_command(place: Place, workers: int, threads: int = 4) -> list[str]:
    """Return the command of the web server: the application loaded once, then forked."""
    served = [place.host, str(place.port), str(workers), str(threads)]
    return [sys.executable, "-m", "harmonia.launch.web", *served]


def worker_command() -> list[str]:
    """Return the command of the worker of background jobs."""
    return [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2"]


@dataclass(slots=True)
class Supervisor:
    """Keeps programs and the embedded database alive until it is asked to stop; `welcome` is said once."""

    programs: list[Program]
    database: Path | None = None
    welcome: str = ""
    stopping: bool = False

    def run(self) -> None:
        """Start everything, watch, and stop everything on SIGINT or SIGTERM."""
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._ask)
        try:
            for program in self.programs:
                program.start()
            while not self.stopping:
                time.sleep(_PAUSE)
                self._watch()
                self._greet()
        finally:
            for program in reversed(self.programs):
                program.stop()

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _greet(self) -> None:
        if self.welcome and all(program.is_ready() for program in self.programs):
            print(self.welcome, flush=True)  # noqa: T201
            self.welcome = ""

    def _watch(self) -> None:
        if self.database is not None:
            postgres.ensure_running(self.database)
        for program in self.programs:
            if not program.is_alive() and not self.stopping:
                program.restarts += 1
                print(f"{program.name} s'est arrêté : redémarrage.", file=sys.stderr)  # noqa: T201
                program.start()


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
