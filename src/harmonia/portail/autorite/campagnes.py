"""« Campagnes »: prepare a collection, open it, correct its message and dates."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from harmonia.acces.models import Mission
from harmonia.campagnes.calendar import family_limits, usual_limits
from harmonia.campagnes.models import Campagne, Notification
from harmonia.campagnes.notifications import HEARD
from harmonia.campagnes.services import AlreadyAskedError, ask_opening, set_limits
from harmonia.dossiers.access import REVIEW
from harmonia.dossiers.opening import members_without_dossier
from harmonia.dossiers.taches import open_campagne
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.models import Organisme
from harmonia.portail.forms import day
from harmonia.portail.guards import authority_administrator_only, authority_only, person, posted
from harmonia.tenancy.porte import Annee, porte
from liasse import available


class DatesForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """What may change while a collection runs."""

    class Meta:
        """Fields and words."""

        model = Campagne
        fields = ("titre", "message", "echeance", "gel", "relances", "rapatriable_des")
        widgets = {"echeance": day(), "gel": day(), "message": forms.Textarea(attrs={"rows": 5})}  # noqa: RUF012
        labels = {  # noqa: RUF012 - Django's
            "titre": "Titre",
            "message": "Message aux organismes",
            "echeance": "Échéance",
            "gel": "Dernier jour de saisie",
            "relances": "Rappels, en jours avant l'échéance",
            "rapatriable_des": "Copie sur un autre portail, à partir de",
        }
        help_texts = {  # noqa: RUF012 - Django's
            "message": "Lu dans le courriel d'ouverture et en tête du dossier.",
            "gel": "Après ce jour, les valeurs ne changent plus. Vide : jamais.",
            "relances": "Par exemple « 30, 15, 7, 1 ». Aucun rappel n'est envoyé deux fois.",
            "rapatriable_des": "Chaque organisme donne ou non son accord. Avant la transmission, ce qui est"
            " copié porte partout la mention « provisoire », et les accords déjà donnés ne l'ouvrent pas.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        if workflow().with_effect("provisoire"):
            self.fields["rapatriable_des"].required = False  # left out, it stays as it is
        else:  # no step of this door seals anything before it is transmitted
            del self.fields["rapatriable_des"]
        limits = family_limits(self.instance)
        for famille, year in limited().items():
            self.fields[f"limite_{famille}"] = forms.DateField(
                label=f"Échéance des {famille}",
                required=False,
                initial=limits.get(famille),
                widget=day(),
                help_text=f"{year.reference}. Vide : l'échéance de la campagne.",
            )

    def limits(self) -> dict[str, date]:
        """Return the due dates that were given to some families."""
        given = {famille: self.cleaned_data.get(f"limite_{famille}") for famille in limited()}
        return {famille: on for famille, on in given.items() if on is not None}

    def clean_relances(self) -> str:
        """Keep days, the first reminder first."""
        text = str(self.cleaned_data["relances"])
        parts = [part for part in re.split(r"[,;\s]+", text) if part]
        if any(not part.isdigit() or not 0 < int(part) <= 365 for part in parts):
            raise ValidationError(
                f"« {text} » ne se lit pas : donnez des nombres de jours, séparés par des virgules."
            )
        return ",".join(str(days) for days in sorted({int(part) for part in parts}, reverse=True))

    def clean(self) -> dict[str, Any]:
        """Refuse a freeze before the due date."""
        given = super().clean() or {}
        echeance, gel = given.get("echeance"), given.get("gel")
        if echeance and gel and gel < echeance:
            self.add_error("gel", "Le gel ne peut pas venir avant l'échéance : repoussez-le, ou videz-le.")
        return given


class CampagneForm(DatesForm):
    """A new collection."""

    formulaire = forms.ChoiceField(label="Questionnaire et millésime")
    field_order = ("exercice", "formulaire")

    class Meta(DatesForm.Meta):
        """Fields and words."""

        fields = ("exercice", *DatesForm.Meta.fields)  # type: ignore[assignment]
        labels = {**DatesForm.Meta.labels, "exercice": "Exercice"}  # noqa: RUF012 - Django's

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        field = self.fields["formulaire"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices()
        self.fields["titre"].required = False

    def clean(self) -> dict[str, Any]:
        """Refuse a second collection of the same exercice."""
        given = super().clean()
        questionnaire = str(given.get("formulaire", "/")).partition("/")[0]
        exercice = given.get("exercice")
        if exercice and Campagne.objects.filter(exercice=exercice, questionnaire=questionnaire).exists():
            self.add_error("exercice", f"Il y a déjà une campagne pour l'exercice {exercice}.")
        return given

    def create(self) -> Campagne:
        """Keep the new collection."""
        questionnaire, _, millesime = self.cleaned_data["formulaire"].partition("/")
        known = porte().questionnaires[questionnaire]
        row: Campagne = self.save(commit=False)
        row.questionnaire, row.millesime, row.restitution = questionnaire, millesime, known.restitution
        row.titre = row.titre or f"{known.titre} {row.exercice}"
        row.mois_apres_assemblee = known.mois_apres_assemblee
        row.familles = ",".join(known.familles)
        row.save()
        set_limits(row, self.limits() or usual_limits(row))
        return row


def limited() -> dict[str, Annee]:
    """Return the families that may have a due date of their own on this door."""
    years = (one for form in porte().questionnaires.values() for one in form.annees.items())
    return {famille: year for famille, year in years if year.limite}


def choices() -> list[tuple[str, str]]:
    """Return the questionnaires and millésimes of the models at hand, the last first."""
    known = porte().questionnaires
    return [
        (f"{name}/{millesime}", f"{known[name].titre}, millésime {millesime}")
        for name, millesime in sorted(_models(), reverse=True)
        if name in known
    ]


def _models() -> list[tuple[str, str]]:
    return [(str(name), str(millesime)) for name, millesime in available(Path(settings.MODELES))]


@require_GET
@authority_only
def campagnes(request: HttpRequest) -> HttpResponse:
    """List the collections."""
    context = {
        "campagnes": _counted(),
        "administrateur": person(request).mission == Mission.ADMINISTRATEUR,
        "page": "campagnes",
    }
    return render(request, "portail/autorite/campagnes.html", context)


def _counted() -> QuerySet[Campagne]:
    return Campagne.objects.annotate(
        nombre=Count("dossiers"), transmis=Count("dossiers", filter=Q(dossiers__rang__gte=REVIEW))
    )


@authority_administrator_only
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Prepare a collection; nobody is told before it is opened."""
    today = timezone.localdate()
    start = {"exercice": today.year - 1, "echeance": date(today.year, 7, 31), "relances": "30, 15, 7, 1"}
    form = CampagneForm(posted(request), initial=start)
    if request.method == "POST" and form.is_valid():
        row = form.create()
        messages.success(request, f"« {row.titre} » est prête. Relisez-la, puis ouvrez-la.")
        return redirect("campagne", row.pk)
    return render(request, "portail/autorite/campagne_form.html", {"form": form, "page": "campagnes"})


@authority_only
def campagne(request: HttpRequest, campagne_id: int) -> HttpResponse:
    """Show a collection: its dates, what was sent; POST corrects message and dates (administrators only)."""
    row = access_campagne(campagne_id)
    if request.method == "POST":
        return _correct(request, row)
    return render(request, "portail/autorite/campagne.html", _context(request, row, DatesForm(instance=row)))


@authority_administrator_only
def _correct(request: HttpRequest, row: Campagne) -> HttpResponse:
    form = DatesForm(request.POST, instance=row)
    if form.is_valid():
        form.save()
        set_limits(row, form.limits())
        messages.success(request, "La campagne est enregistrée ; calendriers et rappels suivent.")
        return redirect("campagne", row.pk)
    return render(request, "portail/autorite/campagne.html", _context(request, row, form))


def _context(request: HttpRequest, row: Campagne, form: DatesForm) -> dict[str, object]:
    sent = Notification.objects.filter(campagne=row)
    return {
        "campagne": row,
        "form": form,
        "compte": _counted().get(pk=row.pk),
        "sans_dossier": members_without_dossier(row),
        "envois": list(
            sent.values("genre", "jours", "echeance")
            .annotate(nombre=Count("id"), partis=Count("envoyee_le"))
            .order_by("echeance", "genre", "-jours")
        ),
        "sans_destinataire": _unreached(row),
        "administrateur": person(request).mission == Mission.ADMINISTRATEUR,
        "page": "campagnes",
    }


def _unreached(row: Campagne) -> list[str]:
    """Return the members that nobody would hear for."""
    members = Organisme.objects.filter(famille__in=row.familles.split(","))
    heard = Q(rattachements__actif=True, rattachements__user__is_active=True) | Q(contacts__theme__in=HEARD)
    return list(members.exclude(pk__in=members.filter(heard).values("pk")).values_list("nom", flat=True))


@require_POST
@authority_administrator_only
def ouvrir(request: HttpRequest, campagne_id: int) -> HttpResponse:
    """Have a collection opened by a job; asked twice, it is opened once."""
    row = access_campagne(campagne_id)
    try:
        ask_opening(row.pk)
    except AlreadyAskedError:
        if row.ouverte_le is None or not members_without_dossier(row):
            messages.info(request, "L'ouverture est déjà faite ou en cours : rien n'est envoyé deux fois.")
            return redirect("campagne", row.pk)
    open_campagne.defer(campagne_id=row.pk)
    messages.success(request, "L'ouverture est lancée : dossiers et courriels partent en tâche de fond.")
    return redirect("campagne", row.pk)


def access_campagne(campagne_id: int) -> Campagne:
    """
    Return a collection.

    Raises:
        Http404: there is none.
    """
    row: Campagne | None = Campagne.objects.filter(pk=campagne_id).first()
    if row is None:
        raise Http404("Cette campagne n'existe pas.")
    return row
