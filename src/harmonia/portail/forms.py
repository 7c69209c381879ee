"""What people fill in outside the tables: their users, their organisation, an invitation, a date."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from harmonia.acces.models import Interlocuteur, User
from harmonia.documents.exchange import MAX_WORDS
from harmonia.organismes.models import PROFILS, Contact, Organisme

IDENTIFIER: Final = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")

PROFIL_HELP: Final = {
    "saisie": "remplit et vérifie les tables",
    "comptable": "saisit, puis signe les comptes",
    "hierarchique": "saisit, puis valide et transmet",
    "administrateur": "gère les utilisateurs et la fiche de l'organisme",
}


def day() -> forms.DateInput:
    """Return the field of a date, as browsers fill it in."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InvitationForm(forms.Form):
    """Whom to invite, with which profiles."""

    courriel = forms.EmailField(label="Adresse électronique", max_length=254)
    prenom = forms.CharField(label="Prénom", max_length=150, required=False)
    nom = forms.CharField(label="Nom", max_length=150, required=False)
    profils = forms.MultipleChoiceField(
        label="Profils",
        choices=[(code, f"{titre} : {PROFIL_HELP[code]}") for code, titre in PROFILS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un profil ; une même personne peut les avoir tous."},
    )


class ProfilesForm(forms.Form):
    """The profiles of somebody who is already there."""

    profils = forms.MultipleChoiceField(
        label="Profils",
        choices=list(PROFILS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Gardez au moins un profil ; pour fermer l'accès, « Suspendre » ou « Retirer »."
        },
    )


class AccountForm(forms.Form):
    """What a new person chooses: an identifier and a password that will serve every year."""

    prenom = forms.CharField(label="Prénom", max_length=150)
    nom = forms.CharField(label="Nom", max_length=150)
    identifiant = forms.CharField(
        label="Identifiant",
        max_length=40,
        help_text="De 3 à 40 lettres minuscules sans accent, chiffres, points ou tirets. "
        "Il ne changera pas ; votre adresse électronique permet aussi de se connecter.",
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    mot_de_passe = forms.CharField(
        label="Mot de passe",
        strip=False,
        help_text="Douze caractères au moins ; une phrase de quelques mots convient très bien.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    encore = forms.CharField(
        label="Mot de passe, une seconde fois",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, courriel: str, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.courriel = courriel

    def clean_identifiant(self) -> str:
        """Refuse what is not an identifier, or is somebody's."""
        name = str(self.cleaned_data["identifiant"]).strip().lower()
        if not IDENTIFIER.fullmatch(name):
            raise ValidationError(
                f"« {name} » ne convient pas : lettres minuscules sans accent, chiffres, points ou tirets, "
                "et une lettre ou un chiffre pour commencer."
            )
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(f"« {name} » est déjà pris : ajoutez votre nom ou un chiffre.")
        return name

    def clean(self) -> dict[str, Any]:
        """Check the password against its owner, and that it was typed twice the same."""
        given = super().clean() or {}
        password = given.get("mot_de_passe")
        if password and password != given.get("encore"):
            self.add_error("encore", "Les deux saisies diffèrent : tapez deux fois le même mot de passe.")
        if password:
            owner = User(
                username=given.get("identifiant", ""),
                email=self.courriel,
                first_name=given.get("prenom", ""),
                last_name=given.get("nom", ""),
            )
            try:
                validate_password(password, owner)
            except ValidationError as faults:
                self.add_error("mot_de_passe", faults)
        return given


class OwnOrganismeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """What an organisation corrects by itself; its name, SIREN and family are the authority's to change."""

    class Meta:
        """Fields and words."""

        model = Organisme
        fields = ("adresse", "code_postal", "commune", "activite")
        labels = {  # noqa: RUF012 - Django's
            "adresse": "Adresse",
            "code_postal": "Code postal",
            "commune": "Commune",
            "activite": "Activité principale",
        }

    def clean_code_postal(self) -> str:
        """Refuse what is not a postcode."""
        code = str(self.cleaned_data["code_postal"]).strip()
        if code and not re.fullmatch(r"\d{5}", code):
            raise ValidationError(f"« {code} » n'est pas un code postal : il faut cinq chiffres.")
        return code


class OrganismeForm(OwnOrganismeForm):
    """The whole identity of an organisation, for the authority."""

    class Meta(OwnOrganismeForm.Meta):
        """Fields and words."""

        fields = ("siren", "nom", "famille", *OwnOrganismeForm.Meta.fields)  # type: ignore[assignment]
        labels = {  # noqa: RUF012 - Django's
            **OwnOrganismeForm.Meta.labels,
            "siren": "SIREN",
            "nom": "Nom",
            "famille": "Famille",
        }
        help_texts = {"siren": "Neuf chiffres, sans espace."}  # noqa: RUF012 - Django's
        error_messages = {  # noqa: RUF012 - Django's
            "siren": {"unique": "Un organisme a déjà ce SIREN : cherchez-le dans la liste."}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.fields["siren"].widget.attrs.update({"inputmode": "numeric", "maxlength": "14"})
        field = self.fields["siren"]
        assert isinstance(field, forms.CharField)
        field.max_length = 14
        field.validators = [one for one in field.validators if "MaxLength" not in type(one).__name__]
        field.clean = self._without_spaces(field.clean)  # type: ignore[method-assign]

    @staticmethod
    def _without_spaces(clean: Any) -> Any:  # noqa: ANN401 - a bound method of Django's
        return lambda value: clean(re.sub(r"\s", "", value or ""))


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """Whom to ask about a theme."""

    class Meta:
        """Fields and words."""

        model = Contact
        fields = ("theme", "nom", "courriel", "telephone")
        labels = {  # noqa: RUF012 - Django's
            "theme": "Sujet",
            "nom": "Nom",
            "courriel": "Courriel",
            "telephone": "Téléphone",
        }


class InterlocuteurForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """Whom to ask about the portal."""

    class Meta:
        """Fields and words."""

        model = Interlocuteur
        fields = ("objet", "nom", "courriel", "telephone", "horaires", "ordre")
        labels = {  # noqa: RUF012 - Django's
            "objet": "Pour quoi",
            "nom": "Nom ou service",
            "courriel": "Courriel",
            "telephone": "Téléphone",
            "horaires": "Horaires",
            "ordre": "Rang dans la liste",
        }


class AssemblyForm(forms.Form):
    """The date of the general assembly."""

    assemblee_le = forms.DateField(
        label="Date",
        required=False,
        widget=day(),
        help_text="Celle qui approuve les comptes de l'exercice. Laissez vide si elle n'est pas fixée.",
    )


class ProrogationForm(forms.Form):
    """A postponed assembly."""

    assemblee_reportee_le = forms.DateField(label="Nouvelle date d'approbation des comptes", widget=day())
    echeance = forms.DateField(label="Échéance demandée", widget=day())
    motif = forms.CharField(label="Motif", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    decision = forms.FileField(
        label="Décision de prorogation",
        help_text="Par exemple l'ordonnance du tribunal. PDF, image ou texte ; 10 Mo au plus.",
    )


class AnswerForm(forms.Form):
    """What the authority answers to a request of prorogation."""

    echeance = forms.DateField(label="Nouvelle échéance", required=False, widget=day())
    reponse = forms.CharField(label="Réponse, lue par l'organisme", max_length=500, required=False)


class MessageForm(forms.Form):
    """A message of the espace d'échange."""

    texte = forms.CharField(
        label="Votre message",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MAX_WORDS,
        error_messages={
            "required": "Écrivez quelques mots : un document seul ne dit pas ce que vous en attendez."
        },
    )
    joint = forms.FileField(
        label="Joindre un document",
        required=False,
        help_text="PDF, image, classeur, texte ; 10 Mo au plus.",
    )
