"""
Double-entry facts: the chart of accounts, ledger lines, and the balance générale.

Nothing here reads a file (see `imports`) or knows a form (see `model`).
"""
