"""What happens every month: rents, invoices, wages, loans, sites, sales."""

from __future__ import annotations

from demo.exercice import (
    BANQUE,
    COTISATIONS,
    FACTURES_NON_PARVENUES,
    LOGEMENTS,
    TAXES_SALAIRES,
    TVA,
    Exercice,
    Mouvements,
    monthly_rent,
    recuperables,
)
from demo.livre import euros, share
from demo.scenario import DEPENSES, EMPRUNTS, RESIDENCES, SALAIRES, TAXES_FONCIERES, TEOM, Depense


def spread_invoices(exercice: Exercice) -> dict[int, list[tuple[int, Depense, int]]]:
    """Spread the invoices of the year over its months: day, what, amount."""
    months: dict[int, list[tuple[int, Depense, int]]] = {month: [] for month in range(1, 13)}
    for depense in DEPENSES:
        weights = [exercice.hasard.randint(80, 120) for _ in range(depense.factures)]
        for rank, amount in enumerate(share(euros(depense.montants[exercice.rang]), weights)):
            month = 1 + (rank * 12 + 6) // depense.factures % 12 if depense.factures < 12 else 1 + rank % 12
            months[month].append((exercice.hasard.randint(2, 27), depense, amount))
    return months


def call_rents(exercice: Exercice, month: int) -> None:
    """Call the rents of the month and cash most of them."""
    livre = exercice.livre
    apl = livre.solde("4112")
    livre.enter(livre.day(month, 25), "BQ", "APL du mois précédent", (BANQUE, apl), ("4112", -apl, "APL"))
    provisions = share(sum(recuperables(exercice.rang).values()) * 93 // 1200, LOGEMENTS)
    for residence, charges in zip(RESIDENCES, provisions, strict=True):
        rent = monthly_rent(residence, livre.annee)
        garages = residence.garages * euros(28.4)
        commerces = euros(3_480) if residence.code == "R01" else 0
        surloyer = euros(390) if residence.code == "R08" else 0
        total = rent + charges + garages + commerces + surloyer
        aide = rent * 27 // 100 if residence.compte == "7043" else 0
        before = livre.soldes["4111", residence.code]
        livre.enter(
            livre.day(month, 1),
            "VT",
            f"Quittancement {month:02d}/{livre.annee} {residence.nom}",
            ("4111", total - aide, residence.code),
            ("4112", aide, "APL"),
            (residence.compte, -rent),
            ("703", -charges),
            ("7045", -garages),
            ("7044", -commerces),
            ("7042", -surloyer),
        )
        paid = (total - aide) * exercice.hasard.randint(9_715, 9_815) // 10_000 + before * 4 // 100
        direct = paid * exercice.hasard.randint(74, 80) // 100
        livre.enter(
            livre.day(month, 8),
            "BQ",
            f"Prélèvements {residence.nom}",
            (BANQUE, direct),
            ("4111", -direct, residence.code),
        )
        livre.enter(
            livre.day(month, 18),
            "BQ",
            f"Chèques et virements {residence.nom}",
            (BANQUE, paid - direct),
            ("4111", direct - paid, residence.code),
        )


def buy(exercice: Exercice, month: int, factures: list[tuple[int, Depense, int]]) -> None:
    """Enter the invoices of the month; in December those not received are accrued, in October come taxes."""
    livre = exercice.livre
    pending = set(FACTURES_NON_PARVENUES) if month == 12 else set()
    for day, depense, amount in factures:
        if depense.fournisseur in pending:
            continue
        livre.enter(
            livre.day(month, day),
            "AC",
            f"Facture {depense.fournisseur}-{month:02d}{day:02d}",
            (depense.compte, amount),
            ("4011", -amount, depense.fournisseur),
        )
    for code in sorted(pending):
        late = [(depense.compte, amount) for _, depense, amount in factures if depense.fournisseur == code]
        total = sum(amount for _, amount in late)
        livre.enter(livre.day(12, 31), "OD", f"Facture non parvenue {code}", *late, ("4081", -total))
    if month == 10:
        taxes = (("63512", TAXES_FONCIERES, "Taxe foncière"), ("63513", TEOM, "TEOM"))
        for compte, montants, libelle in taxes:
            for residence, amount in zip(
                RESIDENCES, share(euros(montants[exercice.rang]), LOGEMENTS), strict=True
            ):
                livre.enter(
                    livre.day(10, 10),
                    "AC",
                    f"{libelle} {residence.nom}",
                    (compte, amount),
                    ("4011", -amount, "F31"),
                )


def pay_suppliers(exercice: Exercice, month: int, dues: dict[str, dict[str, int]]) -> None:
    """Pay what was due at the end of the month before."""
    livre = exercice.livre
    for compte, auxiliaires in dues.items():
        for code, solde in auxiliaires.items():
            livre.enter(
                livre.day(month, 20), "BQ", f"Virement {code}", (compte, -solde, code), (BANQUE, solde)
            )


def pay_staff(exercice: Exercice, month: int, sociales: dict[str, int]) -> None:
    """Pay wages, with a thirteenth month in December, and last month's contributions."""
    livre = exercice.livre
    for compte, solde in sociales.items():
        livre.enter(livre.day(month, 15), "BQ", f"Règlement {compte}", (compte, -solde), (BANQUE, solde))
    brut = share(euros(SALAIRES[exercice.rang]), [1] * 11 + [2])[month - 1]
    securite, retraite, impot = brut * 155 // 1000, brut * 65 // 1000, brut * 47 // 1000
    net = brut - securite - retraite - impot
    jour = livre.day(month, 28)
    livre.enter(
        jour,
        "PA",
        f"Paie {month:02d}/{livre.annee}",
        ("6411", brut),
        ("431", -securite),
        ("437", -retraite),
        ("4421", -impot),
        ("421", -net),
    )
    for charge, tiers, taux in (*COTISATIONS, *TAXES_SALAIRES):
        part = brut * taux // 1000
        livre.enter(jour, "PA", f"Charges sur paie {month:02d}/{livre.annee}", (charge, part), (tiers, -part))
    livre.enter(jour, "BQ", f"Virement des salaires {month:02d}/{livre.annee}", ("421", net), (BANQUE, -net))


def repay_loans(exercice: Exercice, month: int) -> None:
    """Draw in June, pay the instalment in its month, repay early in September."""
    livre, rang = exercice.livre, exercice.rang
    for emprunt in EMPRUNTS:
        dette = exercice.dettes.setdefault(
            emprunt.code, Mouvements(ouverture=-livre.ouverture.get((emprunt.compte, emprunt.code), 0))
        )
        if month == 6 and emprunt.realise[rang]:
            dette.realise = euros(emprunt.realise[rang])
            livre.enter(
                livre.day(6, 5),
                "EM",
                f"Versement {emprunt.nom}",
                (BANQUE, dette.realise),
                (emprunt.compte, -dette.realise, emprunt.code),
            )
        if month == emprunt.mois:
            dette.rembourse = euros(emprunt.rembourse[rang])
            drawn = dette.realise * max(0, emprunt.mois - 6) // 12
            interets = round((dette.ouverture + drawn) * emprunt.taux[rang] / 100)
            livre.enter(
                livre.day(month, 1),
                "EM",
                f"Échéance {emprunt.nom}",
                (emprunt.compte, dette.rembourse, emprunt.code),
                (emprunt.interets, interets),
                (BANQUE, -dette.rembourse - interets),
            )
        if month == 9 and emprunt.anticipe[rang]:
            dette.anticipe = euros(emprunt.anticipe[rang])
            livre.enter(
                livre.day(9, 15),
                "EM",
                f"Remboursement anticipé {emprunt.nom}",
                (emprunt.compte, dette.anticipe, emprunt.code),
                (BANQUE, -dette.anticipe),
            )


def build(exercice: Exercice, month: int) -> None:
    """Receive the invoices of the sites: dwellings to let (231) and to sell (33)."""
    livre, faits = exercice.livre, exercice.faits
    works = share(euros(faits.investissement), [8, 8, 9, 9, 9, 8, 7, 4, 9, 10, 10, 9])[month - 1]
    berthier = works * 88 // 100
    retenue = berthier * 5 // 100
    livre.enter(
        livre.day(month, 22),
        "AC",
        f"Situation de travaux n° {month}, Les Érables",
        ("231311", works),
        ("4041", retenue - berthier, "F40"),
        ("4047", -retenue, "F40"),
        ("4041", berthier - works, "F41"),
    )
    achats = (
        ("604", euros(faits.stock_travaux) // 12, "F42", TVA),
        ("608", euros(faits.stock_honoraires) // 12, "F43", TVA),
        ("601", euros(faits.stock_terrain) if month == 3 else 0, "F43", 0),
    )
    for compte, amount, code, taux in achats:
        tva = amount * taux // 1000
        livre.enter(
            livre.day(month, 24),
            "AC",
            f"Le Clos des Tilleuls, {month:02d}/{livre.annee}",
            (compte, amount),
            ("44566", tva),
            ("4021", -amount - tva, code),
        )
        variation = "6031" if compte == "601" else "7133"
        livre.enter(
            livre.day(month, 28),
            "OD",
            "Entrée en stock, Le Clos des Tilleuls",
            ("332", amount),
            (variation, -amount),
        )
    if month == 5:
        rendu = -livre.ouverture.get(("4047", "F40"), 0) * 6 // 10
        livre.enter(
            livre.day(5, 30), "BQ", "Retenue de garantie libérée", ("4047", rendu, "F40"), (BANQUE, -rendu)
        )
    if month == 4:
        for compte, amount in (("2183", 21_400), ("2184", 6_200), ("205", 8_900)):
            livre.enter(
                livre.day(4, 6),
                "AC",
                "Équipement du siège",
                (compte, euros(amount)),
                ("4041", -euros(amount), "F15"),
            )
    if month == 11:
        mise = euros(faits.mise_en_service)
        livre.enter(
            livre.day(11, 30),
            "OD",
            "Mise en service de travaux",
            ("21311", mise * 97 // 100),
            ("2138", mise - mise * 97 // 100),
            ("231311", -mise),
        )


def sell(exercice: Exercice, month: int) -> None:
    """Finish and sell dwellings of the accession activity; let those in location-accession."""
    livre, faits = exercice.livre, exercice.faits
    jour = livre.day(month, 26)
    if month == 2:
        fini, psla = euros(faits.achevement), euros(faits.achevement_psla)
        livre.enter(
            jour, "OD", "Achèvement, sortie des en-cours", ("7133", fini + psla), ("332", -fini - psla)
        )
        livre.enter(
            jour, "OD", "Achèvement, entrée en stock", ("352", fini), ("3581", psla), ("7135", -fini - psla)
        )
    if month > 12 - faits.lots:
        rank = month - 13 + faits.lots
        prix = euros(faits.prix)
        tva = prix * TVA // 1000
        cost = share(euros(faits.vente_groupee + faits.vente_psla), [1] * faits.lots)[rank]
        livre.enter(
            jour,
            "VT",
            f"Vente du lot {rank + 1}, Le Clos des Tilleuls",
            ("4122", prix + tva),
            ("7012", -prix),
            ("44571", -tva),
        )
        livre.enter(
            jour, "OD", f"Sortie du lot {rank + 1}, Le Clos des Tilleuls", ("7135", cost), ("3591", -cost)
        )
    due = livre.solde("4122") if month == 1 else 0
    due = due or (euros(faits.prix) * (1000 + TVA) // 1000 if 13 - faits.lots < month else 0)
    livre.enter(livre.day(month, 6), "BQ", "Prix de vente reçu du notaire", (BANQUE, due), ("4122", -due))
    jouissance, acquisition = euros(1_740), euros(420)
    livre.enter(
        livre.day(month, 1),
        "VT",
        f"Redevances location-accession {month:02d}/{livre.annee}",
        ("4113", jouissance + acquisition),
        ("7047", -jouissance),
        ("1654", -acquisition),
    )
    livre.enter(
        livre.day(month, 11),
        "BQ",
        "Redevances location-accession reçues",
        (BANQUE, jouissance + acquisition),
        ("4113", -jouissance - acquisition),
    )


def declare_tva(exercice: Exercice, month: int) -> None:
    """Settle the VAT of the last quarter and declare that of this one."""
    livre = exercice.livre
    before = livre.solde("44551", "44567")
    livre.enter(
        livre.day(month, 21),
        "BQ",
        "TVA du trimestre précédent",
        ("44551", -livre.solde("44551")),
        ("44567", -livre.solde("44567")),
        (BANQUE, before),
    )
    due = livre.solde("44571", "44566")
    livre.enter(
        livre.day(month, 30),
        "OD",
        f"Déclaration de TVA {month:02d}/{livre.annee}",
        ("44571", -livre.solde("44571")),
        ("44566", -livre.solde("44566")),
        ("44551" if due < 0 else "44567", due),
    )


def run_the_rest(exercice: Exercice, month: int) -> None:
    """Everything small: members, deposits, savings, side income, cash."""
    livre = exercice.livre
    entrees, sorties = euros(4_300 + 150 * (month % 3)), euros(3_950)
    livre.enter(livre.day(month, 12), "BQ", "Dépôts de garantie reçus", (BANQUE, entrees), ("1651", -entrees))
    livre.enter(
        livre.day(month, 13), "BQ", "Dépôts de garantie rendus", ("1651", sorties), (BANQUE, -sorties)
    )
    livre.enter(
        livre.day(month, 14), "BQ", "Parts sociales souscrites", (BANQUE, euros(620)), ("1013", -euros(620))
    )
    if month % 3:
        return
    recettes = (
        ("7088", 5_480, "Redevances d'antennes"),
        ("7064", 7_820, "Honoraires de syndic"),
        ("764", 3_150, "Coupons"),
        ("758", 1_520, "Produits divers"),
        ("7911", 5_260, "Remboursements d'assurance"),
        ("4191", 540, "Acomptes de locataires"),
    )
    for compte, amount, libelle in recettes:
        livre.enter(livre.day(month, 16), "BQ", libelle, (BANQUE, euros(amount)), (compte, -euros(amount)))
    livre.enter(livre.day(month, 17), "BQ", "Caisse : retrait", ("5311", euros(180)), (BANQUE, -euros(180)))
    livre.enter(livre.day(month, 19), "CA", "Menus dons", ("6238", euros(162.5)), ("5311", -euros(162.5)))
    acompte = euros(exercice.faits.impot) // 5
    livre.enter(
        livre.day(month, 15), "BQ", "Acompte d'impôt sur les sociétés", ("444", acompte), (BANQUE, -acompte)
    )
