"""Tables Q08 to Q13 of the QDIS: accession, PSLA and BRS, companies, loans, tenants, means."""

from __future__ import annotations

from typing import Final

from secteur.annee import Annee
from secteur.annexe import etp
from secteur.depots import Depot
from secteur.etat import OperationAccession
from secteur.fiches import agees, vacants
from secteur.lignes import par_ligne
from secteur.locatif import GARDIENS
from secteur.questionnaire import regie

VENTES: Final = {"GRI": "L010", "GRC": "L020", "VEF": "L030", "LOT": "L050", "PSLA": "L060"}
MARGE_GARANTIE: Final = 108
"""Own funds put to the guarantee, in % of those asked."""
EXPOSITION: Final = 12_000_000
"""Exposure of a dwelling of a SCCV not delivered, in cents."""
_FRAIS: Final = ("C080", "C110", "C160", "C170", "C190", "C200", "C210", "C230", "C330", "C620")


def _reste(operation: OperationAccession) -> int:
    return operation.lots - operation.vendus


def exposition(operation: OperationAccession) -> int:
    """Return the share of the cost of what is not delivered, rounded half up."""
    numerateur = 2 * operation.cout * _reste(operation) + operation.lots
    return numerateur // (2 * operation.lots)


def _capital(a: Annee, operation: OperationAccession) -> int:
    code = f"S{operation.code}"
    return sum(emprunt.capital for emprunt in a.etat.emprunts if emprunt.code == code)


def q08(a: Annee, depot: Depot) -> None:
    """Fill Q08: sales, programmes, stocks by state, guarantee."""
    ventes = {ligne: [0, 0, 0] for ligne in ("L010", "L020", "L030", "L040", "L050", "L060", "L070", "L080")}
    for operation in a.etat.accessions:
        vente = ventes[VENTES[operation.genre]]
        vente[0] += operation.ventes
        vente[1] += operation.ventes * operation.prix
        vente[2] += operation.sortie
    for ligne, (nombre, prix, cout) in ventes.items():
        depot.cellules |= {
            f"Q08.{ligne}.C1": nombre,
            f"Q08.{ligne}.C2": prix,
            f"Q08.{ligne}.C3": cout,
            f"Q08.{ligne}.C6": nombre,
        }
    propres = [
        item
        for item in a.etat.accessions
        if item.genre != "PSLA" and item.etape(a.annee) >= 1 and _reste(item)
    ]
    for operation in propres:
        _programme(a, depot, operation)
    _stocks(a, depot, propres)
    _garantie(a, depot, propres)


def _reserves(a: Annee, operation: OperationAccession) -> int:
    """Return how many lots are reserved and not delivered."""
    return _reste(operation) // 2 if operation.etape(a.annee) == 1 else 0


def _programme(a: Annee, depot: Depot, operation: OperationAccession) -> None:
    depot.ligne(
        "Q08.OP",
        operation.code,
        C02=f"{operation.nom}, {a.organisme.ville}",
        C03=operation.genre,
        C04=operation.lots,
        C05=operation.cout,
        C06=operation.depense,
        C07=operation.lots * operation.prix,
        C08=operation.vendus,
        C09=_reserves(a, operation),
        C11=operation.acheve,
        C12=operation.stock - operation.depreciation,
        C13=_capital(a, operation),
        C14="SGAHLM",
        C16=exposition(operation),
    )


def _stocks(a: Annee, depot: Depot, propres: list[OperationAccession]) -> None:
    lignes = {f"L3{n}0": [0, 0, 0] for n in range(1, 10)}
    for operation in propres:
        etape, reste = operation.etape(a.annee), _reste(operation)
        if etape == 1:
            reserves = _reserves(a, operation)
            part = operation.stock * reserves // reste
            for ligne, nombre, montant in (
                ("L320", reserves, part),
                ("L330", reste - reserves, operation.stock - part),
            ):
                lignes[ligne][0] += nombre
                lignes[ligne][1] += montant
            continue
        etat = lignes["L350" if etape == 2 else "L370"]
        etat[0] += reste
        etat[1] += operation.stock
        etat[2] += operation.depreciation
    for code, (nombre, brut, depreciation) in lignes.items():
        depot.cellules |= {f"Q08.{code}.C1": nombre, f"Q08.{code}.C2": brut, f"Q08.{code}.C3": depreciation}


def _garantie(a: Annee, depot: Depot, propres: list[OperationAccession]) -> None:
    societes = a.etat.participations
    quotes = sum((2 * item.logements * EXPOSITION * item.part + 10_000) // 20_000 for item in societes)
    psla = [item for item in a.etat.accessions if item.genre == "PSLA" and item.etape(a.annee) >= 1]
    total = sum(exposition(item) for item in propres + psla) + quotes
    logements = sum(_reste(item) for item in propres + psla)
    logements += sum(-(-item.logements * item.part // 10_000) for item in societes)
    exiges = max(total // 4 + 1, logements * 1_000_000)
    depot.note(
        "Q08",
        "N",
        {
            "L540": logements,
            "L550": exiges * MARGE_GARANTIE // 100,
            "L610": a.notes["commercialisation"],
            "L620": 0,
            "L630": 0,
            "L640": 0,
            "L650": 0,
            "L660": sum(item.ventes for item in a.etat.accessions) // 14,
        },
    )


def q09(a: Annee, depot: Depot) -> None:
    """Fill Q09: PSLA programmes and BRS."""
    for operation in a.etat.accessions:
        etape, reste = operation.etape(a.annee), _reste(operation)
        if operation.genre != "PSLA" or etape == 0:
            continue
        loue = etape >= 2 and reste > 0
        depot.ligne(
            "Q09.PSLA",
            operation.code,
            C02=f"{operation.nom}, {a.organisme.ville}",
            C03=operation.lots,
            C04="LOCATION" if loue else "CONSTRUCTION" if reste else "SOLDEE",
            C05=operation.acheve,
            C06=operation.cout,
            C07=operation.stock,
            C08=0,
            C10=_capital(a, operation),
            C11=reste if loue else 0,
            C12=operation.ventes,
            C13=exposition(operation),
            C14=0,
            C15=0,
        )
    for bail in a.etat.baux:
        depot.ligne(
            "Q09.BRS",
            bail.code,
            C02=f"{bail.nom}, {a.organisme.ville}",
            C03=bail.logements,
            C04=bail.logements,
            C05=0,
            C06=bail.foncier,
            C07=a.etat.emprunt(bail.emprunt).capital,
            C08="R221",
            C09=bail.redevance,
            C10=0,
        )
    depot.note("Q09", "N", {"L330": 0, "L340": 0})


def q10(a: Annee, depot: Depot) -> None:
    """Fill Q10: the companies of which shares are held."""
    for societe in a.etat.participations:
        depot.ligne(
            "Q10.PART",
            societe.siren,
            C02=societe.nom,
            C03="SCCV" if societe.genre == "SCCV" else "SIEG",
            C04=societe.activite,
            C05=societe.part,
            C06=societe.titres,
            C07=societe.depreciation,
            C08=societe.creance,
            C11=societe.courant_debiteur,
            C12=0,
            C13=societe.courant_crediteur,
            C14=0,
            C16=societe.logements * EXPOSITION,
            C18=societe.capitaux,
            C19=societe.resultat,
            C21=societe.logements,
            C22=0,
        )


def q11(a: Annee, depot: Depot) -> None:
    """Fill Q11: loans to buyers."""
    notes = a.notes
    encours = {
        "L010": notes["prets.ouverture"],
        "L020": 0,
        "L030": notes["prets.rendu"],
        "L040": notes["prets.anticipe"],
    }
    depot.note("Q11", "N", encours)
    depot.note("Q11", "N", dict.fromkeys(("L050", "L120", "L130", "L140", "L220", "L230", "L260"), 0))
    depot.note("Q11", "N", {"L210": a.livre.solde("278") // 2_600_000, "L250": 50_000_000})


def q12(a: Annee, depot: Depot) -> None:
    """Fill Q12: ageing, recovery, vacancy."""
    for ligne, (creance, depreciation) in agees(a).items():
        depot.cellules |= {
            f"Q12.{ligne}.C1": max(1, creance // 65_000) if creance else 0,
            f"Q12.{ligne}.C2": creance,
            f"Q12.{ligne}.C3": depreciation,
        }
    depot.cellules |= {"Q12.L070.C2": a.livre.solde("4112"), "Q12.L070.C3": 0}
    plans = a.livre.solde("4161") // 5
    depot.cellules |= {"Q12.L090.C1": plans // 90_000, "Q12.L090.C2": plans, "Q12.L090.C3": 0}
    depot.note("Q12", "N", {"L120": a.notes["encaisse"], "L150": a.livre.solde("4161") // 110_000})
    total = vacants(a, a.etat.logements("CONV", "NONC", "FOY"))
    longue = total * 45 // 100
    loyers, charges = a.notes["vacance.loyers"], a.notes["vacance.charges"]
    part = loyers * 45 // 100
    depot.note("Q12", "C1", {"L210": total - longue, "L220": longue, "L230": 0})
    depot.note("Q12", "C2", {"L210": loyers - part, "L220": part, "L230": 0})
    depot.note("Q12", "C3", {"L210": charges - charges * 45 // 100, "L220": charges * 45 // 100, "L230": 0})


def q13(a: Annee, depot: Depot) -> None:
    """Fill Q13: staff, allocation of charges, services, exceptional items, contributions."""
    lignes, notes = par_ligne(a.livre), a.notes
    paie = sum(lignes.get(code, 0) for code in ("C310", "C410", "C420"))
    gardiens = sum(a.recuperable.get(ligne, 0) for ligne, _ in GARDIENS)
    atelier = regie(a) if a.organisme.logements else 0
    cadres = (paie - gardiens - atelier) * 31 // 100
    couts = {
        "L010": cadres,
        "L020": paie - gardiens - atelier - cadres,
        "L030": atelier,
        "L040": gardiens,
        "L050": 0,
    }
    depot.note("Q13", "C2", couts)
    depot.note("Q13", "C3", {ligne: gardiens if ligne == "L040" else 0 for ligne in couts})
    total = etp(a)
    effectifs = {ligne: total * cout // paie for ligne, cout in couts.items()}
    depot.note("Q13", "C1", effectifs)
    frais = sum(lignes.get(code, 0) - a.recuperable.get(code, 0) for code in _FRAIS)
    _repartir(a, depot, sum(effectifs.values()), paie - gardiens - atelier, frais)
    services = {"L310": "7064", "L320": "7065", "L330": "70671"}
    depot.note(
        "Q13", "N", {ligne: notes[f"recette.{compte}"] for ligne, compte in services.items()} | {"L350": 0}
    )
    produits = {"L410": "recette.7718", "L420": "recette.7788", "L430": "cession.prix"}
    charges = {"L430": notes["cession.valeur"], "L450": notes["rebut"]}
    charges |= {"L460": a.livre.solde("671"), "L420": a.livre.solde("678")}
    elements = ("L410", "L420", "L430", "L440", "L450", "L460")
    depot.note("Q13", "C1", {ligne: notes[produits[ligne]] if ligne in produits else 0 for ligne in elements})
    depot.cellules["Q13.L410.C1"] = notes["recette.7718"] + notes["recette.7723"]
    depot.note("Q13", "C2", {ligne: charges.get(ligne, 0) for ligne in elements})
    federation = notes["federation"]
    cotisations = {"L510": notes["cglls"], "L540": federation * 8 // 10, "L560": federation // 10}
    depot.note("Q13", "C1", dict.fromkeys(("L520", "L530", "L550"), 0) | cotisations)


def _repartir(a: Annee, depot: Depot, posts: int, personnel: int, frais: int) -> None:
    """Split by activity what is known of it; the rest stays with the structure."""
    poids = {"L110": a.organisme.logements, "L120": 14 * a.organisme.lots, "L130": 0, "L140": 0, "L150": 0}
    if a.exerce("PSL"):
        poids["L130"] = poids["L120"] // 4
    if a.exerce("TIE"):
        poids["L150"] = sum(poids.values()) // 12
    somme = sum(poids.values())
    for ligne, part in poids.items():
        depot.cellules |= {
            f"Q13.{ligne}.C1": posts * 86 * part // somme // 100,
            f"Q13.{ligne}.C2": personnel * 86 * part // somme // 100,
            f"Q13.{ligne}.C3": frais * 86 * part // somme // 100,
            f"Q13.{ligne}.C5": "TEMPS",
        }
