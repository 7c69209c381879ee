"""The rows of the table of codes about filings (`I3xx`): JSON, XML, and workbooks that come back."""

from __future__ import annotations

from typing import Final

from liasse.imports.report import ImportSeverity

_FATAL, _ERROR = ImportSeverity.FATAL, ImportSeverity.ERROR
_WARNING, _INFO = ImportSeverity.WARNING, ImportSeverity.INFO

# fmt: off
FILING_CODES: Final = (
    (
        "I301", _FATAL, "Dépôt illisible",
        "Le fichier se présente comme un dépôt (JSON, XML ou classeur), mais sa forme est fautive.",
        "Refaites l’export, ou corrigez le fichier d’après docs/schemas.",
    ),
    (
        "I302", _FATAL, "Version du dépôt inconnue",
        "La forme du fichier est d’une version que ce lecteur ne connaît pas.",
        "Mettez liasse à jour, ou refaites l’export dans la version demandée.",
    ),
    (
        "I303", _ERROR, "Cellule, section ou table inconnue",
        "Le modèle n’a pas cette cellule pour cette famille : ce qu’elle porte est laissé de côté.",
        "Corrigez la référence, ou supprimez-la.",
    ),
    (
        "I304", _ERROR, "Valeur d’un autre genre qu’attendu",
        "La valeur n’est pas de l’unité de la cellule : elle est laissée de côté.",
        "Corrigez la valeur.",
    ),
    (
        "I305", _ERROR, "Ligne sans clé",
        "Une ligne d’une section à clé est nommée par son texte de clé ; sans lui, elle est laissée de côté.",
        "Donnez une clé à la ligne.",
    ),
    (
        "I306", _WARNING, "Élément inattendu",
        "La forme du dépôt n’a pas cet élément, ou l’a déjà reçu.",
        "Vérifiez l’orthographe d’après docs/schemas.",
    ),
    (
        "I307", _WARNING, "Autre version du modèle",
        "L’empreinte du fichier n’est pas celle du modèle : des formules ou des contrôles ont changé.",
        "Vérifiez le résultat, ou refaites l’export avec le modèle en usage.",
    ),
    (
        "I308", _WARNING, "Formule dans une cellule de saisie",
        "Une formule a été écrite dans une cellule de saisie : c’est sa valeur qui est reprise.",
        "Vérifiez la valeur reprise.",
    ),
    (
        "I309", _WARNING, "Valeur dans une cellule calculée",
        "Une valeur a été écrite à la place d’une formule : elle est ignorée, la cellule reste calculée.",
        "Corrigez les cellules dont elle dépend, ou signalez la formule.",
    ),
    (
        "I310", _WARNING, "Cellule disparue du classeur",
        "Une ligne ou une feuille du classeur a été supprimée : ce qui était connu de la cellule est gardé.",
        "Si la suppression est voulue, videz la cellule dans le dossier.",
    ),
    (
        "I311", _INFO, "Valeur arrondie",
        "La valeur du classeur a plus de décimales que l’unité : elle est arrondie, demi vers le haut.",
        "Vérifiez la valeur reprise.",
    ),
    (
        "I312", _WARNING, "Classeur d’un autre dossier",
        "Le classeur est d’un autre organisme, exercice, questionnaire ou millésime que le dossier.",
        "Vérifiez que c’est le bon fichier avant d’appliquer.",
    ),
)
# fmt: on
