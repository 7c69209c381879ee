"""
The reference: a bare Django view that does the reads and writes of a cell save under row-level security.

No middleware, no form, no calculation, no answer but the new version: what they alone take.
"""

from __future__ import annotations

import json
import uuid

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

application = get_wsgi_application()

from harmonia.dossiers.services import SAVE  # noqa: E402 - once Django is set up

_USER = (
    "SELECT r.organisme_id, u.username FROM acces_user u JOIN organismes_rattachement r ON r.user_id = u.id"
    " WHERE u.id = %s ORDER BY r.id LIMIT 1"
)
_SCOPE = (
    "SELECT set_config('harmonia.role', %s, true), set_config('harmonia.organisme', %s, true),"
    " set_config('harmonia.utilisateur', %s, true)"
)
_DOSSIER = "SELECT organisme_id, etape FROM dossiers_dossier WHERE id = %s"


def save(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Keep one cell."""
    body = json.loads(request.body)
    entry = body["saisies"][0]
    user_id = int(SessionStore(request.COOKIES[settings.SESSION_COOKIE_NAME]).load()["_auth_user_id"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SCOPE, ["personne", "0", str(user_id)])
        cursor.execute(_USER, [user_id])
        organisme_id, _ = cursor.fetchone()
        cursor.execute(_SCOPE, ["organisme", str(organisme_id), str(user_id)])
        cursor.execute(_DOSSIER, [dossier_id])
        cursor.fetchone()
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [dossier_id])
        cents = int(entry["texte"].replace(",", ""))
        now, lot = timezone.now(), uuid.uuid4()
        cursor.execute(
            SAVE,
            [
                *([entry["cle"]], [cents], [None], [entry["version"]], dossier_id, [entry["cle"]]),
                *(dossier_id, organisme_id, "saisie", user_id, now),
                *(dossier_id, organisme_id, "saisie", lot, user_id, now),
            ],
        )
        written = [[cle, version, ""] for cle, version, _ in cursor.fetchall()]
    answer = JsonResponse({"ecrites": written, "conflits": [], "refus": [], "curseur": 0})
    answer["Content-Length"] = str(len(answer.content))
    return answer


urlpatterns = [path("dossiers/<int:dossier_id>/saisies/", save)]
