"""
What is said to the ministry's portal, and how its answers are taken: short waits, bounded sizes.

No database here.  Whatever fails is a `RapatriementError`: nothing else leaves this module.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import structlog
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.urls import reverse

from harmonia.rapatriement.fautes import RapatriementError
from liasse.echanges import UnreadableJsonError, canonical_json, read_json

log = structlog.get_logger(__name__)

CONNECT: Final = 3.0
ANSWER: Final = 6.0
WHOLE: Final = 20.0
"""Seconds: to be heard, between two pieces of an answer, and for all of it."""

MAX: Final = 24 * 1024 * 1024
"""The largest answer that is read, in bytes."""

_OU: Final = "le portail du ministère"
_LATER: Final = (
    "Votre dossier reste ouvert à la saisie, et rien n'y a été changé. Recommencez dans quelques minutes."
)
_AGREE: Final = "Donnez à nouveau votre accord sur le portail du ministère : « Rapatrier » vous y conduit."


@dataclass(frozen=True, slots=True)
class Jetons:
    """What an accord opens: a token to read, short, and one to ask for others until the accord ends."""

    lecture: str
    renouvellement: str


@dataclass(frozen=True, slots=True)
class Recu:
    """What came, in canonical form: a snapshot and its receipt, or a provisional version, which has none."""

    scelle: bytes
    accuse: bytes | None = None


def draw() -> tuple[str, str]:
    """Draw the state of a demand and its PKCE verifier."""
    return generate_token(43), generate_token(64)


def authorization_address(scope: str, state: str, verifier: str) -> str:
    """Return where a person is sent to give their accord."""
    return str(
        prepare_grant_uri(
            f"{settings.MINISTERE}/oauth/autoriser/",
            settings.OAUTH_CLIENT,
            "code",
            redirect_uri=return_address(),
            scope=scope,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    )


def return_address() -> str:
    """Return where the ministry's portal sends a person back."""
    return f"{settings.SITE}{reverse('rapatriement_retour')}"


def exchange(code: str, verifier: str) -> Jetons:
    """
    Exchange the code of an accord, once.

    Raises:
        RapatriementError: it expired or was used, or the portal does not answer.
    """
    form = prepare_token_request(
        "authorization_code", code=code, code_verifier=verifier, redirect_uri=return_address()
    )
    return _jetons(form, "")


def renew(renouvellement: str) -> Jetons:
    """
    Ask for another token to read.

    Raises:
        RapatriementError: the accord ended, or the portal does not answer.
    """
    return _jetons(prepare_token_request("refresh_token", refresh_token=renouvellement), renouvellement)


def _jetons(form: str, former: str) -> Jetons:
    found = _object(_posted("oauth/jeton/", form), "le jeton")
    lecture, further = found.get("access_token"), found.get("refresh_token") or former
    if not isinstance(lecture, str) or not isinstance(further, str) or not further:
        raise unreadable("le jeton")
    return Jetons(lecture, further)


def revoke(renouvellement: str) -> None:
    """
    Give a token back: the ministry's portal forgets it.

    Raises:
        RapatriementError: the portal does not answer.
    """
    _posted("oauth/revoquer/", urlencode({"token": renouvellement, "token_type_hint": "refresh_token"}))


def consent(lecture: str) -> dict[str, Any]:
    """
    Return the record of the accord, as the ministry's portal holds it.

    Raises:
        RapatriementError: the accord ended, or the portal does not answer.
    """
    return _object(_asked("GET", "consentement", lecture), "l'accord")


def current(lecture: str) -> Recu:
    """
    Return what was sealed last: a transmission, or a provisional version that the accord covers.

    Raises:
        RapatriementError: nothing can be read, the accord ended, or the portal does not answer.
    """
    found = _object(_asked("GET", "transmissions/courante", lecture), "la transmission")
    if isinstance(found.get("provisoire"), dict):
        return Recu(canonical_json(found["provisoire"]))
    if not isinstance(found.get("instantane"), dict) or not isinstance(found.get("accuse"), dict):
        raise unreadable("la transmission")
    return Recu(canonical_json(found["instantane"]), canonical_json(found["accuse"]))


def countersigned(lecture: str, proof: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a proof countersigned by the ministry's portal.

    Raises:
        RapatriementError: it refuses, or does not answer.
    """
    return _object(_asked("POST", "comparaisons", lecture, proof), "le contreseing")


# ── Plumbing ─────────────────────────────────────────────────────────────────────────────────────


def _posted(path: str, form: str) -> bytes:
    """Post a form in the name of this portal, known by its identifier and its secret."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    own = httpx.BasicAuth(settings.OAUTH_CLIENT, settings.OAUTH_SECRET)
    status, content = _sent("POST", path, headers, form.encode(), own)
    if status in {400, 401}:
        raise _refused(content)
    _check(status)
    return content


def _asked(method: str, path: str, lecture: str, body: Mapping[str, Any] | None = None) -> bytes:
    headers = {"Authorization": f"Bearer {lecture}", "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    sent = None if body is None else canonical_json(body)
    status, content = _sent(method, f"api/v1/{path}", headers, sent)
    _check(status)
    return content


def _sent(
    method: str,
    path: str,
    headers: Mapping[str, str],
    content: bytes | None,
    auth: httpx.Auth | None = None,
) -> tuple[int, bytes]:
    """Send a demand and read its answer, within bounds."""
    until = time.monotonic() + WHOLE
    address = f"{settings.MINISTERE}/{path}"
    try:
        with (
            httpx.Client(timeout=httpx.Timeout(ANSWER, connect=CONNECT), follow_redirects=False) as client,
            client.stream(method, address, headers=headers, content=content, auth=auth) as answer,
        ):
            return answer.status_code, _bounded(answer, until)
    except httpx.TimeoutException as error:
        raise _silent("Il n'a pas répondu à temps.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        log.info("ministere_unreachable", error=type(error).__name__)
        raise _silent("La connexion n'aboutit pas, ou s'est coupée.") from error


def _bounded(answer: httpx.Response, until: float) -> bytes:
    read = bytearray()
    for piece in answer.iter_bytes():
        read += piece
        if len(read) > MAX:
            what = f"La réponse dépasse {MAX >> 20} Mo : elle n'a pas été lue."
            raise RapatriementError("R205", _OU, what, _LATER)
        if time.monotonic() > until:
            raise _silent(f"Il n'a pas fini de répondre en {WHOLE:.0f} secondes.")
    return bytes(read)


def _check(status: int) -> None:
    if status in {200, 201}:
        return
    if status == 401:
        raise closed()
    if status == 404:
        raise RapatriementError(
            "R204",
            _OU,
            "Aucune transmission ne se lit sous votre accord : les états réglementaires de cet exercice"
            " ne sont pas transmis.",
            "Transmettez-les sur le portail du ministère, puis relancez le Rapatriement. Si le ministère"
            " ouvre les versions provisoires, présentez-les à la validation, et vérifiez que votre accord"
            " les comprend.",
        )
    raise RapatriementError(
        "R202",
        _OU,
        f"Le portail du ministère a répondu par une erreur (code {status}).",
        _LATER,
        passager=status >= 500 or status == 429,
    )


def _refused(content: bytes) -> RapatriementError:
    """Return what is said of a demand for a token that was refused."""
    why = str(_object(content, "le jeton").get("error", ""))
    log.info("ministere_refused", error=why)
    if why in {"invalid_grant", "invalid_token"}:
        return closed()
    return RapatriementError(
        "R209",
        "ce portail",
        f"Le portail du ministère ne reconnaît pas celui-ci ({why or 'sans motif'}).",
        "Prévenez l'assistance : l'inscription de ce portail auprès du ministère est à revoir.",
    )


def _silent(why: str) -> RapatriementError:
    return RapatriementError(
        "R201", _OU, f"Le portail du ministère ne répond pas. {why}", _LATER, passager=True
    )


def closed() -> RapatriementError:
    """Return what is said when an accord opens nothing any more."""
    return RapatriementError(
        "R203",
        "votre accord",
        "L'accord donné sur le portail du ministère n'ouvre plus rien :"
        " il a expiré, a été révoqué, ou n'a servi qu'à moitié.",
        _AGREE,
        clos=True,
    )


def unreadable(what: str) -> RapatriementError:
    """Return what is said of an answer that is not of the form agreed."""
    return RapatriementError(
        "R206",
        _OU,
        f"Le portail du ministère a envoyé une réponse illisible ({what}) :"
        " elle n'est pas de la forme prévue.",
        _LATER,
    )


def _object(content: bytes, what: str) -> dict[str, Any]:
    try:
        found = read_json(content)
    except UnreadableJsonError as error:
        raise unreadable(what) from error
    if not isinstance(found, dict):
        raise unreadable(what)
    return found
