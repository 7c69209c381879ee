"""The letters of a procedure, printed from French templates."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.template.loader import render_to_string

from harmonia.instruction.etapes import deroule
from harmonia.instruction.models import Acte
from harmonia.instruction.procedure import Affaire
from harmonia.portail.impression import print_pages

_FOLDER: Final = "ministere/lettres"


def print_letter(affaire: Affaire, acte: Acte) -> bytes:
    """
    Print the letter of an act.

    Raises:
        MissingLibraryError: printing needs a library that is not installed.
    """
    return print_pages(letter_text(affaire, acte))


def letter_text(affaire: Affaire, acte: Acte) -> str:
    """Return the letter of an act, before it is printed."""
    kind = deroule().actes[acte.code]
    context = {
        "acte": acte,
        "affaire": affaire,
        "organisme": affaire.organisme,
        "campagne": affaire.campagne,
        "examen": affaire.examen,
        "references": deroule().references,
        "reference": f"{affaire.campagne.exercice}-{affaire.organisme.siren}-{acte.code}",
        "site": settings.SITE,
        "precedents": previous(affaire),
    }
    return render_to_string(f"{_FOLDER}/{kind.lettre}.html", context)


def previous(affaire: Affaire) -> list[Acte]:
    """Return the acts already taken, which a letter recalls."""
    if affaire.procedure is None:
        return []
    return list(Acte.objects.filter(procedure=affaire.procedure).select_related("par"))
