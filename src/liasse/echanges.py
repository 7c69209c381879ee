"""
The second front door: what goes out of a filing and what comes back, as files and as printed pages.

Applications import from here what reads or writes documents, and from `liasse` what computes.
"""

from liasse.engine.findings import french_spaces, say_sum, typeset
from liasse.engine.terms import places
from liasse.imports.balance import Apercu, preview_balance
from liasse.imports.balance_columns import ROLES
from liasse.imports.comparison import Change, Comparison, Difference, compare
from liasse.imports.filing import FilingFile, FilingReading, open_filing
from liasse.imports.recognise import read_file
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity, Lecture
from liasse.outputs.explanation import ORIGINS, condensed
from liasse.outputs.filing_json import render_filing_json
from liasse.outputs.filing_xml import render_filing_xml
from liasse.outputs.motifs import Motifs
from liasse.outputs.statements import UNIT_NAMES, Row, Statement, statements
from liasse.outputs.text import side_names
from liasse.outputs.wording import CERTITUDES, count, headline
from liasse.outputs.workbook import render_workbook

__all__ = [
    "CERTITUDES",
    "ORIGINS",
    "ROLES",
    "UNIT_NAMES",
    "Apercu",
    "Change",
    "Comparison",
    "Difference",
    "FilingFile",
    "FilingReading",
    "ImportIssue",
    "ImportReport",
    "ImportSeverity",
    "Lecture",
    "Motifs",
    "Row",
    "Statement",
    "compare",
    "condensed",
    "count",
    "french_spaces",
    "headline",
    "open_filing",
    "places",
    "preview_balance",
    "read_file",
    "render_filing_json",
    "render_filing_xml",
    "render_workbook",
    "say_sum",
    "side_names",
    "statements",
    "typeset",
]
