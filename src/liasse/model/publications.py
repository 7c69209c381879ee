"""What has been published: the frozen fingerprint of each revision of a millésime."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Publication:
    """One revision of a millésime, published on a day; revisions count from 1."""

    questionnaire: str
    millesime: str
    revision: int
    empreinte: str
    date: str
