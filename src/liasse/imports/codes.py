"""
The table of defect codes of the readers: code, severity, title, explanation and usual remedy, in French.

`docs/erreurs.md` is generated from it.  `I0xx` is about files in general, `I1xx` about the FEC, `I2xx`
about the balance générale, `I3xx` about filings (`filing_codes`).  A code is never reused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from liasse.imports.filing_codes import FILING_CODES
from liasse.imports.report import ImportSeverity

_FATAL, _ERROR = ImportSeverity.FATAL, ImportSeverity.ERROR
_WARNING, _INFO = ImportSeverity.WARNING, ImportSeverity.INFO


@dataclass(frozen=True, slots=True)
class IssueCode:
    """One kind of defect: what it is called, why it matters, and what its reader should do."""

    code: str
    severity: ImportSeverity
    titre: str
    explication: str
    remede: str


# fmt: off
_FILES: Final = (
    IssueCode(
        "I001", _FATAL, "Fichier introuvable",
        "Aucun fichier n’existe à l’emplacement indiqué.",
        "Vérifiez le nom et l’emplacement du fichier, puis recommencez.",
    ),
    IssueCode(
        "I002", _FATAL, "Fichier vide",
        "Le fichier ne contient aucun caractère, ou rien que des blancs.",
        "Refaites l’export depuis votre logiciel comptable, puis fournissez le nouveau fichier.",
    ),
    IssueCode(
        "I003", _FATAL, "Fichier illisible",
        "Le chemin désigne un dossier, ou le système refuse la lecture du fichier.",
        "Fournissez un fichier, et non un dossier, que vous avez le droit de lire.",
    ),
    IssueCode(
        "I004", _FATAL, "Format non reconnu",
        "Le contenu n’est ni un FEC (à plat ou XML), ni une balance générale (texte ou classeur).",
        "Fournissez un FEC (texte ou XML) ou une balance générale (CSV, TXT, XLSX, XLS ou ODS).",
    ),
    IssueCode(
        "I005", _FATAL, "Archive démesurée",
        "Le classeur est une archive dont le contenu décompressé dépasse ce qu’une balance peut contenir.",
        "Enregistrez la balance seule dans un nouveau classeur, ou exportez-la en CSV.",
    ),
    IssueCode(
        "I006", _FATAL, "Classeur illisible",
        "Le classeur est endommagé, protégé par un mot de passe, ou trop grand pour être ouvert.",
        "Ouvrez-le dans votre tableur, retirez le mot de passe, puis enregistrez-le à nouveau en XLSX "
        "ou CSV.",
    ),
    IssueCode(
        "I007", _WARNING, "Encodages mêlés",
        "Le fichier mêle de l’UTF-8 et un autre jeu de caractères : des libellés peuvent être mal accentués.",
        "Vérifiez les libellés affichés ; au besoin, refaites l’export dans un seul encodage.",
    ),
    IssueCode(
        "I008", _ERROR, "Ligne démesurée",
        "Une ligne dépasse la longueur acceptée : elle est laissée de côté.",
        "Vérifiez que le fichier est bien un export à plat, avec une fin de ligne par enregistrement.",
    ),
    IssueCode(
        "I009", _FATAL, "Lecture interrompue",
        "La lecture s’est arrêtée avant la fin du fichier : ce qui a été lu est incomplet et n’est pas "
        "repris.",
        "Recopiez le fichier sur un support sain, puis recommencez ; signalez l’incident s’il se répète.",
    ),
    IssueCode(
        "I010", _INFO, "Feuille retenue",
        "Le classeur contient plusieurs feuilles : une seule est lue.",
        "Si ce n’est pas la bonne feuille, placez la balance seule dans un classeur.",
    ),
)

_FEC: Final = (
    IssueCode(
        "I101", _FATAL, "Ce fichier n’est pas un FEC",
        "La première ligne ne porte pas les noms de champs de l’article A47 A-1 du livre des procédures "
        "fiscales.",
        "Fournissez le FEC produit par votre logiciel comptable, avec sa ligne d’en-tête.",
    ),
    IssueCode(
        "I102", _FATAL, "Colonne indispensable absente",
        "Sans numéro de compte ou sans montants, aucune balance ne peut être calculée.",
        "Refaites l’export avec tous les champs de l’article A47 A-1.",
    ),
    IssueCode(
        "I103", _WARNING, "Colonne réglementaire absente",
        "L’article A47 A-1 exige cette colonne ; la balance peut être calculée sans elle.",
        "Complétez l’export avant de remettre ce FEC à l’administration fiscale.",
    ),
    IssueCode(
        "I104", _WARNING, "En-tête absent",
        "La première ligne est déjà une écriture : les champs sont lus dans l’ordre réglementaire.",
        "Vérifiez les colonnes affichées ; au besoin, ajoutez la ligne d’en-tête.",
    ),
    IssueCode(
        "I105", _WARNING, "Colonne en double",
        "Deux colonnes portent le même nom : la première est lue, l’autre est ignorée.",
        "Vérifiez que la première des deux est la bonne, puis supprimez l’autre.",
    ),
    IssueCode(
        "I106", _INFO, "Colonnes non lues",
        "Le fichier porte des colonnes dont la liasse n’a pas besoin, réglementaires (DateRglt, ModeRglt, "
        "NatOp, IdClient des BNC et des BA) ou propres au logiciel : elles ne sont pas lues.",
        "Rien à faire.",
    ),
    IssueCode(
        "I107", _WARNING, "Séparateur non réglementaire",
        "L’article A47 A-1 n’admet que la tabulation et la barre verticale ; le fichier est lu quand même.",
        "Refaites l’export avec la tabulation ou « | » avant de remettre ce FEC à l’administration fiscale.",
    ),
    IssueCode(
        "I108", _WARNING, "Montant signé sans colonne Sens",
        "Le fichier porte Montant sans Sens : un montant positif est lu au débit, un négatif au crédit.",
        "Vérifiez le sens de quelques comptes dans la balance affichée.",
    ),
    IssueCode(
        "I110", _ERROR, "Montant illisible",
        "Le montant n’est pas exactement un nombre à deux décimales au plus : la ligne est laissée de côté.",
        "Corrigez le montant dans le fichier ou refaites l’export, puis relisez le fichier.",
    ),
    IssueCode(
        "I111", _ERROR, "Sens illisible",
        "Le sens doit être D ou C, +1 ou -1 : la ligne est laissée de côté.",
        "Corrigez le sens dans le fichier, puis relisez-le.",
    ),
    IssueCode(
        "I112", _WARNING, "Date illisible",
        "La date n’existe pas ou n’est pas écrite AAAAMMJJ ; la ligne est reprise.",
        "Corrigez la date dans le logiciel comptable.",
    ),
    IssueCode(
        "I113", _WARNING, "Date hors de l’exercice",
        "L’écriture est datée en dehors de l’exercice ; la ligne est reprise.",
        "Vérifiez que le fichier est bien celui de l’exercice, et la date de l’écriture.",
    ),
    IssueCode(
        "I114", _WARNING, "Champ obligatoire vide",
        "L’article A47 A-1 n’admet pas que ce champ soit vide ; la ligne est reprise.",
        "Complétez le champ dans le logiciel comptable.",
    ),
    IssueCode(
        "I115", _ERROR, "Compte absent",
        "La ligne porte un montant sans numéro de compte : elle est laissée de côté.",
        "Indiquez le compte dans le fichier, puis relisez-le.",
    ),
    IssueCode(
        "I116", _ERROR, "Nombre de champs incorrect",
        "La ligne n’a pas autant de champs que l’en-tête : elle est laissée de côté.",
        "Cherchez un séparateur ou un saut de ligne dans un libellé, ou une ligne coupée, puis refaites "
        "l’export.",
    ),
    IssueCode(
        "I117", _WARNING, "Montant négatif",
        "Un débit ou un crédit négatif est repris tel quel, avec son signe.",
        "Vérifiez l’écriture : une contre-passation s’écrit normalement dans le sens opposé.",
    ),
    IssueCode(
        "I118", _WARNING, "Débit et crédit servis ensemble",
        "La ligne porte à la fois un débit et un crédit : les deux sont repris.",
        "Vérifiez l’écriture.",
    ),
    IssueCode(
        "I119", _WARNING, "Compte hors du plan français",
        "Les trois premiers caractères d’un compte doivent être des chiffres ; les lignes sont reprises.",
        "Vérifiez le compte : aucune ligne des états ne le reprendra sans numéro du plan comptable.",
    ),
    IssueCode(
        "I120", _WARNING, "Écriture déséquilibrée",
        "Le total des débits de l’écriture diffère du total de ses crédits.",
        "Vérifiez l’écriture, et les lignes laissées de côté qui en feraient partie.",
    ),
    IssueCode(
        "I121", _WARNING, "Fichier déséquilibré",
        "Le total des débits du fichier diffère du total de ses crédits : les états ne s’équilibreront pas.",
        "Vérifiez les écritures déséquilibrées et les lignes laissées de côté, ou si le fichier est complet.",
    ),
    IssueCode(
        "I122", _INFO, "Rupture de numérotation",
        "La suite des numéros d’écriture (EcritureNum) n’est pas continue.",
        "Vérifiez qu’aucune écriture ne manque.",
    ),
    IssueCode(
        "I123", _INFO, "Nom de fichier non réglementaire",
        "L’article A47 A-1 demande un nom de la forme SirenFECAAAAMMJJ.",
        "Rien à faire pour la liasse ; renommez le fichier avant de le remettre à l’administration fiscale.",
    ),
    IssueCode(
        "I124", _WARNING, "Aucun à-nouveau",
        "Aucun journal d’à-nouveaux n’a été reconnu : les soldes d’ouverture sont inconnus.",
        "Si le fichier contient des à-nouveaux, indiquez leur journal (--journaux-ouverture AN,RAN) ; sinon, "
        "vérifiez qu’il est complet.",
    ),
    IssueCode(
        "I125", _FATAL, "Aucune écriture lisible",
        "L’en-tête est celui d’un FEC, mais aucune ligne n’a pu être reprise.",
        "Vérifiez les défauts signalés ou refaites l’export.",
    ),
    IssueCode(
        "I126", _WARNING, "Écritures de clôture présentes",
        "Les classes 6 et 7 sont soldées : le fichier a été extrait après la clôture des comptes de gestion.",
        "Fournissez le FEC avant solde des comptes de charges et de produits.",
    ),
    IssueCode(
        "I127", _WARNING, "Contrôle des écritures abandonné",
        "Trop d’écritures sont déséquilibrées ou dispersées dans le fichier pour être suivies une à une.",
        "Vérifiez que la colonne EcritureNum est bien celle du numéro d’écriture.",
    ),
    IssueCode(
        "I128", _FATAL, "XML mal formé",
        "Le fichier XML s’interrompt ou n’est pas bien formé : son contenu n’est pas repris.",
        "Refaites l’export, puis vérifiez que le fichier a été copié en entier.",
    ),
    IssueCode(
        "I129", _FATAL, "XML avec DTD refusé",
        "Le fichier XML déclare une DTD ou des entités, ce qu’un FEC ne contient jamais : il est refusé.",
        "Refaites l’export au format XML de l’administration fiscale, sans DOCTYPE.",
    ),
    IssueCode(
        "I130", _ERROR, "Ligne sans montant",
        "Le débit et le crédit sont vides tous les deux : la ligne est laissée de côté.",
        "Indiquez le montant dans le fichier, ou supprimez la ligne.",
    ),
    IssueCode(
        "I131", _INFO, "Format de date non réglementaire",
        "Des dates ne sont pas écrites AAAAMMJJ mais d’une façon sans équivoque : elles sont comprises.",
        "Rien à faire pour la liasse ; corrigez l’export avant de le remettre à l’administration fiscale.",
    ),
)

_BALANCE: Final = (
    IssueCode(
        "I201", _FATAL, "Colonnes de la balance non reconnues",
        "Aucune colonne de comptes accompagnée de montants n’a été trouvée.",
        "Indiquez vous-même les colonnes (--colonnes compte=… --colonnes solde=…), ou refaites l’export.",
    ),
    IssueCode(
        "I202", _ERROR, "Montant illisible",
        "Le montant n’est pas exactement un nombre à deux décimales au plus : le compte est laissé de côté.",
        "Corrigez le montant dans le fichier, puis relisez-le.",
    ),
    IssueCode(
        "I203", _ERROR, "Compte illisible",
        "La ligne porte des montants mais son compte n’est pas lisible : elle est laissée de côté.",
        "Indiquez le numéro de compte dans le fichier, ou vérifiez s’il s’agit d’un total.",
    ),
    IssueCode(
        "I204", _WARNING, "Compte en double",
        "Le même compte figure sur plusieurs lignes : leurs montants sont additionnés.",
        "Vérifiez que ces lignes ne répètent pas le même solde.",
    ),
    IssueCode(
        "I205", _WARNING, "Solde incohérent",
        "Le solde donné diffère de l’ouverture augmentée des mouvements : le solde donné est retenu.",
        "Vérifiez le compte dans le logiciel comptable, et le sens des colonnes.",
    ),
    IssueCode(
        "I206", _INFO, "Ligne de total laissée de côté",
        "La ligne est un total ou un sous-total : elle n’est pas un compte.",
        "Rien à faire.",
    ),
    IssueCode(
        "I207", _INFO, "Ligne sans compte laissée de côté",
        "La ligne est un titre, une mention ou un en-tête répété : elle ne porte pas de montant.",
        "Rien à faire.",
    ),
    IssueCode(
        "I208", _WARNING, "Colonnes proposées sans en-tête",
        "Le fichier n’a pas d’en-tête reconnu : les colonnes ont été proposées d’après leur contenu.",
        "Vérifiez la correspondance des colonnes affichée avant d’utiliser la balance.",
    ),
    IssueCode(
        "I209", _ERROR, "Erreur de tableur",
        "La cellule contient une erreur du tableur : le compte est laissé de côté.",
        "Corrigez la formule dans le classeur, enregistrez-le, puis relisez-le.",
    ),
    IssueCode(
        "I210", _ERROR, "Montant plus fin que le centime",
        "Le montant ne tombe pas sur un centime : il n’est pas arrondi en silence, le compte est laissé "
        "de côté.",
        "Arrondissez le montant au centime dans le classeur, puis relisez-le.",
    ),
    IssueCode(
        "I211", _WARNING, "Balance déséquilibrée",
        "La somme des soldes débiteurs diffère de celle des soldes créditeurs : les états ne "
        "s’équilibreront pas.",
        "Vérifiez les lignes laissées de côté, ou si l’export est complet.",
    ),
    IssueCode(
        "I212", _WARNING, "Solde débiteur et créditeur ensemble",
        "Le compte porte à la fois un solde débiteur et un solde créditeur : leur différence est retenue.",
        "Vérifiez le compte ; une balance par tiers peut l’expliquer.",
    ),
    IssueCode(
        "I213", _FATAL, "Correspondance impossible",
        "La correspondance de colonnes demandée ne s’applique pas à ce fichier.",
        "Choisissez les colonnes parmi celles du fichier.",
    ),
    IssueCode(
        "I214", _INFO, "Deux exercices côte à côte",
        "Le fichier porte aussi des montants de l’exercice précédent : ils sont lus à part.",
        "Vérifiez que les colonnes de chaque exercice sont les bonnes.",
    ),
    IssueCode(
        "I215", _WARNING, "Balance après clôture",
        "Les classes 6 et 7 sont soldées : la balance a été extraite après la clôture des comptes de "
        "gestion.",
        "Fournissez la balance avant solde des comptes de charges et de produits.",
    ),
    IssueCode(
        "I216", _ERROR, "Montant équivoque",
        "Rien ne dit si le signe est une décimale ou un séparateur de milliers : le compte est laissé "
        "de côté.",
        "Refaites l’export avec deux décimales et sans séparateur de milliers.",
    ),
    IssueCode(
        "I217", _INFO, "Solde calculé",
        "Le fichier n’a pas de colonne de solde : il est calculé, ouverture plus mouvements.",
        "Vérifiez quelques soldes.",
    ),
    IssueCode(
        "I218", _WARNING, "Total différent",
        "Le total écrit dans le fichier diffère de la somme des comptes lus.",
        "Vérifiez les lignes laissées de côté, ou si des lignes manquent dans l’export.",
    ),
    IssueCode(
        "I219", _FATAL, "Aucun compte lisible",
        "Les colonnes sont reconnues, mais aucune ligne n’a pu être reprise.",
        "Vérifiez les défauts signalés ou refaites l’export.",
    ),
    IssueCode(
        "I220", _ERROR, "Nombre de champs incorrect",
        "La ligne n’a pas assez ou a trop de champs pour être lue sans ambiguïté : elle est laissée de côté.",
        "Cherchez un séparateur dans un libellé ou un montant, puis refaites l’export.",
    ),
    IssueCode(
        "I221", _INFO, "Signe des soldes retourné",
        "Le solde signé est écrit crédit moins débit dans ce fichier.",
        "Vérifiez le sens de quelques comptes.",
    ),
    IssueCode(
        "I222", _WARNING, "Compte court gardé",
        "Le compte d’un ou deux chiffres en précède d’autres plus longs sans en avoir le total : il est pris "
        "comme un compte.",
        "Si cette ligne est un total, corrigez-la ou retirez-la de la balance.",
    ),
    IssueCode(
        "I223", _INFO, "Solde en blanc",
        "Le compte a des mouvements, mais son solde est laissé en blanc et l’ouverture n’est pas donnée : le "
        "solde est lu comme nul.",
        "Rien à faire si ces comptes sont soldés ; sinon, refaites l’export avec leur solde.",
    ),
)

# fmt: on

CODES: Final[Mapping[str, IssueCode]] = MappingProxyType(
    {each.code: each for each in (*_FILES, *_FEC, *_BALANCE, *(IssueCode(*row) for row in FILING_CODES))}
)
