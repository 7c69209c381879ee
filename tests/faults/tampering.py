"""That the checks can fail: a database is altered, in a transaction never committed, and they must tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tests.faults.constats import Federation, Ministere

_SENT: Final = "(SELECT max(id) FROM transmissions_transmission)"
_YEAR: Final = "'2022', '2021'"
_LAST: Final = "(SELECT max(depose_id) FROM dossiers_rapatriement)"

MINISTERE: Final = (
    f"UPDATE transmissions_transmission SET numero = numero + 1 WHERE id = {_SENT}",
    f"UPDATE transmissions_transmission SET instantane = replace(instantane, {_YEAR}) WHERE id = {_SENT}",
    f"UPDATE transmissions_transmission SET accuse = replace(accuse, {_YEAR}) WHERE id = {_SENT}",
    f"UPDATE transmissions_transmission SET precedente_id = NULL WHERE id = {_SENT}",
    f"DELETE FROM transmissions_avistransmission WHERE transmission_id = {_SENT}",
    "DELETE FROM dossiers_versionscellee WHERE id = (SELECT max(id) FROM dossiers_versionscellee)",
    "DELETE FROM dossiers_transition WHERE id = (SELECT max(id) FROM dossiers_transition)",
    "UPDATE dossiers_dossier SET etape = '3_Validation', rang = 3 WHERE etape = '4_Examen'",
    "UPDATE dossiers_signature SET annulee_le = now()",
    "UPDATE procrastinate_jobs SET args = '{}' WHERE task_name = 'prevenir_transmission'",
)
_MINE: Final = f"(SELECT dossier_id FROM dossiers_importdepose WHERE id = {_LAST})"
_LOT: Final = f"(SELECT lot FROM dossiers_importdepose WHERE id = {_LAST})"
_WRITTEN: Final = "DELETE FROM dossiers_journal WHERE id = (SELECT max(id) FROM dossiers_journal WHERE"

FEDERATION: Final = (
    f"UPDATE dossiers_valeur SET valeur = 1, texte = 'x' WHERE dossier_id = {_MINE}",
    f"{_WRITTEN} origine = 'correction')",
    f"{_WRITTEN} lot = {_LOT})",
    "DELETE FROM dossiers_cellulecopiee WHERE id = (SELECT max(id) FROM dossiers_cellulecopiee)",
    f"UPDATE dossiers_importdepose SET etat = 'applique' WHERE id = {_LAST}",
    f"UPDATE dossiers_importdepose SET etat = 'depose' WHERE id = {_LAST}",
    f"UPDATE dossiers_rapatriement SET annule_le = NULL WHERE depose_id = {_LAST}",
    "UPDATE procrastinate_jobs SET args = '{}' WHERE task_name = 'contresigner'",
)


def unseen(ministere: Ministere, federation: Federation) -> Iterator[str]:
    """Yield the alterations that no check tells."""
    for sql in MINISTERE:
        there = Ministere(replace(ministere.base, altered=sql), ministere.key)
        if not [*there.faults()]:
            yield sql
    for sql in FEDERATION:
        here = Federation(replace(federation.base, altered=sql))
        here.whole = federation.whole
        if not [*here.faults()]:
            yield sql
