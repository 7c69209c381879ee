"""Snapshots and receipts made for tests: a fictional transmission, and a PDF that carries its receipt."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfWriter

from liasse.sceaux.accuse import Accuse, make_accuse
from liasse.sceaux.cles import ClePrivee
from liasse.sceaux.instantane import Instantane, make_instantane

PORTAIL = {"nom": "Harmonia.gouv", "adresse": "https://harmonia.example"}
WHO = "Camille Exemple"


def header(**changes: object) -> dict[str, Any]:
    """Return the header of a snapshot."""
    return {
        "organisme": {"siren": "999000001", "nom": "Coop « Les Tilleuls »", "famille": "COOP"},
        "questionnaire": "etats_reglementaires",
        "millesime": "2022",
        "famille": "COOP",
        "modele": "ab" * 32,
        "exercice": 2022,
        "version": {"numero": 1, "precedente": None},
        "transmis_le": "2023-07-12T09:30:00Z",
        "reserve": "",
        "pieces": [{"nom": "pv.pdf", "sha256": "cd" * 32, "taille": 4096}],
        **changes,
    }


def snapshot(**changes: object) -> Instantane:
    """Return a snapshot of a few values."""
    parts = {
        "contenu": {"format": "liasse-depot", "version": 1, "cellules": {"CRP.R010.N": "1234.56"}},
        "verification": [
            {"controle": "K001", "lieu": "", "resultat": "conforme", "ecart": None, "unite": ""},
            {"controle": "K002", "lieu": "R010", "resultat": "ecart", "ecart": "-12.50", "unite": "euro"},
        ],
        "justifications": [
            {"controle": "K002", "lieu": "R010", "texte": "Vente d'un terrain", "montant": "12.50"}
        ],
    }
    return make_instantane(header(**changes), parts)


def receipt(cle: ClePrivee, instantane: Instantane | None = None) -> Accuse:
    """Return the receipt of a snapshot."""
    return make_accuse(instantane or snapshot(), PORTAIL, WHO, cle)


def pdf_with(*attached: tuple[str, bytes]) -> bytes:
    """Return a PDF of one blank page with some attachments."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    for name, content in attached:
        writer.add_attachment(name, content)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
