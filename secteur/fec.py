"""A book as a FEC (art. A47 A-1) and as a balance générale, line by line."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from functools import partial
from typing import Final

from demo.generate import CHAMPS, JOURNAUX, decimal
from secteur.depots import balance
from secteur.livre import Livre
from secteur.plan import libelle

_TIERS: Final = {
    "4111": "Locataires",
    "4112": "Caisse d'allocations familiales",
    "4113": "Locataires-accédants",
    "4122": "Étude notariale fictive",
    "4411": "État, aides à la pierre",
}
_COLONNES: Final = (
    "Compte",
    "Libellé",
    "À-nouveaux débit",
    "À-nouveaux crédit",
    "Mouvements débit",
    "Mouvements crédit",
    "Solde débit",
    "Solde crédit",
)


def nom_fec(siren: str, annee: int) -> str:
    """
    Return the name that the tax office asks for.

    >>> nom_fec("000000018", 2022)
    '000000018FEC20221231'
    """
    return f"{siren}FEC{annee}1231"


def lignes_fec(livre: Livre) -> Iterator[str]:
    """Write the book, entry by entry, in the order of the FEC, header first."""
    yield "\t".join(CHAMPS)
    nom = partial(libelle, famille=livre.famille, annee=livre.annee)
    for numero, piece in enumerate(livre.pieces(), start=1):
        jour = f"{piece.jour:%Y%m%d}"
        valide = f"{piece.jour:%Y%m}{calendar.monthrange(piece.jour.year, piece.jour.month)[1]}"
        entete = (piece.journal, JOURNAUX[piece.journal], f"{numero:06d}", jour)
        reference = f"{piece.journal}{numero:06d}"
        for ligne in piece.lignes:
            tiers = _TIERS.get(ligne.compte, nom(ligne.compte)) if ligne.auxiliaire else ""
            compte = (
                ligne.compte,
                nom(ligne.compte),
                ligne.auxiliaire,
                tiers and f"{tiers} {ligne.auxiliaire}",
            )
            montants = (decimal(max(ligne.montant, 0)), decimal(max(-ligne.montant, 0)))
            fin = ("", "", valide, "", "")
            yield "\t".join((*entete, *compte, reference, jour, piece.libelle, *montants, *fin))


def lignes_balance(livre: Livre) -> Iterator[str]:
    """Write the balance générale: opening, movements, closing, each debit and credit, header first."""
    yield ";".join(_COLONNES)
    for ligne in balance(livre):
        ouverture, debit, credit = ligne.ouverture or 0, ligne.debit or 0, ligne.credit or 0
        solde = ligne.solde
        montants = (max(ouverture, 0), max(-ouverture, 0), debit, credit, max(solde, 0), max(-solde, 0))
        yield ";".join(
            (ligne.compte, ligne.libelle.replace(";", ","), *(decimal(montant) for montant in montants))
        )
