"""
The generator: editors over keep-alive connections, on raw asyncio streams to weigh little on the same cores.

`python -m bench.web.load CAST PORT EDITORS SECONDS OUT` plays one phase and writes what it measured and sent.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.web.cast import Cast, Editor, Signer, load

ARRIVALS: Final = 25.0
"""How many editors open their first page each second, before anybody types."""
ARRIVAL: Final = "première page"
PAUSE: Final = 3.0
"""Seconds between two saves of an editor."""
TURN: Final = 20
"""An editor opens a table page once every so many saves."""
SIGNED_OVER: Final = {"valider": 5.0, "transmettre": 20.0}
"""
Seconds over which the hundred last signatures are asked.

With the federation, a burst; with the ministry, thirty times faster than the hundred in ten minutes that are
to be held.
"""
VERIFICATIONS: Final = 60
TIMEOUT: Final = 30.0
_CURSOR: Final = re.compile(rb'data-curseur="(\d+)"')
TOKEN: Final = "b" * 32


class Line:
    """One connection kept open, with the cookies of a person."""

    def __init__(self, port: int, session: str, cookie: str) -> None:
        self._port = port
        self._head = (
            f"Host: 127.0.0.1:{port}\r\nCookie: {cookie}={session}; {cookie}_csrf={TOKEN}\r\n"
            f"X-CSRFToken: {TOKEN}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        )
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """Send a request and return the status and the body of the answer."""
        head = f"{method} {path} HTTP/1.1\r\n{self._head}"
        if method == "POST":
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        for attempt in (0, 1):
            fresh = self._writer is None or self._writer.is_closing()
            if fresh:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            assert self._reader is not None
            assert self._writer is not None
            try:
                self._writer.write(f"{head}\r\n".encode() + body)
                return await asyncio.wait_for(self._answer(self._reader), TIMEOUT)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if fresh or attempt:
                    raise
        raise ConnectionError

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        at = head.find(b"content-length:")
        length = int(head[at + 15 : head.index(b"\r\n", at)]) if at >= 0 else 0
        body = await reader.readexactly(length)
        if b"connection: close" in head:
            self.close()
        return status, body

    def close(self) -> None:
        """Hang up; the next question opens another connection."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


@dataclass(slots=True)
class Sheet:
    """A table that an editor has open: the cells that are theirs there, the last line that they heard of."""

    table: str
    cells: tuple[str, ...]
    cursor: int


class Phase:
    """What is measured and what was sent during one phase."""

    def __init__(self, port: int, cast: Cast, versions: dict[str, int], *, bare: bool) -> None:
        self.port, self.cookie, self._held, self.bare = port, cast.cookie, cast.held, bare
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: dict[str, list[str]] = defaultdict(list)
        self.sent: dict[str, list[Any]] = {}
        """By `dossier cell`: [writes acknowledged, last value in cents, last version]."""
        self.doubtful = 0
        self.arrival = self.start = self.end = 0.0
        self.versions = versions

    def _version(self, key: str) -> int:
        return self.versions.get(key, int(key.partition(" ")[2] in self._held))

    async def measure(
        self, name: str, line: Line, *request: str | bytes, expect: tuple[int, ...] = (200,)
    ) -> bytes | None:
        """Send a request, keep how long it took or what went wrong."""
        start = time.perf_counter()
        try:
            status, body = await line.ask(*request)  # type: ignore[arg-type]
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.errors[name].append(type(error).__name__)
            line.close()
            return None
        if status not in expect:
            self.errors[name].append(f"{status} {body[:120].decode(errors='replace')}")
            return None
        self.times[name].append((time.perf_counter() - start) * 1000)
        return body

    async def edit(self, editor: Editor, draw: random.Random) -> None:
        """Play an editor until the end of the phase."""
        line = Line(self.port, editor.session, self.cookie)
        await asyncio.sleep(draw.random() * self.arrival)
        sheet = await self._open(ARRIVAL, editor, line, draw)
        await asyncio.sleep(max(0.0, self.start - time.perf_counter()) + draw.random() * PAUSE)
        count = draw.randrange(TURN)
        while (started := time.perf_counter()) < self.end:
            count += 1
            if count % TURN == 0:
                sheet = await self._open("page d'une table", editor, line, draw)
            cell = draw.choice(sheet.cells)
            sheet.cursor = await self._save(editor, line, cell, sheet, draw.randrange(1, 10**9))
            await asyncio.sleep(max(0.0, PAUSE - (time.perf_counter() - started)))
        line.close()

    async def _open(self, name: str, editor: Editor, line: Line, draw: random.Random) -> Sheet:
        """Open the page of one of the tables of an editor, and note up to what it is drawn."""
        table = draw.choice(editor.cells).partition(".")[0]
        page = None
        if not self.bare:
            page = await self.measure(name, line, "GET", f"/dossiers/{editor.dossier_id}/tables/{table}/")
        found = _CURSOR.search(page or b"")
        own = tuple(cell for cell in editor.cells if cell.partition(".")[0] == table)
        return Sheet(table, own, int(found[1]) if found else 0)

    async def _save(self, editor: Editor, line: Line, cell: str, sheet: Sheet, cents: int) -> int:
        key = f"{editor.dossier_id} {cell}"
        typed = f"{cents // 100},{cents % 100:02d}"
        for _ in range(4):
            body = {
                "table": sheet.table,
                "curseur": sheet.cursor,
                "cle": cell,
                "moi": editor.user_id,
                "saisies": [{"cle": cell, "texte": typed, "version": self._version(key)}],
            }
            answer = await self.measure(
                "saisie", line, "POST", f"/dossiers/{editor.dossier_id}/saisies/", json.dumps(body).encode()
            )
            if answer is None:
                self.doubtful += 1
                continue
            said = json.loads(answer)
            for conflict in said["conflits"]:
                self.versions[key] = conflict["version"]
            if said["ecrites"]:
                version = said["ecrites"][0][1]
                former = self._version(key)
                self.versions[key] = version
                known = self.sent.get(key, [0, 0, 0])
                self.sent[key] = [known[0] + 1, cents, version]
                if version not in {former, former + 1}:
                    self.errors["saisie"].append(f"version {former} → {version}")
                return int(said["curseur"])
            if said["refus"]:
                self.errors["saisie"].append(str(said["refus"]))
                return sheet.cursor
        return sheet.cursor

    async def sign(self, signer: Signer, action: str, wait: float) -> None:
        """Open a dossier, where the button is, then sign it twice at once: that counts once."""
        lines = (Line(self.port, signer.session, self.cookie), Line(self.port, signer.session, self.cookie))
        await asyncio.sleep(random.Random(signer.dossier_id).random() * self.arrival)
        for line in lines:
            await self.measure("page du dossier", line, "GET", f"/dossiers/{signer.dossier_id}/")
        await asyncio.sleep(max(0.0, self.start + wait - time.perf_counter()))
        form = (
            f"csrfmiddlewaretoken={TOKEN}&action={action}&version={signer.version}&jeton={uuid.uuid4()}&motif="
        ).encode()
        request = ("POST", f"/dossiers/{signer.dossier_id}/etape/", form, "application/x-www-form-urlencoded")
        await asyncio.gather(*(self.measure(action, line, *request, expect=(302,)) for line in lines))
        for line in lines:
            line.close()

    async def verify(self, editor: Editor, wait: float) -> None:
        """Ask for « Lancer la vérification »."""
        await asyncio.sleep(self.arrival + PAUSE + wait)
        line = Line(self.port, editor.session, self.cookie)
        form = f"csrfmiddlewaretoken={TOKEN}".encode()
        path = f"/dossiers/{editor.dossier_id}/verification/"
        await self.measure(
            "lancer la vérification",
            line,
            *("POST", f"{path}lancer/", form, "application/x-www-form-urlencoded"),
            expect=(200, 302),
        )
        await self.measure("page de la vérification", line, "GET", path)
        line.close()


@dataclass(frozen=True, slots=True)
class Score:
    """
    What a phase plays beside the saves: a letter each.

    `b` last signatures, `v` verifications, `r` nothing, for the bare view, which has no page.
    """

    flags: str

    def has(self, letter: str) -> bool:
        """Tell whether a part is played."""
        return letter in self.flags


async def play(phase: Phase, cast: Cast, editors: int, seconds: float, score: Score) -> float:
    """
    Play a phase; return how long people typed.

    The verifications are asked all along.
    """
    chosen = cast.editors[:editors]
    phase.arrival = 0.0 if phase.bare else editors / ARRIVALS
    phase.start = time.perf_counter() + phase.arrival + PAUSE
    phase.end = phase.start + seconds
    acts = [
        phase.edit(editor, random.Random(f"{editor.user_id} {editors} {score.flags}")) for editor in chosen
    ]
    first = max(0.0, seconds - SIGNED_OVER[cast.action]) / 2
    if score.has("b"):
        acts += [
            phase.sign(signer, cast.action, first + number * SIGNED_OVER[cast.action] / len(cast.signers))
            for number, signer in enumerate(cast.signers)
        ]
    if score.has("v"):
        acts += [
            phase.verify(editor, number * seconds / VERIFICATIONS)
            for number, editor in enumerate(chosen[:VERIFICATIONS])
        ]
    await asyncio.gather(*acts)
    return time.perf_counter() - phase.start


def main(arguments: list[str]) -> None:
    """Play one phase; the versions of the cells go from a phase to the next by a file beside the cast."""
    path, port, editors, seconds, flags, out = arguments
    cast, score, former = load(Path(path)), Score(flags), Path(path).with_suffix(".versions")
    versions = json.loads(former.read_text()) if former.exists() else {}
    phase = Phase(int(port), cast, versions, bare=score.has("r"))
    lasted = asyncio.run(play(phase, cast, int(editors), float(seconds), score))
    former.write_text(json.dumps(phase.versions))
    found = {
        "editors": int(editors),
        "seconds": lasted,
        "times": phase.times,
        "errors": phase.errors,
        "sent": phase.sent,
        "doubtful": phase.doubtful,
    }
    Path(out).write_text(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
