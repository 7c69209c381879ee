"""
The second front door: files in and out (balance, FEC, filings as XML, JSON or workbook, comparisons).

Applications that only compute need `liasse` alone; reading and writing files loads more.
"""

from liasse.engine.terms import places
from liasse.imports.balance import Apercu, preview_balance
from liasse.imports.balance_columns import ROLES
from liasse.imports.comparison import Change, Comparison, Difference, compare
from liasse.imports.filing import FilingFile, FilingReading, open_filing
from liasse.imports.recognise import read_file
from liasse.imports.report import ImportIssue, ImportReport, ImportSeverity, Lecture
from liasse.outputs.filing_json import render_filing_json
from liasse.outputs.filing_xml import render_filing_xml
from liasse.outputs.workbook import render_workbook

__all__ = [
    "ROLES",
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
    "compare",
    "open_filing",
    "places",
    "preview_balance",
    "read_file",
    "render_filing_json",
    "render_filing_xml",
    "render_workbook",
]
