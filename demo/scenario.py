"""
The figures of the cooperative: who rents, who lends, what is spent, what 2021 opened with.

Every amount is in euros.  Pairs are (2021, 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NOM: Final = "Coopérative d'HLM Les Tilleuls (fictive)"
ANNEES: Final = (2021, 2022)


@dataclass(frozen=True, slots=True)
class Residence:
    """A building: its account of rents, dwellings, average monthly rent, and parking spaces let."""

    code: str
    nom: str
    compte: str
    logements: int
    loyer: float
    garages: int


RESIDENCES: Final = (
    Residence("R01", "Résidence des Tilleuls", "7043", 96, 418, 60),
    Residence("R02", "Résidence du Parc", "7043", 84, 402, 42),
    Residence("R03", "Les Glycines", "7043", 72, 431, 40),
    Residence("R04", "Le Verger", "7043", 64, 445, 38),
    Residence("R05", "La Fontaine", "7043", 88, 396, 30),
    Residence("R06", "Les Peupliers", "7043", 110, 384, 54),
    Residence("R07", "Le Moulin", "7043", 48, 452, 30),
    Residence("R08", "Les Hirondelles", "7043", 58, 427, 34),
    Residence("R09", "Le Clos Saint-Martin", "7043", 40, 468, 26),
    Residence("R10", "La Grande Prairie", "7043", 66, 436, 40),
    Residence("R11", "Les Noisetiers", "7043", 48, 441, 28),
    Residence("R12", "Le Belvédère", "7041", 32, 566, 30),
    Residence("R13", "Les Terrasses", "7041", 28, 582, 24),
    Residence("R14", "Cour des Artisans", "7041", 18, 548, 8),
)
HAUSSE_LOYERS: Final = {2021: 1.0, 2022: 1.0042}
"""The IRL that the board applied on 1 January."""


@dataclass(frozen=True, slots=True)
class Emprunt:
    """
    A loan: account, rubric of the debt statement, interest account, month of the yearly instalment.

    `capital` is due on 1 January 2021; `rembourse` and `taux` (in %) are by year; `realise` is drawn by
    year, in June; `anticipe` is repaid early, in September.
    """

    code: str
    nom: str
    compte: str
    rubrique: str
    interets: str
    mois: int
    capital: int
    rembourse: tuple[int, int]
    taux: tuple[float, float]
    realise: tuple[int, int] = (0, 0)
    anticipe: tuple[int, int] = (0, 0)


EMPRUNTS: Final = (
    Emprunt(
        "E01", "PLUS Tilleuls 1", "1641", "R221", "661122", 1, 4_180_000, (148_200, 150_700), (1.46, 1.54)
    ),
    Emprunt("E02", "PLUS Parc", "1641", "R221", "661122", 2, 3_620_000, (131_500, 133_600), (1.46, 1.56)),
    Emprunt("E03", "PLAI Glycines", "1641", "R221", "661122", 3, 2_940_000, (88_400, 90_100), (1.03, 1.16)),
    Emprunt("E04", "PLUS Verger", "1641", "R221", "661122", 4, 3_310_000, (102_700, 104_600), (1.46, 1.61)),
    Emprunt("E05", "PLUS Fontaine", "1641", "R221", "661122", 5, 2_480_000, (116_900, 118_800), (1.46, 1.59)),
    Emprunt(
        "E06",
        "PLA Peupliers",
        "1641",
        "R221",
        "661122",
        6,
        2_150_000,
        (141_300, 143_900),
        (1.73, 1.77),
        anticipe=(0, 96_000),
    ),
    Emprunt("E07", "PLUS Moulin", "1641", "R221", "661122", 7, 2_890_000, (79_600, 81_300), (1.46, 1.63)),
    Emprunt(
        "E08", "PLUS Hirondelles", "1641", "R221", "661122", 8, 3_070_000, (92_800, 94_700), (1.46, 1.64)
    ),
    Emprunt(
        "E09", "PLAI Saint-Martin", "1641", "R221", "661122", 9, 2_540_000, (61_500, 62_900), (1.03, 1.25)
    ),
    Emprunt("E10", "PLUS Prairie", "1641", "R221", "661122", 10, 3_760_000, (97_200, 99_400), (1.46, 1.67)),
    Emprunt(
        "E11", "PLUS Noisetiers", "1641", "R221", "661122", 11, 2_980_000, (71_900, 73_600), (1.46, 1.69)
    ),
    Emprunt("E12", "PLS Belvédère", "1641", "R221", "661122", 12, 2_860_000, (83_600, 85_500), (1.74, 1.87)),
    Emprunt("E13", "PLS Terrasses", "1641", "R221", "661122", 12, 2_220_000, (58_300, 59_700), (1.74, 1.87)),
    Emprunt(
        "E14",
        "PLUS Les Érables",
        "1641",
        "R21",
        "661121",
        12,
        0,
        (0, 0),
        (1.46, 1.73),
        realise=(900_000, 1_350_000),
    ),
    Emprunt(
        "E15",
        "Réhabilitation Peupliers",
        "1641",
        "R221",
        "661122",
        9,
        0,
        (0, 24_600),
        (1.19, 1.34),
        realise=(620_000, 240_000),
    ),
    Emprunt(
        "E16", "PEEC Action logement", "1628", "R221", "661122", 6, 1_420_000, (78_200, 79_000), (0.60, 0.60)
    ),
    Emprunt(
        "E17",
        "Banque Cour des Artisans",
        "1648",
        "R221",
        "661122",
        3,
        640_000,
        (42_600, 43_500),
        (2.05, 2.05),
    ),
    Emprunt(
        "E18", "Ventes HLM 2019, solde", "1641", "R222", "661122", 5, 62_000, (15_100, 15_300), (1.46, 1.59)
    ),
    Emprunt("E19", "Banque, siège", "1648", "R3", "661128", 4, 410_000, (28_900, 29_500), (1.90, 1.90)),
    Emprunt(
        "E20",
        "Banque, stocks PSLA",
        "1648",
        "R4",
        "661124",
        10,
        860_000,
        (310_000, 340_000),
        (1.35, 1.54),
        realise=(300_000, 310_000),
    ),
)


@dataclass(frozen=True, slots=True)
class Depense:
    """
    What is bought from a supplier: (2021, 2022) totals, number of invoices a year, recoverable share in %.

    `ligne` is the line of the income statement, used for the recoverable column only.
    """

    compte: str
    fournisseur: str
    montants: tuple[int, int]
    factures: int
    recuperable: int = 0
    ligne: str = ""


DEPENSES: Final = (
    Depense("60611", "F01", (124_300, 130_100), 24, 96, "C080"),
    Depense("60611", "F02", (44_100, 45_900), 12, 96, "C080"),
    Depense("60612", "F03", (71_200, 83_700), 36, 90, "C080"),
    Depense("60613", "F04", (196_400, 234_800), 36, 97, "C080"),
    Depense("6063", "F05", (21_300, 22_100), 40, 55, "C080"),
    Depense("6064", "F06", (9_100, 9_400), 12),
    Depense("6111", "F07", (118_200, 122_300), 48, 100, "C110"),
    Depense("6151", "F08", (96_400, 101_200), 96, 5, "C120"),
    Depense("6151", "F09", (88_700, 92_500), 84, 5, "C120"),
    Depense("6151", "F10", (71_900, 74_800), 72, 5, "C120"),
    Depense("6151", "F11", (41_200, 43_100), 48, 5, "C120"),
    Depense("61521", "F12", (138_600, 149_300), 18),
    Depense("61521", "F13", (86_100, 92_200), 14),
    Depense("6155", "F06", (3_200, 3_300), 4),
    Depense("6156", "F14", (78_400, 81_200), 48, 85, "C140"),
    Depense("6156", "F15", (45_800, 47_600), 24, 24, "C140"),
    Depense("6158", "F16", (58_100, 60_300), 36, 88, "C140"),
    Depense("6161", "F17", (96_200, 101_400), 4),
    Depense("6132", "F18", (8_200, 8_400), 4),
    Depense("6135", "F19", (11_100, 11_300), 12),
    Depense("614", "F20", (34_300, 35_900), 16, 40, "C170"),
    Depense("617", "F21", (9_200, 9_800), 3),
    Depense("6181", "F06", (3_900, 4_100), 6),
    Depense("6185", "F21", (2_800, 3_100), 4),
    Depense("6222", "F22", (21_200, 23_900), 11),
    Depense("6226", "F23", (74_100, 78_600), 22),
    Depense("6227", "F24", (26_300, 27_900), 30),
    Depense("6231", "F25", (12_100, 12_600), 12),
    Depense("6237", "F25", (4_900, 5_200), 4),
    Depense("6251", "F26", (9_200, 9_700), 24),
    Depense("6257", "F26", (5_900, 6_200), 8),
    Depense("626", "F27", (27_400, 28_100), 36),
    Depense("6281", "F28", (31_100, 31_900), 4),
    Depense("6285", "F29", (5_800, 6_100), 2),
    Depense("6378", "F30", (41_200, 42_900), 2),
    Depense("63511", "F31", (13_900, 14_300), 1),
    Depense("651", "F15", (11_200, 11_600), 4),
)
TAXES_FONCIERES: Final = (421_300, 438_600)
TEOM: Final = (108_200, 112_700)

SALAIRES: Final = (561_000, 588_000)
PART_GARDIENS: Final = 11
"""Recoverable share of the payroll, in %: three quarters of two caretakers' wages."""

FOURNISSEURS: Final = {
    "F01": "Régie des eaux du Val",
    "F02": "Syndicat des eaux de la Plaine",
    "F03": "Électricité des communs",
    "F04": "Chaleur et gaz du Val",
    "F05": "Quincaillerie du Pont",
    "F06": "Papeterie du Marché",
    "F07": "Propreté Services",
    "F08": "Plomberie Lagarde",
    "F09": "Électricité Morvan",
    "F10": "Menuiserie du Val",
    "F11": "Peintures Réunies",
    "F12": "Ravalement Centre",
    "F13": "Étanchéité Martel",
    "F14": "Ascenseurs et VMC du Centre",
    "F15": "Logiciels du Logement",
    "F16": "Espaces verts Fauvel",
    "F17": "Mutuelle des bâtisseurs",
    "F18": "SCI du Siège",
    "F19": "Bureautique Location",
    "F20": "Syndic des Trois Ponts",
    "F21": "Cabinet Études Urbaines",
    "F22": "Notariat de la Place",
    "F23": "Cabinet Audit et Conseil",
    "F24": "Huissiers associés",
    "F25": "Imprimerie de la Gare",
    "F26": "Agence Voyages Pro",
    "F27": "Courrier et Télécom",
    "F28": "Fédération professionnelle",
    "F29": "Redevances diverses",
    "F30": "Caisse de garantie",
    "F31": "Direction des finances publiques",
    "F40": "Entreprise générale Berthier",
    "F41": "Maîtrise d'œuvre Atelier Sud",
    "F42": "Bâtisseurs du Val",
    "F43": "Géomètres et notaires",
}
AUXILIAIRES: Final = (
    FOURNISSEURS
    | {residence.code: f"Locataires – {residence.nom}" for residence in RESIDENCES}
    | {emprunt.code: emprunt.nom for emprunt in EMPRUNTS}
    | {
        "APL": "Caisse d'allocations familiales",
        "L0467": "Locataire 0467",
        "ETAT": "État, aides à la pierre",
        "REGION": "Région",
        "COMMUNE": "Communauté de communes",
    }
)


@dataclass(frozen=True, slots=True)
class Annee:
    """What happens once or twice a year and is not bought from a supplier of `DEPENSES`."""

    affectation: tuple[tuple[str, int], ...]
    """Where the result of the year before goes, dividends first; the rest goes to 10688."""
    stock_terrain: int
    stock_travaux: int
    stock_honoraires: int
    achevement: int
    achevement_psla: int
    vente_groupee: int
    """Cost of what was sold out of 352."""
    vente_psla: int
    """Cost of what was sold out of 3581."""
    lots: int
    prix: int
    """Price of one lot, without VAT."""
    investissement: int
    mise_en_service: int
    couts_internes: int
    subventions: tuple[int, int, int]
    """Notified by the State, the region, the local authority."""
    encaisse: int
    """Subsidies cashed, in % of what was receivable."""
    quote_part: tuple[int, int, int]
    vente_hlm: tuple[int, int, int]
    """Price, gross value, depreciation of the dwellings sold."""
    mise_au_rebut: tuple[int, int]
    """Gross value and depreciation of the components replaced."""
    amortissements: tuple[tuple[str, str, int], ...]
    pge: tuple[int, int]
    retraite: int
    litiges: tuple[int, int]
    douteux: int
    irrecouvrables: int
    depreciation: tuple[int, int]
    impot: int
    dividendes: int


FAITS: Final = {
    2021: Annee(
        affectation=(("457", 16_800), ("1061", 77_000), ("10685", 88_000), ("110", 20_000)),
        stock_terrain=300_000,
        stock_travaux=1_360_000,
        stock_honoraires=200_000,
        achevement=1_380_000,
        achevement_psla=480_000,
        vente_groupee=1_370_000,
        vente_psla=420_000,
        lots=10,
        prix=198_400,
        investissement=1_830_000,
        mise_en_service=1_510_000,
        couts_internes=58_000,
        subventions=(96_000, 54_000, 62_000),
        encaisse=44,
        quote_part=(128_400, 52_300, 71_600),
        vente_hlm=(268_000, 151_000, 58_000),
        mise_au_rebut=(92_000, 86_500),
        amortissements=(
            ("681122", "2812", 20_400),
            ("681123", "281311", 1_362_000),
            ("681123", "28138", 31_500),
            ("681124", "281411", 108_600),
            ("68112315", "281315", 23_800),
            ("68111", "2805", 11_900),
            ("68112", "28154", 3_100),
            ("68112", "2818", 24_600),
        ),
        pge=(172_000, 148_000),
        retraite=5_200,
        litiges=(9_000, 4_000),
        douteux=71_000,
        irrecouvrables=54_300,
        depreciation=(58_700, 52_100),
        impot=31_400,
        dividendes=16_800,
    ),
    2022: Annee(
        affectation=(("457", 17_400), ("1061", 136_000), ("10685", 172_000), ("110", 25_000)),
        stock_terrain=320_000,
        stock_travaux=1_450_000,
        stock_honoraires=210_000,
        achevement=1_440_000,
        achevement_psla=520_000,
        vente_groupee=1_500_000,
        vente_psla=430_000,
        lots=11,
        prix=196_300,
        investissement=2_090_000,
        mise_en_service=1_760_000,
        couts_internes=62_000,
        subventions=(112_000, 48_000, 70_000),
        encaisse=41,
        quote_part=(131_200, 53_600, 73_100),
        vente_hlm=(284_000, 158_000, 63_500),
        mise_au_rebut=(104_000, 97_200),
        amortissements=(
            ("681122", "2812", 20_400),
            ("681123", "281311", 1_398_000),
            ("681123", "28138", 31_500),
            ("681124", "281411", 108_600),
            ("68112315", "281315", 23_800),
            ("68111", "2805", 10_700),
            ("68112", "28154", 2_900),
            ("68112", "2818", 26_100),
        ),
        pge=(186_000, 151_000),
        retraite=4_600,
        litiges=(6_500, 11_000),
        douteux=74_000,
        irrecouvrables=57_900,
        depreciation=(61_300, 55_200),
        impot=33_800,
        dividendes=17_400,
    ),
}

OUVERTURE_2021: Final = {
    ("205", ""): 86_400,
    ("2805", ""): -52_300,
    ("2113", ""): 7_850_000,
    ("212", ""): 610_000,
    ("2812", ""): -182_000,
    ("21311", ""): 57_900_000,
    ("281311", ""): -17_350_000,
    ("2138", ""): 1_150_000,
    ("28138", ""): -410_000,
    ("21411", ""): 4_900_000,
    ("281411", ""): -1_640_000,
    ("21315", ""): 1_080_000,
    ("281315", ""): -372_000,
    ("2154", ""): 38_000,
    ("28154", ""): -27_500,
    ("2182", ""): 48_000,
    ("2183", ""): 96_000,
    ("2184", ""): 74_000,
    ("2818", ""): -141_000,
    ("2312", ""): 260_000,
    ("231311", ""): 1_680_000,
    ("2383", ""): 60_000,
    ("2611", ""): 42_000,
    ("2743", ""): 6_000,
    ("2751", ""): 9_800,
    ("331", ""): 410_000,
    ("332", ""): 980_000,
    ("352", ""): 560_000,
    ("3581", ""): 540_000,
    ("3591", ""): -120_000,
    ("4112", "APL"): 84_600,
    ("4161", ""): 151_000,
    ("4916", ""): -112_000,
    ("4122", ""): 209_300,
    ("4181", ""): 51_600,
    ("4411", "ETAT"): 265_000,
    ("4411", "REGION"): 148_000,
    ("4411", "COMMUNE"): 197_000,
    ("467", ""): 13_850,
    ("486", ""): 19_500,
    ("4816", ""): 46_000,
    ("5081", ""): 1_200_000,
    ("517", ""): 900_000,
    ("5311", ""): 620,
    ("1013", ""): -1_186_000,
    ("1061", ""): -520_000,
    ("1063", ""): -340_000,
    ("10685", ""): -760_000,
    ("10688", ""): -8_287_000,
    ("110", ""): -148_000,
    ("120", ""): -512_400,
    ("13111", ""): -5_400_000,
    ("1312", ""): -2_300_000,
    ("1314", ""): -3_300_000,
    ("139111", ""): 1_510_000,
    ("13912", ""): 600_000,
    ("13914", ""): 860_000,
    ("1511", ""): -36_000,
    ("153", ""): -78_000,
    ("1572", ""): -602_000,
    ("1651", ""): -338_000,
    ("1654", ""): -11_200,
    ("1658", ""): -18_000,
    ("4191", ""): -31_400,
    ("4192", ""): -24_000,
    ("4041", "F40"): -212_000,
    ("4041", "F41"): -38_500,
    ("4047", "F40"): -61_000,
    ("4021", "F42"): -141_000,
    ("4021", "F43"): -17_600,
    ("4081", ""): -71_200,
    ("431", ""): -22_300,
    ("437", ""): -6_400,
    ("4421", ""): -3_100,
    ("447", ""): -7_200,
    ("4282", ""): -46_100,
    ("4382", ""): -19_400,
    ("444", ""): -8_000,
    ("4871", ""): -16_000,
    ("4686", ""): -4_900,
}
"""1 January 2021; `annee` works out loans, accrued interest, tenants, suppliers and the bank."""

BANQUE_2021: Final = 2_900_000
"""What the bank holds on 1 January 2021; 10688 takes the cents that are left."""
