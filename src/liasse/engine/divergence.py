"""
The control that no form holds: a cell copied from another portal says what the copied filing says.

It compares two filings, which no formula can; it is judged, told and justified as the others are.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from liasse.compiler import nodes as ir
from liasse.compiler.plan import Check, Requirements
from liasse.engine.controls import Judgement, Outcome
from liasse.engine.findings import Finding
from liasse.errors import Place
from liasse.language.ast import Node as Tree
from liasse.language.parser import parse
from liasse.model.forms import Formula
from liasse.model.rules import Control, Gravite

CODE: Final = "DIVERGE"
_PLACE: Final = Place("liasse/engine/divergence.py")
_WORDS: Final = frozenset({"texte", "choix", "date", "oui_non"})

CONTROL: Final = Control(
    code=CODE,
    partie="",
    titre="Une cellule copiée du ministère dit ce que dit la transmission",
    gravite=Gravite.A_JUSTIFIER,
    verifie=Formula("ICI = MINISTERE", _PLACE),
    message="{libelle} diverge du ministère : {ici} ici, {ministere} dans la transmission.",
    instruction="Si le chiffre d'ici est le bon, corrigez aussi les états au ministère et rapatriez-les ;"
    " sinon, remettez celui du ministère. À défaut, justifiez l'écart.",
    reference="Circulaire de la fédération : les états sont copiés du portail du ministère",
    certitude="C",
    place=_PLACE,
)


@dataclass(frozen=True, slots=True)
class Copied:
    """A copied cell: its key in the dossier, its reference in the form, what both sides say, in words too."""

    cle: str
    reference: str
    libelle: str
    unite: str
    ici: int | None
    ministere: int
    mots_ici: str
    mots_ministere: str


def divergence(one: Copied) -> tuple[Check, Judgement, Finding]:
    """Return the check of a copied cell that differs, its judgement, and what is said of it."""
    check = _check(one.cle, one.reference, one.libelle)
    told = one.unite not in _WORDS
    left, right = (one.ici or 0, one.ministere) if told else (None, None)
    gap = (one.ici or 0) - one.ministere if told else None
    judgement = Judgement(Outcome.ECART, left, right, gap, one.unite)
    message = CONTROL.message.format(
        libelle=one.libelle or one.cle, ici=one.mots_ici or "vide", ministere=one.mots_ministere or "vide"
    )
    return (
        check,
        judgement,
        Finding(
            code=CODE,
            partie="",
            titre=CONTROL.titre,
            outcome=Outcome.ECART,
            gravite=CONTROL.gravite,
            message=message,
            instruction=CONTROL.instruction,
            reference=CONTROL.reference,
            certitude=CONTROL.certitude,
            ligne=one.cle,
            gauche=left,
            droite=right,
            ecart=gap,
            unite=one.unite if told else "euro",
            cellules=(one.reference,),
        ),
    )


def _check(cle: str, reference: str, libelle: str) -> Check:
    nothing = ir.Nothing(Fraction(1))
    return Check(
        control=CONTROL,
        ligne=cle,
        libelle=libelle,
        guard=None,
        guard_needs=Requirements(),
        test=ir.Present(nothing),
        needs=Requirements(),
        quotients=(),
        cells=(reference,),
        terms=(),
        placeholders={},
        severities=(),
        tree=_tree(),
    )


@cache
def _tree() -> Tree:
    return parse(CONTROL.verifie.text)
