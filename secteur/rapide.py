"""
Thousands of filings by the hundred a second, every one of them consistent.

How: a few small organisations of each family are lived in full.  A filing is then a combination of two
of them that exercise the same activities, with whole positive weights.  Every identity of the
statements is linear and every bound is a cone, so that what holds of the two holds of the
combination, to the cent; nothing is rounded.  Amounts, dwellings and posts are combined; dates,
choices, rates and texts are those of the first; rows stand side by side, each with its weight.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Final

from liasse import Balance, Facts, LigneBalance, Plan
from liasse.model.rules import Row
from secteur.depots import faits
from secteur.organismes import organisme, siren
from secteur.vie import vivre

BASES: Final = 12
"""Organisations lived in full for a family."""
REDUCTION: Final = {"COOP": 4, "OPH": 9, "ESH": 9, "SEM": 5}
"""How much smaller than usual they are: weights bring them back to size."""
POIDS: Final = 6
ADDITIVES: Final = frozenset({"euro", "logement", "nombre", "m2", "etp"})
PROPRES: Final = frozenset({"ID.MOIS.N", "FPGE.IMM.ECHEANCE"})
"""Numbers that are not quantities: a length in months, a year."""


@dataclass(frozen=True, slots=True)
class Depots:
    """One filing made fast: its facts of two following exercices, the first to be evaluated first."""

    rang: int
    precedent: Facts
    courant: Facts


@dataclass(frozen=True, slots=True)
class _Base:
    activites: frozenset[str]
    annees: tuple[Facts, Facts]


def filings(nombre: int, graine: int, plan: Plan, famille: str) -> Iterator[Depots]:
    """Return *nombre* filings of a family under a plan; the same seed gives the same ones."""
    bases = _bases(graine, famille, plan)
    melange = _Melange(plan)
    for rang in range(nombre):
        hasard = Random(f"{graine}/{famille}/{rang}")
        premiere = hasard.choice(bases)
        seconde = hasard.choice([base for base in bases if base.activites == premiere.activites])
        poids = (hasard.randint(1, POIDS), hasard.randint(0, POIDS - 1))
        avant, apres = (
            melange.combiner(gauche, droite, poids, rang)
            for gauche, droite in zip(premiere.annees, seconde.annees, strict=True)
        )
        yield Depots(rang, avant, apres)


@lru_cache(maxsize=8)
def _bases(graine: int, famille: str, plan: Plan) -> tuple[_Base, ...]:
    found = []
    for rang in range(BASES):
        entier = organisme(rang, graine, (famille,))
        part = REDUCTION[famille]
        petit = replace(
            entier,
            logements=max(60, entier.logements // part) if entier.logements else 0,
            lots=max(6, entier.lots // part) if entier.lots else 0,
        )
        depots = [exercice.depot for exercice in vivre(petit)[-2:]]
        found.append(_Base(entier.activites, (faits(depots[0], plan), faits(depots[1], plan))))
    return tuple(found)


class _Melange:
    """Combines facts; what depends on two bases only is worked out once."""

    def __init__(self, plan: Plan) -> None:
        self.additives = frozenset(
            slot.key for slot in plan.slots if slot.unit.code in ADDITIVES and slot.key not in PROPRES
        )
        self.colonnes: dict[str, frozenset[str]] = {}
        for slot in plan.slots:
            if slot.section and slot.colonne and slot.key in self.additives:
                self.colonnes[slot.section] = self.colonnes.get(slot.section, frozenset()) | {slot.colonne}
        self.paires: dict[tuple[int, int], _Paire] = {}

    def combiner(self, gauche: Facts, droite: Facts, poids: tuple[int, int], rang: int) -> Facts:
        """Return the combination of two filings, under the name of a new organisation."""
        cle = (id(gauche), id(droite))
        if cle not in self.paires:
            self.paires[cle] = _Paire(gauche, droite, self.additives)
        paire = self.paires[cle]
        rows = dict(self._rows(gauche.rows, poids[0], ""))
        if poids[1]:
            for section, lignes in self._rows(droite.rows, poids[1], "·"):
                rows[section] = rows.get(section, ()) + lignes
        textes = dict(gauche.texts)
        for cle_siren in ("FI1.SIREN.N", "Q01.L020.N"):
            if cle_siren in textes:
                textes[cle_siren] = siren(rang + 1)
        return replace(
            gauche, balance=paire.balance(poids), cells=paire.cellules(poids), rows=rows, texts=textes
        )

    def _rows(
        self, rows: Mapping[str, tuple[Row, ...]], poids: int, marque: str
    ) -> Iterator[tuple[str, tuple[Row, ...]]]:
        for section, lignes in rows.items():
            additives = self.colonnes.get(section, frozenset())
            yield section, tuple(_row(row, additives, poids, marque) for row in lignes)


def _row(row: Row, additives: frozenset[str], poids: int, marque: str) -> Row:
    valeurs = {nom: valeur * poids if nom in additives else valeur for nom, valeur in row.valeurs.items()}
    if not marque:
        return Row(row.cle, valeurs, row.textes)
    cle = row.cle + marque
    return Row(cle, valeurs, {nom: cle if texte == row.cle else texte for nom, texte in row.textes.items()})


class _Paire:
    """Two filings aligned, account by account and cell by cell."""

    def __init__(self, gauche: Facts, droite: Facts, additives: frozenset[str]) -> None:
        cles = sorted({*gauche.cells, *droite.cells})
        self.sommees = [cle for cle in cles if cle in additives]
        self.reprises = {
            cle: gauche.cells[cle] for cle in cles if cle not in additives and cle in gauche.cells
        }
        self.reprises |= {
            cle: droite.cells[cle] for cle in cles if cle not in additives and cle not in gauche.cells
        }
        self.valeurs = [(gauche.cells.get(cle, 0), droite.cells.get(cle, 0)) for cle in self.sommees]
        assert gauche.balance is not None
        assert droite.balance is not None
        self.comptes = sorted({ligne.compte for ligne in (*gauche.balance, *droite.balance)})
        self.lignes = [
            (_ligne(gauche.balance, compte), _ligne(droite.balance, compte)) for compte in self.comptes
        ]
        self.auxiliaires = (gauche.balance.auxiliaires, droite.balance.auxiliaires)

    def cellules(self, poids: tuple[int, int]) -> dict[str, int]:
        """Return the cells of a combination."""
        p, q = poids
        return self.reprises | {
            cle: p * a + q * b for cle, (a, b) in zip(self.sommees, self.valeurs, strict=True)
        }

    def balance(self, poids: tuple[int, int]) -> Balance:
        """Return the balance of a combination."""
        p, q = poids
        lignes = tuple(
            LigneBalance(
                a[0], p * a[2] + q * b[2], a[1], *(p * x + q * y for x, y in zip(a[3:], b[3:], strict=True))
            )
            for a, b in self.lignes
        )
        auxiliaires = {
            compte: tuple((nom, p * montant) for nom, montant in tenus)
            for compte, tenus in self.auxiliaires[0].items()
        }
        if q:
            for compte, tenus in self.auxiliaires[1].items():
                seconds = tuple((f"{nom}·", q * montant) for nom, montant in tenus)
                auxiliaires[compte] = auxiliaires.get(compte, ()) + seconds
        return Balance(lignes, has_ouverture=True, has_mouvements=True, auxiliaires=auxiliaires)


def _ligne(balance: Balance, compte: str) -> tuple[str, str, int, int, int, int]:
    ligne = balance.get(compte)
    if ligne is None:
        return compte, "", 0, 0, 0, 0
    return compte, ligne.libelle, ligne.solde, ligne.ouverture or 0, ligne.debit or 0, ligne.credit or 0
