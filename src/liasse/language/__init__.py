"""
The formula language: text to tree and back.

Knows no table, no account, no unit: names are resolved by `compiler`.  The language itself is
described for accountants in `docs/modele.md`.
"""
