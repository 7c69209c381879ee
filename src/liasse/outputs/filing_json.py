"""A filing as JSON: `docs/schemas/depot-1.schema.json` describes it, `imports.filing_json` reads it."""

from __future__ import annotations

import json

from liasse.model.filing import Depot
from liasse.source.filing import Form, filing_plain


def render_filing_json(depot: Depot, form: Form) -> str:
    """Write a filing; the same filing always gives the same text."""
    return json.dumps(filing_plain(depot, form), ensure_ascii=False, indent=1) + "\n"
