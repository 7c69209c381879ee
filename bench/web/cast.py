"""Who plays in the bench, as the generator knows them: it loads nothing of the product."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who types: their session, their dossier, and the cells that are theirs."""

    user_id: int
    session: str
    dossier_id: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody about to validate a dossier."""

    user_id: int
    session: str
    dossier_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody."""

    editors: tuple[Editor, ...]
    signers: tuple[Signer, ...]
    held: frozenset[str]
    """The cells that the dossiers of the editors hold already, at their first version."""
    action: str
    """What the last signature does: `valider` with the federation, `transmettre` with the ministry."""
    cookie: str
    """The name of the cookie of the session."""


def save(cast: Cast, path: Path) -> None:
    """Write the cast for the generator, which loads nothing of the product."""
    plain = {
        "editors": [[e.user_id, e.session, e.dossier_id, list(e.cells)] for e in cast.editors],
        "signers": [[s.user_id, s.session, s.dossier_id, s.version] for s in cast.signers],
        "held": sorted(cast.held),
        "action": cast.action,
        "cookie": cast.cookie,
    }
    path.write_text(json.dumps(plain))


def load(path: Path) -> Cast:
    """Read the cast back."""
    plain = json.loads(path.read_text())
    return Cast(
        tuple(Editor(a, b, c, tuple(d)) for a, b, c, d in plain["editors"]),
        tuple(Signer(*one) for one in plain["signers"]),
        frozenset(plain["held"]),
        plain["action"],
        plain["cookie"],
    )
