"""Collect the defects of one file, at most `MAX_ISSUES` per code, the others counted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Final

from liasse.imports.codes import CODES
from liasse.imports.report import MAX_ISSUES, ImportIssue, ImportSeverity

_MAX_VALUE: Final = 200
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean_value(value: str) -> str:
    """Make a piece of a file fit to be shown: no control character, and not too long."""
    shown = _CONTROL.sub("\ufffd", value[: _MAX_VALUE + 1].replace("\t", " | "))
    return shown[: _MAX_VALUE - 1] + "…" if len(shown) > _MAX_VALUE else shown


class IssueLog:
    """The defects found so far in one file."""

    def __init__(self, fichier: str) -> None:
        self.fichier = fichier
        self._kept: dict[str, list[ImportIssue]] = {}
        self._counts: Counter[str] = Counter()

    def add(
        self,
        code: str,
        message: str,
        *,
        ligne: int = 0,
        colonne: str = "",
        valeur: str = "",
        remede: str = "",
    ) -> None:
        """Record one defect; severity and usual remedy come from the table of codes."""
        self._counts[code] += 1
        kept = self._kept.setdefault(code, [])
        if len(kept) < MAX_ISSUES:
            known = CODES[code]
            shown = clean_value(valeur)
            remedy = remede or known.remede
            kept.append(
                ImportIssue(code, known.severity, message, remedy, self.fichier, ligne, colonne, shown)
            )

    def is_full(self, code: str) -> bool:
        """Tell whether as many defects are kept as there may be: others are only counted."""
        return len(self._kept.get(code, ())) >= MAX_ISSUES

    def add_silenced(self, code: str, times: int) -> None:
        """Count defects beyond those that are kept."""
        self._counts[code] += times

    def count(self, code: str) -> int:
        """Return how many times *code* was met, kept or not."""
        return self._counts[code]

    @property
    def has_fatal(self) -> bool:
        """Tell whether the file cannot be used."""
        return any(CODES[code].severity is ImportSeverity.FATAL for code in self._counts)

    def absorb(self, other: IssueLog, offset: int) -> None:
        """Add the defects of a later part of the same file, which counted its lines from *offset*."""
        for code, issues in other._kept.items():
            kept = self._kept.setdefault(code, [])
            shifted = (replace(i, ligne=i.ligne + offset if i.ligne else 0) for i in issues)
            kept.extend(list(shifted)[: MAX_ISSUES - len(kept)])
        self._counts.update(other._counts)

    def issues(self) -> tuple[ImportIssue, ...]:
        """Return what was kept, in the order of the file; what is about the whole file comes first."""
        every = [issue for kept in self._kept.values() for issue in kept]
        return tuple(sorted(every, key=lambda issue: (issue.ligne, issue.code)))

    def silenced(self) -> dict[str, int]:
        """Return, per code, how many defects were met beyond those kept."""
        return {
            code: self._counts[code] - len(kept)
            for code, kept in sorted(self._kept.items())
            if self._counts[code] > len(kept)
        }
