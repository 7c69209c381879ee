"""
Feed damaged files to the readers: whatever the bytes, a reading and a report, never an exception.

    python tests/fuzz/fuzz_readers.py --files 100000 --seed 1

Each file is made from one of `tests/imports/` by a few mutations, the same for the same seed.  A file fails
when reading it raises, exceeds the time or memory allowed, or gives a report that breaks its own contract.
Failing files are kept in `--keep`.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

ROOT = Path(__file__).parents[2]
if str(ROOT / "src") not in sys.path:
    sys.path.insert(0, str(ROOT / "src"))

from liasse.imports.codes import CODES  # noqa: E402 - run as a script, the library is found beside it
from liasse.imports.recognise import read_file  # noqa: E402
from liasse.imports.report import MAX_ISSUES, Lecture  # noqa: E402

SECONDS = 10
MEMORY = 2 << 30
WORKBOOK_SHARE = 0.04
"""Part of the files made from workbooks: each starts a process, so they are few."""

Mutation = Callable[[bytearray, random.Random], bytearray]


class TooSlowError(Exception):
    """A file took more than `SECONDS`."""


def flip(data: bytearray, rng: random.Random) -> bytearray:
    """Change a few bytes."""
    for _ in range(rng.choice((1, 1, 2, 5, 40))):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return data


def truncate(data: bytearray, rng: random.Random) -> bytearray:
    """Cut the end."""
    return data[: rng.randrange(len(data) + 1)]


def behead(data: bytearray, rng: random.Random) -> bytearray:
    """Cut the beginning."""
    return data[rng.randrange(len(data) + 1) :]


def duplicate(data: bytearray, rng: random.Random) -> bytearray:
    """Repeat a line."""
    lines = data.split(b"\n")
    index = rng.randrange(len(lines))
    return bytearray(b"\n".join(lines[:index] + [lines[index]] * rng.choice((2, 3, 50)) + lines[index:]))


def shuffle(data: bytearray, rng: random.Random) -> bytearray:
    """Shuffle the lines."""
    lines = data.split(b"\n")
    rng.shuffle(lines)
    return bytearray(b"\n".join(lines))


def drop(data: bytearray, rng: random.Random) -> bytearray:
    """Drop a slice."""
    start = rng.randrange(len(data) + 1)
    del data[start : start + rng.choice((1, 2, 10, 100))]
    return data


def insert(data: bytearray, rng: random.Random) -> bytearray:
    """Insert something unpleasant."""
    start = rng.randrange(len(data) + 1)
    data[start:start] = rng.choice(NASTY)
    return data


def huge(data: bytearray, rng: random.Random) -> bytearray:
    """Insert a huge field."""
    start = rng.randrange(len(data) + 1)
    data[start:start] = rng.choice((b"9", b"A", b" ", b"\xe9", b'"', b"1,")) * rng.choice(
        (500, 5_000, 1_200_000)
    )
    return data


def swap_separator(data: bytearray, rng: random.Random) -> bytearray:
    """Replace a separator, everywhere or once."""
    old, new = rng.choice(SEPARATORS), rng.choice(SEPARATORS)
    return data.replace(old, new, rng.choice((1, -1)))


def swap_eol(data: bytearray, rng: random.Random) -> bytearray:
    """Change the end of some lines."""
    return data.replace(
        b"\r\n", rng.choice((b"\n", b"\r", b"\n\n", b"\r\r\n", b"\x00\n")), rng.choice((1, 5, -1))
    )


def recode(data: bytearray, rng: random.Random) -> bytearray:
    """Write the text in another encoding."""
    text = data.decode(rng.choice(("utf-8", "cp1252", "utf-16")), "replace")
    return bytearray(
        text.encode(rng.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252", "utf-32")), "replace")
    )


def amount(data: bytearray, rng: random.Random) -> bytearray:
    """Replace an amount."""
    return data.replace(
        rng.choice((b"0,00", b"450,50", b"960,50", b"0.00", b"<Debit>")), rng.choice(NASTY), 1
    )


def splice(data: bytearray, rng: random.Random) -> bytearray:
    """Move a slice elsewhere."""
    start, to = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
    piece = data[start : start + rng.randrange(200)]
    data[to:to] = piece
    return data


SEPARATORS = (b"\t", b"|", b";", b",")
NASTY = (
    *(b"\x00", b"\xff\xfe", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1a"),
    *(b'"', b'""', b"'", b"\r", b"\n", b"\r\n", b"\t", b"\t\t", b"|", b";;;;", b"-", b"D", b"C", b"Total"),
    *(b"--1,00", b"1e5", b"NaN", b"inf", b"1_000", b"0x10", b"1.234", b"1,2,3", b"(12", b"9" * 30, b"-0,00"),
    *("\uff11\uff12".encode(), "\u0663".encode(), "\u2028".encode(), b"#REF!", b"=1+1"),
    *(
        b"<",
        b"&amp;",
        b"&lol;",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"<ligne>",
        b"</ligne>",
        b"<ecriture>" * 80,
    ),
    *(b"]]>", b"<![CDATA[", b"20220230", b"00000000", b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
)
MUTATIONS: tuple[Mutation, ...] = (
    *(flip, flip, truncate, behead, duplicate, shuffle, drop, insert, insert, insert, huge),
    *(swap_separator, swap_eol, recode, amount, amount, splice),
)


def mutate_archive(data: bytearray, rng: random.Random) -> bytearray:
    """Change the parts of a workbook and zip them again, or damage the archive itself."""
    if rng.random() < 0.4:
        return flip(data, rng) if rng.random() < 0.7 else truncate(data, rng)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = source.namelist()
        chosen = rng.choice([name for name in names if name.endswith("xml")] or names)
        for name in names:
            part = bytearray(source.read(name))
            if name == chosen:
                part = rng.choice((flip, truncate, drop, insert, splice, duplicate))(part, rng)
            if rng.random() < 0.03:
                continue
            target.writestr(name, bytes(part))
    return bytearray(out.getvalue())


def bases() -> tuple[list[bytes], list[bytes]]:
    """Load the files to start from: texts, and workbooks."""
    texts: list[bytes] = []
    workbooks: list[bytes] = []
    for folder in ("should_pass", "should_fail"):
        for path in sorted((ROOT / "tests" / "imports" / folder).iterdir()):
            if not path.name.endswith(".json"):
                is_workbook = path.suffix in (".xlsx", ".xls", ".ods", ".docx", ".odt", ".zip")
                (workbooks if is_workbook else texts).append(path.read_bytes())
    return texts, workbooks


def make(index: int, seed: int, texts: list[bytes], workbooks: list[bytes]) -> bytes:
    """Make one damaged file."""
    rng = random.Random(seed * 1_000_003 + index)
    if rng.random() < WORKBOOK_SHARE:
        data = bytearray(rng.choice(workbooks))
        is_zip = data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data))
        return bytes(mutate_archive(data, rng) if is_zip else flip(data, rng))
    data = bytearray(rng.choice(texts))
    if rng.random() < 0.1:
        data += rng.choice(texts)
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        data = rng.choice(MUTATIONS)(data, rng)
    return bytes(data)


def check(lecture: Lecture) -> None:
    """Hold a reading to its contract."""
    report = lecture.report
    assert report.format in ("fec", "fec-xml", "balance", "balance-xlsx", "inconnu"), report.format
    assert (lecture.balance is not None) == report.is_usable
    assert len(report.issues) <= MAX_ISSUES * len(CODES)
    for issue in report.issues:
        assert issue.code in CODES
        assert issue.message
        assert issue.remede
        assert len(issue.valeur) <= 200
        issue.message.encode()
    for balance in (lecture.balance, lecture.precedente):
        if balance is not None:
            comptes = [ligne.compte for ligne in balance]
            assert comptes == sorted(set(comptes)), "accounts out of order or repeated"
            assert all(isinstance(ligne.solde, int) for ligne in balance)


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def read_one(path: Path, content: bytes) -> str:
    """Read one damaged file; return an empty text, or what went wrong."""
    path.write_bytes(content)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        check(read_file(path))
    except BaseException as error:  # noqa: BLE001 - whatever is raised is a failure of the reader
        return "".join(traceback.format_exception(error, limit=-6))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return ""


def fuzz(arguments: tuple[range, int, str]) -> list[tuple[int, str]]:
    """Read a range of damaged files; return those that failed."""
    indexes, seed, keep = arguments
    signal.signal(signal.SIGALRM, _alarm)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    texts, workbooks = bases()
    failures = []
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        path = Path(folder) / "000000000FEC20221231.txt"
        for index in indexes:
            content = make(index, seed, texts, workbooks)
            problem = read_one(path, content)
            if problem:
                failures.append((index, problem))
                if keep:
                    Path(keep).mkdir(parents=True, exist_ok=True)
                    (Path(keep) / f"{seed}-{index}").write_bytes(content)
    return failures


def slices(files: int, size: int = 250) -> Iterator[range]:
    """Cut the work."""
    for start in range(0, files, size):
        yield range(start, min(start + size, files))


def main() -> int:
    """Run the campaign and print its summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", default="")
    options = parser.parse_args()
    start, failures = time.perf_counter(), []
    jobs = ((indexes, options.seed, options.keep) for indexes in slices(options.files))
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        for found in pool.imap_unordered(fuzz, jobs):
            failures += found
            for index, problem in found:
                sys.stdout.write(f"file {index} (seed {options.seed}):\n{problem}\n")
    elapsed = time.perf_counter() - start
    sys.stdout.write(f"{options.files - len(failures)} passed, {len(failures)} failed in {elapsed:.0f} s\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
