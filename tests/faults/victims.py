"""Who may be killed: the processes of a supervisor and their children, found as they are at that moment."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Final

KINDS: Final = (
    *("web ministere", "web federation", "ouvrier web ministere", "ouvrier web federation"),
    *("fond ministere", "fond federation", "postgresql", "session postgresql"),
)
"""The master and a worker of each web server, the background workers, PostgreSQL or one of its sessions."""


def strike(supervisor: int, folder: Path, kind: str, luck: random.Random) -> int:
    """Kill -9 a process of a kind; return its number, 0 when there is none just now."""
    found = sorted(candidates(supervisor, folder, kind))
    if not found:
        return 0
    victim = luck.choice(found)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
        return victim
    return 0


def candidates(supervisor: int, folder: Path, kind: str) -> Iterator[int]:
    """Yield the processes of a kind."""
    what, _, portail = kind.rpartition(" ")
    if kind.endswith("postgresql"):
        server = _postmaster(folder)
        yield from [server] if kind == "postgresql" else _sessions(server)
        return
    for pid in _children(supervisor):
        if f"PORTAIL={portail}" not in _read(pid, "environ").split("\0"):
            continue
        is_web = "harmonia.launch.web" in _read(pid, "cmdline")
        if what == "ouvrier web" and is_web:
            yield from _children(pid)
        elif what == ("web" if is_web else "fond"):
            yield pid


def _postmaster(folder: Path) -> int:
    return int((folder / "postgresql" / "postmaster.pid").read_text().split("\n", 1)[0])


def _sessions(server: int) -> Iterator[int]:
    """Yield the processes that serve a connection of the portals."""
    for pid in _children(server):
        if "harmonia_app" in _read(pid, "cmdline"):
            yield pid


def _children(parent: int) -> list[int]:
    tasks = Path(f"/proc/{parent}/task")
    with contextlib.suppress(OSError):
        return [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
    return []


def _read(pid: int, name: str) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace")
    return ""
