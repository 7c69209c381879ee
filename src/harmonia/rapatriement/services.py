"""A Rapatriement applied and undone: one transaction, its proof, its justifications."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from harmonia.dossiers import imports
from harmonia.dossiers.copies import keep_copies, reference
from harmonia.dossiers.evaluation import Live, live
from harmonia.dossiers.justifications import Given, JustificationError, justify, may_justify, place, standing
from harmonia.dossiers.models import Dossier, EtatImport, ImportDepose, Justification, Rapatriement
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.services import Outcome
from harmonia.rapatriement.comparaison import document, sides, signed
from harmonia.rapatriement.taches import contresigner
from harmonia.tenancy.scope import current
from liasse import Gravite, parse_decimal, read_filing
from liasse import Outcome as Resultat

log = structlog.get_logger(__name__)


def apply(
    dossier: Dossier, depose: ImportDepose, choice: imports.Choice, said: Collection[str] = ()
) -> ImportDepose:
    """
    Take what is chosen of a transmission, all or none, with its proof; a second demand changes nothing.

    *said* names the justifications to take along.

    Raises:
        ImportRefusedError: it is not read, its doubts are not confirmed, an older version would come back.
        LockedError: the step of the dossier does not let values change.
    """
    with transaction.atomic():
        applied = imports.apply(dossier, depose, choice)
        if Rapatriement.objects.filter(depose=applied).exists():
            return applied
        _check_order(dossier, applied)
        state = live(dossier)
        kept = _record(dossier, applied, state)
        _justify(dossier, applied, kept, state, said)
        contresigner.defer(
            rapatriement_id=kept.pk, organisme_id=dossier.organisme_id, user_id=current().user_id
        )
    log.info("rapatriement_applied", dossier=dossier.pk, rapatriement=kept.pk, numero=kept.numero)
    return applied


def _check_order(dossier: Dossier, depose: ImportDepose) -> None:
    """
    Refuse a version sealed before the one that stands: somebody brought a later one meanwhile.

    What was transmitted may always take the place of a provisional version, which may have been withdrawn.
    """
    standing, brought = reference(dossier), depose.reconnu["transmission"]
    if standing is None or (standing.est_provisoire and brought["numero"] is not None):
        return
    if _rank(standing.transmis_le, standing.numero) > _rank(_sealed_at(brought), brought["numero"]):
        when = f"{localtime(standing.transmis_le):%d/%m/%Y à %H h %M}"
        raise imports.ImportRefusedError(
            f"La {standing.version}, scellée le {when}, est déjà reprise ici : celle-ci est plus ancienne."
            " Rien n'a été appliqué. Lancez un nouveau Rapatriement."
        )


def _rank(sealed_at: datetime, numero: int | None) -> tuple[datetime, int]:
    """Return what puts versions in order; in one and the same second, what was transmitted is the later."""
    return sealed_at, numero or 0


def _sealed_at(brought: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(brought["transmis_le"])


def _record(dossier: Dossier, depose: ImportDepose, state: Live) -> Rapatriement:
    transmission, now = depose.reconnu["transmission"], timezone.now()
    proof = signed(document(dossier, depose, sides(depose, state)))
    kept: Rapatriement = Rapatriement.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        depose=depose,
        numero=transmission["numero"],
        empreinte=transmission["empreinte"],
        transmis_le=_sealed_at(transmission),
        origine=transmission,
        comparaison=proof,
        par_id=current().user_id or None,
        le=now,
    )
    faits = read_filing(_content(depose)["depot"], form_for(state.plan))[0].faits
    keep_copies(kept, dossier, state, faits)
    return kept


def _content(depose: ImportDepose) -> dict[str, Any]:
    content: dict[str, Any] | None = depose.lu
    assert content is not None, "an import that was applied was read"
    return content


def undo(dossier: Dossier, depose: ImportDepose) -> tuple[ImportDepose, Outcome | None]:
    """
    Put back what a Rapatriement changed, where nobody changed it since; or set one aside.

    The one before becomes the reference again, and the justifications that came along go away.

    Raises:
        LockedError: the step of the dossier does not let values change.
    """
    with transaction.atomic():
        undone, outcome = imports.cancel(dossier, depose)
        kept = Rapatriement.objects.filter(depose=undone, annule_le=None).first()
        if kept is not None:
            kept.annule_le = timezone.now()
            kept.save(update_fields=["annule_le"])
            Justification.objects.filter(rapatriement=kept, remplacee=False).update(remplacee=True)
    return undone, outcome


# ── Justifications ───────────────────────────────────────────────────────────────────────────────


def offered(dossier: Dossier, state: Live, depose: ImportDepose) -> list[dict[str, Any]]:
    """Return the justifications that came along for the gaps of *state* that nothing explains yet."""
    said = {one["nom"]: one for one in (depose.lu or {}).get("justifications", [])}
    if not said or not may_justify(dossier):
        return []
    explained = standing(dossier, state)
    return [
        said[name] | {"titre": check.control.titre}
        for check, one in zip(state.plan.checks, state.judgements, strict=True)
        if one.outcome is Resultat.ECART
        and (one.gravite or check.control.gravite) is Gravite.A_JUSTIFIER
        and (name := place(check)) in said
        and name not in explained
    ]


def _justify(
    dossier: Dossier, depose: ImportDepose, kept: Rapatriement, state: Live, said: Collection[str]
) -> None:
    """Keep the justifications that were ticked, for the gaps that are there."""
    wanted = {one["nom"]: one for one in offered(dossier, state, depose) if one["nom"] in said}
    for check, judgement in zip(state.plan.checks, state.judgements, strict=True):
        one = wanted.get(place(check))
        if one is None:
            continue
        amount = None if one["montant"] is None else parse_decimal(one["montant"])
        try:
            row = justify(dossier, state, check, judgement, Given(one["texte"], amount))
        except JustificationError as error:
            log.info("justification_left", dossier=dossier.pk, controle=one["nom"], motif=str(error))
            continue
        Justification.objects.filter(pk=row.pk).update(rapatriement=kept)


def receipts(dossier: Dossier) -> list[Rapatriement]:
    """Return the Rapatriements of a dossier, undone ones included, the last first."""
    rows = Rapatriement.objects.filter(dossier=dossier).select_related("par")
    return list(rows.defer("comparaison", "contresignature"))


def is_ready(depose: ImportDepose) -> bool:
    """Tell whether a Rapatriement waits to be applied."""
    return depose.etat == EtatImport.LU
