"""What every organisation does in a year: staff, overheads, services, companies, taxes, the assembly."""

from __future__ import annotations

from typing import Final

from secteur.annee import Annee
from secteur.livre import BANQUE, MENSUEL, TRIMESTRIEL
from secteur.locatif import GARDIENS
from secteur.reglages import LIVRET_A, autour

FRAIS: Final = (
    ("6064", 6),
    ("60612", 5),
    ("6132", 6),
    ("6135", 4),
    ("614", 5),
    ("6161", 22),
    ("617", 3),
    ("6226", 13),
    ("6227", 7),
    ("6231", 4),
    ("6251", 4),
    ("626", 9),
    ("6281", 8),
    ("651", 4),
)
"""Overheads: account, share in %."""
SOCIALES: Final = (("6451", "431", 29), ("6453", "437", 9), ("6452", "437", 3))
TAXES: Final = (("6311", "447", 7), ("6333", "447", 2))
"""Charge, creditor, rate in % of wages."""
CHARGEES: Final = 100 + sum(taux for *_, taux in SOCIALES + TAXES)
RESULTAT: Final = (("120", "12011", "129", "12911"), ("12010", "12013", "12910", "12913"))
"""Accounts of the result, hors SIEG then SIEG, profit then loss; activité agréée for a SEM."""
COUT_ETP: Final = 5_300_000
"""Yearly cost of a full-time post, in cents."""


def affecter(a: Annee) -> None:
    """Hold the assembly that allocates the result of the year before, and pay what it distributes."""
    livre, organisme = a.livre, a.organisme
    comptes = RESULTAT[organisme.famille == "SEM"]
    ouverts = {compte: -livre.ouvertures().get(compte, 0) for compte in comptes}
    simple, sieg = (sum(ouverts[compte] for compte in comptes[start::2]) for start in (0, 1))
    emplois: dict[str, int] = {}
    if simple + sieg <= 0 or simple < 0 or sieg < 0:
        _absorber(a, emplois, simple, sieg)
    else:
        _distribuer(a, emplois, simple, sieg)
    livre.ecrire(
        "OD15",
        f"Affectation du résultat {a.annee - 1}",
        *ouverts.items(),
        *((compte, -montant) for compte, montant in emplois.items()),
        mois=(6,),
    )
    for compte, montant in emplois.items():
        a.notes[f"affecte.{compte}"] = montant
    a.notes["affecte.resultat"], a.notes["affecte.sieg"] = simple + sieg, sieg
    dividendes = emplois.get("457", 0)
    livre.ecrire("BQ05", "Dividendes payés", ("457", dividendes), (BANQUE, -dividendes), mois=(7,))
    if organisme.famille == "COOP":
        parts = 40_000 + a.taille * 120
        livre.ecrire("BQ14", "Parts sociales souscrites", (BANQUE, parts), ("1013", -parts), mois=TRIMESTRIEL)


def reserve_sieg(a: Annee) -> str:
    """Return the account of the reserves that take the SIEG result."""
    return "10683" if a.organisme.famille == "SEM" else "106881"


def _absorber(a: Annee, emplois: dict[str, int], simple: int, sieg: int) -> None:
    """Take a loss, or two parts of opposite signs, on the reserves that bear them."""
    libre = "1067" if a.organisme.famille == "OPH" else "10688"
    for compte, montant in ((libre, simple), (reserve_sieg(a), sieg)):
        emplois[compte] = emplois.get(compte, 0) + montant


def _distribuer(a: Annee, emplois: dict[str, int], simple: int, sieg: int) -> None:
    livre, famille = a.livre, a.organisme.famille
    total = simple + sieg
    capital, legale = -livre.ouvert("101"), -livre.ouvert("1061")
    taux, plafond = {"COOP": (15, 100), "ESH": (5, 10), "SEM": (5, 10)}.get(famille, (0, 0))
    dotee = max(0, min(-(-total * taux // 100), -(-capital * plafond // 100) - legale))
    emplois["1061"] = dotee
    dividendes = min(simple // 4, capital * 14 // 1_000) if a.organisme.est_societe else 0
    emplois["457"] = dividendes
    cession = min(a.etat.plus_value, sieg)
    emplois["106851"] = cession
    sieg -= cession
    part = min(sieg, dotee)
    a.notes["affecte.1061.sieg"] = part
    emplois[reserve_sieg(a)] = sieg - part
    reste = simple - dividendes - (dotee - part)
    if reste < 0:
        emplois[reserve_sieg(a)] += reste
        a.notes["affecte.1061.sieg"] -= reste
        reste = 0
    emplois["11010" if famille == "SEM" else "110"] = reste // 10
    libre = "1067" if famille == "OPH" else "10688"
    emplois[libre] = emplois.get(libre, 0) + reste - reste // 10


def payer(a: Annee) -> None:
    """Pay the staff, part of it charged to tenants."""
    logements = sum(residence.logements for residence in a.etat.residences)
    gardiens = {ligne: a.notes["recuperables"] * part // 100 for ligne, part in GARDIENS}
    for ligne, montant in gardiens.items():
        a.recuperable[ligne] += montant
    cout = a.prix(logements * a.figures.personnel + a.organisme.lots * 620_000 + 8_000_000) + sum(
        gardiens.values()
    )
    brut = cout * 100 // CHARGEES
    retenues = {"431": brut * 15 // 100, "437": brut * 7 // 100, "4421": brut * 5 // 100}
    net = brut - sum(retenues.values())
    lignes = [(compte, -montant) for compte, montant in retenues.items()]
    a.livre.ecrire("PA28", "Paie", ("6411", brut), ("421", -net), *lignes, mois=MENSUEL)
    a.livre.ecrire("BQ28", "Virement des salaires", ("421", net), (BANQUE, -net), mois=MENSUEL)
    for compte, montant in retenues.items():
        a.notes[f"du.{compte}"] += montant
    for charge, tiers, taux in SOCIALES + TAXES:
        a.devoir("PA28", f"Charges sur paie {charge}", charge, tiers, brut * taux // 100)
    a.regler("431", "437", "4421", "447")
    conges = brut // 240
    a.livre.ecrire("OD31", "Congés à payer", ("6412", conges), ("4282", -conges))
    a.livre.ecrire(
        "OD31", "Charges sur congés à payer", ("6458", conges * 43 // 100), ("4382", -(conges * 43 // 100))
    )


def fonctionner(a: Annee) -> None:
    """Buy what the head office needs, and earn what is neither rent nor sale."""
    organisme, livre, hasard = a.organisme, a.livre, a.hasard("gestion")
    base = a.prix(organisme.logements * a.figures.fonctionnement + organisme.lots * 280_000 + 5_000_000)
    a.fournir("4011", "FGEN", "Frais généraux", *((compte, base * part // 100) for compte, part in FRAIS))
    if organisme.lots:
        ventes = a.notes["ventes"]
        frais = (("6222", ventes * 9 // 1_000), ("6231", ventes * 5 // 1_000))
        a.fournir("4011", "FCOM", "Commercialisation", *frais)
        a.notes["commercialisation"] = sum(montant for _, montant in frais)
    taxes = base * 7 // 100
    livre.ecrire("OD10", "Taxes diverses", ("6378", taxes), (BANQUE, -taxes), mois=(10,))
    cglls = a.notes["loyers"] * 11 // 1_000
    livre.ecrire("BQ26", "Cotisation CGLLS", ("6288", cglls), (BANQUE, -cglls), mois=(10,))
    a.notes["cglls"], a.notes["federation"] = cglls, base * 8 // 100
    avance = livre.ouvert("486")
    livre.ecrire(
        "OD01", "Extourne charges constatées d'avance", ("6161", avance), ("486", -avance), mois=(1,)
    )
    avance = autour(hasard, avance, 300)
    livre.ecrire("OD31", "Charges constatées d'avance", ("486", avance), ("6161", -avance))
    recu = -livre.ouvert("4871")
    compte = "7021" if organisme.famille == "SEM" else "7044" if organisme.logements else "7088"
    livre.ecrire("OD01", "Extourne produits constatés d'avance", ("4871", recu), (compte, -recu), mois=(1,))
    recu = autour(hasard, recu, 300)
    livre.ecrire("OD31", "Produits constatés d'avance", (compte, recu), ("4871", -recu))
    _recettes(a)
    _provisions(a)


def _recettes(a: Annee) -> None:
    taille, hasard = a.taille, a.hasard("recettes")
    services = (("7065", 34), ("7064", 41), ("70671", 25)) if a.exerce("TIE") else ()
    total = autour(hasard, a.organisme.logements * 5_200 + a.organisme.lots * 160_000 + 6_000_000, 900)
    recettes = [(compte, total * part // 100) for compte, part in services]
    recettes += [("7088", taille * 1_900), ("758", taille * 500), ("7911", taille * 800)]
    recettes += [("764", a.livre.ouvert("5081") * 8 // 1_000)]
    recettes += [("768", a.livre.ouvert("517") * LIVRET_A[a.annee] // 10_000)]
    recettes += [("7718", taille * hasard.randint(700, 1_500)), ("7788", taille * hasard.randint(300, 700))]
    recettes += [("7723", taille * 60)]
    for compte, montant in recettes:
        a.notes[f"recette.{compte}"] = montant
        a.livre.ecrire("BQ16", f"Recettes {compte}", (BANQUE, montant), (compte, -montant), mois=TRIMESTRIEL)
    for compte, montant in (("6718", taille * 600), ("678", taille * 250)):
        a.livre.ecrire("BQ17", f"Dépenses {compte}", (compte, montant), (BANQUE, -montant), mois=(5, 10))


def _provisions(a: Annee) -> None:
    taille, livre = a.taille, a.livre
    retraite = taille * 320
    litiges, soldes = taille * 450, -livre.ouvert("1511") // 6
    livre.ecrire("OD31", "Provision pour retraites", ("6815", retraite), ("153", -retraite))
    livre.ecrire("OD31", "Provision pour litiges", ("6815", litiges), ("1511", -litiges))
    livre.ecrire("OD31", "Reprise de provision pour litiges", ("1511", soldes), ("7815", -soldes))


def participer(a: Annee) -> None:
    """Receive the share of what companies earn, move current accounts, collect loans and land rents."""
    livre, hasard = a.livre, a.hasard("participations")
    for societe in a.etat.participations:
        societe.resultat = hasard.randint(20, 95) * 100_000 if societe.genre == "SCCV" else 0
        part = societe.resultat * societe.part // 10_000
        livre.ecrire("BQ22", f"Résultat {societe.nom}", (BANQUE, part), ("7612", -part), mois=(6,))
        societe.logements = hasard.randint(0, 24) if societe.genre == "SCCV" else 0
        for compte, champ, sens in (("4541", "courant_debiteur", 1), ("4542", "courant_crediteur", -1)):
            avant = getattr(societe, champ)
            apres = autour(hasard, avant, 1_800)
            setattr(societe, champ, apres)
            livre.ecrire(
                "BQ23",
                f"Compte courant {societe.nom}",
                (compte, sens * (apres - avant), societe.siren),
                (BANQUE, sens * (avant - apres)),
                mois=(9,),
            )
    if a.exerce("PRE"):
        capital = livre.ouvert("278")
        rendu, anticipe, interet = capital // 10, capital // 40, capital * 34 // 1_000
        a.notes["prets.ouverture"], a.notes["prets.rendu"], a.notes["prets.anticipe"] = (
            capital,
            rendu,
            anticipe,
        )
        livre.ecrire(
            "BQ05",
            "Prêts remboursés",
            (BANQUE, rendu + anticipe + interet),
            ("278", -rendu - anticipe),
            ("76241", -interet),
            mois=MENSUEL,
            nature="STOCK",
        )
    for bail in a.etat.baux:
        livre.ecrire(
            "BQ04", "Redevances BRS", (BANQUE, bail.redevance), ("7048", -bail.redevance), mois=TRIMESTRIEL
        )


def imposer(a: Annee) -> None:
    """Pay the tax of the year before and owe that of this one, on what accession earns."""
    livre = a.livre
    avant = -livre.ouvert("444")
    livre.ecrire("BQ15", "Solde d'impôt sur les sociétés", ("444", avant), (BANQUE, -avant), mois=(5,))
    impot = max(0, a.notes["ventes"] - a.notes["ventes.cout"]) * 4 // 100
    livre.ecrire("OD31", "Impôt sur les sociétés", ("695", impot), ("444", -impot))
