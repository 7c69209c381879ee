"""Errors planted on request, one at a time, each with the truth about it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from demo.livre import Ligne as LigneEcriture
from secteur.depots import Depot, balance
from secteur.lignes import ligne, par_ligne
from secteur.livre import BANQUE, Livre, Operation

_TABLES: Final = ("T02.", "T04.", "T05.", "T06.", "T07.", "SIEG.", "VENT.")
_SANS_CONTROLE: Final = (".SIEG", ".C_NU")
_REPRISES: Final = (".A", ".O110.N", ".O120.N")
"""Cells that the filing of the year before fills when they are left empty."""
_SEUIL: Final = 100_000
"""Least amount on which an error is worth planting, in cents."""


@dataclass(frozen=True, slots=True)
class Anomalie:
    """
    A filing with one error, and the truth: where it is, what stood there, what stands there now.

    `ou` is a cell, or accounts separated by a space.
    """

    depot: Depot
    genre: str
    ou: str
    avant: int | None
    apres: int | None


Plante = Callable[[Depot, Depot | None, Random], Anomalie]


def anomalie(depot: Depot, genre: str, graine: int, precedent: Depot | None = None) -> Anomalie:
    """
    Return a copy of *depot* with one error of *genre*; *precedent* is needed by « annee_precedente ».

    Raises:
        KeyError: no such kind of error.
    """
    hasard = Random(f"{graine}/{genre}/{depot.exercice}/{depot.famille}")
    return replace(_GENRES[genre](_copie(depot), precedent, hasard), genre=genre)


def _copie(depot: Depot) -> Depot:
    copied = copy.copy(depot)
    copied.cellules = dict(depot.cellules)
    copied.lignes = {section: list(lignes) for section, lignes in depot.lignes.items()}
    return copied


# ── One cell ─────────────────────────────────────────────────────────────────────────────────────────


def candidates(depot: Depot) -> dict[str, int]:
    """
    Return the typed amounts on which an error must show, and lines of the income statement.

    A line of the statements is not typed when there is a balance: once typed, it replaces it.
    """
    found = {
        cle: valeur
        for cle, valeur in depot.cellules.items()
        if cle.startswith(_TABLES) and not any(part in cle for part in _SANS_CONTROLE)
        if type(valeur) is int and abs(valeur) >= _SEUIL
    }
    if depot.livre is not None:
        for code, montant in par_ligne(depot.livre).items():
            if abs(montant) >= _SEUIL and code[0] in "CRP":
                table, colonne = {"C": ("CRC", "T"), "R": ("CRP", "N"), "P": ("PAS", "N")}[code[0]]
                found[f"{table}.{code}.{colonne}"] = montant
    return dict(sorted(found.items()))


def _cellule(changer: Callable[[int], int]) -> Plante:
    def plante(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
        choix = candidates(depot)
        cles = [cle for cle in choix if changer(choix[cle]) != choix[cle]]
        cle = hasard.choice(cles)
        apres = changer(choix[cle])
        depot.cellules[cle] = apres
        return Anomalie(depot, "", cle, choix[cle], apres)

    return plante


def echanger_chiffres(montant: int) -> int:
    """
    Exchange the first two neighbouring digits that differ, euros only.

    >>> echanger_chiffres(112345), echanger_chiffres(-7770000)
    (121345, -7707000)
    """
    sens = -1 if montant < 0 else 1
    euros, cents = divmod(abs(montant), 100)
    digits = list(str(euros))
    for rang in range(len(digits) - 1):
        if digits[rang] != digits[rang + 1] and digits[rang + 1 : rang + 2] != ["0"] * (rang == 0):
            digits[rang], digits[rang + 1] = digits[rang + 1], digits[rang]
            break
    return sens * (int("".join(digits)) * 100 + cents)


def _manquante(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    cles = [cle for cle in candidates(depot) if cle in depot.cellules and not cle.endswith(_REPRISES)]
    cle = hasard.choice(cles)
    valeur = depot.cellules.pop(cle)
    return Anomalie(depot, "", cle, int(str(valeur)), None)


def _annee_precedente(depot: Depot, precedent: Depot | None, hasard: Random) -> Anomalie:
    avant = candidates(precedent) if precedent else {}
    choix = {cle: valeur for cle, valeur in candidates(depot).items() if avant.get(cle, valeur) != valeur}
    cle = hasard.choice(sorted(choix))
    depot.cellules[cle] = avant[cle]
    return Anomalie(depot, "", cle, choix[cle], avant[cle])


def _ligne_double(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    section = "T08R.EMP"
    rows = [row for row in depot.lignes[section] if int(str(row.valeurs.get("OUVERTURE", 0))) > _SEUIL]
    row = hasard.choice(rows)
    depot.lignes[section].append(replace(row, cle=f"{row.cle}bis"))
    valeur = int(str(row.valeurs["OUVERTURE"]))
    return Anomalie(depot, "", f"{section}[{row.cle}]", valeur, 2 * valeur)


# ── The book ─────────────────────────────────────────────────────────────────────────────────────────


def _fautif(depot: Depot, *lignes: tuple[str, int], libelle: str = "Écriture fautive") -> None:
    """Write an entry, balanced or not, in a copy of the book of a filing."""
    livre = _livre(depot)
    kept = tuple(LigneEcriture(compte, montant) for compte, montant in lignes)
    livre.operations.append(Operation("OD", libelle, (12,), 30, kept))
    for item in kept:
        livre.soldes[item.compte, ""] += item.montant
    depot.balance = balance(livre)


def _livre(depot: Depot) -> Livre:
    """Put a copy of its book in a filing and return it."""
    if depot.livre is None:
        raise ValueError("the filing has no book")
    copied = copy.copy(depot.livre)
    copied.soldes = depot.livre.soldes.copy()
    copied.operations = list(depot.livre.operations)
    depot.livre = copied
    return copied


def _mouvementes(depot: Depot, classes: str) -> dict[str, int]:
    totaux = depot.livre.totaux() if depot.livre else {}
    return {compte: solde for compte, solde in totaux.items() if compte[0] in classes and abs(solde) > _SEUIL}


def _desequilibre(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    compte = hasard.choice(sorted(_mouvementes(depot, "6")))
    montant = hasard.randint(1_000, 90_000) * 100
    _fautif(depot, (compte, montant))
    return Anomalie(depot, "", compte, 0, montant)


def _inconnu(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    compte = hasard.choice(("1991", "4991", "9991"))
    montant = hasard.randint(1_000, 90_000) * 100
    _fautif(depot, (compte, montant), (BANQUE, -montant))
    return Anomalie(depot, "", compte, 0, montant)


def _attente(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    montant = hasard.randint(500, 40_000) * 100
    _fautif(depot, (BANQUE, montant), ("471", -montant))
    return Anomalie(depot, "", "471", 0, -montant)


def _virement(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    montant = hasard.randint(500, 40_000) * 100
    _fautif(depot, ("580", montant), (BANQUE, -montant))
    return Anomalie(depot, "", "580", 0, montant)


def _caisse(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    montant = 60_000 + hasard.randint(50, 900) * 100
    _fautif(depot, ("6238", montant), ("5311", -montant))
    return Anomalie(depot, "", "5311", 60_000, 60_000 - montant)


def _non_affecte(depot: Depot, _: Depot | None, __: Random) -> Anomalie:
    livre = _livre(depot)
    ecriture = next(item for item in livre.operations if item.libelle.startswith("Affectation du résultat"))
    livre.operations.remove(ecriture)
    for item in ecriture.lignes:
        livre.soldes[item.compte, item.auxiliaire] -= item.montant
    depot.balance = balance(livre)
    comptes = sorted({item.compte for item in ecriture.lignes if item.compte.startswith("12")})
    return Anomalie(depot, "", " ".join(comptes), 0, livre.solde("12"))


def _mauvais_compte(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    """Put on a receivable what was spent on a fixed asset: the asset falls short of its annexe."""
    compte = hasard.choice([c for c in sorted(_mouvementes(depot, "2")) if c.startswith(("20", "21", "23"))])
    montant = hasard.randint(2_000, 60_000) * 100
    _fautif(depot, ("4671", montant), (compte, -montant))
    return Anomalie(depot, "", f"{compte} 4671", 0, montant)


def _comptes_echanges(depot: Depot, _: Depot | None, hasard: Random) -> Anomalie:
    """Exchange what two accounts of different lines hold."""
    soldes = {c: s for c, s in _mouvementes(depot, "1").items() if c.startswith(("15", "16", "13"))}
    premier = hasard.choice(sorted(soldes))
    autres = [c for c in sorted(soldes) if ligne(c) != ligne(premier) and c[:2] != premier[:2]]
    second = hasard.choice(autres)
    ecart = soldes[second] - soldes[premier]
    _fautif(depot, (premier, ecart), (second, -ecart))
    return Anomalie(depot, "", f"{premier} {second}", soldes[premier], soldes[second])


_GENRES: Final[dict[str, Plante]] = {
    "signe": _cellule(lambda montant: -montant),
    "chiffres": _cellule(echanger_chiffres),
    "facteur_1000": _cellule(lambda montant: montant * 1_000),
    "double": _cellule(lambda montant: montant * 2),
    "manquante": _manquante,
    "annee_precedente": _annee_precedente,
    "ligne_double": _ligne_double,
    "desequilibre": _desequilibre,
    "compte_inconnu": _inconnu,
    "attente": _attente,
    "virement_interne": _virement,
    "caisse": _caisse,
    "non_affecte": _non_affecte,
    "mauvais_compte": _mauvais_compte,
    "comptes_echanges": _comptes_echanges,
}
GENRES: Final = tuple(_GENRES)
"""The kinds of errors, by name."""
