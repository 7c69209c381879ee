"""
The accord of an organisation, seen from here: asked for, answered, kept until it ends, given back.

The code and the renewal token are sealed in their row, for that row; the token to read, which lasts minutes,
is kept nowhere.  Each function that speaks with the ministry does it outside any transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from harmonia.dossiers.models import Dossier, ImportDepose
from harmonia.rapatriement import ministere
from harmonia.rapatriement.coffre import SealedError, seal, unseal
from harmonia.rapatriement.comparaison import can_sign
from harmonia.rapatriement.fautes import RapatriementError
from harmonia.rapatriement.models import AccesMinistere
from harmonia.tenancy.scope import Scope, current, open_scope

ASKED: Final = timedelta(minutes=15)
"""How long a person has to answer the ministry's portal."""

FRESH: Final = timedelta(seconds=5)
"""How long what the ministry's portal said of an accord is not asked again."""

_AGAIN: Final = "Relancez « Rapatrier » depuis votre dossier."


def missing() -> tuple[str, ...]:
    """Return the settings without which this portal cannot ask the ministry's."""
    wanted = {
        "HARMONIA_MINISTERE": settings.MINISTERE,
        "HARMONIA_OAUTH_CLIENT": settings.OAUTH_CLIENT,
        "HARMONIA_OAUTH_SECRET": settings.OAUTH_SECRET,
        "HARMONIA_CLE_MINISTERE": settings.CLE_MINISTERE,
        "HARMONIA_CLE": can_sign(),
    }
    return tuple(name for name, value in wanted.items() if not value)


def alive(dossier: Dossier) -> AccesMinistere | None:
    """Return the access that is still open for a dossier, as far as is known here."""
    rows = AccesMinistere.objects.filter(
        dossier=dossier, clos_le=None, jeton__isnull=False, expire_le__gt=timezone.now()
    )
    return rows.select_related("par").first()


def last_reading(access: AccesMinistere) -> datetime | None:
    """Return when something was last read under an access."""
    rows = ImportDepose.objects.filter(dossier_id=access.dossier_id, options__acces=access.pk)
    found: datetime | None = rows.filter(reconnu__has_key="transmission").values_list("le", flat=True).first()
    return found


def history(dossier: Dossier) -> list[AccesMinistere]:
    """Return the accords given for a dossier, the last first."""
    rows = AccesMinistere.objects.filter(dossier=dossier).exclude(consentement={}).select_related("par")
    return list(rows[:20])


# ── Asked for, answered ──────────────────────────────────────────────────────────────────────────


def ask(dossier: Dossier, questionnaire: str) -> str:
    """
    Note a demand of the person, and return the address where they answer it.

    Raises:
        RapatriementError: this portal is not set up to ask.
    """
    lacking = missing()
    if lacking:
        raise RapatriementError(
            "R211",
            "ce portail",
            f"Ce portail n'est pas relié à celui du ministère ({', '.join(lacking)}).",
            "Prévenez l'assistance. En attendant, vous pouvez importer un dépôt XML ou JSON.",
        )
    state, verifier = ministere.draw()
    now, scope = (
        timezone.now(),
        f"lecture:{dossier.organisme.siren}:{dossier.campagne.exercice}:{questionnaire}",
    )
    name = digest(state)
    AccesMinistere.objects.create(
        dossier=dossier,
        organisme_id=dossier.organisme_id,
        etat=name,
        verificateur=seal(verifier, f"verificateur {name}"),
        demande_le=now,
        demande_expire_le=now + ASKED,
        par_id=current().user_id,
    )
    return ministere.authorization_address(scope, state, verifier)


def digest(state: str) -> str:
    """Return the digest under which a demand is known."""
    return hashlib.sha256(state.encode()).hexdigest()


def answered(user_id: int, answer: Mapping[str, str]) -> AccesMinistere:
    """
    Take the answer that a person brings back, once, and keep its code sealed until the job uses it.

    Raises:
        RapatriementError: the demand is not this person's, was answered, expired; or they refused.
    """
    row = AccesMinistere.objects.select_for_update(of=("self",)).filter(
        etat=digest(answer.get("state", "")), par_id=user_id
    )
    access: AccesMinistere | None = row.select_related("dossier").first()
    if access is None:
        raise _not_asked("Cette réponse du ministère ne correspond à aucune demande que vous ayez faite ici.")
    if access.utilise_le is not None:
        raise _not_asked("Cette réponse du ministère a déjà servi.")
    if answer.get("iss", settings.MINISTERE) != settings.MINISTERE:
        raise _not_asked("Cette réponse ne vient pas du portail du ministère.")
    access.utilise_le = timezone.now()
    if "error" in answer or not answer.get("code"):
        access.clos_le, access.motif = access.utilise_le, f"refus : {answer.get('error', 'sans code')}"[:200]
        access.save(update_fields=["utilise_le", "clos_le", "motif"])
        return access
    if access.demande_expire_le < access.utilise_le:
        raise _not_asked("La demande a expiré : plus d'un quart d'heure s'est écoulé.")
    access.code = seal(answer["code"], f"code {access.etat}")
    access.save(update_fields=["utilise_le", "code"])
    return access


def _not_asked(what: str) -> RapatriementError:
    return RapatriementError("R208", "le retour du ministère", f"{what} Rien n'a été repris.", _AGAIN)


# ── Used, in the background ──────────────────────────────────────────────────────────────────────


def reading_token(scope: Scope, access: AccesMinistere) -> str:
    """
    Return a token to read, by the code of the accord the first time, by its renewal token later.

    Raises:
        RapatriementError: the accord ended, or the ministry's portal does not answer.
    """
    try:
        if access.code is not None:
            code = unseal(access.code, f"code {access.etat}")
            made = ministere.exchange(code, unseal(access.verificateur, f"verificateur {access.etat}"))
            _keep(scope, access, made)
        elif access.jeton is not None and access.clos_le is None:
            made = ministere.renew(unseal(access.jeton, f"jeton {access.etat}"))
        else:
            raise ministere.closed()
    except SealedError as error:
        raise ministere.closed() from error
    if not access.consentement:
        _record(scope, access, ministere.consent(made.lecture))
    _note(scope, access, verifie_le=timezone.now(), muet_le=None)
    return made.lecture


def needs_check(access: AccesMinistere) -> bool:
    """Tell whether the ministry's portal is to be asked whether an accord still holds."""
    asked = access.muet_le or access.verifie_le
    return access.est_vivant and (asked is None or timezone.now() - asked > FRESH)


def check(scope: Scope, access_id: int) -> None:
    """Ask the ministry's portal whether an accord still holds; keep what it says, or that it is silent."""
    with open_scope(scope):
        access = AccesMinistere.objects.filter(pk=access_id).first()
    if access is None or not needs_check(access):
        return
    try:
        reading_token(scope, access)
    except RapatriementError as error:
        if not error.clos:
            _note(scope, access, muet_le=timezone.now())
            return
        with open_scope(scope):
            forget(access, error.quoi)


def _note(scope: Scope, access: AccesMinistere, **moments: datetime | None) -> None:
    with open_scope(scope):
        AccesMinistere.objects.filter(pk=access.pk).update(**moments)


def _keep(scope: Scope, access: AccesMinistere, made: ministere.Jetons) -> None:
    access.code, access.verificateur = None, b""
    access.jeton = seal(made.renouvellement, f"jeton {access.etat}")
    with open_scope(scope):
        access.save(update_fields=["code", "verificateur", "jeton"])


def _record(scope: Scope, access: AccesMinistere, consent: Mapping[str, Any]) -> None:
    try:
        until = datetime.fromisoformat(str(consent.get("expire_le", "")))
    except ValueError as error:
        raise ministere.unreadable("l'accord") from error
    access.consentement, access.expire_le = dict(consent), until
    with open_scope(scope):
        others = AccesMinistere.objects.filter(dossier_id=access.dossier_id, clos_le=None)
        others.filter(jeton__isnull=False).exclude(pk=access.pk).update(
            clos_le=timezone.now(), jeton=None, motif="remplacé par un accord plus récent"
        )
        access.save(update_fields=["consentement", "expire_le"])


def forget(access: AccesMinistere, motif: str) -> str:
    """Close an access here, and return the token to give back, if there is one."""
    kept = ""
    if access.jeton is not None:
        try:
            kept = unseal(access.jeton, f"jeton {access.etat}")
        except SealedError:
            kept = ""
    AccesMinistere.objects.filter(pk=access.pk).update(
        clos_le=timezone.now(), jeton=None, code=None, verificateur=b"", motif=motif[:200]
    )
    return kept
