"""The sheets of the regulatory statements: identity, land, dwellings, arrears, financing, activities."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

from secteur.annee import Annee
from secteur.depots import Depot
from secteur.lignes import CHARGES, PRODUITS, par_ligne
from secteur.locatif import DOUTEUX

REGIONS: Final = ("ARA", "BFC", "BRE", "CVL", "GES", "HDF", "IDF", "NOR", "NAQ", "OCC", "PDL", "PAC")
GENRES: Final = {"L10": "CONV", "L20": "NONC", "L30": "FOY"}


def identite(a: Annee, depot: Depot) -> None:
    """Fill FI1: who files, when, and who certifies."""
    organisme, annee = a.organisme, a.annee
    assemblee = date(annee + 1, 6, 1 + organisme.rang % 20)
    depot.note(
        "FI1",
        "N",
        {
            "NOM": organisme.nom,
            "SIREN": organisme.siren,
            "FORME": organisme.famille,
            "REGION": REGIONS[organisme.rang % len(REGIONS)],
            "RATTACHEMENT": f"Ville de {organisme.ville} (fictive)",
            "OUVERTURE": date(annee, 1, 1),
            "CLOTURE": date(annee, 12, 31),
            "AG": assemblee,
            "CA": assemblee,
            "DEPOT": date(annee + 1, 7, 1 + organisme.rang % 10),
            "PROROGATION": False,
            "CAC_DISPENSE": False,
            "CAC_NOM": "Cabinet Fictif et Associés",
            "CAC_AVIS": "SANS_RESERVE",
            "CAC_RAPPORT": True,
            "COMBINES": False,
            "CONSOLIDES": False,
        },
    )
    for rang, qualite in enumerate(("PRESIDENT", "VICE_PRESIDENT", "MEMBRE", "LOCATAIRE")):
        depot.ligne(
            "FI1.CONSEIL",
            f"Membre fictif {rang + 1}",
            QUALITE=qualite,
            COLLEGE="Collège fictif",
            DEPUIS=date(2017, 1 + rang, 1),
            JUSQUA=date(2025, 6, 30),
        )
    depot.note(
        "EXT", "N", {"FEC_COMPTES": 0, "FEC_ECART": 0, "FEC_CLOTURE": date(annee, 12, 31), "FEC_NOM": True}
    )


def reserves_foncieres(a: Annee, depot: Depot) -> None:
    """Fill FI2."""
    for reserve in a.etat.reserves:
        depot.ligne(
            "FI2.TER",
            reserve.code,
            COMMUNE=a.organisme.ville,
            ACQUIS=reserve.acquise,
            SURFACE=reserve.surface,
            COMPTE="C211" if reserve.poste == "I" else "C31",
            DESTINATION="LOCATIF" if reserve.poste == "I" else "ACCESSION",
            COUT=reserve.valeur,
            DEPRECIATION=0,
            EMPRUNT=a.etat.emprunt(reserve.emprunt).capital if reserve.emprunt else 0,
        )
    for operation in a.etat.accessions:
        if operation.etape(a.annee) == 0:
            depot.ligne(
                "FI2.TER",
                operation.code,
                COMMUNE=a.organisme.ville,
                ACQUIS=date(a.annee, 6, 15),
                SURFACE=operation.lots * 38_000,
                COMPTE="C31",
                DESTINATION="ACCESSION",
                COUT=operation.depense,
                DEPRECIATION=0,
                EMPRUNT=0,
            )


def vacants(a: Annee, logements: int) -> int:
    """Return how many of some dwellings are vacant on 31 December."""
    return logements * a.figures.vacance // 10_000


def parc(a: Annee, depot: Depot) -> None:
    """Fill FI3 and FI4: the dwellings, and how their number moved."""
    etat = a.etat
    moves = etat.parc
    for ligne, genre in GENRES.items():
        logements, libres = etat.logements(genre), vacants(a, etat.logements(genre))
        depot.cellules |= {
            f"FI3.{ligne}.LOGEMENTS": logements,
            f"FI3.{ligne}.LOUES": logements - libres,
            f"FI3.{ligne}.VACANTS": libres,
            f"FI3.{ligne}.VACANTS3": libres * 45 // 100,
            f"FI3.{ligne}.TECHNIQUES": 0,
            f"FI4.{ligne}.OUVERTURE": moves.ouverture.get(genre, 0),
            f"FI4.{ligne}.SERVICE": moves.neufs.get(genre, 0),
            f"FI4.{ligne}.ACQUIS": moves.acquis.get(genre, 0),
            f"FI4.{ligne}.VENDUS": moves.vendus.get(genre, 0),
            f"FI4.{ligne}.DEMOLIS": 0,
            f"FI4.{ligne}.AUTRES": 0,
            f"FI4.{ligne}.CLOTURE": logements,
        }
    ordinaires = etat.logements("CONV", "NONC")
    mesures = {"RPLS": ordinaires, "SURFACE": ordinaires * 6_480, "GESTION": 0, "QPV": ordinaires * 17 // 100}
    depot.note("FI3", "N", mesures)
    depot.note("FI4", "N", {"V20": a.notes["cession.valeur"]})


def construction(a: Annee, depot: Depot) -> None:
    """Fill FI5: rental dwellings decided, started, being built, delivered."""
    colonnes = {"NEU": "NEUF", "VEF": "VEFA", "ACQ": "AA", "REH": "REHAB"}
    stades = {"A10": (0,), "A20": (1,), "A30": (1, 2), "A40": (3,)}
    for nature, colonne in colonnes.items():
        for ligne, etapes in stades.items():
            depot.cellules[f"FI5.{ligne}.{colonne}"] = sum(
                operation.logements
                for operation in a.etat.locatives
                if operation.nature == nature and operation.etape(a.annee) in etapes
            )


def accession(a: Annee, depot: Depot) -> None:
    """Fill FI6: dwellings to sell, started, reserved, sold, unsold."""
    comptes: Counter[str] = Counter()
    for operation in a.etat.accessions:
        colonne = {"PSLA": "PSLA", "LOT": "LOTS"}.get(operation.genre, "GROUPE")
        etape, reste = operation.etape(a.annee), operation.lots - operation.vendus
        comptes[f"A10.{colonne}"] += operation.lots if etape == 1 else 0
        comptes[f"A20.{colonne}"] += operation.ventes
        comptes[f"A30.{colonne}"] += operation.ventes
        comptes[f"A40.{colonne}"] += operation.ventes
        comptes[f"A50.{colonne}"] += reste if etape >= 2 and colonne != "PSLA" else 0
        comptes[f"A60.{colonne}"] += reste if etape >= 3 and colonne != "PSLA" else 0
    for colonne in ("GROUPE", "DIFFUS", "PSLA", "BRS", "LOTS"):
        for ligne in ("A10", "A20", "A30", "A40", "A50", "A60"):
            depot.cellules[f"FI6.{ligne}.{colonne}"] = comptes[f"{ligne}.{colonne}"]


def agees(a: Annee) -> dict[str, tuple[int, int]]:
    """Return the ageing of tenants by line of Q12: receivable and depreciation; APL payers left out."""
    presents = a.livre.solde("4111", "4113")
    douteux, deprecie = a.livre.solde("4161"), -a.livre.solde("4916")
    terme = min(presents, a.notes["appele"] * 70 // 1_200)
    recent = (presents - terme) * 7 // 10
    found = {"L010": (terme, 0), "L020": (recent, 0), "L030": (presents - terme - recent, 0)}
    rest = douteux
    for ligne, part, taux in DOUTEUX[1:]:
        creance = douteux * part // 100
        found[ligne] = (creance, creance * taux // 100)
        rest -= creance
    found["L040"] = (rest, deprecie - sum(montant for _, montant in found.values()))
    return dict(sorted(found.items()))


def impayes(a: Annee, depot: Depot) -> None:
    """Fill the ageing of the regulatory statements."""
    lignes = {"L010": "I10", "L020": "I11", "L030": "I12", "L040": "I13", "L050": "I14"}
    for ligne, (creance, depreciation) in agees(a).items():
        nombre = max(1, creance // 65_000) if creance else 0
        if ligne in lignes:
            _impaye(depot, lignes[ligne], nombre, creance, depreciation)
        else:
            moitie = creance // 2
            _impaye(depot, "I21", nombre // 2, moitie, moitie)
            _impaye(depot, "I22", nombre - nombre // 2, creance - moitie, depreciation - moitie)


def _impaye(depot: Depot, ligne: str, nombre: int, creance: int, depreciation: int) -> None:
    depot.cellules |= {
        f"IMPAYES.{ligne}.NOMBRE": nombre,
        f"IMPAYES.{ligne}.MONTANT": creance,
        f"IMPAYES.{ligne}.DEPRECIATION": depreciation,
    }


def financement(a: Annee, depot: Depot) -> None:
    """Fill what the table of financing cannot read elsewhere."""
    mouvements = a.livre.mouvements()
    capital = sum(mouvements.get(compte, (0, 0))[1] for compte in ("1013", "1021"))
    subventions = mouvements.get("13111", (0, 0))[1]
    charges = mouvements.get("4816", (0, 0))[0]
    depot.note("TFIN", "N", {"E30": charges, "E40": 0, "R31": capital, "R32": subventions})


_ACCESSION: Final = frozenset(
    {"C010", "C040", "C070", "C825", "C540", "C970", "R010", "R110", "R115", "R035", "R610"}
)
_PRETS: Final = frozenset({"C826", "R620"})
_COMMUNES: Final = frozenset({"C410", "C420", "C310", "C160", "C170", "C190", "C200", "C210", "C230"})


def ventilation(a: Annee, depot: Depot) -> None:
    """Fill the split of charges and products by activity: direct, or by the posts of each activity."""
    locatif = 70 if a.organisme.logements else 0
    accession = (100 - locatif) * 6 // 10 if a.organisme.lots else 0
    connus = sorted({*CHARGES.values(), *PRODUITS.values()})
    lignes = par_ligne(a.livre)
    for code in connus:
        montant = lignes.get(code, 0)
        parts = dict.fromkeys(("LOC", "ACC", "PRE", "AME", "PRS", "TIE", "AUT", "STR"), 0)
        if code in _COMMUNES:
            parts["LOC"], parts["ACC"] = montant * locatif // 100, montant * accession // 100
            parts["STR"] = montant - parts["LOC"] - parts["ACC"]
        else:
            seul = (
                "PRE" if code in _PRETS else "ACC" if code in _ACCESSION else "TIE" if code == "R043" else ""
            )
            parts[seul or ("LOC" if a.organisme.logements else "STR")] = montant
        depot.cellules |= {f"VENT.{code}.{colonne}": part for colonne, part in parts.items()}
        depot.cellules[f"VENT.{code}.SIEG"] = montant * 7 // 10
    depot.ligne("VENT.CLE", "ETP", BASE="ETP", TAUX_SIEG=7_000, MOTIF="Temps passés par activité")
