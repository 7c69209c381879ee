"""
The second front door: what goes out of a filing and what comes back, as files and as printed pages.

Applications import from here what reads or writes documents, and from `liasse` what computes.
"""

from liasse.engine.findings import french_spaces, say_sum, typeset
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
    "UNIT_NAMES",
    "Motifs",
    "Row",
    "Statement",
    "condensed",
    "count",
    "french_spaces",
    "headline",
    "render_filing_json",
    "render_filing_xml",
    "render_workbook",
    "say_sum",
    "side_names",
    "statements",
    "typeset",
]
