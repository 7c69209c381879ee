"""
A snapshot: everything that an organisation transmitted, in one canonical document (`harmonia.instantane/1`).

`docs/schemas/instantane-1.schema.json` describes every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from liasse.sceaux.canonique import UnreadableJsonError, canonical_json, read_json, sha256
from liasse.sceaux.forme import AMOUNT, COUNT, DIGEST, MOMENT, OBJECT, RANK, SIREN, TEXT, Many, faults, maybe

SNAPSHOT_FORMAT: Final = "harmonia.instantane/1"
_TOLD: Final = 3
"""How many faults of form a message tells."""

SUBJECT: Final[Mapping[str, Any]] = {
    "organisme": {"siren": SIREN, "nom": TEXT, "famille": TEXT},
    "questionnaire": TEXT,
    "millesime": TEXT,
    "famille": TEXT,
    "modele": DIGEST,
    "exercice": RANK,
}
"""What every sealed filing says of itself: whose, on which model, of which exercice."""

ALONG: Final[Mapping[str, Any]] = {
    "reserve": TEXT,
    "pieces": Many({"nom": TEXT, "sha256": DIGEST, "taille": COUNT}),
}
"""What goes along with it."""

HEADER: Final[Mapping[str, Any]] = {
    **SUBJECT,
    "version": {"numero": RANK, "precedente": maybe(DIGEST)},
    "transmis_le": MOMENT,
    **ALONG,
}
"""What a snapshot and its receipt both say."""

PARTS: Final[Mapping[str, Any]] = {
    "contenu": OBJECT,
    "verification": Many(
        {"controle": TEXT, "lieu": TEXT, "resultat": TEXT, "ecart": maybe(AMOUNT), "unite": TEXT}
    ),
    "justifications": Many({"controle": TEXT, "lieu": TEXT, "texte": TEXT, "montant": maybe(AMOUNT)}),
}
"""What is sealed: the filing, what controls said of it, what the organisation said of that."""

_SHAPE: Final[Mapping[str, Any]] = {"format": TEXT, **HEADER, **PARTS}


class Faute(NamedTuple):
    """What makes a document useless: which kind of fault, and a French sentence."""

    defaut: str
    message: str


@dataclass(frozen=True, slots=True)
class Scelle:
    """A filing that was sealed, transmitted or not; `plain` is its document."""

    plain: Mapping[str, Any]

    @property
    def canonical(self) -> bytes:
        """Its bytes, in canonical form: what is kept, hashed and sent."""
        return canonical_json(self.plain)

    @property
    def empreinte(self) -> str:
        """The SHA-256 of its canonical form."""
        return sha256(self.plain)

    @property
    def siren(self) -> str:
        """Whose it is."""
        return str(self.plain["organisme"]["siren"])

    @property
    def exercice(self) -> int:
        """The closing year."""
        return int(self.plain["exercice"])

    @property
    def contenu(self) -> Mapping[str, Any]:
        """The filing, as `read_filing` takes it."""
        content: Mapping[str, Any] = self.plain["contenu"]
        return content


@dataclass(frozen=True, slots=True)
class Instantane(Scelle):
    """A snapshot of what was transmitted, read or about to be sealed."""

    @property
    def numero(self) -> int:
        """The number of the version: 1, then one more for each correction."""
        return int(self.plain["version"]["numero"])


def make_instantane(header: Mapping[str, object], parts: Mapping[str, object]) -> Instantane:
    """
    Make a snapshot of a header (the keys of `HEADER`) and of its parts: content, verdicts, justifications.

    Raises:
        ValueError: it does not have the form of a snapshot.
    """
    plain = {"format": SNAPSHOT_FORMAT, **header, **parts}
    wrong = list(islice(faults(_SHAPE, plain), _TOLD))
    if wrong:
        raise ValueError(" ".join(wrong))
    return Instantane(plain)


def read_instantane(content: bytes) -> Instantane | Faute:
    """Read a snapshot; what makes it useless is told."""
    try:
        plain = read_json(content)
    except UnreadableJsonError as error:
        return Faute("illisible", f"L'instantané ne peut pas être lu. {error}")
    fault = form_fault(plain, SNAPSHOT_FORMAT, _SHAPE, "un instantané")
    return Instantane(plain) if fault is None else fault


def form_fault(plain: object, expected: str, shape: Mapping[str, Any], what: str) -> Faute | None:
    """Return what is wrong with the form of a document: another one, another version, a key that lacks."""
    found = plain.get("format") if isinstance(plain, dict) else None
    name, _, version = expected.partition("/")
    if not isinstance(found, str) or found.partition("/")[0] != name:
        return Faute(
            "autre_document", f"Ce fichier n'est pas {what} : son format devrait être « {expected} »."
        )
    if found != expected:
        return Faute(
            "version",
            f"Ce fichier est {what} d'un autre format, « {found} » ; celui-ci lit « {name}/{version} »."
            " Prenez une version de liasse qui le connaît.",
        )
    wrong = list(islice(faults(shape, plain), _TOLD))
    return Faute("forme", f"Ce n'est pas {what} complet. {' '.join(wrong)}") if wrong else None


def moment(when: datetime) -> str:
    """
    Write an instant as documents do, to the second, in universal time.

    >>> moment(datetime(2023, 7, 31, 12, 0, tzinfo=UTC))
    '2023-07-31T12:00:00Z'
    """
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
