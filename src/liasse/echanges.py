"""
The second front door: what goes out of a filing and what comes back, as files and as printed pages.

Applications import from here what reads or writes documents, and from `liasse` what computes.
"""

from liasse.engine.findings import french_spaces, say_sum, typeset
from liasse.engine.terms import places
from liasse.imports.accuse import ATTACHMENT, receipt_in
from liasse.imports.balance import Apercu, preview_balance
from liasse.imports.balance_cells import Cell, ExcelError
from liasse.imports.balance_columns import ROLES
from liasse.imports.comparison import Change, Comparison, Difference, compare
from liasse.imports.filing import FilingFile, FilingReading, open_filing
from liasse.imports.recognise import read_file
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity, Lecture
from liasse.imports.spreadsheet import WorkbookError, read_sheets
from liasse.imports.text import decode_guess
from liasse.outputs.explanation import ORIGINS, condensed
from liasse.outputs.filing_json import render_filing_json
from liasse.outputs.filing_xml import render_filing_xml
from liasse.outputs.motifs import Motifs
from liasse.outputs.statements import UNIT_NAMES, Row, Statement, statements
from liasse.outputs.text import side_names
from liasse.outputs.wording import CERTITUDES, count, headline
from liasse.outputs.workbook import render_workbook
from liasse.sceaux.accuse import (
    Accuse,
    Constat,
    Defaut,
    check_accuse,
    check_snapshot,
    make_accuse,
    read_accuse,
    say_fingerprint,
)
from liasse.sceaux.canonique import (
    NotCanonicalError,
    UnreadableJsonError,
    canonical_json,
    read_json,
    sha256,
)
from liasse.sceaux.cles import (
    ClePrivee,
    ClePublique,
    KeyFileError,
    decode_bytes,
    keys_document,
    read_keys,
    sign_document,
    signer_of,
)
from liasse.sceaux.instantane import Faute, Instantane, Scelle, make_instantane, moment, read_instantane
from liasse.sceaux.provisoire import Provisoire, make_provisoire, read_provisoire
from liasse.sceaux.schemas import schema

__all__ = [
    "ATTACHMENT",
    "CERTITUDES",
    "ORIGINS",
    "ROLES",
    "UNIT_NAMES",
    "Accuse",
    "Apercu",
    "Cell",
    "Change",
    "ClePrivee",
    "ClePublique",
    "Comparison",
    "Constat",
    "Defaut",
    "Difference",
    "ExcelError",
    "Faute",
    "FilingFile",
    "FilingReading",
    "ImportIssue",
    "ImportReport",
    "ImportSeverity",
    "Instantane",
    "KeyFileError",
    "Lecture",
    "Motifs",
    "NotCanonicalError",
    "Provisoire",
    "Row",
    "Scelle",
    "Statement",
    "UnreadableJsonError",
    "WorkbookError",
    "canonical_json",
    "check_accuse",
    "check_snapshot",
    "compare",
    "condensed",
    "count",
    "decode_bytes",
    "decode_guess",
    "french_spaces",
    "headline",
    "keys_document",
    "make_accuse",
    "make_instantane",
    "make_provisoire",
    "moment",
    "open_filing",
    "places",
    "preview_balance",
    "read_accuse",
    "read_file",
    "read_instantane",
    "read_json",
    "read_keys",
    "read_provisoire",
    "read_sheets",
    "receipt_in",
    "render_filing_json",
    "render_filing_xml",
    "render_workbook",
    "say_fingerprint",
    "say_sum",
    "schema",
    "sha256",
    "side_names",
    "sign_document",
    "signer_of",
    "statements",
    "typeset",
]
