"""Where the accounts that the sector uses stand in the statements, and what each line holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from secteur.livre import Livre

_CHARGES: Final = (
    "601=C010 6031=C040 604=C070 605=C070 608=C070 606=C080 611=C110 6151=C120 6152=C130 615=C140"
    " 616=C160 613=C170 614=C170 617=C170 621=C180 622=C190 623=C200 625=C210 6285=C220 626=C230"
    " 628=C230 631=C310 633=C310 63512=C320 635=C330 637=C330 641=C410 645=C420 681122=C510"
    " 681123=C510 681124=C510 68112315=C515 6811=C515 6812=C520 68173=C540 6817=C550 68157=C560"
    " 6815=C570 654=C610 65=C620 661121=C820 661122=C820 661124=C825 661125=C826 661=C830 671=C910"
    " 675=C920 678=C930 69=C970"
)
_PRODUITS: Final = (
    "701=R010 703=R020 7041=R031 7042=R032 7043=R033 7046=R034 7047=R035 704=R036 702=R036 706=R043"
    " 708=R052 713=R110 7135=R115 7221=R211 78157=R411 7817=R412 7815=R413 791=R420 75=R510 7612=R610"
    " 76241=R620 764=R630 768=R640 771=R710 772=R710 775=R720 777=R730 778=R740"
)
_PASSIF: Final = (
    "162=P310 164=P330 1651=P341 1654=P342 16884=P370 419=P410 401=P420 402=P430 404=P450 4871=P510"
)
_ACTIF: Final = "267=A320 278=A340 274=A350 275=A350 411=A510 412=A520 416=A550 418=A560 486=A730"


def _table(text: str) -> Mapping[str, str]:
    return {item.partition("=")[0]: item.partition("=")[2] for item in text.split()}


CHARGES: Final = _table(_CHARGES)
PRODUITS: Final = _table(_PRODUITS)
PASSIF: Final = _table(_PASSIF)
ACTIF: Final = _table(_ACTIF)


@lru_cache(maxsize=1024)
def ligne(compte: str) -> str:
    """
    Return the line of the income statement or of the debts and receivables that takes an account.

    The longest root decides; an account that stands in none of them gives an empty text.

    >>> ligne("61523"), ligne("16884"), ligne("5121")
    ('C130', 'P370', '')
    """
    for table in (CHARGES, PRODUITS, PASSIF, ACTIF):
        for longueur in range(len(compte), 1, -1):
            if compte[:longueur] in table:
                return table[compte[:longueur]]
    return ""


def par_ligne(livre: Livre) -> dict[str, int]:
    """
    Return what each line holds at the closing, with the sign of the statements.

    An account that may be a receivable or a debt goes where its balance puts it.
    """
    found: defaultdict[str, int] = defaultdict(int)
    for compte, solde in livre.totaux().items():
        code = ligne(compte)
        if code:
            found[code] += solde if code[0] in "CA" else -solde
        elif compte.startswith("441"):
            found["A570" if solde > 0 else "P440"] += abs(solde)
        elif compte[:2] in {"42", "43", "44"}:
            found["A580" if solde > 0 else "P440"] += abs(solde)
        elif compte.startswith("454"):
            found["A610" if solde > 0 else "P460"] += abs(solde)
    return {code: montant for code, montant in sorted(found.items()) if montant}
