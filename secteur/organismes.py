"""
Who is in the fictional sector: names, SIREN, family, activities, size.

Nothing is real.  A SIREN starts with 000, a range that was never allotted, and ends with its right
Luhn key, so that controls of the key can be satisfied; every name says « fictif ».
The organisation of rank *n* depends on the seed and on *n* only, never on how many are asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

FAMILLES: Final = ("COOP", "OPH", "ESH", "SEM")
EXERCICES: Final = (2018, 2019, 2020, 2021, 2022)
_POIDS: Final = {"COOP": 165, "OPH": 230, "ESH": 185, "SEM": 220}
_TAILLES: Final = {
    "COOP": (200, 4_300, 1_300),
    "OPH": (4_800, 15_500, 8_000),
    "ESH": (4_900, 17_400, 7_500),
    "SEM": (700, 7_500, 1_900),
}
"""Dwellings: smallest, largest, most frequent (harmonia.md §3.4)."""
_FORMES: Final = {
    "COOP": "Coopérative d'HLM {nom} de {ville} (fictive)",
    "OPH": "Office public de l'habitat de {ville}-{nom} (fictif)",
    "ESH": "SA d'HLM {nom} de {ville} (fictive)",
    "SEM": "SEM {ville} {nom} Habitat (fictive)",
}
_NOMS: Final = (
    "Acacia",
    "Alizé",
    "Aubépine",
    "Bleuet",
    "Bruyère",
    "Capucine",
    "Cerisaie",
    "Colombe",
    "Coquelicot",
    "Cyprès",
    "Églantine",
    "Érable",
    "Fauvette",
    "Fougère",
    "Genêt",
    "Girolle",
    "Glycine",
    "Hirondelle",
    "Jonquille",
    "Lavande",
    "Libellule",
    "Lilas",
    "Marguerite",
    "Mésange",
    "Mimosa",
    "Myrtille",
    "Noisetier",
    "Olivier",
    "Orée",
    "Pervenche",
    "Pivoine",
    "Primevère",
    "Romarin",
    "Rossignol",
    "Sarcelle",
    "Saule",
    "Sittelle",
    "Tilleul",
    "Verveine",
)
VILLES: Final = (
    "Aigreval",
    "Belombre",
    "Brumeval",
    "Champfleury-le-Faux",
    "Clairemare",
    "Combefausse",
    "Doucelande",
    "Fauxbourg",
    "Fontevague",
    "Grandmirage",
    "Hautconte",
    "Lointaine-sur-Rêve",
    "Malbrume",
    "Mirevent",
    "Montfictif",
    "Ombrecourt",
    "Pontimage",
    "Rochefable",
    "Songeville",
    "Valbrume",
)
_SOCIETES: Final = frozenset({"COOP", "ESH", "SEM"})


@dataclass(frozen=True, slots=True)
class Organisme:
    """
    A fictional organisation.

    `activites` are the profile codes of table Q01: LOC, ACC, PSL, PRE, PAR, TIE, EMP.  `logements` is
    the rental stock of 1 January 2018, `lots` the usual number of dwellings sold in a year.
    """

    rang: int
    graine: int
    famille: str
    siren: str
    nom: str
    ville: str
    activites: frozenset[str]
    logements: int
    lots: int

    @property
    def est_societe(self) -> bool:
        """Tell whether it has a capital rather than a dotation."""
        return self.famille in _SOCIETES

    def hasard(self, *quoi: object) -> Random:
        """Return the luck of this organisation about one thing."""
        return Random(f"{self.graine}/{self.rang}/{'/'.join(map(str, quoi))}")


def siren(rang: int) -> str:
    """
    Return a SIREN of the fictional range, with its Luhn key.

    >>> siren(1), siren(164)
    ('000000018', '000001644')
    """
    body = f"000{rang:05d}"
    doubled = [int(digit) * (2 - rank % 2) for rank, digit in enumerate(reversed(body))]
    return body + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def organisme(rang: int, graine: int, familles: Iterable[str] = FAMILLES) -> Organisme:
    """Return the organisation of rank *rang*."""
    kept = tuple(famille for famille in FAMILLES if famille in set(familles))
    hasard = Random(f"{graine}/{rang}")
    famille = hasard.choices(kept, [_POIDS[code] for code in kept])[0]
    activites = _activites(famille, hasard)
    logements = round(hasard.triangular(*_TAILLES[famille])) if "LOC" in activites else 0
    ville, nom = hasard.choice(VILLES), hasard.choice(_NOMS)
    lots = _lots(famille, activites, logements, hasard)
    titre = _FORMES[famille].format(nom=nom, ville=ville)
    return Organisme(rang, graine, famille, siren(rang + 1), titre, ville, activites, logements, lots)


def organismes(nombre: int, graine: int, familles: Iterable[str] = FAMILLES) -> tuple[Organisme, ...]:
    """Return *nombre* organisations of *familles*."""
    kept = tuple(familles)
    return tuple(organisme(rang, graine, kept) for rang in range(nombre))


_PROFILS: Final = {
    "COOP": (
        (40, ("LOC", "ACC", "EMP")),
        (25, ("ACC", "PSL", "PAR", "TIE", "EMP")),
        (20, ("LOC", "ACC", "PSL", "PAR", "TIE", "EMP")),
        (5, ("LOC", "EMP")),
        (10, ("LOC", "ACC", "PSL", "PRE", "PAR", "TIE", "EMP")),
    ),
    "OPH": (
        (50, ("LOC", "TIE", "EMP")),
        (30, ("LOC", "ACC", "TIE", "EMP")),
        (20, ("LOC", "ACC", "PSL", "PAR", "EMP")),
    ),
    "ESH": (
        (40, ("LOC", "PAR", "EMP")),
        (35, ("LOC", "ACC", "PAR", "TIE", "EMP")),
        (25, ("LOC", "ACC", "PSL", "PAR", "EMP")),
    ),
    "SEM": (
        (50, ("LOC", "TIE", "EMP")),
        (30, ("LOC", "PAR", "TIE", "EMP")),
        (20, ("LOC", "ACC", "PAR", "TIE", "EMP")),
    ),
}
"""Weighted profiles of activity of each family."""


def _activites(famille: str, hasard: Random) -> frozenset[str]:
    profils = _PROFILS[famille]
    return frozenset(hasard.choices([codes for _, codes in profils], [poids for poids, _ in profils])[0])


def _lots(famille: str, activites: frozenset[str], logements: int, hasard: Random) -> int:
    if "ACC" not in activites:
        return 0
    if famille == "COOP":
        return hasard.randint(12, 45) if logements else hasard.randint(25, 90)
    return hasard.randint(8, 30)
