"""Dwellings built to be sold, in a year: land, works, sales, location-accession, and what finances them."""

from __future__ import annotations

from typing import Final

from secteur.annee import Annee
from secteur.construction import emprunter
from secteur.etat import Emprunt, OperationAccession
from secteur.livre import BANQUE, MENSUEL
from secteur.programmes import avancer_accession, lancer_accession

TVA: Final = 55
"""VAT on social accession, per thousand."""
PART_EMPRUNT: Final = 42
"""Loan of a programme, in % of what it has in stock."""
REDEVANCE: Final = (640_000, 150_000)
"""Of a dwelling in location-accession: yearly rent, and part that buys, in cents."""


def vendre(a: Annee) -> None:
    """Carry every programme one stage further, and sell."""
    if not a.exerce("ACC"):
        return
    lancer_accession(a.etat, a.organisme, a.figures, a.annee + 1)
    a.etat.accessions = [item for item in a.etat.accessions if item.vendus < item.lots]
    for operation in a.etat.accessions:
        _avancer(a, operation)
    _encaisser(a)
    _redevances(a)
    _declarer_tva(a)
    _deprecier(a)


def _avancer(a: Annee, operation: OperationAccession) -> None:
    etape, avant, stock = operation.etape(a.annee), operation.depense, operation.stock
    avancer_accession(operation, a.annee)
    depense = operation.depense - avant
    if etape == 0:
        a.fournir("4021", "FSTK", f"Terrain {operation.code}", ("601", depense), reste=12)
        a.livre.ecrire("OD28", f"Terrain {operation.code} en stock", ("311", depense), ("6031", -depense))
        return
    if depense:
        tva = depense * TVA // 1_000
        honoraires = depense * 9 // 100
        achats = (("604", depense - honoraires), ("608", honoraires), ("44566", tva))
        a.fournir("4021", "FSTK", f"Travaux {operation.code}", *achats, reste=12)
        a.livre.ecrire(
            "OD28", f"En-cours {operation.code}", ("332", depense), ("7133", -depense), mois=MENSUEL
        )
    if etape == 1:
        a.livre.ecrire("OD03", f"Terrain {operation.code} engagé", ("332", stock), ("311", -stock), mois=(1,))
    if etape == 2:
        _achever(a, operation)
    _sortir(a, operation)
    _emprunter(a, operation)


def compte_stock(operation: OperationAccession) -> str:
    """Return the account of a finished programme."""
    return "3581" if operation.genre == "PSLA" else "352"


def _achever(a: Annee, operation: OperationAccession) -> None:
    total, mois = operation.depense, (operation.acheve.month,)
    a.livre.ecrire("OD25", f"Achèvement {operation.code}", ("7133", total), ("332", -total), mois=mois)
    a.livre.ecrire(
        "OD25", f"Entrée {operation.code}", (compte_stock(operation), total), ("7135", -total), mois=mois
    )


def _sortir(a: Annee, operation: OperationAccession) -> None:
    if not operation.ventes:
        return
    prix, cout = operation.ventes * operation.prix, operation.sortie
    tva = prix * TVA // 1_000
    mois = (11, 12) if operation.etape(a.annee) == 2 else (4, 9)
    acquis = min(operation.ventes * REDEVANCE[1], -a.livre.solde("1654")) if operation.genre == "PSLA" else 0
    a.livre.ecrire(
        "VT26",
        f"Ventes {operation.code}",
        ("4122", prix + tva - acquis, "NOT"),
        ("1654", acquis),
        ("7012", -prix),
        ("44571", -tva),
        mois=mois,
    )
    compte = compte_stock(operation)
    a.livre.ecrire("OD26", f"Sortie {operation.code}", ("7135", cout), (compte, -cout), mois=mois)
    a.notes["ventes"] += prix
    a.notes["ventes.cout"] += cout
    a.notes["ventes.appele"] += prix + tva - acquis


def _emprunter(a: Annee, operation: OperationAccession) -> None:
    code = f"S{operation.code}"
    emprunt = next((item for item in a.etat.emprunts if item.code == code), None)
    cible = operation.stock * PART_EMPRUNT // 100
    if emprunt is None:
        emprunt = Emprunt(code, f"Stock {operation.nom}", "1648", "R4", 0, 3, 165, livret_a=False, mois=10)
        a.etat.emprunts.append(emprunt)
    if cible > emprunt.capital:
        emprunter(a, emprunt, cible - emprunt.capital, mois=3)
    elif emprunt.capital > cible:
        emprunt.rembourse = emprunt.capital - cible
        emprunt.capital = cible
        a.livre.ecrire(
            "EM20",
            f"Remboursement {emprunt.nom}",
            (emprunt.compte, emprunt.rembourse, code),
            (BANQUE, -emprunt.rembourse),
            mois=(12,),
        )


def _encaisser(a: Annee) -> None:
    reste = a.notes["ventes.appele"] * 11 // 100
    recu = a.livre.ouvert("4122") + a.notes["ventes.appele"] - reste
    a.livre.ecrire(
        "BQ06", "Prix de vente reçus du notaire", (BANQUE, recu), ("4122", -recu, "NOT"), mois=MENSUEL
    )


def _redevances(a: Annee) -> None:
    loues = sum(
        item.lots - item.vendus
        for item in a.etat.accessions
        if item.genre == "PSLA" and item.etape(a.annee) >= 2
    )
    if not loues:
        return
    loyer, acquis = loues * REDEVANCE[0], loues * REDEVANCE[1]
    total = loyer + acquis
    lignes = (("4113", total, "PSLA"), ("7047", -loyer), ("1654", -acquis))
    a.livre.ecrire("VT01", "Redevances de location-accession", *lignes, mois=MENSUEL)
    a.livre.ecrire("BQ11", "Redevances reçues", (BANQUE, total), ("4113", -total, "PSLA"), mois=MENSUEL)


def _declarer_tva(a: Annee) -> None:
    livre = a.livre
    avant = livre.ouvert("44551", "44567")
    livre.ecrire(
        "BQ21",
        "TVA de l'exercice précédent",
        ("44551", -livre.ouvert("44551")),
        ("44567", -livre.ouvert("44567")),
        (BANQUE, avant),
        mois=(2,),
    )
    collectee, deductible = livre.solde("44571"), livre.solde("44566")
    net = collectee + deductible
    compte = "44551" if net < 0 else "44567"
    livre.ecrire("OD30", "Déclarations de TVA", ("44571", -collectee), ("44566", -deductible), (compte, net))
    regle = net * 4 // 5
    livre.ecrire("BQ21", "TVA réglée ou remboursée", (compte, -regle), (BANQUE, regle))


def _deprecier(a: Annee) -> None:
    """Write down what has been for sale for more than a year."""
    livre = a.livre
    avant = -livre.solde("395")
    livre.ecrire("OD31", "Reprise de dépréciation des stocks", ("395", avant), ("78173", -avant))
    total = 0
    for operation in a.etat.accessions:
        ancien = operation.genre != "PSLA" and operation.etape(a.annee) >= 3
        operation.depreciation = operation.stock * 6 // 100 if ancien else 0
        total += operation.depreciation
    livre.ecrire("OD31", "Dépréciation des stocks", ("68173", total), ("395", -total))
