"""
Read a million lines of FEC, against pandas on the same file, in the same run.

The peer does less (`read_csv` then one `groupby`): no report, no opening, no check.  It shares equal texts,
so it gains most from a ledger whose labels repeat: both kinds are measured.  We read a big file with two
processes when a second core is free; the figure with one is given too.  A ledger with a blank ValidDate and
French dates on every line is measured against the regular one.  Memory is measured on two million lines, in
a process of its own.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SOURCES = Path(__file__).parents[1] / "src"
if str(SOURCES) not in sys.path:
    sys.path.insert(0, str(SOURCES))

from liasse.imports import fec_parts  # noqa: E402 - run as a script, the library is found beside it
from liasse.imports.fec import read_fec  # noqa: E402

LINES = 1_000_000
REPEATS = 3
MEMORY = 200
"""The peak memory allowed, in MiB."""
HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\t"
    "PieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\r\n"
)
_CHILD = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from liasse.imports.fec import read_fec
assert read_fec(sys.argv[1]).balance is not None
own = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def write_fec(path: Path, lines: int, seed: int = 1, *, repeated: bool = False) -> None:
    """
    Write a fictional FEC: balanced entries of two lines, 18 columns, about 150 bytes a line.

    With *repeated*, entries have one of 13 labels; otherwise the label names the tenant too.
    """
    rng = random.Random(seed)
    comptes = [
        (f"{rng.randint(1, 7)}{rng.randint(0, 99_999):05d}", f"Compte fictif {i}") for i in range(1_500)
    ]
    tenants = [f"L{i:06d}" for i in range(20_000)]
    days = [f"2022{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for number in range(1, lines // 2 + 1):
            day, tenant, (compte, libelle) = rng.choice(days), rng.choice(tenants), rng.choice(comptes)
            cents = rng.randint(100, 500_000)
            amount = f"{cents // 100},{cents % 100:02d}"
            journal = "AN\tÀ nouveaux" if number < lines // 200 else "VE\tQuittancement"
            start = f"{journal}\t{number}\t{day}\t"
            whom = "" if repeated else f", {tenant}"
            end = f"P{number:07d}\t{day}\tAppel de loyer, échéance {number % 13}{whom}\t"
            tail = f"\t\t\t{day}\t\t\r\n"
            file.write(f"{start}411000\tLocataires\t{tenant}\tLocataire {tenant}\t{end}{amount}\t0,00{tail}")
            file.write(f"{start}{compte}\t{libelle}\t\t\t{end}0,00\t{amount}{tail}")


def spoil(path: Path) -> None:
    """Leave ValidDate blank and write dates as JJ/MM/AAAA on every line, as some software does."""
    header, *lines = path.read_bytes().split(b"\r\n")
    odd = [re.sub(rb"\t\d{8}\t\t$", rb"\t\t\t", line) for line in lines]
    odd = [re.sub(rb"\t2022(\d\d)(\d\d)\t", rb"\t\2/\1/2022\t", line) for line in odd]
    path.write_bytes(b"\r\n".join([header, *odd]))


def read_with_pandas(path: Path) -> Any:  # noqa: ANN401 - a data frame, whatever the version
    """Read and add up with the peer, as a user would write it."""
    import pandas as pd  # noqa: PLC0415

    frame = pd.read_csv(path, sep="\t", decimal=",")
    return frame.groupby("CompteNum")[["Debit", "Credit"]].sum()


def best_of(action: Callable[[Path], object], path: Path) -> float:
    """Return the best time of a few runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action(path)
        times.append(time.perf_counter() - start)
    return min(times)


def read_alone(path: Path) -> object:
    """Read with one process."""
    threshold, fec_parts.MIN_PARALLEL = fec_parts.MIN_PARALLEL, sys.maxsize
    try:
        return read_fec(path)
    finally:
        fec_parts.MIN_PARALLEL = threshold


def peak_memory(path: Path) -> float:
    """Return the peak memory of a reading, both processes together, in MiB."""
    # The high-water mark of the process itself: `ru_maxrss` would start from that of its parent.
    command = [sys.executable, "-c", _CHILD, str(path), str(SOURCES)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return int(done.stdout) / 1024


def compare(path: Path, name: str) -> list[dict[str, Any]]:
    """Time both ways of reading a file against the peer."""
    peer = best_of(read_with_pandas, path)
    times = {"two processes": best_of(read_fec, path), "one process": best_of(read_alone, path)}
    said = f"pandas, same file: {peer:.2f} s"
    return [
        {"name": f"{name}, {how}", "value": ours, "unit": "s", "reference": said, "ratio": ours / peer}
        for how, ours in times.items()
    ]


def run() -> list[dict[str, Any]]:
    """Measure; `ratio` is ours over the reference: below 1 is better than the reference."""
    entries: list[dict[str, Any]] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fec.txt"
        write_fec(path, LINES)
        entries += compare(path, "FEC, 1 million lines, varied labels")
        clean = entries[1]["value"]
        spoil(path)
        odd = best_of(read_alone, path)
        write_fec(path, LINES, repeated=True)
        entries += compare(path, "FEC, 1 million lines, repeated labels")
        write_fec(path, 2 * LINES)
        memory = peak_memory(path)
    name, limit = "FEC, 2 million lines, peak memory", f"limit: {MEMORY} MiB"
    odd_name, same = "FEC, 1 million lines, a defect on each, one process", f"without defects: {clean:.2f} s"
    return [
        *entries,
        {"name": odd_name, "value": odd, "unit": "s", "reference": same, "ratio": odd / clean},
        {"name": name, "value": memory, "unit": "MiB", "reference": limit, "ratio": memory / MEMORY},
    ]


if __name__ == "__main__":
    for entry in run():
        print(
            f"{entry['name']}: {entry['value']:.2f} {entry['unit']}"
            f" ({entry['reference']}), ratio {entry['ratio']:.2f}"
        )
