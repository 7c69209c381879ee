"""What an organisation files for an exercice: its balance, and the cells, rows and texts no balance tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from liasse import Balance, Evaluation, Facts, LigneBalance, Plan, evaluate
from liasse.model.rules import Row
from secteur.livre import Livre
from secteur.plan import libelle

Valeur = int | date | bool | str
"""An amount scaled to the unit of its cell, a date, a yes or no, the code of a choice, or a text."""


@dataclass(frozen=True, slots=True)
class Ligne:
    """A row that the user adds to a table: its key and its columns."""

    cle: str
    valeurs: Mapping[str, Valeur]


@dataclass(slots=True)
class Depot:
    """A filing, known by its references and not tied to a plan: what a plan does not have is left out."""

    famille: str
    exercice: int
    balance: Balance | None
    cellules: dict[str, Valeur] = field(default_factory=dict)
    lignes: dict[str, list[Ligne]] = field(default_factory=dict)
    neant: set[str] = field(default_factory=set)
    livre: Livre | None = None
    """The book that the balance sums, for the errors planted in it."""

    def note(self, table: str, colonne: str, valeurs: Mapping[str, Valeur]) -> None:
        """Write a column of a table, line by line."""
        self.cellules.update({f"{table}.{ligne}.{colonne}": valeur for ligne, valeur in valeurs.items()})

    def ligne(self, section: str, cle: str, **valeurs: Valeur) -> None:
        """Add a row to a section."""
        self.lignes.setdefault(section, []).append(Ligne(cle, valeurs))


def balance(livre: Livre) -> Balance:
    """Return the balance générale of a book, before the closing of classes 6 and 7."""
    nom = partial(libelle, famille=livre.famille, annee=livre.annee)
    mouvements, ouvertures = livre.mouvements(), livre.ouvertures()
    auxiliaires: dict[str, list[tuple[str, int]]] = {}
    for (compte, auxiliaire), montant in sorted(livre.soldes.items()):
        if auxiliaire:
            auxiliaires.setdefault(compte, []).append((auxiliaire, montant))
    lignes = tuple(
        LigneBalance(compte, solde, nom(compte), ouvertures.get(compte, 0), *mouvements.get(compte, (0, 0)))
        for compte, solde in livre.totaux().items()
    )
    kept = {compte: tuple(held) for compte, held in auxiliaires.items()}
    return Balance(lignes, has_ouverture=True, has_mouvements=True, auxiliaires=kept)


def faits(depot: Depot, plan: Plan, precedent: Evaluation | None = None) -> Facts:
    """
    Return the facts of a filing under a plan.

    Cells, rows and texts that the plan does not have are left out: a filing knows every table of the
    sector, a plan only those of its questionnaire and family.
    """
    cells, texts = _cellules(depot, plan)
    columns = _colonnes(plan)
    rows = {
        section: tuple(
            _row(ligne, columns[section], plan.key_columns[section].rpartition(".")[2]) for ligne in lignes
        )
        for section, lignes in depot.lignes.items()
        if section in columns
    }
    tables = plan.model.tables
    neant = frozenset(table for table in depot.neant if table in tables)
    return Facts(depot.exercice, depot.balance, cells, precedent, frozenset(), rows, texts, neant)


def evaluer(depots: Iterable[Depot], plan: Plan) -> Evaluation:
    """
    Return the evaluation of the last of several filings, each the previous exercice of the next.

    Raises:
        ValueError: there is no filing.
    """
    evaluation: Evaluation | None = None
    for depot in depots:
        evaluation = evaluate(plan, faits(depot, plan, evaluation))
    if evaluation is None:
        raise ValueError("no filing")
    return evaluation


def encode(value: Valeur, choix: Mapping[str, str]) -> int:
    """
    Return the integer that stands for a value in a plan.

    >>> encode("ACC", {"LOC": "", "ACC": ""}), encode(True, {}), encode(date(2022, 12, 31), {})
    (2, 1, 738520)
    """
    if isinstance(value, str):
        return list(choix).index(value) + 1 if choix else 1
    return value.toordinal() if isinstance(value, date) else int(value)


def _cellules(depot: Depot, plan: Plan) -> tuple[dict[str, int], dict[str, str]]:
    typed = _saisies(plan)
    cells: dict[str, int] = {}
    texts: dict[str, str] = {}
    for key, value in depot.cellules.items():
        if key not in typed:
            continue
        choix = typed[key]
        cells[key] = encode(value, choix)
        if isinstance(value, str) and not choix:
            texts[key] = value
    return cells, texts


def _row(ligne: Ligne, columns: Mapping[str, Mapping[str, str]], key: str) -> Row:
    valeurs = {nom: encode(value, columns[nom]) for nom, value in ligne.valeurs.items() if nom in columns}
    textes = {
        nom: value
        for nom, value in ligne.valeurs.items()
        if nom in columns and isinstance(value, str) and not columns[nom]
    }
    return Row(ligne.cle, {key: 1, **valeurs}, {key: ligne.cle, **textes})


@lru_cache(maxsize=8)
def _saisies(plan: Plan) -> Mapping[str, Mapping[str, str]]:
    """Return the cells that a plan lets one type, with the codes of their choices."""
    return {
        slot.key: slot.choix
        for slot in plan.slots
        if slot.nature is not None and slot.nature.value in {"saisie", "remplie"} and not slot.section
    }


@lru_cache(maxsize=8)
def _colonnes(plan: Plan) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return the typed columns of each keyed section, with the codes of their choices."""
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for slot in plan.slots:
        if slot.section and slot.nature is not None and slot.nature.value in {"saisie", "remplie"}:
            found.setdefault(slot.section, {})[slot.colonne] = slot.choix
    return found
