"""The year being lived: its book, its inventories, and the entries that every activity shares."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from secteur.etat import Etat
from secteur.livre import BANQUE, MENSUEL, Livre
from secteur.organismes import Organisme
from secteur.reglages import PRIX, Reglages


@dataclass
class Annee:
    """
    One exercice of an organisation.

    `notes` keeps, by name, what the statements need and no account tells; `recuperable` the recoverable
    charges by line of the income statement.
    """

    organisme: Organisme
    figures: Reglages
    etat: Etat
    livre: Livre
    notes: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    recuperable: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def annee(self) -> int:
        """The year in which the exercice closes."""
        return self.livre.annee

    @property
    def taille(self) -> int:
        """A size, in dwellings: those let, and twelve for each one sold in a year."""
        return self.organisme.logements + 12 * self.organisme.lots

    def hasard(self, quoi: str) -> Random:
        """Return the luck of the year about one thing."""
        return self.organisme.hasard(quoi, self.annee)

    def exerce(self, activite: str) -> bool:
        """Tell whether the organisation has an activity."""
        return activite in self.organisme.activites

    def prix(self, montant: int) -> int:
        """Bring an amount of 2018 to the prices of the year."""
        return montant * PRIX[self.annee] // 100

    def fournir(
        self, tiers: str, auxiliaire: str, libelle: str, *achats: tuple[str, int], reste: int = 12
    ) -> None:
        """Receive the invoices of the year from a supplier and pay all but one part in *reste*."""
        total = sum(montant for _, montant in achats)
        self.livre.ecrire("AC14", libelle, *achats, (tiers, -total, auxiliaire), mois=MENSUEL, nature="ACQ")
        paye = total - total // reste
        if not self.notes[f"paye.{tiers}.{auxiliaire}"]:
            paye -= self.livre.ouverture.get((tiers, auxiliaire), 0)
            self.notes[f"paye.{tiers}.{auxiliaire}"] = 1
        self.livre.ecrire(
            "BQ22", f"Règlement {libelle}", (tiers, paye, auxiliaire), (BANQUE, -paye), mois=MENSUEL
        )

    def devoir(self, quand: str, libelle: str, charge: str, tiers: str, montant: int) -> None:
        """Owe a charge to a body and pay eleven months of it, and what was due."""
        self.livre.ecrire(quand, libelle, (charge, montant), (tiers, -montant), mois=MENSUEL)
        self.notes[f"du.{tiers}"] += montant

    def regler(self, *tiers: str) -> None:
        """Pay what `devoir` left, but for the last month."""
        for compte in tiers:
            paye = -self.livre.ouvert(compte) + self.notes[f"du.{compte}"] * 11 // 12
            self.livre.ecrire("BQ15", f"Règlement {compte}", (compte, paye), (BANQUE, -paye), mois=MENSUEL)
