"""What the pages of a Rapatriement show: where things stand, what came, what differs from it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from harmonia.dossiers.copies import Divergence, by_table, compared, copies, ordered, reference
from harmonia.dossiers.diverging import words_of
from harmonia.dossiers.evaluation import Held, Live, plan_for
from harmonia.dossiers.keys import read_key
from harmonia.dossiers.models import Dossier, EtatImport, ImportDepose, Rapatriement, SourceImport
from harmonia.portail.verification import cell_url
from harmonia.rapatriement.lecture import source_questionnaires
from harmonia.rapatriement.models import AccesMinistere
from liasse import Evaluation, Gravite, Kind, Outcome, Plan, judge

MOST: Final = 200
"""How many divergences a page lists; the others are on the verification page."""


class Proposee(NamedTuple):
    """A justification given on the ministry's portal, for a control that is the same here."""

    nom: str
    titre: str
    texte: str


@dataclass(frozen=True, slots=True)
class Divergente:
    """A cell that differs from the ministry's portal, as people read it."""

    cle: str
    libelle: str
    ici: str
    ministere: str
    url: str


def may_bring(dossier: Dossier) -> bool:
    """Tell whether the form of a dossier takes over figures of another portal."""
    return settings.PORTAIL == "federation" and bool(source_questionnaires(plan_for(dossier)))


def of_import(dossier: Dossier, depose: ImportDepose) -> dict[str, Any]:
    """Return what the page of a Rapatriement shows of the transmission that came."""
    transmission = depose.reconnu.get("transmission")
    kept = Rapatriement.objects.filter(depose=depose).first()
    return {
        "transmission": transmission,
        "transmis_le": datetime.fromisoformat(transmission["transmis_le"]) if transmission else None,
        "trous": (depose.lu or {}).get("trous", []),
        "recu": kept,
        "suivant": _later(depose) if depose.etat == EtatImport.REMPLACE else None,
        "courant": reference(dossier),
    }


def _later(depose: ImportDepose) -> ImportDepose | None:
    """Return the last Rapatriement asked for after one that it replaced."""
    rows = ImportDepose.objects.filter(dossier_id=depose.dossier_id, source=depose.source, pk__gt=depose.pk)
    return rows.exclude(etat=EtatImport.REMPLACE).defer("lu", "rapport").select_related("par").first()


def accord_words(access: AccesMinistere) -> str:
    """Say what is known of an accord, and since when: only the ministry's portal knows whether it holds."""
    held, silent = (_moment(one) for one in (access.verifie_le, access.muet_le))
    if silent:
        since = f" Dernière confirmation le {held}." if held else ""
        return f"Le portail du ministère n'a pas répondu le {silent} : l'accord a pu être révoqué.{since}"
    return f"Confirmé par le ministère le {held}." if held else "Pas encore vérifié auprès du ministère."


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), r"d/m/Y à H \h i") if moment is not None else ""


def proposed_words(depose: ImportDepose, after: Evaluation) -> list[Proposee]:
    """Return the justifications that came along, for the gaps that a choice leaves."""
    said = {one["nom"]: one for one in (depose.lu or {}).get("justifications", [])}
    if not said:
        return []
    return [
        Proposee(name, check.control.titre, said[name]["texte"])
        for check, one in zip(after.plan.checks, judge(after), strict=True)
        if one.outcome is Outcome.ECART
        and (one.gravite or check.control.gravite) is Gravite.A_JUSTIFIER
        and (name := f"{check.control.identifier} {check.ligne}".strip()) in said
    ]


def standing(dossier: Dossier, state: Live) -> dict[str, Any]:
    """Return how a dossier stands beside the last Rapatriement."""
    last = reference(dossier)
    found = ordered(state, last)
    return {
        "rapatriement": last,
        "divergences": found,
        "divergentes": len(found),
        "divergences_par_table": by_table(found),
    }


@dataclass(frozen=True, slots=True)
class CopieVue:
    """What the ministry's portal said of a cell, and since which Rapatriement."""

    rapatriement: Rapatriement
    ministere: str
    diverge: bool


def copy_of(dossier: Dossier, state: Live, key: str) -> CopieVue | None:
    """Return what the last Rapatriement said of a cell; None when it said nothing."""
    last = reference(dossier)
    said = copies(last).get(key)
    if last is None or said is None:
        return None
    one = next((one for one in compared(state, {key: said})), None)
    return CopieVue(last, _words(state.plan, key_reference(key), said) or "vide", one is not None)


def shown(dossier: Dossier, plan: Plan, found: Iterable[Divergence]) -> list[Divergente]:
    """Return divergences as people read them."""
    return [
        Divergente(
            one.cle,
            _label(plan, one),
            _words(plan, one.reference, one.ici) or "vide",
            _words(plan, one.reference, one.ministere) or "vide",
            cell_url(dossier.pk, one.cle),
        )
        for one in found
    ]


def key_reference(key: str) -> str:
    """Return the reference of the model that a key stands for."""
    found = read_key(key)
    return found.reference if found is not None else ""


def _label(plan: Plan, one: Divergence) -> str:
    if one.reference in plan.index:
        slot = plan.slot(one.reference)
        line = plan.model.tables[slot.table].lignes.get(slot.ligne)
        return (line.libelle if line is not None else "") or slot.libelle
    if one.reference in plan.key_columns:
        return "Ligne entière"
    return "Table déclarée « néant »"


def _words(plan: Plan, reference_: str, held: Held | None) -> str:
    if reference_ not in plan.index:
        return "présente" if held is not None else "absente"
    slot = plan.slot(reference_)
    return words_of(Kind(slot.unit.code, slot.choix), held)


def waiting(dossier: Dossier) -> list[ImportDepose]:
    """Return the Rapatriements asked for and not applied yet, the last first."""
    rows = ImportDepose.objects.filter(dossier=dossier, source=SourceImport.RAPATRIEMENT)
    open_ones = rows.filter(etat__in=[EtatImport.DEPOSE, EtatImport.LU]).defer("lu", "rapport")
    return list(open_ones.select_related("par")[:5])
