"""The jobs of the ministry: a referral file, once its notices have left."""

from __future__ import annotations

from django.template.loader import render_to_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from harmonia.instruction.envois import send_kept
from harmonia.instruction.etapes import deroule
from harmonia.instruction.models import Acte
from harmonia.instruction.saisine import Contenu, build
from harmonia.portail.impression import print_pages
from harmonia.tenancy.scope import Role, Scope, open_scope

_AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)


@app.task(name="preparer_la_saisine", queue="editions", retry=_AGAIN)  # type: ignore[untyped-decorator, unused-ignore]
def prepare_referral(acte_id: int, user_id: int) -> None:
    """Send the notices that wait, so that their proof is in, then seal the file; run twice, made once."""
    send_kept()
    with open_scope(Scope(Role.MINISTERE, user_id)):
        rows = Acte.objects.select_related("procedure__campagne", "procedure__organisme", "par")
        build(rows.get(pk=acte_id), print_opening)


def print_opening(content: Contenu) -> bytes:
    """
    Print the page that opens a referral file.

    Raises:
        MissingLibraryError: printing needs a library that is not installed.
    """
    context = {"contenu": content, "procedure": content.acte.procedure, "references": deroule().references}
    return print_pages(render_to_string("ministere/lettres/dossier_saisine.html", context))
