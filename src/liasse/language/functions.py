"""The functions of the language.  Adding one needs a decision record."""

from __future__ import annotations

from typing import Final

ACCOUNT_FUNCTIONS: Final = frozenset(
    {
        "debiteur",
        "crediteur",
        "soldes_debiteurs",
        "soldes_crediteurs",
        "soldes_absolus",
        "mouvements_debit",
        "mouvements_credit",
        "ouverture",
        "ouvertures_absolues",
        "discontinuite",
        "auxiliaires_debiteurs",
        "auxiliaires_crediteurs",
        "doublons",
        "hors_plan",
        "sans_ligne",
    }
)
"""Functions whose arguments are roots of accounts; each reads the balance."""

REFERENCE_FUNCTIONS: Final = frozenset({"exercice_precedent", "declare", "selon_balance"})
"""Functions of one cell (or, for `exercice_precedent`, one aggregate or account function)."""

ROW_FUNCTIONS: Final = frozenset({"nombre"})
"""`nombre(TABLE.SECTION si …)`: how many rows; `somme`, `min` and `max` read rows too."""

DATE_FUNCTIONS: Final = frozenset({"mois", "ajoute_mois"})
"""`mois(a, b)`: months from the day a to the end of the day b; `ajoute_mois(a, n)`: a date."""

TEXT_FUNCTIONS: Final = frozenset({"luhn", "cles_repetees"})
"""`luhn(X)`: 1 when a SIREN has its right key, else 0; `cles_repetees(…)`: keys found more than once."""

LIST_FUNCTIONS: Final = frozenset({"somme", "moyenne", "min", "max"})
"""Functions of any number of values or ranges; they ignore `vide`."""

VALUE_FUNCTIONS: Final = frozenset({"abs", "arrondi", "zero_si_vide"})
"""Functions of one value."""

TEST_FUNCTIONS: Final = frozenset({"present"})
"""Functions of one value that give true or false."""

FUNCTIONS: Final = (
    ACCOUNT_FUNCTIONS
    | REFERENCE_FUNCTIONS
    | ROW_FUNCTIONS
    | DATE_FUNCTIONS
    | TEXT_FUNCTIONS
    | LIST_FUNCTIONS
    | VALUE_FUNCTIONS
    | TEST_FUNCTIONS
)
