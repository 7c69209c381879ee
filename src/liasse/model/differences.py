"""The differences between two models, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from liasse.model.canonical import AccountChange
from liasse.model.correspondances import Correspondance
from liasse.model.rules import Model


class Objet(StrEnum):
    """What a difference is about."""

    MODELE = "modele"
    TABLE = "table"
    SECTION = "section"
    COLONNE = "colonne"
    LIGNE = "ligne"
    AGREGAT = "agregat"
    PARAMETRE = "parametre"
    CONTROLE = "controle"
    COMPTE = "compte"


class Sens(StrEnum):
    """Whether the thing appears, disappears or changes."""

    AJOUT = "ajout"
    RETRAIT = "retrait"
    CHANGEMENT = "changement"


@dataclass(frozen=True, slots=True)
class Difference:
    """
    One difference.

    `champ` names what changed, `partie` the column or the family concerned (empty: the whole line).
    `suites` are the correspondences of a line or aggregate that appears or disappears.
    """

    objet: Objet
    reference: str
    libelle: str
    sens: Sens
    champ: str = ""
    partie: str = ""
    ancien: str = ""
    nouveau: str = ""
    comptes: AccountChange | None = None
    suites: tuple[Correspondance, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The differences of one table, in the order of the form; or of the aggregates, controls and so on."""

    code: str
    titre: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs from one model to another; groups without difference are left out."""

    ancien: Model = field(repr=False)
    nouveau: Model = field(repr=False)
    groupes: tuple[Group, ...]
