"""One exercice of the cooperative, entry by entry, up to but not including the closing of classes 6 and 7."""

from __future__ import annotations

from random import Random

from demo import mois
from demo.exercice import (
    BANQUE,
    FACTURES_NON_PARVENUES,
    LOGEMENTS,
    Exercice,
    accrued,
    monthly_rent,
    recuperables,
)
from demo.livre import Cle, Livre, euros, share
from demo.scenario import ANNEES, BANQUE_2021, DEPENSES, EMPRUNTS, FAITS, OUVERTURE_2021, RESIDENCES


def opening_2021() -> dict[Cle, int]:
    """Return 1 January 2021, balanced by the reserves."""
    ouverture = {cle: euros(montant) for cle, montant in OUVERTURE_2021.items()}
    for residence in RESIDENCES:
        ouverture["4111", residence.code] = round(monthly_rent(residence, 2021) * 0.38)
    for emprunt in EMPRUNTS:
        capital = euros(emprunt.capital)
        ouverture[emprunt.compte, emprunt.code] = -capital
        ouverture["16884", emprunt.code] = -accrued(emprunt, capital, 0)
    for depense in DEPENSES:
        key = ("4011", depense.fournisseur)
        ouverture[key] = ouverture.get(key, 0) - euros(depense.montants[0] / 12)
    ouverture[BANQUE, ""] = euros(BANQUE_2021)
    ouverture["10688", ""] -= sum(ouverture.values())
    return ouverture


def live(annee: int, ouverture: dict[Cle, int]) -> Exercice:
    """Return the exercice *annee*, lived from its opening balances."""
    rang = ANNEES.index(annee)
    exercice = Exercice(Livre(annee, ouverture), rang, FAITS[annee], Random(annee))
    factures = mois.spread_invoices(exercice)
    _reverse_accruals(exercice)
    for month in range(1, 13):
        dues = {compte: exercice.livre.auxiliaires(compte) for compte in ("4011", "4021", "4041")}
        sociales = {compte: exercice.livre.solde(compte) for compte in ("431", "437", "4421", "447")}
        mois.call_rents(exercice, month)
        mois.buy(exercice, month, factures[month])
        mois.pay_suppliers(exercice, month, dues)
        mois.pay_staff(exercice, month, sociales)
        mois.repay_loans(exercice, month)
        mois.build(exercice, month)
        mois.sell(exercice, month)
        mois.run_the_rest(exercice, month)
        if month % 3 == 0:
            mois.declare_tva(exercice, month)
    _hold_assembly(exercice)
    _take_stock(exercice)
    _leave_anomalies(exercice)
    return exercice


def _reverse_accruals(exercice: Exercice) -> None:
    """Reverse what the year before had accrued."""
    livre = exercice.livre
    first = livre.day(1, 1)
    for emprunt in EMPRUNTS:
        montant = livre.soldes["16884", emprunt.code]
        ligne = ("16884", -montant, emprunt.code)
        livre.enter(first, "OD", f"Extourne ICNE {emprunt.nom}", ligne, (emprunt.interets, montant))
    livre.enter(
        first,
        "OD",
        "Extourne charges constatées d'avance",
        ("6161", livre.solde("486")),
        ("486", -livre.solde("486")),
    )
    livre.enter(
        first,
        "OD",
        "Extourne produits constatés d'avance",
        ("4871", -livre.solde("4871")),
        ("7044", livre.solde("4871")),
    )
    for fournisseur, montant in zip(FACTURES_NON_PARVENUES, share(-livre.solde("4081"), [7, 3]), strict=True):
        livre.enter(
            livre.day(1, 12),
            "AC",
            "Facture reçue, provisionnée à la clôture",
            ("4081", montant),
            ("4011", -montant, fournisseur),
        )
    livre.enter(
        livre.day(1, 20),
        "BQ",
        "Charges à payer réglées",
        ("4686", -livre.solde("4686")),
        (BANQUE, livre.solde("4686")),
    )
    livre.enter(
        livre.day(2, 9),
        "BQ",
        "Indemnité d'assurance reçue",
        (BANQUE, livre.solde("467")),
        ("467", -livre.solde("467")),
    )


def _hold_assembly(exercice: Exercice) -> None:
    """Hold the general assembly of June, and what follows it."""
    livre, faits = exercice.livre, exercice.faits
    resultat = -livre.solde("120")
    parts = [(compte, -euros(amount)) for compte, amount in faits.affectation]
    rest = resultat + sum(amount for _, amount in parts)
    livre.enter(
        livre.day(6, 15),
        "OD",
        f"Affectation du résultat {livre.annee - 1} (assemblée générale)",
        ("120", resultat),
        *parts,
        ("10688", -rest),
    )
    livre.enter(
        livre.day(7, 5),
        "BQ",
        "Intérêts aux parts sociales",
        ("457", euros(faits.dividendes)),
        (BANQUE, -euros(faits.dividendes)),
    )
    solde = livre.ouverture.get(("444", ""), 0)
    livre.enter(livre.day(5, 15), "BQ", "Solde d'impôt sur les sociétés", ("444", -solde), (BANQUE, solde))
    regul = livre.ouverture.get(("4181", ""), 0)
    for residence, amount in zip(RESIDENCES, share(regul, LOGEMENTS), strict=True):
        livre.enter(
            livre.day(6, 30),
            "VT",
            f"Régularisation des charges {livre.annee - 1} {residence.nom}",
            ("4111", amount, residence.code),
            ("4181", -amount),
        )
        livre.enter(
            livre.day(7, 31),
            "BQ",
            f"Régularisation reçue {residence.nom}",
            (BANQUE, amount * 9 // 10),
            ("4111", -(amount * 9 // 10), residence.code),
        )
    aides = (("ETAT", "13111"), ("REGION", "1312"), ("COMMUNE", "1314"))
    for (tiers, compte), notified in zip(aides, faits.subventions, strict=True):
        livre.enter(
            livre.day(3, 29),
            "OD",
            "Subvention notifiée, Les Érables",
            ("4411", euros(notified), tiers),
            (compte, -euros(notified)),
        )
        cashed = livre.soldes["4411", tiers] * faits.encaisse // 100
        livre.enter(livre.day(9, 7), "BQ", "Subvention encaissée", (BANQUE, cashed), ("4411", -cashed, tiers))
    prix, brut, amorti = (euros(amount) for amount in faits.vente_hlm)
    livre.enter(livre.day(9, 22), "VT", "Vente HLM, deux logements", (BANQUE, prix), ("7752", -prix))
    livre.enter(
        livre.day(9, 22),
        "OD",
        "Sortie des deux logements vendus",
        ("281311", amorti),
        ("6752", brut - amorti),
        ("21311", -brut),
    )
    livre.enter(
        livre.day(10, 3), "BQ", "Versement au livret", ("580", euros(150_000)), (BANQUE, -euros(150_000))
    )
    livre.enter(
        livre.day(10, 3), "BQ", "Versement au livret", ("517", euros(150_000)), ("580", -euros(150_000))
    )


def _take_stock(exercice: Exercice) -> None:
    """Close the year: depreciation, provisions, accruals."""
    livre, faits, rang = exercice.livre, exercice.faits, exercice.rang
    jour = livre.day(12, 31)
    for dotation, compte, amount in faits.amortissements:
        for residence, part in zip(RESIDENCES, share(euros(amount), LOGEMENTS), strict=True):
            livre.enter(jour, "OD", f"Amortissement {residence.nom}", (dotation, part), (compte, -part))
    aides = (("139111", faits.quote_part[0]), ("13912", faits.quote_part[1]), ("13914", faits.quote_part[2]))
    for compte, amount in aides:
        livre.enter(jour, "OD", "Quote-part de subvention", (compte, euros(amount)), ("7771", -euros(amount)))
    brut, amorti = (euros(amount) for amount in faits.mise_au_rebut)
    livre.enter(
        jour, "OD", "Composants remplacés", ("281311", amorti), ("6752", brut - amorti), ("21311", -brut)
    )
    provisions = (
        ("68157", "1572", faits.pge[0]),
        ("1572", "78157", faits.pge[1]),
        ("6815", "153", faits.retraite),
        ("6815", "1511", faits.litiges[0]),
        ("1511", "7815", faits.litiges[1]),
        ("68174", "4916", faits.depreciation[0]),
        ("4916", "78174", faits.depreciation[1]),
        ("6541", "4161", faits.irrecouvrables),
        ("231311", "7221", faits.couts_internes),
        ("6812", "4816", 5_200),
        ("6412", "4282", 1_900),
        ("6458", "4382", 820),
        ("695", "444", faits.impot),
        ("486", "6161", 20_300 + 400 * rang),
        ("7044", "4871", 16_400 + 300 * rang),
        ("6718", "4686", 5_100),
        ("467", "7788", 12_400 + 550 * rang),
        ("517", "768", 4_800 + 6_100 * rang),
        ("3591", "352", faits.vente_groupee),
        ("3591", "3581", faits.vente_psla),
    )
    for debit, credit, amount in provisions:
        livre.enter(jour, "OD", f"Inventaire {livre.annee}", (debit, euros(amount)), (credit, -euros(amount)))
    for residence, part in zip(RESIDENCES, share(euros(faits.douteux), LOGEMENTS), strict=True):
        livre.enter(
            jour, "OD", f"Locataires douteux {residence.nom}", ("4161", part), ("4111", -part, residence.code)
        )
    livre.enter(
        livre.day(12, 20),
        "BQ",
        "Créances douteuses recouvrées",
        (BANQUE, euros(8_150)),
        ("4161", -euros(8_150)),
    )
    regul = sum(recuperables(rang).values()) * 98 // 100 + livre.solde("703")
    livre.enter(jour, "OD", "Charges récupérables à régulariser", ("4181", regul), ("703", -regul))
    for emprunt in EMPRUNTS:
        dette = exercice.dettes[emprunt.code]
        couru = accrued(emprunt, dette.cloture, rang)
        livre.enter(
            jour,
            "OD",
            f"Intérêts courus {emprunt.nom}",
            (emprunt.interets, couru),
            ("16884", -couru, emprunt.code),
        )
        dette.interets = couru + sum(
            ligne.montant
            for piece in livre.pieces
            if piece.libelle in {f"Extourne ICNE {emprunt.nom}", f"Échéance {emprunt.nom}"}
            for ligne in piece.lignes
            if ligne.compte == emprunt.interets
        )


def _leave_anomalies(exercice: Exercice) -> None:
    """Leave to 2022 what the report has to show: a receipt nobody identified, a tenant who paid twice."""
    livre = exercice.livre
    if livre.annee != ANNEES[-1]:
        return
    livre.enter(
        livre.day(12, 19),
        "BQ",
        "Virement reçu, à identifier",
        (BANQUE, euros(1_842.37)),
        ("471", -euros(1_842.37)),
    )
    livre.enter(
        livre.day(12, 27),
        "BQ",
        "Loyer payé deux fois",
        (BANQUE, euros(612.4)),
        ("4111", -euros(612.4), "L0467"),
    )
