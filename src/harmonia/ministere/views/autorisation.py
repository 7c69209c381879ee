"""« Autoriser »: where somebody accepts, or refuses, that another portal reads what was transmitted."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from oauth2_provider.forms import AllowForm
from oauth2_provider.models import Application
from oauth2_provider.views import AuthorizationView

from harmonia.api.consentements import DAYS, NOT_READ, Terms, last_day, may_consent, what_is_read
from harmonia.api.portees import Portee, read_portee
from harmonia.campagnes.models import Campagne
from harmonia.organismes.access import memberships_of
from harmonia.organismes.models import PROFILS, Rattachement
from harmonia.tenancy.scope import Role, Scope, open_scope

USUAL: Final = DAYS[1]
"""How many days a consent lasts unless the person says otherwise."""


class ConsentForm(AllowForm):  # type: ignore[misc]  # the toolkit has no types
    """The answer of the person; the rest comes and goes hidden."""

    jours = forms.TypedChoiceField(
        label="Durée",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(days, f"{days} jours, jusqu'au {{}}") for days in DAYS],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jours"].choices = [
            (days, f"{days} jours, jusqu'au {last_day(days):%d/%m/%Y}") for days in DAYS
        ]
        self.fields["jours"].initial = USUAL


class AutorisationView(AuthorizationView):  # type: ignore[misc]  # the toolkit has no types
    """
    The authorization endpoint (RFC 6749, 3.1): asks a person of the organisation, writes their consent.

    Whether there is an organisation of that SIREN, a dossier, or something transmitted, changes nothing of
    what somebody reads here who does not work for it.
    """

    template_name = "ministere/autoriser.html"
    form_class = ConsentForm

    def render_to_response(self, context: dict[str, Any], **response: Any) -> HttpResponse:
        """Show what is asked; or why it cannot be."""
        if "error" in context:
            context = {"raison": "erreur", "faute": context["error"]}
            return self._shown("ministere/autoriser_refus.html", context, response.get("status", 400))
        why = self._why_not(context["rattachement_vise"], context["campagne"])
        if why:
            return self._shown("ministere/autoriser_refus.html", {**context, "raison": why}, 403)
        return self._shown(self.template_name, context, 200)

    def _shown(self, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        response: HttpResponse = self.response_class(
            self.request, [template], context, using=self.template_engine, status=status
        )
        uri = context["form"]["redirect_uri"].value() if "form" in context else ""
        if uri:  # the answer to this form is a redirection there
            response._csp_update = {"form-action": [uri.partition("?")[0]]}  # type: ignore[attr-defined]  # noqa: SLF001 - django-csp's
        response.headers["Cache-Control"] = "no-store"
        return response

    def form_invalid(self, form: ConsentForm) -> HttpResponse:
        """Refuse an answer from which something lacks: no page of ours sends it."""
        fault = ", ".join(sorted(form.errors))
        return self.render_to_response({"error": f"il manque : {fault}"}, status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page says: who asks, for what, and what is read."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        portee = read_portee(form["scope"].value() or "")
        assert portee is not None, "the validator lets nothing else through"
        campagne = _campagne(portee)
        early = campagne is not None and campagne.montre_provisoire
        return context | {
            "portee": portee,
            "client": Application.objects.get(client_id=form["client_id"].value()),
            "rattachement_vise": member_of(self.request, portee),
            "campagne": campagne,
            "provisoire": early,
            "lu": what_is_read(provisoire=early),
            "non_lu": NOT_READ,
            "profils": [PROFILS[name] for name in ("comptable", "hierarchique", "administrateur")],
        }

    def _why_not(self, row: Rattachement | None, campagne: Campagne | None) -> str:
        if row is None:
            return "etranger"
        if not may_consent(row):
            return "profil"
        return "" if campagne is not None else "campagne"

    def create_authorization_response(
        self, request: HttpRequest, scopes: str, credentials: dict[str, Any], *, allow: bool
    ) -> Any:
        """Write the consent and make its code; or tell the other portal that the person refused."""
        portee = read_portee(scopes)
        row = member_of(request, portee) if portee is not None else None
        if not allow or portee is None:
            return super().create_authorization_response(request, scopes, credentials, allow)
        campagne = _campagne(portee)
        if row is None or campagne is None or self._why_not(row, campagne):
            raise PermissionDenied("Vos profils n'engagent pas cet organisme.")
        client = Application.objects.get(client_id=credentials["client_id"])
        days = int(request.POST.get("jours") or USUAL)
        terms = Terms(
            client,
            portee,
            row.organisme,
            campagne.titre,
            last_day(days if days in DAYS else USUAL),
            provisoire=campagne.montre_provisoire and "provisoire" in request.POST,
        )
        asked = {**credentials, "terms": terms, "rattachement": row}
        with open_scope(Scope(Role.ORGANISME, row.user_id, row.organisme_id)):
            return super().create_authorization_response(request, scopes, asked, allow)


def member_of(request: HttpRequest, portee: Portee) -> Rattachement | None:
    """Return the profiles of the person in the organisation that a scope names."""
    return next((row for row in memberships_of(request) if row.organisme.siren == portee.siren), None)


def _campagne(portee: Portee) -> Campagne | None:
    rows = Campagne.objects.filter(exercice=portee.exercice, questionnaire=portee.questionnaire)
    return rows.exclude(ouverte_le=None).first()
