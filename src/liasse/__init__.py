"""
The exact engine of French social-housing statements: ledgers in, statements and findings out.

This is the front door: applications import from here, not from the inner rooms.
"""

from liasse.amounts import MAX_AMOUNT, format_french, parse_decimal, to_decimal_string, unit
from liasse.compiler.passes import compile_model
from liasse.compiler.plan import Check, Nature, Plan, Slot, SlotKind
from liasse.engine.controller import Controller
from liasse.engine.controls import Judgement, Outcome, judge
from liasse.engine.copie import Copie, Trou, copied, given_year, table_figures
from liasse.engine.divergence import Copied, divergence
from liasse.engine.filing import depot_of, facts_of, form_of, year_of
from liasse.engine.findings import Compte, Finding, findings, findings_of, say_missing, say_sum, say_value
from liasse.engine.incremental import evaluate, recompute
from liasse.engine.pistes import Inquiry, Piste
from liasse.engine.trace import Origin, Trace, explain, explain_row
from liasse.engine.transposition import transpose
from liasse.engine.values import Evaluation, Facts, is_empty
from liasse.engine.verification import Verification, verify
from liasse.errors import LiasseError, ModelError, UnusableInputError
from liasse.exercices import Exercice
from liasse.ledger.balance import Balance, LigneBalance
from liasse.model.correspondances import Correspondances
from liasse.model.filing import Depot, DepotYear
from liasse.model.forms import Column, Line, Section, Table
from liasse.model.rules import Control, Gravite, Model, Row
from liasse.source.correspondances import linked_questionnaires, load_correspondances
from liasse.source.encoding import Kind, decode, encode
from liasse.source.filing import Fault, Form, YearReader, filing_plain, read_filing, year_plain
from liasse.source.loader import available, load_model

__all__ = [
    "MAX_AMOUNT",
    "Balance",
    "Check",
    "Column",
    "Compte",
    "Control",
    "Controller",
    "Copie",
    "Copied",
    "Correspondances",
    "Depot",
    "DepotYear",
    "Evaluation",
    "Exercice",
    "Facts",
    "Fault",
    "Finding",
    "Form",
    "Gravite",
    "Inquiry",
    "Judgement",
    "Kind",
    "LiasseError",
    "LigneBalance",
    "Line",
    "Model",
    "ModelError",
    "Nature",
    "Origin",
    "Outcome",
    "Piste",
    "Plan",
    "Row",
    "Section",
    "Slot",
    "SlotKind",
    "Table",
    "Trace",
    "Trou",
    "UnusableInputError",
    "Verification",
    "YearReader",
    "available",
    "compile_model",
    "copied",
    "decode",
    "depot_of",
    "divergence",
    "encode",
    "evaluate",
    "explain",
    "explain_row",
    "facts_of",
    "filing_plain",
    "findings",
    "findings_of",
    "form_of",
    "format_french",
    "given_year",
    "is_empty",
    "judge",
    "linked_questionnaires",
    "load_correspondances",
    "load_model",
    "parse_decimal",
    "read_filing",
    "recompute",
    "say_missing",
    "say_sum",
    "say_value",
    "table_figures",
    "to_decimal_string",
    "transpose",
    "unit",
    "verify",
    "year_of",
    "year_plain",
]
