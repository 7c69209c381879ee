"""The cells of the regulatory statements that a balance cannot give, table by table."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final

from secteur.amorce import taux
from secteur.annee import Annee
from secteur.depots import Depot

LIGNES_ACTIF: Final = {
    "205": "A040",
    "2111": "A110",
    "2112": "A110",
    "2113": "A110",
    "2115": "A110",
    "212": "A120",
    "21311": "A130",
    "21411": "A140",
    "21315": "A150",
    "2154": "A160",
    "2183": "A170",
    "2312": "A210",
    "231311": "A220",
    "2611": "A310",
    "2671": "A320",
    "278": "A340",
    "2743": "A350",
    "2751": "A350",
}
"""Line of the balance sheet of each gross fixed asset that the sector uses."""
AFFECTATIONS: Final = {
    "1061": "1061",
    "1067": "1067",
    "10685": "10685",
    "106851": "10685",
    "10683": "1068",
    "10688": "1068",
    "106881": "1068",
    "457": "457",
}
"""Line of T02, without its letter, of each account that an allocation moves."""
DEPOTS_RECUS: Final = ("1651", "1654")


def identite(a: Annee, depot: Depot) -> None:
    """Fill the identity sheet: months, marks of the family."""
    depot.note("ID", "N", {"MOIS": 12, "D11_Q3": 550, "D14_Q1": 1_200, "D14_Q3": 1_750})
    if a.organisme.famille != "SEM":
        depot.note("ID", "N", {"D9_Q1": 370_000, "D9_Q3": 480_000})


def recuperables(a: Annee, depot: Depot) -> None:
    """Fill the recoverable column of the charges."""
    depot.note("CRC", "R", dict(sorted(a.recuperable.items())))
    if not a.recuperable:
        depot.cellules["CRC.C080.R"] = 0


def affectation(a: Annee, depot: Depot) -> None:
    """Fill T02: what the assembly made of the result of the year before, and of its SIEG part."""
    notes, avant = a.notes, -a.livre.ouvert("11")
    total: defaultdict[str, int] = defaultdict(int, {f"A{ligne}": 0 for ligne in AFFECTATIONS.values()})
    sieg: defaultdict[str, int] = defaultdict(int, total)
    for compte, ligne in AFFECTATIONS.items():
        montant = notes.get(f"affecte.{compte}", 0)
        code = f"A{ligne}" if montant >= 0 else f"O{ligne}"
        total[code] += abs(montant)
        if compte in {"106851", "106881", "10683"}:
            sieg[code] += abs(montant)
    report = notes.get("affecte.110", 0) + notes.get("affecte.11010", 0)
    total |= {"O110": avant, "O120": notes["affecte.resultat"], "A110": avant + report}
    sieg |= {"O110": 0, "O120": notes["affecte.sieg"], "A110": 0, "A1061": notes.get("affecte.1061.sieg", 0)}
    depot.note("T02", "N", dict(sorted(total.items())))
    depot.note("T02", "SIEG", dict(sorted(sieg.items())))


def immobilisations(a: Annee, depot: Depot) -> None:
    """Fill T04: what came in and out of each gross asset."""
    found: defaultdict[str, int] = defaultdict(int)
    for compte, montant in a.livre.ouvertures().items():
        if compte in LIGNES_ACTIF:
            found[f"T04.{LIGNES_ACTIF[compte]}.A"] += montant
    for operation in a.livre.operations:
        for ligne in operation.lignes:
            poste = LIGNES_ACTIF.get(ligne.compte)
            if poste:
                sens = "B" if ligne.montant > 0 else "C"
                nature = operation.nature or ("ACQ" if sens == "B" else "CES")
                found[f"T04.{poste}.{sens}_{nature}"] += abs(ligne.montant)
    depot.cellules.update(sorted(found.items()))


def dettes(a: Annee, depot: Depot) -> None:
    """Fill T08R: the inventory of loans and deposits; its totals by destination and lender follow."""
    for emprunt in a.etat.emprunts:
        depot.ligne(
            "T08R.EMP",
            emprunt.code,
            LIBELLE=emprunt.nom,
            RUBRIQUE=emprunt.rubrique,
            PRETEUR={"1641": "CDC", "1628": "PEEC"}.get(emprunt.compte, "BANQUE"),
            GARANTIE={"COLL": "COLLECTIVITE", "CGLLS": "CGLLS"}.get(emprunt.garant, "AUCUNE"),
            INDEX="LIVRET_A" if emprunt.livret_a else "FIXE",
            TAUX=taux(emprunt, a.annee),
            ECHEANCE=date(a.annee + max(1, emprunt.duree), emprunt.mois, 1),
            OUVERTURE=emprunt.ouverture,
            SOUSCRIPTIONS=emprunt.realise,
            REALISATIONS=emprunt.realise,
            REMB=emprunt.rembourse,
            ANTICIPES=emprunt.anticipe,
            TRANSFERTS=0,
            INTERETS=emprunt.interets,
            ICNE=emprunt.couru,
        )
    if not a.organisme.logements:
        depot.cellules["T08R.R221.REMB"] = 0
    mouvements = a.livre.mouvements()
    for compte in DEPOTS_RECUS:
        debit, credit = mouvements.get(compte, (0, 0))
        ouverture = -a.livre.ouvert(compte)
        if ouverture or credit or debit:
            depot.ligne(
                "T08R.EMP",
                f"D{compte}",
                LIBELLE="Dépôts",
                RUBRIQUE="R62",
                PRETEUR="AUTRE",
                GARANTIE="AUCUNE",
                INDEX="AUTRE",
                OUVERTURE=ouverture,
                REALISATIONS=credit,
                REMB=debit,
                ANTICIPES=0,
                TRANSFERTS=0,
                INTERETS=0,
            )


def ventilation(a: Annee, depot: Depot, sieg: int) -> None:
    """Fill the split of the result between SIEG and the rest."""
    if a.organisme.famille != "SEM":
        resultat = -a.livre.solde("6", "7")
        depot.note("SIEG", "N", {"RES_SIEG": sieg, "RES_HSIEG": resultat - sieg})
