"""Aggregates, parameters, controls and their examples, and the model that holds them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from liasse.errors import Place
from liasse.exercices import Validity
from liasse.ledger.comptes import Compte
from liasse.model.forms import Formula, Table


class Gravite(StrEnum):
    """Severity of a control: B, A or I of comptabilite_hlm §6.0."""

    BLOQUANT = "bloquant"
    A_JUSTIFIER = "a_justifier"
    INFORMATION = "information"


class Vides(StrEnum):
    """How a control counts empty cells."""

    ZERO = "zero"
    """An empty cell of a table that holds something counts zero (§6.0)."""
    EXIGE = "exige"
    """Every cell named must be filled; else the control cannot be judged."""
    ANOMALIE = "anomalie"
    """Every cell named must be filled; an empty one is itself a gap."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """
    A named formula with a unit.

    Where `sans_objet` holds, the aggregate has no value and says so.  `sens` tells whether higher is
    better (`hausse`), lower (`baisse`) or neither (`neutre`); `repere` is the benchmark to show beside;
    `rubrique` groups aggregates that are shown together; `vides` is as for a table.
    """

    code: str
    titre: str
    unite: str
    formule: Formula
    reference: str
    certitude: str
    place: Place
    motif: str = ""
    familles: frozenset[str] = frozenset()
    par_famille: Mapping[str, Formula] = field(default_factory=dict)
    vides: str = ""
    sans_objet: Formula | None = None
    sens: str = ""
    repere: str = ""
    rubrique: str = ""


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A dated value of a parameter, as a scaled integer of the parameter's unit."""

    validite: Validity
    valeur: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of the law or of the profession, dated by exercice."""

    code: str
    titre: str
    unite: str
    valeurs: tuple[ParameterValue, ...]
    reference: str
    certitude: str
    place: Place


@dataclass(frozen=True, slots=True)
class SeverityCase:
    """The severity that a control takes when a condition holds."""

    si: Formula
    gravite: Gravite


@dataclass(frozen=True, slots=True)
class Control:
    """
    What must be true of a filing.

    A control with parts compiles into one check per part, all under the same code.  `pour` repeats
    the check for each line of a range; the columns of the table are then bare names.
    """

    code: str
    partie: str
    titre: str
    gravite: Gravite
    verifie: Formula
    message: str
    instruction: str
    reference: str
    certitude: str
    place: Place
    si: Formula | None = None
    pour: Formula | None = None
    familles: frozenset[str] = frozenset()
    exercices: Validity = Validity()
    vides: Vides = Vides.ZERO
    tolerance: int | None = None
    gravite_si: tuple[SeverityCase, ...] = ()
    tait: tuple[str, ...] = ()
    rubrique: str = ""

    @property
    def identifier(self) -> str:
        """`K033` or `K033.creances`."""
        return f"{self.code}.{self.partie}" if self.partie else self.code


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a keyed section: its key, its values by column (encoded), and its texts."""

    cle: str
    valeurs: Mapping[str, int] = field(default_factory=dict)
    textes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExampleYear:
    """The facts of one exercice in an example; amounts are scaled integers, accounts debit minus credit."""

    cellules: Mapping[str, int] = field(default_factory=dict)
    soldes: Mapping[str, int] | None = None
    ouvertures: Mapping[str, int] | None = None
    mouvements: Mapping[str, tuple[int, int]] | None = None
    auxiliaires: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    doublons: tuple[str, ...] = ()
    textes: Mapping[str, str] = field(default_factory=dict)
    lignes: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    neant: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """A worked case that runs as a test: facts, and what they must give."""

    titre: str
    famille: str
    exercice: int
    faits: ExampleYear
    place: Place
    precedent: ExampleYear | None = None
    controle: str = ""
    attendu: str = ""
    ecart: Decimal | None = None
    valeurs: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """One questionnaire, one millésime: everything its folder says."""

    questionnaire: str
    millesime: str
    titre: str
    exercices: Validity
    reference: str
    certitude: str
    familles: tuple[str, ...]
    tables: Mapping[str, Table]
    aggregats: Mapping[str, Aggregate]
    parametres: Mapping[str, Parameter]
    controles: tuple[Control, ...]
    exemples: tuple[Example, ...]
    comptes: tuple[Compte, ...]
    place: Place
    comptes_sans_ligne: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """Where the files of the model stand, under the root of models; included ones stand elsewhere."""
        return f"{self.questionnaire}/{self.millesime}/"
