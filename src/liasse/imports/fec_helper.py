"""
A second process that reads its half of a big FEC.

It is a plain `python -c` child: no fork of a threaded server, no second import of `__main__`.  Whatever
happens to it, `result` gives None and the caller reads that half itself: the reading is the same.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Final

_CHILD: Final = """
import pickle, sys, types
sys.path[:] = pickle.load(sys.stdin.buffer)
packages, job = pickle.load(sys.stdin.buffer), sys.stdin.buffer.read()
for name, path in packages.items():
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = path
from liasse.imports.fec_parts import read_part
sys.stdout.buffer.write(pickle.dumps(read_part(pickle.loads(job))))
"""
"""The child gets bare packages, so that it loads the few modules of this reader and not the whole library."""

_PACKAGES: Final = ("liasse", "liasse.imports", "liasse.ledger")


def start(job: object) -> Helper | None:
    """Start reading *job* in a second process; None when there can be none."""
    try:
        return Helper(job)
    except OSError:
        return None


def _load(output: bytes) -> object:
    try:
        return pickle.loads(output)  # noqa: S301 - our own second process wrote it
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError):
        return None


class Helper:
    """A plain Python process, which gets its job on its standard input."""

    def __init__(self, job: object) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-S", "-c", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        packages = {name: list(sys.modules[name].__path__) for name in _PACKAGES}
        message = pickle.dumps(sys.path) + pickle.dumps(packages) + pickle.dumps(job)
        try:
            if self._process.stdin is not None:
                self._process.stdin.write(message)
                self._process.stdin.close()
                self._process.stdin = None
        except OSError:
            self.stop()
            raise

    def result(self) -> object:
        """Wait for what the child read; None when it failed."""
        output, _ = self._process.communicate()
        return None if self._process.returncode else _load(output)

    def stop(self) -> None:
        """End the child if it is still there."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
