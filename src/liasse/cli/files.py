"""Writing results, and saying in French why the system refuses a file."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from liasse.errors import UnusableInputError

_REASONS: Final = {
    errno.ENOENT: "le fichier ou le dossier n'existe pas",
    errno.EACCES: "le système refuse l'accès",
    errno.EPERM: "le système refuse l'accès",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "une partie du chemin n'est pas un dossier",
    errno.ENOSPC: "il n'y a plus de place sur le disque",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.ELOOP: "le lien tourne en rond",
}


def reason(error: OSError) -> str:
    """Say why the system refused, without a final point."""
    return _REASONS.get(error.errno or 0, f"erreur du système n° {error.errno}")


def read_utf8(path: Path, encoding: str = "utf-8") -> str:
    """
    Read a text file, its ends of line as they are.

    Raises:
        UnusableInputError: it cannot be read, or is not in UTF-8.
    """
    try:
        return path.read_bytes().decode(encoding)
    except OSError as error:
        raise UnusableInputError(f"Impossible de lire {path} : {reason(error)}.") from error
    except UnicodeDecodeError as error:
        raise UnusableInputError(f"{path} n'est pas en UTF-8 (octet {error.start}).") from error


def is_stdout(sortie: str | None) -> bool:
    """Tell whether a result goes to the standard output."""
    return sortie in {None, "-"}


def protect(sortie: str | None, inputs: Iterable[Path | None]) -> None:
    """
    Refuse to write a result over a file that is read.

    Raises:
        UnusableInputError: the output is one of the inputs.
    """
    if sortie is None or sortie == "-":
        return
    target = Path(sortie).resolve()
    if any(path is not None and path.resolve() == target for path in inputs):
        raise UnusableInputError(
            f"--sortie écraserait {sortie}, qui est un des fichiers lus. Donnez un autre nom."
        )


def write_result(text: str | bytes, sortie: str | None) -> None:
    """
    Write a result to the standard output, or to a file that is complete or untouched.

    Raises:
        UnusableInputError: the file cannot be written.
    """
    content = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if sortie is None or sortie == "-":
        _write_stdout(content)
        return
    path = Path(sortie)
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(path.resolve(), content)
    except OSError as error:
        raise UnusableInputError(f"Impossible d'écrire {path} : {reason(error)}.") from error


def _write_stdout(content: bytes) -> None:
    """Write, and stop quietly when the reader (`head`, `less`) has gone: the verdict stands."""
    stream = sys.stdout.buffer
    try:
        stream.write(content)
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            os.fchmod(stream.fileno(), path.stat().st_mode & 0o777 if path.exists() else _usual_mode())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _usual_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
