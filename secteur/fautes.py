"""
Slips of the keyboard, one at a time, in any cell that holds an amount, each with the truth about it.

Where `anomalies` plants errors that a control must see, this plants them anywhere: typed cells, cells of
rows, lines typed over what the balance gives.  What the controls then see, and say, is for the caller to
measure.  Every table is as likely as another, whatever its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from liasse import Evaluation, Facts, Plan
from liasse.compiler.plan import Nature
from liasse.model.rules import Row
from secteur.rapide import ADDITIVES, PROPRES

SEUIL: Final = {"euro": 100_000}
"""Least amount on which a slip is worth planting (1 000 €); elsewhere, any two digits."""
SEUIL_NOMBRE: Final = 10


class Lieu(NamedTuple):
    """A cell that holds an amount: single, or a column of a row."""

    table: str
    ligne: str
    colonne: str
    cle: str = ""

    @property
    def reference(self) -> str:
        """Write it as people do: `T04.A110.C`, or `T08R.EMP[E01].REMB`."""
        return f"{self.table}.{self.ligne}{f'[{self.cle}]' if self.cle else ''}.{self.colonne}"

    @property
    def slot(self) -> str:
        """The slot of a plan that holds it."""
        return f"{self.table}.{self.ligne}.{self.colonne}"


@dataclass(frozen=True, slots=True)
class Faute:
    """A filing with one slip, and the truth: its kind, the cells touched, what stood and stands there."""

    facts: Facts
    genre: str
    ou: tuple[str, ...]
    avant: int
    apres: int | None


class _Saisie:
    """The amounts of a filing, where they stand, and what may be typed instead."""

    def __init__(self, sain: Evaluation) -> None:
        self.plan, self.facts = sain.plan, sain.facts
        self.montants = dict(_montants(sain))

    def precedent(self, lieu: Lieu) -> int | None:
        """Return what a cell held the year before."""
        avant = self.facts.precedent
        if avant is None:
            return None
        if not lieu.cle:
            return avant.value(lieu.slot)
        rows = avant.facts.rows.get(f"{lieu.table}.{lieu.ligne}", ())
        return next((row.valeurs.get(lieu.colonne) for row in rows if row.cle == lieu.cle), None)

    def voisines(self, lieu: Lieu) -> list[Lieu]:
        """Return the typed cells beside one (above, below, left, right) that hold nothing."""
        autres = _grille(self.plan)[lieu.table]
        unite = self.plan.slot(lieu.slot).unit
        colonne = [c for c in autres if c.colonne == lieu.colonne] if not lieu.cle else []
        ligne = [c for c in autres if c.ligne == lieu.ligne]
        found = [
            voisin._replace(cle=lieu.cle) for cells in (colonne, ligne) for voisin in _autour(cells, lieu)
        ]
        return [c for c in found if self.plan.slot(c.slot).unit == unite and not self.valeur(c)]

    def valeur(self, lieu: Lieu) -> int | None:
        """Return what is typed in a cell."""
        if not lieu.cle:
            return self.facts.cells.get(lieu.reference)
        rows = self.facts.rows[f"{lieu.table}.{lieu.ligne}"]
        return next(row.valeurs.get(lieu.colonne) for row in rows if row.cle == lieu.cle)


def _autour(cells: list[Lieu], lieu: Lieu) -> list[Lieu]:
    rang = next((n for n, other in enumerate(cells) if other.slot == lieu.slot), None)
    return [] if rang is None else [*cells[max(0, rang - 1) : rang], *cells[rang + 1 : rang + 2]]


@lru_cache(maxsize=8)
def _grille(plan: Plan) -> Mapping[str, list[Lieu]]:
    """Return the typed cells of each table, in order."""
    found: dict[str, list[Lieu]] = {}
    for slot in plan.slots:
        if slot.nature is Nature.SAISIE:
            found.setdefault(slot.table, []).append(Lieu(slot.table, slot.ligne, slot.colonne))
    return found


def _montants(sain: Evaluation) -> Iterator[tuple[Lieu, int]]:
    for slot in sain.plan.slots:
        if slot.nature not in {Nature.SAISIE, Nature.REMPLIE} or slot.key in PROPRES:
            continue
        if slot.unit.code not in ADDITIVES:
            continue
        seuil = SEUIL.get(slot.unit.code, SEUIL_NOMBRE)
        lieu = Lieu(slot.table, slot.ligne, slot.colonne)
        if not slot.section:
            value = sain.value(slot.key)
            if value is not None and abs(value) >= seuil:
                yield lieu, value
            continue
        for row in sain.facts.rows.get(slot.section, ()):
            value = row.valeurs.get(slot.colonne)
            if value is not None and abs(value) >= seuil:
                yield lieu._replace(cle=row.cle), value


Glissement = Callable[[_Saisie, Lieu, int, Random], int | None]
"""What is typed instead of an amount; the amount itself when the slip cannot be made there."""


def _permuter(_: _Saisie, __: Lieu, montant: int, hasard: Random) -> int:
    chiffres = _chiffres(montant)
    rangs = [
        n for n in range(len(chiffres) - 1) if chiffres[n] != chiffres[n + 1] and (n or chiffres[1] != "0")
    ]
    if not rangs:
        return montant
    rang = hasard.choice(rangs)
    return _montant(montant, chiffres[:rang] + chiffres[rang + 1] + chiffres[rang] + chiffres[rang + 2 :])


def _omettre(_: _Saisie, __: Lieu, montant: int, hasard: Random) -> int:
    chiffres = _chiffres(montant)
    rang = hasard.randrange(len(chiffres))
    return _montant(montant, chiffres[:rang] + chiffres[rang + 1 :])


def _ajouter(_: _Saisie, __: Lieu, montant: int, hasard: Random) -> int:
    chiffres = _chiffres(montant)
    rang = hasard.randint(1, len(chiffres))
    return _montant(montant, chiffres[:rang] + str(hasard.randrange(10)) + chiffres[rang:])


def _changer(_: _Saisie, __: Lieu, montant: int, hasard: Random) -> int:
    chiffres = _chiffres(montant)
    rang = hasard.randrange(len(chiffres))
    return _montant(montant, chiffres[:rang] + hasard.choice("123456789") + chiffres[rang + 1 :])


def _chiffres(montant: int) -> str:
    """Write the digits that a person types: whole euros, or hundredths when there are some."""
    return str(abs(montant) // 100 if montant % 100 == 0 else abs(montant))


def _montant(avant: int, chiffres: str) -> int:
    valeur = int(chiffres or "0") * (100 if avant % 100 == 0 else 1)
    return -valeur if avant < 0 else valeur


def _annee_precedente(saisie: _Saisie, lieu: Lieu, montant: int, _: Random) -> int:
    return saisie.precedent(lieu) or montant


GLISSEMENTS: Final[Mapping[str, Glissement]] = {
    "signe": lambda _, __, montant, ___: -montant,
    "chiffres": _permuter,
    "facteur_1000": lambda _, __, montant, ___: montant * 1_000,
    "double": lambda _, __, montant, ___: montant * 2,
    "annee_precedente": _annee_precedente,
    "chiffre_omis": _omettre,
    "chiffre_en_trop": _ajouter,
    "chiffre_faux": _changer,
    "manquante": lambda *_: None,
}
FAUTES: Final = (*GLISSEMENTS, "voisine", "ligne_double")
"""The kinds of slips; `voisine` is an amount typed in the cell beside its own, `ligne_double` a row twice."""
ESSAIS: Final = 200


def faute(sain: Evaluation, genre: str, graine: int) -> Faute | None:
    """
    Return the facts of a sound filing with one slip of *genre*, or None when it holds no amount for it.

    Raises:
        KeyError: no such kind of slip.
    """
    saisie, hasard = _Saisie(sain), Random(f"{graine}/{genre}/{sain.plan.famille}")
    tables = sorted({lieu.table for lieu in saisie.montants if lieu.cle or genre != "ligne_double"})
    for _ in range(ESSAIS):
        table = hasard.choice(tables)
        lieu = hasard.choice([lieu for lieu in saisie.montants if lieu.table == table])
        planted = _plantee(saisie, genre, lieu, hasard)
        if planted is not None:
            return planted
    return None


def _plantee(saisie: _Saisie, genre: str, lieu: Lieu, hasard: Random) -> Faute | None:
    avant = saisie.montants[lieu]
    if genre == "voisine":
        return _deplacee(saisie, lieu, hasard)
    if genre == "ligne_double":
        return _repetee(saisie, lieu)
    apres = GLISSEMENTS[genre](saisie, lieu, avant, hasard)
    if apres == avant or (apres is None and not saisie.valeur(lieu)):
        return None
    return Faute(_ecrite(saisie.facts, {lieu: apres}), genre, (lieu.reference,), avant, apres)


def _deplacee(saisie: _Saisie, lieu: Lieu, hasard: Random) -> Faute | None:
    voisines = saisie.voisines(lieu) if saisie.valeur(lieu) else []
    if not voisines:
        return None
    autre, montant = hasard.choice(voisines), saisie.montants[lieu]
    facts = _ecrite(saisie.facts, {lieu: None, autre: montant})
    return Faute(facts, "voisine", (lieu.reference, autre.reference), montant, None)


def _repetee(saisie: _Saisie, lieu: Lieu) -> Faute | None:
    """Copy the row of a cell below the others, under another key."""
    if not lieu.cle:
        return None
    section, bis = f"{lieu.table}.{lieu.ligne}", f"{lieu.cle}bis"
    rows = saisie.facts.rows[section]
    row = next(row for row in rows if row.cle == lieu.cle)
    textes = {nom: bis if texte == lieu.cle else texte for nom, texte in row.textes.items()}
    facts = replace(saisie.facts, rows={**saisie.facts.rows, section: (*rows, Row(bis, row.valeurs, textes))})
    montant = saisie.montants[lieu]
    return Faute(facts, "ligne_double", (f"{section}[{lieu.cle}]", f"{section}[{bis}]"), montant, 2 * montant)


def _ecrite(facts: Facts, edits: Mapping[Lieu, int | None]) -> Facts:
    """Return facts with some cells typed anew; None empties one."""
    cells, rows = dict(facts.cells), dict(facts.rows)
    for lieu, valeur in edits.items():
        if lieu.cle:
            section = f"{lieu.table}.{lieu.ligne}"
            rows[section] = tuple(_ligne(row, lieu, valeur) for row in rows[section])
        elif valeur is None:
            cells.pop(lieu.reference, None)
        else:
            cells[lieu.reference] = valeur
    return replace(facts, cells=cells, rows=rows)


def _ligne(row: Row, lieu: Lieu, valeur: int | None) -> Row:
    if row.cle != lieu.cle:
        return row
    valeurs = {nom: montant for nom, montant in row.valeurs.items() if nom != lieu.colonne}
    if valeur is not None:
        valeurs[lieu.colonne] = valeur
    return Row(row.cle, valeurs, row.textes)
