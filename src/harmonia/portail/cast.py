"""Who plays in the demonstration of each door, how far each organisation is, and who may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.conf import settings

from harmonia.acces.models import Mission
from secteur.organismes import Organisme, organisme

SEED: Final = 2022
EXERCICE: Final = 2022
COOPERATIVES: Final = 12
PROFILS: Final = ("saisie", "comptable", "hierarchique")
EVERYTHING: Final = (*PROFILS, "administrateur")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of one or more organisations, by their rank in the cast."""

    name: str
    who: str
    places: tuple[int, ...]
    profils: tuple[str, ...]


@dataclass(frozen=True)
class Cast:
    """
    The cast of a door.

    `paths` says how far the organisations are, in turn; the first two are those of the demonstration.
    `others` counts the organisations of the other families, beside the cooperatives.  `partly` leaves some
    tables to do to who has only begun.  `days` is how long ago each held its assembly, in turn; the one of
    rank `postponed` has put it off, and waits for an answer.
    """

    paths: tuple[tuple[str, ...], ...]
    closed: tuple[str, ...]
    people: tuple[Person, ...]
    staff: tuple[tuple[str, str, Mission], ...]
    others: Mapping[str, int]
    partly: bool
    days: tuple[int | None, ...]
    postponed: int
    message: str

    @cached_property
    def organismes(self) -> tuple[Organisme, ...]:
        """The organisations: on both doors, the same cooperatives."""
        found = [organisme(rang, SEED, ["COOP"]) for rang in range(COOPERATIVES)]
        for famille, count in self.others.items():
            first = len(found) + 8
            found += [organisme(first + rang, SEED, [famille]) for rang in range(count)]
        return tuple(found)


_HERE: Final = (
    Person("saisie", "Sacha Saisie", (0,), ("saisie",)),
    Person("comptable", "Camille Compte", (0,), ("comptable",)),
    Person("direction", "Dominique Direction", (0,), ("hierarchique",)),
    Person("gestion", "Gaël Gestion", (0,), ("administrateur",)),
    Person("seule", "Alix Seule", (1,), EVERYTHING),
    Person("double", "Dany Double", (0, 1), ("saisie", "comptable")),
)
"""The people of the first two cooperatives, on both doors: same names, other accounts."""

_SIGNED: Final = ("demarrer", "presenter", "signer_comptable")
_VALIDATED: Final = (*_SIGNED, "valider")
_FILED: Final = (*_SIGNED, "transmettre")

_CASTS: Final = {
    "federation": Cast(
        paths=(
            ("demarrer",),
            (),
            ("demarrer", "presenter"),
            _SIGNED,
            _VALIDATED,
            (*_VALIDATED, "demander_retour"),
            (*_VALIDATED, "cloturer"),
        ),
        closed=(*_VALIDATED, "cloturer"),
        people=_HERE,
        staff=(
            ("analyste", "Andrea Analyste", Mission.ANALYSTE),
            ("federation", "Frédérique Fédération", Mission.ADMINISTRATEUR),
        ),
        others={},
        partly=True,
        days=(12, 12, 12, 30, 12, 12, 25),
        postponed=8,
        message="Le QDIS est ouvert. Complétez les tables 1 à 13, vérifiez, puis validez avant l'échéance.",
    ),
    "ministere": Cast(
        paths=(
            _FILED,
            ("demarrer",),
            (*_FILED, "juger_recevable"),
            _SIGNED,
            _FILED,
            (*_FILED, "juger_insuffisant"),
            (*_FILED, "juger_recevable"),
            ("demarrer",),
            (*_FILED, "demander_retour"),
            (),
        ),
        closed=(*_FILED, "juger_recevable"),
        people=(
            *_HERE,
            Person("oph", "Olympe Pays", (12,), EVERYTHING),
            Person("esh", "Esther Hache", (16,), EVERYTHING),
            Person("sem", "Samuel Emme", (20,), EVERYTHING),
        ),
        staff=(
            ("agent", "Ange Agent", Mission.ANALYSTE),
            ("ministere", "Maxime Ministère", Mission.ADMINISTRATEUR),
        ),
        others={"OPH": 4, "ESH": 4, "SEM": 3},
        partly=False,
        days=(20, 4, 25, 45, 21, 24, 28, 40, 22, None),
        postponed=19,
        message="La collecte des états réglementaires est ouverte. La transmission est due dans le mois qui "
        "suit l'assemblée générale, et au plus tard à l'échéance.",
    ),
}


def cast() -> Cast:
    """Return the cast of this door."""
    return _CASTS[settings.PORTAIL]
