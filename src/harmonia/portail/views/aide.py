"""« Aide et contacts »: whom to ask on this portal, with what they need to know (R7, R12)."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from harmonia.acces.models import Interlocuteur, Mission, User
from harmonia.organismes.access import membership
from harmonia.portail.forms import InterlocuteurForm
from harmonia.portail.guards import authority_administrator_only, posted
from harmonia.tenancy.porte import Joindre, porte


@require_GET
def aide(request: HttpRequest) -> HttpResponse:
    """Show whom to ask, to everybody; a mail that is begun here says who writes and from where."""
    user = request.user
    context = {
        "interlocuteurs": contacts(),
        "objet": quote(_subject(request)),
        "administrateur": isinstance(user, User) and user.mission == Mission.ADMINISTRATEUR,
        "page": "aide",
    }
    return render(request, "portail/aide.html", context)


def contacts() -> list[Interlocuteur] | list[Joindre]:
    """Return whom to ask: what the administrators keep, else what comes with the door."""
    return list(Interlocuteur.objects.all()) or list(porte().interlocuteurs)


def _subject(request: HttpRequest) -> str:
    """Return the subject of a mail: the portal, the organisation, the page that one comes from."""
    row = membership(request)
    who = f" · {row.organisme.nom} (SIREN {row.organisme.siren})" if row else ""
    page = request.GET.get("page", "")[:120]
    return f"{porte().nom}{who}{f' · page {page}' if page.startswith('/') else ''}"


@authority_administrator_only
def interlocuteur(request: HttpRequest, interlocuteur_id: int = 0) -> HttpResponse:
    """Add or correct somebody to ask."""
    row = _access(interlocuteur_id) if interlocuteur_id else Interlocuteur()
    form = InterlocuteurForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "L'interlocuteur est enregistré.")
        return redirect("aide")
    titre = row.objet or "Nouvel interlocuteur"
    return render(request, "portail/interlocuteur.html", {"form": form, "titre": titre, "row": row})


@require_POST
@authority_administrator_only
def retirer_interlocuteur(request: HttpRequest, interlocuteur_id: int) -> HttpResponse:
    """Remove somebody to ask."""
    _access(interlocuteur_id).delete()
    messages.success(request, "L'interlocuteur est retiré.")
    return redirect("aide")


def _access(interlocuteur_id: int) -> Interlocuteur:
    row: Interlocuteur | None = Interlocuteur.objects.filter(pk=interlocuteur_id).first()
    if row is None:
        raise Http404("Cet interlocuteur n'existe pas.")
    return row
