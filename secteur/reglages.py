"""Orders of magnitude, drawn once for each organisation (harmonia.md §3.4), and the figures of each year."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from secteur.organismes import Organisme

IRL: Final = {2018: 0, 2019: 125, 2020: 153, 2021: 66, 2022: 42}
"""Rise of rents on 1 January, in basis points."""
LIVRET_A: Final = {2017: 75, 2018: 75, 2019: 75, 2020: 50, 2021: 50, 2022: 138}
"""Mean rate of the year, in basis points."""
PRIX: Final = {2018: 100, 2019: 101, 2020: 102, 2021: 104, 2022: 109}
"""Index of what is bought."""


@dataclass(frozen=True, slots=True)
class Reglages:
    """What an organisation pays and earns: cents a year for a dwelling, or basis points."""

    loyer: int
    recuperables: int
    maintenance: int
    gros_entretien: int
    fonctionnement: int
    personnel: int
    tfpb: int
    bati: int
    terrain: int
    amorti: int
    subvention: int
    dette: int
    duree: int
    vacance: int
    impaye: int
    creances: int
    tresorerie: int
    neuf: int
    """Dwellings built in a year, in basis points of the stock."""
    cout_neuf: int
    marge: int
    """Margin on sales, in basis points."""
    recuperation: int
    """Charges recovered from tenants, in basis points of the recoverable ones."""


def reglages(organisme: Organisme) -> Reglages:
    """Return the figures of an organisation."""
    hasard = organisme.hasard("reglages")

    def euros(low: int, high: int) -> int:
        return hasard.randint(low, high) * 100

    loyer = euros(3_750, 4_550)
    return Reglages(
        loyer=loyer,
        recuperables=euros(780, 1_060),
        maintenance=euros(330, 470),
        gros_entretien=euros(180, 330),
        fonctionnement=euros(260, 400),
        personnel=euros(620, 800),
        tfpb=euros(440, 590),
        bati=loyer * hasard.randint(1_180, 1_380) // 100,
        terrain=euros(5_500, 7_500),
        amorti=hasard.randint(3_200, 4_400),
        subvention=euros(7_000, 10_500),
        dette=loyer * hasard.randint(560, 660) // 100,
        duree=hasard.randint(22, 28),
        vacance=hasard.randint(110, 480),
        impaye=hasard.randint(80, 190),
        creances=hasard.randint(1_160, 1_560),
        tresorerie=euros(2_300, 3_900),
        neuf=hasard.randint(60, 140),
        cout_neuf=euros(138_000, 172_000),
        marge=hasard.randint(1_000, 1_500),
        recuperation=hasard.randint(9_420, 9_960),
    )


def autour(hasard: Random, montant: int, largeur: int = 600) -> int:
    """Return *montant* moved by at most *largeur* basis points."""
    return montant * hasard.randint(10_000 - largeur, 10_000 + largeur) // 10_000
