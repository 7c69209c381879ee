"""The rental activity of a year: rents, charges, maintenance, provisions, tenants who do not pay."""

from __future__ import annotations

from typing import Final

from secteur.annee import Annee
from secteur.etat import GrosEntretien, Parc, Residence
from secteur.livre import BANQUE, MENSUEL
from secteur.reglages import IRL, autour

RECUPERABLES: Final = (
    ("60611", "C080", 30),
    ("60613", "C080", 18),
    ("6111", "C110", 16),
    ("6156", "C140", 8),
    ("6158", "C140", 4),
)
"""What is bought for tenants: account, line, share of the recoverable charges in %."""
TEOM: Final = 13
GARDIENS: Final = (("C410", 7), ("C420", 3), ("C310", 1))
"""Share of the caretakers, by line, in % of the recoverable charges."""
DOUTEUX: Final = (("L040", 25, 50), ("L050", 35, 100), ("L060", 40, 100))
"""Ageing of doubtful tenants: line of Q12, share in %, depreciation in %."""


def louer(a: Annee) -> None:
    """Call the rents of the year and cash most of them."""
    etat = a.etat
    etat.parc = Parc(ouverture={genre: etat.logements(genre) for genre in ("CONV", "NONC", "FOY")})
    if not etat.residences:
        return
    for residence in etat.residences:
        residence.loyer = residence.loyer * (10_000 + IRL[a.annee]) // 10_000
    _mettre_en_service(a)
    appels = {residence.code: _appel(a, residence) for residence in etat.residences}
    _quittancer(a, appels)
    _encaisser(a, appels)
    _douteux(a)
    _regulariser(a)


def _mettre_en_service(a: Annee) -> None:
    for operation in a.etat.locatives:
        if operation.etape(a.annee) != 3 or operation.nature == "REH":
            continue
        mois = 12 - operation.service.month
        residence = Residence(
            operation.code, operation.nom, operation.genre, operation.logements, a.figures.loyer
        )
        a.etat.residences.append(residence)
        a.notes[f"mois.{operation.code}"] = mois + 1
        moves = a.etat.parc.acquis if operation.nature == "ACQ" else a.etat.parc.neufs
        moves[operation.genre] = moves.get(operation.genre, 0) + operation.logements


def _appel(a: Annee, residence: Residence) -> tuple[int, int]:
    """Return the rents and the provisions for charges called in the year, for one building."""
    mois = a.notes.get(f"mois.{residence.code}", 0) - 1 if f"mois.{residence.code}" in a.notes else 12
    plein = residence.logements * residence.loyer * mois // 12
    perte = plein * a.figures.vacance // 10_000
    a.notes["vacance.loyers"] += perte
    charges = residence.logements * a.prix(a.figures.recuperables) * mois // 12
    a.notes["recuperables"] += charges
    a.notes["vacance.charges"] += charges * a.figures.vacance // 10_000
    return plein - perte, charges * a.figures.recuperation * 97 // 1_000_000


def compte_loyer(a: Annee, genre: str) -> str:
    """Return the account of rents of a kind of dwelling."""
    if a.organisme.famille == "SEM":
        return "7021"
    return {"CONV": "7043", "NONC": "7041", "FOY": "7046"}[genre]


def _quittancer(a: Annee, appels: dict[str, tuple[int, int]]) -> None:
    lignes: list[tuple[str, int, str]] = []
    apl, sem = 0, a.organisme.famille == "SEM"
    for residence in a.etat.residences:
        loyer, charges = appels[residence.code]
        annexes, commerces, surloyer = loyer * 3 // 100, loyer // 90, loyer // 600
        aide = loyer * 18 // 100 if residence.genre == "CONV" else 0
        apl += aide
        total = loyer + charges + annexes + commerces + surloyer
        a.notes[f"appel.{residence.code}"] = total
        a.notes["appele"] += total
        a.notes["loyers"] += loyer
        lignes += [
            ("4111", total - aide, residence.code),
            (compte_loyer(a, residence.genre), -loyer, ""),
            ("703", -charges, ""),
            ("7021" if sem else "7045", -annexes, ""),
            ("702" if sem else "7044", -commerces, ""),
            ("7023" if sem else "7042", -surloyer, ""),
        ]
    a.livre.ecrire("VT01", "Quittancement", ("4112", apl, "CAF"), *lignes, mois=MENSUEL)
    recu = a.livre.ouvert("4112") + apl - apl // 12
    a.livre.ecrire("BQ25", "Aides au logement reçues", (BANQUE, recu), ("4112", -recu, "CAF"), mois=MENSUEL)
    a.notes["encaisse"] += recu


def _encaisser(a: Annee, appels: dict[str, tuple[int, int]]) -> None:
    hasard = a.hasard("encaissements")
    recus: list[tuple[str, int, str]] = []
    douteux: list[tuple[str, int, str]] = []
    for residence in a.etat.residences:
        total = a.notes[f"appel.{residence.code}"]
        cible = autour(hasard, total * (a.figures.creances - 480) // 10_000, 250)
        passe = (
            autour(hasard, total * (a.figures.impaye + 40) // 10_000, 900) if appels[residence.code][0] else 0
        )
        solde = a.livre.soldes["4111", residence.code]
        recus.append(("4111", -(solde - passe - cible), residence.code))
        douteux.append(("4111", -passe, residence.code))
    recu, passe = -sum(montant for _, montant, _ in recus), -sum(montant for _, montant, _ in douteux)
    a.livre.ecrire("BQ08", "Loyers et charges reçus", (BANQUE, recu), *recus, mois=MENSUEL)
    a.livre.ecrire("OD31", "Locataires douteux", ("4161", passe), *douteux)
    a.notes["encaisse"] += recu
    a.notes["douteux"] = passe


def _douteux(a: Annee) -> None:
    livre, passe = a.livre, a.notes["douteux"]
    recouvre = passe * 34 // 100
    livre.ecrire(
        "BQ20", "Créances douteuses recouvrées", (BANQUE, recouvre), ("4161", -recouvre), mois=MENSUEL
    )
    a.notes["encaisse"] += recouvre
    cible = a.notes["appele"] * 480 // 10_000
    perte = max(livre.solde("4161") - cible, passe // 20)
    livre.ecrire("OD31", "Créances irrécouvrables", ("6541", perte), ("4161", -perte))
    encours = livre.solde("4161")
    attendu = sum(encours * part // 100 * taux // 100 for _, part, taux in DOUTEUX)
    attendu += encours // 100
    ancien = -livre.solde("4916")
    reprise = min(ancien, perte * 9 // 10 + max(0, ancien - attendu))
    dotation = attendu - ancien + reprise
    livre.ecrire("OD31", "Dépréciation des créances", ("68174", dotation), ("4916", -dotation))
    livre.ecrire("OD31", "Reprise de dépréciation", ("4916", reprise), ("78174", -reprise))


def _regulariser(a: Annee) -> None:
    livre = a.livre
    avant = livre.ouvert("4181")
    livre.ecrire("BQ30", "Régularisation des charges reçue", (BANQUE, avant), ("4181", -avant), mois=(6,))
    a.notes["encaisse"] += avant
    du = a.notes["recuperables"] * a.figures.recuperation // 10_000 + livre.solde("703")
    livre.ecrire("OD31", "Charges à régulariser", ("4181", du), ("703", -du))
    recu = a.organisme.logements * 3_400
    rendu = recu * 92 // 100
    livre.ecrire("BQ12", "Dépôts de garantie reçus", (BANQUE, recu), ("1651", -recu), mois=MENSUEL)
    livre.ecrire("BQ13", "Dépôts de garantie rendus", ("1651", rendu), (BANQUE, -rendu), mois=MENSUEL)


def entretenir(a: Annee) -> None:
    """Buy for tenants and for the buildings; run the multi-year programme of works."""
    logements = sum(residence.logements for residence in a.etat.residences)
    if not logements:
        return
    total = a.notes["recuperables"]
    achats = []
    for compte, ligne, part in RECUPERABLES:
        a.recuperable[ligne] += total * part // 100
        achats.append((compte, total * part // 100))
    achats.append(("6151", logements * a.prix(a.figures.maintenance)))
    achats.append(("6156", logements * a.prix(a.figures.maintenance) // 12))
    a.fournir("4011", "FLOC", "Fournitures et entretien des immeubles", *achats)
    teom = total * TEOM // 100
    a.recuperable["C330"] += teom
    tfpb = logements * a.prix(a.figures.tfpb)
    taxes = (("63512", tfpb), ("63513", teom))
    a.livre.ecrire("OD10", "Taxe foncière et TEOM", *taxes, ("447", -tfpb - teom), mois=(10,))
    a.livre.ecrire("BQ15", "Paiement des taxes", ("447", tfpb + teom), (BANQUE, -tfpb - teom), mois=(10,))
    _gros_entretien(a, logements)


def compte_gros_entretien(a: Annee) -> str:
    """Return the account of heavy maintenance: a SEM numbers it in its own way."""
    return "61523" if a.organisme.famille == "SEM" else "61521"


def _gros_entretien(a: Annee, logements: int) -> None:
    livre, etat, hasard = a.livre, a.etat, a.hasard("travaux")
    etat.realises = [travail for travail in etat.travaux if travail.echeance == a.annee]
    etat.travaux = [travail for travail in etat.travaux if travail.echeance > a.annee]
    depense = sum(travail.cout for travail in etat.realises) + logements * a.figures.gros_entretien // 4
    a.fournir("4011", "FGRO", "Gros entretien", (compte_gros_entretien(a), depense))
    reprise = sum(travail.provision for travail in etat.realises)
    livre.ecrire("OD31", "Reprise de provision pour gros entretien", ("1572", reprise), ("78157", -reprise))
    dotation = 0
    for travail in etat.travaux:
        due = travail.due(a.annee)
        a.notes[f"pge.{travail.code}"] = due - travail.provision
        dotation += due - travail.provision
        travail.provision = due
    livre.ecrire(
        "OD31", "Dotation à la provision pour gros entretien", ("68157", dotation), ("1572", -dotation)
    )
    for travail in etat.realises:
        cout = autour(hasard, a.prix(travail.cout), 500)
        duree = hasard.randint(4, 7)
        suite = GrosEntretien(
            etat.suivant("H"), travail.residence, travail.nature, a.annee + 1, a.annee + duree, cout
        )
        etat.travaux.append(suite)
