"""The annexe of the regulatory statements: depreciation, provisions, maturities, commitments, operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from secteur.annee import Annee
from secteur.depots import Depot
from secteur.etat import OperationLocative
from secteur.gestion import COUT_ETP
from secteur.lignes import par_ligne

AMORTIS: Final = {
    "2805": "A040",
    "2812": "A120",
    "281311": "A130",
    "281411": "A140",
    "281315": "A150",
    "28154": "A160",
    "2818": "A170",
}
PROVISIONS: Final = {"1511": "P1511", "1572": "P1572", "153": "P153", "395": "D39", "4916": "D491"}
ETATS: Final = ("PRELIMINAIRE", "EN_COURS", "EN_COURS", "TERMINEE", "SOLDEE")
NATURES: Final = {"NEU": "NEUF", "VEF": "VEFA", "ACQ": "AA", "REH": "REHAB"}
CATEGORIES: Final = (("E10", 18), ("E20", 24), ("E30", 41), ("E40", 5), ("E50", 12))
"""Categories of staff, share in %."""


def amortissements(a: Annee, depot: Depot) -> None:
    """Fill T05 and T06: what depreciation was added, and what left with the assets sold or scrapped."""
    for compte, ligne in AMORTIS.items():
        cedes = _sorties(a, compte, "CES")
        hors_service = _sorties(a, compte, "HS")
        dote = -sum(
            mouvement.montant
            for operation in a.livre.operations
            for mouvement in operation.lignes
            if mouvement.compte == compte and mouvement.montant < 0
        )
        ouverture = -a.livre.ouvert(compte)
        valeurs = {"A": ouverture, "B_LIN": dote, "C": cedes + hors_service}
        depot.cellules.update({f"T05.{ligne}.{colonne}": valeur for colonne, valeur in valeurs.items()})
        depot.cellules.update(
            {f"T06.{ligne}.CEDES": cedes, f"T06.{ligne}.HS": hors_service, f"T06.{ligne}.STOCK": 0}
        )


def _sorties(a: Annee, compte: str, nature: str) -> int:
    return sum(
        mouvement.montant
        for operation in a.livre.operations
        if operation.nature == nature
        for mouvement in operation.lignes
        if mouvement.compte == compte
    )


def provisions(a: Annee, depot: Depot) -> None:
    """Fill T07."""
    mouvements = a.livre.mouvements()
    for compte, ligne in PROVISIONS.items():
        debit, credit = mouvements.get(compte, (0, 0))
        depot.cellules |= {
            f"T07.{ligne}.A": -a.livre.ouvert(compte),
            f"T07.{ligne}.B_EXP": credit,
            f"T07.{ligne}.C_EXP": debit,
            f"T07.{ligne}.C_NU": 0,
        }


def echeances(a: Annee, depot: Depot) -> None:
    """Fill T08 and T09: what is due within a year, within five, beyond."""
    lignes = par_ligne(a.livre)
    emprunts = {"P310": [0, 0], "P330": [0, 0]}
    for emprunt in a.etat.emprunts:
        part = emprunts["P310" if emprunt.compte.startswith("162") else "P330"]
        un_an = min(emprunt.capital, emprunt.echeance())
        part[0] += un_an
        part[1] += min(emprunt.capital - un_an, 4 * un_an)
    for code, montant in lignes.items():
        if code in emprunts:
            un_an, cinq_ans = emprunts[code]
            valeurs = {"A1": un_an, "A5": cinq_ans, "P5": montant - un_an - cinq_ans}
        elif code == "P341":
            valeurs = {
                "A1": montant // 10,
                "A5": montant * 4 // 10,
                "P5": montant - montant // 10 - montant * 4 // 10,
            }
        else:
            valeurs = {"A1": montant, "A5": 0, "P5": 0}
        if code.startswith("P"):
            depot.cellules |= {f"T08.{code}.{colonne}": valeur for colonne, valeur in valeurs.items()}
    depot.cellules |= {"T08.ASSOCIES.N": 0, "T08.ICNE_VENTILES.N": False}
    longs = {"A320": 0, "A340": lignes.get("A340", 0) // 10, "A350": lignes.get("A350", 0) // 20}
    for code, montant in lignes.items():
        if code.startswith("A"):
            un_an = longs.get(code, montant)
            depot.cellules |= {f"T09.{code}.A1": un_an, f"T09.{code}.P1": montant - un_an}
    depot.note("T09", "N", {"ACCORDES": 0, "RECUPERES": a.notes["prets.rendu"] + a.notes["prets.anticipe"]})


def engagements(a: Annee, depot: Depot) -> None:
    """Fill T01: guarantees received and given, loans signed and not drawn."""
    garants = {
        garant: sum(emprunt.capital for emprunt in a.etat.emprunts if emprunt.garant == garant)
        for garant in ("COLL", "CGLLS")
    }
    reste = sum(operation.emprunts - operation.emprunts_encaisses for operation in a.etat.locatives)
    garantie = sum(operation.stock for operation in a.etat.accessions)
    for code, poste, nature, tiers, montant in (
        ("ER1", "ER10", "Garanties d'emprunts", "Communes et établissements publics", garants["COLL"]),
        ("ER2", "ER20", "Garanties d'emprunts", "CGLLS", garants["CGLLS"]),
        ("ER3", "ER30", "Contrats de prêt signés", "Caisse des dépôts", reste),
        ("ED2", "ED20", "Garantie d'achèvement", "SGAHLM", garantie),
    ):
        if montant:
            depot.ligne("T01.DET", code, POSTE=poste, NATURE=nature, TIERS=tiers, MONTANT=montant)


def filiales(a: Annee, depot: Depot) -> None:
    """Fill T10, T11 and T12: companies, shares, placements."""
    titres = sum(societe.titres for societe in a.etat.participations)
    depot.cellules |= {"T10.A310.PARTICIPATION": titres, "T10.A310.LIEES": 0, "T10.A310.EFFETS": 0}
    for societe in a.etat.participations:
        depot.ligne(
            "T11.FIL",
            societe.nom,
            SIREN=societe.siren,
            LIEN="PARTICIPATION" if societe.part >= 1_000 else "AUTRE",
            CAPITAL=societe.capitaux * 6 // 10,
            AUTRES_CP=societe.capitaux - societe.capitaux * 6 // 10,
            QP=societe.part,
            BRUT=societe.titres,
            NET=societe.titres - societe.depreciation,
            PRETS=societe.creance,
            CAUTIONS=0,
            CA=societe.resultat * 14,
            RESULTAT=societe.resultat,
            DIVIDENDES=societe.resultat * societe.part // 10_000,
        )
    for code in ("G10", "G20"):
        depot.cellules |= {
            f"T11.{code}.{colonne}": 0 for colonne in ("BRUT", "NET", "PRETS", "CAUTIONS", "DIVIDENDES")
        }
    placements = a.livre.solde("5081")
    depot.ligne("T12.ELT", "VMP1", NATURE="VMP", BILAN=placements, DERNIER_PRIX=placements * 1_004 // 1_000)


def couts(a: Annee, depot: Depot) -> None:
    """Fill T13 to T15: what acquisition cost, and what was done by the staff."""
    terrains = a.livre.solde("601")
    depot.note(
        "T13",
        "IMMO",
        {"F10": a.notes["travaux"] // 400, "F20": 0, "F30": 0, "F40": a.notes["travaux"] // 500},
    )
    depot.note("T13", "STOCK", {"F10": terrains // 200, "F20": 0, "F30": 0, "F40": terrains // 100})
    for operation in a.etat.locatives:
        interne = a.notes.get(f"interne.{operation.code}", 0)
        if interne:
            depot.ligne("T14.OPE", operation.code, COUTS=interne, FRAIS=0)
    for ligne in ("S331", "S332", "S333", "S334", "S337"):
        depot.cellules |= {f"T15.{ligne}.COUTS": 0, f"T15.{ligne}.FRAIS": 0}


def personnel(a: Annee, depot: Depot) -> None:
    """Fill T21 and T22: who leads, who works."""
    postes = {
        "NOMBRE": (14, 1),
        "REMUNERATION": (0, 9_600_000),
        "AVANTAGES": (0, 240_000),
        "FRAIS": (620_000, 310_000),
    }
    for colonne, (conseil, direction) in postes.items():
        depot.note("T21", colonne, {"O10": conseil, "O40": direction})
    depot.note("T21", "AVANCES", {"O10": 0, "O40": 0})
    total = etp(a)
    for ligne, part in CATEGORIES:
        depot.cellules |= {
            f"T22.{ligne}.ETP": total * part // 100,
            f"T22.{ligne}.EFFECTIF": -(-total * part // 9_500),
            f"T22.{ligne}.DISPO": 0,
        }


def etp(a: Annee) -> int:
    """Return the staff, in hundredths of a full-time post."""
    return a.livre.solde("641", "645", "631", "633") * 100 // a.prix(COUT_ETP)


def gros_entretien(a: Annee, depot: Depot) -> None:
    """Fill the sheet of the provision for heavy maintenance, work by work."""
    for travail in a.etat.travaux + a.etat.realises:
        if travail.debut > a.annee:
            continue
        fait = travail in a.etat.realises
        dote = a.notes.get(f"pge.{travail.code}", 0)
        depot.ligne(
            "FPGE.IMM",
            travail.code,
            IMMEUBLE=travail.residence,
            NATURE="RAV" if travail.nature.startswith("Ravalement") else "PEI",
            ETAT="REALISE" if fait else "PREVU",
            ECHEANCE=travail.echeance,
            COUT=travail.cout,
            USAGE_TOTAL=10 * (travail.echeance - travail.debut + 1),
            USAGE_ECOULE=10 * (a.annee - travail.debut + 1),
            OUVERTURE=travail.provision if fait else travail.provision - dote,
            DOTATION=dote,
            REPRISE=travail.provision if fait else 0,
        )


def operations(a: Annee, depot: Depot) -> None:
    """Fill the sheets of financial and accounting situation of the rental operations."""
    encaissees = -a.livre.solde("4411")
    inscrites = sum(operation.subventions_inscrites for operation in a.etat.locatives)
    for operation in a.etat.locatives:
        part = operation.subventions_inscrites
        recu = part + (encaissees * part // inscrites if inscrites else 0)
        depot.ligne("FSFC.OPE", operation.code, **_fiche(a, operation), SUBV_ENC=max(0, recu))


def _fiche(a: Annee, operation: OperationLocative) -> Mapping[str, str | int]:
    return {
        "LIBELLE": operation.nom,
        "NATURE": NATURES[operation.nature],
        "ETAT": ETATS[operation.etape(a.annee)],
        "OS": operation.os.toordinal(),
        "LIVRAISON": operation.service.toordinal(),
        "LOGEMENTS": operation.logements,
        "PRIX": operation.prevu,
        "DEPENSES": operation.depense,
        "SUBV_NOT": operation.subventions,
        "SUBV_CPT": operation.subventions_inscrites,
        "EMP_PREV": operation.emprunts,
        "EMP_ENC": operation.emprunts_encaisses,
    }
