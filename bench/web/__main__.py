"""`make bench-web`: a door (PORTAIL), bounded, on loopback, the generator on the same cores."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import django
from django.db import connections
from django.urls import NoReverseMatch, reverse

from bench.web.cast import save
from bench.web.compare import Verdict, compare
from harmonia.launch import postgres
from harmonia.launch.environment import Place, environment
from harmonia.launch.prepare import collect, prepare
from harmonia.launch.processes import cores, web_command

AIMS: Final = {
    (300, "saisie"): 50.0,
    (300, "lancer la vérification"): 300.0,
    (300, "page d'une table"): 150.0,
    (1000, "saisie"): 150.0,
}
"""p95 in milliseconds."""
COUNTS: Final = {"federation": (300, 1000), "ministere": (300,)}
"""How many people type, phase after phase, by door."""
ROOT: Final = Path(__file__).parents[2]


def main(arguments: Sequence[str]) -> int:
    """Run the bench; the status tells whether a write was lost or made twice."""
    portail = os.environ.get("PORTAIL", "federation")
    counts = [int(one) for one in arguments[:1] for one in one.split(",")] or list(COUNTS[portail])
    seconds = float(arguments[1]) if len(arguments) > 1 else 25.0
    folder = Path(tempfile.mkdtemp(prefix="harmonia-bench-"))
    started = time.monotonic()
    cluster = postgres.start(folder / "pg")
    try:
        first = arguments[2] if len(arguments) > 2 else "b"
        return _run(cluster, Place(folder, portail), counts, seconds, first)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
        print(f"\nDurée totale : {time.monotonic() - started:.0f} s")


def _run(cluster: postgres.Cluster, place: Place, counts: Sequence[int], seconds: float, first: str) -> int:
    folder = place.folder
    port = _free_port()
    os.environ[f"HARMONIA_PORT_{place.portail.upper()}"] = str(port)
    postgres.ensure_database(cluster, "bench")
    owner = environment(place, cluster, "bench", owner=True)
    env = environment(place, cluster, "bench") | {"HARMONIA_JOURNAL": "CRITICAL"}
    prepare(owner)
    collect(env)
    _say("Semis du secteur")
    os.environ.update(env)
    django.setup()
    cast = importlib.import_module("bench.web.plant").plant(max(counts), owner["DATABASE_URL"])
    save(cast, folder / "cast.json")
    _say("Démarrage du serveur web")
    _forget_connections()
    flags = "v" if _verification_is_there() else ""
    phases = []
    server = _serve(web_command(place, max(2, cores())), env, port)
    try:
        for rank, count in enumerate(counts):
            _say(f"{count} personnes qui saisissent, pendant {seconds:g} s")
            phases.append(_play(folder, port, count, seconds, flags + (first if rank == 0 else "")))
            _print_phase(phases[-1])
    finally:
        _stop(server)
    _say("Vue Django nue, mêmes lectures et écritures")
    verdict = compare(owner["DATABASE_URL"], phases, cast.held, cast.action)
    reference = _reference(place, env, folder, port, counts, min(seconds, 12.0))
    _print(phases, reference, verdict)
    errors = sum(len(one) for phase in phases for one in phase["errors"].values())
    return int(
        bool(verdict.lost or verdict.doubled or verdict.wrong or verdict.validations_doubled or errors)
    )


def _reference(
    place: Place, env: Mapping[str, str], folder: Path, port: int, counts: Sequence[int], seconds: float
) -> list[dict[str, Any]]:
    settings = {"DJANGO_SETTINGS_MODULE": "bench.web.reference_settings", "PYTHONPATH": str(ROOT)}
    command = [*web_command(place, max(2, cores())), "bench.web.reference"]
    server = _serve(command, {**env, **settings}, port)
    try:
        return [_play(folder, port, count, seconds, "r") for count in counts]
    finally:
        _stop(server)


def _serve(command: Sequence[str], env: Mapping[str, str], port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(command, env=dict(env), cwd=ROOT, start_new_session=True)
    for _ in range(300):
        if _answers(port):
            return server
        time.sleep(0.1)
    raise RuntimeError("The web server does not answer.")


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _play(folder: Path, port: int, editors: int, seconds: float, flags: str) -> dict[str, Any]:
    out = folder / "phase.json"
    cast = str(folder / "cast.json")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "bench.web.load",
            cast,
            str(port),
            str(editors),
            str(seconds),
            f"-{flags}",
            str(out),
        ],
        cwd=ROOT,
        check=True,
    )
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _verification_is_there() -> bool:
    try:
        reverse("verification_lancer", args=[1])
    except NoReverseMatch:
        _say("La page de la vérification n'est pas dans cette version : elle n'est pas mesurée.")
        return False
    return True


def _forget_connections() -> None:
    connections.close_all()


def percentile(values: Sequence[float], share: float) -> float:
    """
    Return the value under which a share of the others stand.

    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    """
    ranked = sorted(values)
    return ranked[max(0, round(share * len(ranked)) - 1)]


def _print(
    phases: Sequence[Mapping[str, Any]], reference: Sequence[Mapping[str, Any]], verdict: Verdict
) -> None:
    print("\nRésultats")
    for phase, bare in zip(phases, reference, strict=True):
        _print_phase(phase)
        _line("  (vue nue : saisie)", bare["times"]["saisie"], bare["seconds"], "référence")
    _print_verdict(verdict)


def _print_phase(phase: Mapping[str, Any]) -> None:
    columns = f"{'nombre':>7} {'/s':>6} {'p50':>8} {'p95':>8} {'p99':>8}  objectif p95"
    print(f"{phase['editors']} personnes".ljust(34), columns)
    for name, times in phase["times"].items():
        aim = AIMS.get((phase["editors"], name))
        said = "" if aim is None else f"{aim:g} ms {'tenu' if percentile(times, 0.95) <= aim else 'MANQUÉ'}"
        _line(f"  {name}", times, phase["seconds"], said)
    for name, found in phase["errors"].items():
        print(f"  ERREURS, {name} : {len(found)}, dont {sorted(set(found))[:3]}")
    if phase["doubtful"]:
        print(f"  saisies sans réponse, renvoyées : {phase['doubtful']}")


def _print_verdict(verdict: Verdict) -> None:
    for example in verdict.examples:
        print(f"  PERDU {example}")
    print(
        f"\nBase comparée à ce qui fut envoyé : {verdict.acknowledged} saisies confirmées,"
        f" {verdict.lost} perdues,"
        f" {verdict.doubled} en double, {verdict.wrong} valeurs fausses ; {verdict.validations} dernières"
        f" signatures (chacune demandée deux fois), {verdict.validations_doubled} en double."
    )


def _line(name: str, times: Sequence[float], seconds: float, said: str) -> None:
    ranks = " ".join(f"{percentile(times, share):8.1f}" for share in (0.5, 0.95, 0.99))
    print(f"{name:34} {len(times):7} {len(times) / seconds:6.1f} {ranks}  {said}")


_START: Final = time.monotonic()


def _say(words: str) -> None:
    print(f"{time.monotonic() - _START:5.0f} s  {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
