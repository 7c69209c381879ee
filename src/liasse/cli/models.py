"""Where the models are, which millésime covers an exercice, and the plan to use."""

from __future__ import annotations

import gc
import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from liasse.compiler.passes import compile_model
from liasse.compiler.plan import Plan
from liasse.errors import ModelError, UnusableInputError, nearest
from liasse.exercices import Validity
from liasse.model.rules import Model
from liasse.source.loader import available, load_model

ENVIRONMENT: Final = "LIASSE_MODELES"
QUESTIONNAIRE: Final = "etats_reglementaires"
_PACKAGE: Final = Path(__file__).resolve().parents[1]


def model_root() -> Path:
    """
    Return the folder of the models: `LIASSE_MODELES`, else that of the repository, else that of the package.

    Raises:
        UnusableInputError: none of them holds a model.
    """
    told = os.environ.get(ENVIRONMENT)
    tried = (Path(told),) if told else (_PACKAGE.parents[1] / "modeles", _PACKAGE / "modeles")
    for root in tried:
        if available(root):
            return root
    where = " ni dans ".join(str(root) for root in tried)
    raise UnusableInputError(
        f"Aucun modèle dans {where}. Indiquez le dossier des modèles dans la variable {ENVIRONMENT}."
    )


def millesimes(root: Path, questionnaire: str) -> Mapping[str, Validity]:
    """Return the exercices that each millésime of a questionnaire covers; only the headers are read."""
    return {
        millesime: _covered(root / name / millesime / "modele.toml")
        for name, millesime in available(root)
        if name == questionnaire
    }


def _covered(path: Path) -> Validity:
    exercices = tomllib.loads(path.read_text(encoding="utf-8")).get("exercices", {})
    return Validity(exercices.get("de"), exercices.get("a"))


def say_validity(validity: Validity) -> str:
    """
    Say which exercices are covered.

    >>> say_validity(Validity(2022, 2025)), say_validity(Validity(2026, None))
    ('exercices 2022 à 2025', 'exercices 2026 et suivants')
    """
    if validity.a is None:
        return f"exercices {validity.de} et suivants" if validity.de else "tous les exercices"
    return f"exercices {validity.de} à {validity.a}" if validity.de else f"exercices jusqu'à {validity.a}"


def millesime_for(root: Path, questionnaire: str, exercice: int) -> str:
    """
    Return the latest millésime that covers an exercice.

    Raises:
        UnusableInputError: no such questionnaire, or no millésime for that exercice; says which exist.
    """
    known = millesimes(root, questionnaire)
    if not known:
        names = sorted({name for name, _ in available(root)})
        raise UnusableInputError(
            f"Questionnaire inconnu « {questionnaire} » ; connus : {', '.join(names)}."
            f"{nearest(questionnaire, names)}"
        )
    covering = [millesime for millesime, validity in known.items() if validity.covers(exercice)]
    if covering:
        return covering[-1]
    exist = " ; ".join(f"{code} ({say_validity(validity)})" for code, validity in known.items())
    raise UnusableInputError(
        f"Aucun millésime de « {questionnaire} » ne couvre l'exercice {exercice}."
        f" Millésimes disponibles : {exist}."
    )


def questionnaires_with(tables: Collection[str]) -> tuple[str, ...]:
    """Return the questionnaires that have all these tables, the one that declares them first."""
    root = model_root()
    found: dict[str, int] = {}
    for name, millesime in available(root):
        try:
            known = load_model(root, name, millesime, exemples=False).tables
        except ModelError:
            continue
        if known.keys() >= set(tables):
            found[name] = len(known)
    return tuple(sorted(found, key=found.__getitem__))


def plan_for(questionnaire: str, exercice: int, famille: str) -> Plan:
    """
    Load and compile the model of a filing.

    Raises:
        UnusableInputError: as `millesime_for`, or the model does not know the family.
        ModelError: the model itself has problems.
    """
    root = model_root()
    with _no_collection():
        millesime = millesime_for(root, questionnaire, exercice)
        model = load_model(root, questionnaire, millesime, exemples=False)
        return compile_model(model, known_family(model, famille))


@contextmanager
def _no_collection() -> Iterator[None]:
    """
    Build what lives until the end without the collector, which would look at all of it again and again.

    A model and its plan are hundreds of thousands of objects, none of them garbage.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def known_family(model: Model, famille: str) -> str:
    """
    Return the family in its official spelling.

    Raises:
        UnusableInputError: the model does not know it.
    """
    code = famille.upper()
    if code in model.familles:
        return code
    known = ", ".join(model.familles)
    raise UnusableInputError(
        f"Famille inconnue « {famille} » ; familles connues : {known}.{nearest(code, model.familles)}"
    )
