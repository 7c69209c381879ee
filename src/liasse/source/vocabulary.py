"""The French keys of model files, and the values that they accept."""

from __future__ import annotations

import re
from typing import Final

from liasse.model.forms import NEANT

MODEL_KEYS: Final = {
    "questionnaire": str,
    "millesime": str,
    "titre": str,
    "exercices": dict,
    "familles": list,
    "reference": str,
    "certitude": str,
    "tables": list,
    "comptes_sans_ligne": list,
    "inclut": list,
}
TABLE_KEYS: Final = {
    "titre": str,
    "unite": str,
    "reference": str,
    "certitude": str,
    "colonne": str,
    "place": dict,
    "notice": str,
    "profil": str,
    "vides": str,
    "familles": list,
    "colonnes": dict,
    "lignes": dict,
    "sections": dict,
}
SECTION_KEYS: Final = {
    "titre": str,
    "cle": str,
    "colonne": str,
    "familles": list,
    "colonnes": dict,
    "lignes": dict,
}
COLUMN_KEYS: Final = {
    "titre": str,
    "formule": str,
    "unite": str,
    "familles": list,
    "choix": dict,
    "nature": str,
    "notice": str,
}
LINE_KEYS: Final = {
    "libelle": str,
    "titre": bool,
    "total": bool,
    "formule": str,
    "fermees": list,
    "familles": list,
    "unite": str,
    "choix": dict,
    "nature": str,
    "reference": str,
    "certitude": str,
    "notice": str,
    "si_famille": dict,
}
AGGREGATE_KEYS: Final = {
    "titre": str,
    "unite": str,
    "formule": str,
    "reference": str,
    "certitude": str,
    "motif": str,
    "familles": list,
    "si_famille": dict,
    "vides": str,
    "sans_objet": str,
    "sens": str,
    "repere": str,
    "rubrique": str,
}
PARAMETER_KEYS: Final = {"titre": str, "unite": str, "valeurs": list, "reference": str, "certitude": str}
CONTROL_KEYS: Final = {
    "titre": str,
    "rubrique": str,
    "gravite": str,
    "verifie": str,
    "si": str,
    "pour": str,
    "familles": list,
    "exercices": dict,
    "tolerance": object,
    "vides": str,
    "gravite_si": list,
    "tait": list,
    "message": str,
    "instruction": str,
    "reference": str,
    "certitude": str,
    "parties": dict,
}
YEAR_KEYS: Final = {
    "debit": dict,
    "credit": dict,
    "cellules": dict,
    "ouverture_debit": dict,
    "ouverture_credit": dict,
    "mouvements_debit": dict,
    "mouvements_credit": dict,
    "auxiliaires_debit": dict,
    "auxiliaires_credit": dict,
    "doublons": list,
    "lignes": dict,
    "neant": list,
}
EXAMPLE_KEYS: Final = {
    "titre": str,
    "controle": str,
    "attendu": str,
    "ecart": object,
    "famille": str,
    "exercice": int,
    "valeurs": dict,
    "precedent": dict,
    **YEAR_KEYS,
}

TABLE_EMPTINESS: Final = (NEANT,)
SENSES: Final = ("hausse", "baisse", "neutre")
CERTITUDES: Final = ("F", "P", "M", "C")
NATURES: Final = ("saisie", "remplie", "calculee")
CODE: Final = re.compile(r"[A-Z][A-Z0-9_]*\Z")
EMPTY_WORD: Final = "vide"
