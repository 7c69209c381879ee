"""
The exact engine of French social-housing statements: ledgers in, statements and findings out.

This is the front door: applications import from here, not from the inner rooms.
"""

from liasse.amounts import format_french, parse_decimal, to_decimal_string, unit
from liasse.compiler.passes import compile_model
from liasse.compiler.plan import Plan
from liasse.engine.controls import Controller, Judgement, Outcome, judge
from liasse.engine.findings import Compte, Finding
from liasse.engine.incremental import evaluate, recompute
from liasse.engine.trace import Origin, Trace, explain
from liasse.engine.values import Evaluation, Facts
from liasse.engine.verification import Verification, verify
from liasse.errors import LiasseError, ModelError, UnusableInputError
from liasse.exercices import Exercice
from liasse.ledger.balance import Balance, LigneBalance
from liasse.model.rules import Gravite, Model
from liasse.source.loader import available, load_model

__all__ = [
    "Balance",
    "Compte",
    "Controller",
    "Evaluation",
    "Exercice",
    "Facts",
    "Finding",
    "Gravite",
    "Judgement",
    "LiasseError",
    "LigneBalance",
    "Model",
    "ModelError",
    "Origin",
    "Outcome",
    "Plan",
    "Trace",
    "UnusableInputError",
    "Verification",
    "available",
    "compile_model",
    "evaluate",
    "explain",
    "format_french",
    "judge",
    "load_model",
    "parse_decimal",
    "recompute",
    "to_decimal_string",
    "unit",
    "verify",
]
