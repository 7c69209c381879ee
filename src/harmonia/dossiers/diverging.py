"""The control of copied cells: each one that differs from the ministry's portal is a gap to justify."""

from __future__ import annotations

from collections.abc import Iterator

from harmonia.dossiers.copies import Divergence, divergences
from harmonia.dossiers.evaluation import Held, Live
from harmonia.dossiers.models import Dossier
from liasse import Check, Copied, Finding, Judgement, Kind, Plan, decode, divergence, format_french

Gap = tuple[Check, Judgement, Finding]


def diverging(dossier: Dossier, state: Live) -> Iterator[Gap]:
    """Yield the gap of each cell that does not say what the last Rapatriement said."""
    for one in divergences(dossier, state):
        yield divergence(_copied(state.plan, one))


def _copied(plan: Plan, one: Divergence) -> Copied:
    if one.reference not in plan.index:
        words = ("" if one.ici is None else "présente", "présente")
        return Copied(one.cle, one.reference, one.cle, "texte", None, 1, *words)
    slot = plan.slot(one.reference)
    kind = Kind(slot.unit.code, slot.choix)
    return Copied(
        one.cle,
        one.reference,
        slot.libelle,
        slot.unit.code,
        None if one.ici is None else one.ici.valeur,
        one.ministere.valeur or 0,
        words_of(kind, one.ici),
        words_of(kind, one.ministere),
    )


def words_of(kind: Kind, held: Held | None) -> str:
    """Return a value as it is read on the form; empty when there is none."""
    if held is None or held.valeur is None:
        return ""
    if kind.unite == "texte":
        return held.texte or ""
    found = decode(held.valeur, kind)
    if kind.unite == "date":
        return f"{found:%d/%m/%Y}"
    if kind.unite == "oui_non":
        return "oui" if found else "non"
    if kind.unite == "choix":
        return kind.choix[str(found)]
    return format_french(held.valeur, kind.unite, symbol=False)
