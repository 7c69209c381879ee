"""Fixed assets of a year: rental operations, components, sales of dwellings, depreciation, subsidies."""

from __future__ import annotations

from typing import Final

from secteur.annee import Annee
from secteur.etat import Emprunt, OperationLocative
from secteur.livre import BANQUE, MENSUEL
from secteur.programmes import avancer_locative, lancer_locative

AMORTISSEMENTS: Final = (
    ("681122", "2812", "212", 25),
    ("681123", "281311", "21311", 40),
    ("681124", "281411", "21411", 40),
    ("68112315", "281315", "21315", 40),
    ("68111", "2805", "205", 5),
    ("68112", "28154", "2154", 10),
    ("68112", "2818", "2183", 8),
)
"""Allocation, depreciation, gross account, years."""
SUBVENTIONS: Final = (("13111", "139111"), ("1312", "13912"), ("1314", "13914"))
DUREE_SUBVENTION: Final = 40


def construire(a: Annee) -> None:
    """Carry the rental operations one stage further."""
    if not a.exerce("LOC"):
        return
    lancer_locative(a.etat, a.organisme, a.figures, a.annee + 1)
    a.etat.locatives = [operation for operation in a.etat.locatives if operation.etape(a.annee - 1) < 4]
    interne = 0
    for operation in a.etat.locatives:
        interne += _depenser(a, operation)
    a.livre.ecrire(
        "OD31", "Coûts internes immobilisés", ("231311", interne), ("7221", -interne), nature="CRE"
    )
    recu = a.livre.ouvert("4411") * 62 // 100 + a.notes["notifie"] * 30 // 100
    a.livre.ecrire("BQ07", "Subventions reçues", (BANQUE, recu), ("4411", -recu, "ETAT"), mois=(4, 9))


def _depenser(a: Annee, operation: OperationLocative) -> int:
    """Book what an operation spends, receives and borrows; return the internal costs among it."""
    avant, inscrites, encaisses = (
        operation.depense,
        operation.subventions_inscrites,
        operation.emprunts_encaisses,
    )
    avancer_locative(operation, a.annee)
    depense = operation.depense - avant
    etape = operation.etape(a.annee)
    a.notes["travaux"] += depense
    interne = 0
    if etape == 4:
        a.fournir(
            "4041", operation.code, f"Solde de travaux {operation.code}", ("21311", depense), reste=10**9
        )
    else:
        terrain = depense * 15 // 100
        interne = (depense - terrain) * 3 // 100
        a.notes[f"interne.{operation.code}"] = interne
        achats = (("2312", terrain), ("231311", depense - terrain - interne))
        a.fournir("4041", "FTRA", f"Travaux {operation.code}", *achats, reste=15)
    if etape == 3:
        _mettre_en_service(a, operation)
    _financer(
        a, operation, operation.subventions_inscrites - inscrites, operation.emprunts_encaisses - encaisses
    )
    return interne


def _mettre_en_service(a: Annee, operation: OperationLocative) -> None:
    total = operation.depense
    terrain = total * 15 // 100
    jour = f"OD{operation.service.day:02d}"
    a.livre.ecrire(
        jour,
        f"Mise en service {operation.nom}",
        ("2113", terrain),
        ("21311", total - terrain),
        ("2312", -terrain),
        ("231311", terrain - total),
        mois=(operation.service.month,),
        nature="VIR",
    )


def _financer(a: Annee, operation: OperationLocative, inscrit: int, encaisse: int) -> None:
    livre = a.livre
    livre.ecrire(
        "OD29", f"Subvention {operation.code}", ("4411", inscrit, "ETAT"), ("13111", -inscrit), mois=(3,)
    )
    a.notes["notifie"] += inscrit
    if encaisse:
        code = f"E{operation.code}"
        if not any(emprunt.code == code for emprunt in a.etat.emprunts):
            a.etat.emprunts.append(
                Emprunt(code, operation.nom, "1641", "R221", 0, 40, 60, mois=10, garant="COLL")
            )
        emprunter(a, a.etat.emprunt(code), encaisse)
    if operation.relais:
        relais = Emprunt(
            f"P{operation.code}", f"Relais {operation.nom}", "1648", "R21", 0, 1, 150, livret_a=False
        )
        a.etat.emprunts.append(relais)
        emprunter(a, relais, operation.relais)


def emprunter(a: Annee, emprunt: Emprunt, montant: int, mois: int = 6) -> None:
    """Draw on a loan."""
    emprunt.realise += montant
    emprunt.capital += montant
    a.livre.ecrire(
        "EM05",
        f"Versement {emprunt.nom}",
        (BANQUE, montant),
        (emprunt.compte, -montant, emprunt.code),
        mois=(mois,),
    )


def renouveler(a: Annee) -> None:
    """Replace components, equip the head office, sell a few dwellings."""
    logements = a.organisme.logements
    taille = a.taille
    equipement = (("205", taille * 1_500), ("2154", taille * 250), ("2183", taille * 1_200))
    a.fournir("4041", "FEQU", "Équipement du siège", *((c, a.prix(m)) for c, m in equipement), reste=24)
    for compte, contre, part in (("205", "2805", 1_300), ("2154", "28154", 200), ("2183", "2818", 1_000)):
        brut = taille * part
        a.livre.ecrire("OD31", f"Mise au rebut {compte}", (contre, brut), (compte, -brut), nature="HS")
    if not logements:
        return
    composants = a.prix(logements * 31_000)
    a.notes["composants"] = composants
    a.fournir("4041", "FCOM", "Remplacement de composants", ("21311", composants), reste=12)
    brut, amorti = composants * 45 // 100, composants * 42 // 100
    a.livre.ecrire(
        "OD31",
        "Composants remplacés",
        ("281311", amorti),
        ("6752", brut - amorti),
        ("21311", -brut),
        nature="HS",
    )
    a.notes["rebut"] = brut - amorti
    _vendre_logements(a)


def _vendre_logements(a: Annee) -> None:
    hasard, figures = a.hasard("ventes"), a.figures
    residence = max(
        (item for item in a.etat.residences if item.genre == "CONV"), key=lambda item: item.logements
    )
    nombre = max(1, a.organisme.logements * hasard.randint(15, 38) // 10_000)
    residence.logements -= nombre
    a.etat.parc.vendus["CONV"] = a.etat.parc.vendus.get("CONV", 0) + nombre
    prix = nombre * hasard.randint(780, 1_150) * 10_000
    brut, terrain = nombre * figures.bati, nombre * figures.terrain
    amorti = brut * figures.amorti // 10_000
    a.livre.ecrire("VT18", "Vente de logements", (BANQUE, prix), ("7752", -prix), mois=(5, 11))
    a.livre.ecrire(
        "OD19",
        "Sortie des logements vendus",
        ("281311", amorti),
        ("6752", brut - amorti + terrain),
        ("21311", -brut),
        ("2113", -terrain),
        nature="CES",
    )
    a.notes["cession.prix"], a.notes["cession.valeur"] = prix, brut - amorti + terrain
    a.notes["cession.logements"] = nombre
    a.etat.plus_value = max(0, prix - brut + amorti - terrain)


def amortir(a: Annee) -> None:
    """Depreciate what was there at the opening, and take the share of subsidies to income."""
    livre = a.livre
    for charge, compte, brut, duree in AMORTISSEMENTS:
        reste = livre.solde(brut) + livre.solde(compte)
        dotation = max(0, min(livre.ouvert(brut) // duree, reste))
        livre.ecrire("OD31", f"Amortissement {brut}", (charge, dotation), (compte, -dotation))
    for compte, contre in SUBVENTIONS:
        part = max(
            0, min(-livre.ouvert(compte) // DUREE_SUBVENTION, -livre.solde(compte) - livre.solde(contre))
        )
        livre.ecrire("OD31", f"Quote-part de subvention {compte}", (contre, part), ("7771", -part))
    frais = livre.ouvert("4816") // 8
    livre.ecrire("OD31", "Frais d'émission étalés", ("6812", frais), ("4816", -frais))
    nouveaux = sum(emprunt.realise for emprunt in a.etat.emprunts) // 900
    livre.ecrire("BQ28", "Frais d'émission d'emprunts", ("4816", nouveaux), (BANQUE, -nouveaux), mois=MENSUEL)
