"""The debt of a year: instalments, early repayments, interest paid and accrued."""

from __future__ import annotations

from typing import Final

from secteur.amorce import couru, taux
from secteur.annee import Annee
from secteur.construction import emprunter
from secteur.etat import Emprunt
from secteur.livre import BANQUE

PLANCHER: Final = 55
"""Least treasury, in % of the one that an organisation aims at: below, it borrows."""


def ouvrir_dette(a: Annee) -> None:
    """Start the exercice of every loan; those that are paid are gone."""
    a.etat.emprunts = [emprunt for emprunt in a.etat.emprunts if emprunt.capital or emprunt.couru]
    for emprunt in a.etat.emprunts:
        emprunt.ouvre()


def rembourser(a: Annee) -> None:
    """Pay the instalments of the year, and early what the dwellings sold had cost."""
    for emprunt in a.etat.emprunts:
        if emprunt.rubrique == "R4":
            continue
        emprunt.rembourse = min(emprunt.capital, emprunt.echeance() if emprunt.ouverture else 0)
        emprunt.duree -= 1
        emprunt.capital -= emprunt.rembourse
        _payer(a, emprunt, emprunt.rembourse, f"Échéance {emprunt.nom}")
    if a.notes["cession.logements"]:
        emprunt = max((e for e in a.etat.emprunts if e.rubrique == "R221"), key=lambda e: e.capital)
        emprunt.anticipe = min(emprunt.capital, a.notes["cession.logements"] * 700_000)
        emprunt.capital -= emprunt.anticipe
        _payer(a, emprunt, emprunt.anticipe, f"Remboursement anticipé {emprunt.nom}")


def _payer(a: Annee, emprunt: Emprunt, montant: int, libelle: str) -> None:
    a.livre.ecrire(
        "EM01", libelle, (emprunt.compte, montant, emprunt.code), (BANQUE, -montant), mois=(emprunt.mois,)
    )


def interets(a: Annee) -> None:
    """Pay the interest of the year, undo what was accrued and accrue again."""
    for emprunt in a.etat.emprunts:
        compte = emprunt.compte_interets
        paye = emprunt.ouverture * taux(emprunt, a.annee) // 10_000
        avant, emprunt.couru = emprunt.couru, couru(emprunt, a.annee)
        emprunt.interets = paye - avant + emprunt.couru
        mois = (emprunt.mois,)
        livre = a.livre
        livre.ecrire(
            "OD01",
            f"Extourne ICNE {emprunt.code}",
            ("16884", avant, emprunt.code),
            (compte, -avant),
            mois=(1,),
        )
        livre.ecrire("EM01", f"Intérêts {emprunt.nom}", (compte, paye), (BANQUE, -paye), mois=mois)
        fin = emprunt.couru
        livre.ecrire("OD31", f"Intérêts courus {emprunt.code}", (compte, fin), ("16884", -fin, emprunt.code))


def placer_tresorerie(a: Annee) -> None:
    """Borrow when the bank runs low, and put aside what it does not need."""
    organisme, livre = a.organisme, a.livre
    cible = organisme.logements * a.figures.tresorerie + organisme.lots * 6_000_000 + 20_000_000
    besoin = cible * PLANCHER // 100 - livre.solde("5")
    if besoin > 0:
        besoin += cible // 5
        besoin -= besoin % 100_000
        rubrique = "R221" if organisme.logements else "R4"
        code = f"E7{a.annee % 100}"
        emprunt = Emprunt(
            code, f"Haut de bilan {a.annee}", "1641", rubrique, 0, 30, 60, mois=11, garant="COLL"
        )
        a.etat.emprunts.append(emprunt)
        emprunter(a, emprunt, besoin, mois=12)
    livret = livre.solde("5") * 22 // 100 - livre.solde("517")
    livre.ecrire("BQ30", "Mouvement du livret", ("517", livret), (BANQUE, -livret))
    titres = livre.solde("5") * 16 // 100 - livre.solde("5081")
    livre.ecrire("BQ30", "Mouvement des placements", ("5081", titres), (BANQUE, -titres))
