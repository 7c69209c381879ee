"""An organisation, its contacts by theme, and the people who work for it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from harmonia.acces.models import User
from harmonia.organismes.siren import is_siren
from harmonia.tenancy.models import ScopedManager, ScopedModel


class Famille(models.TextChoices):
    """The four legal families."""

    OPH = "OPH", "Office public de l'habitat"
    ESH = "ESH", "Entreprise sociale pour l'habitat"
    COOP = "COOP", "Société coopérative d'HLM"
    SEM = "SEM", "Société d'économie mixte"


class Activite(models.TextChoices):
    """The main activity of an organisation."""

    LOCATIVE = "locative", "Locative"
    ACCESSION = "accession", "Accession"
    MIXTE = "mixte", "Mixte"
    AUTRE = "autre", "Autre"


class Theme(models.TextChoices):
    """What a contact answers for."""

    DIRECTION = "direction", "Direction"
    COMPTABILITE = "comptabilite", "Comptabilité et finance"
    LOCATIF = "locatif", "Gestion locative"
    ACCESSION = "accession", "Accession"
    SYNDIC = "syndic", "Syndic"
    RH = "rh", "Ressources humaines"
    COMMUNICATION = "communication", "Communication"


def check_siren(text: str) -> None:
    """
    Refuse what is not a SIREN.

    Raises:
        ValidationError: nine digits with the right key are needed.
    """
    if not is_siren(text):
        raise ValidationError(
            f"« {text} » n'est pas un SIREN : il faut neuf chiffres, dont le dernier est une clé de contrôle."
        )


class Organisme(models.Model):
    """An organisation.  Its row may be read by its own people and by the authority."""

    siren = models.CharField(max_length=9, unique=True, validators=[check_siren])
    nom = models.CharField(max_length=160)
    famille = models.CharField(max_length=4, choices=Famille)
    activite = models.CharField(max_length=12, choices=Activite, default=Activite.LOCATIVE)
    adresse = models.CharField(max_length=240, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    commune = models.CharField(max_length=120, blank=True)

    objects = ScopedManager["Organisme"]()

    class Meta:
        """Listed by name."""

        ordering = ("nom",)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.nom


class Contact(ScopedModel):
    """Whom to ask about a theme."""

    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="contacts")
    theme = models.CharField(max_length=16, choices=Theme)
    nom = models.CharField(max_length=120)
    courriel = models.EmailField()
    telephone = models.CharField(max_length=24, blank=True)

    class Meta(ScopedModel.Meta):
        """Listed by theme."""

        abstract = False
        ordering = ("theme", "nom")


class Rattachement(ScopedModel):
    """A user's profiles in an organisation; one person may hold them all."""

    user = models.ForeignKey(User, models.CASCADE, related_name="rattachements")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="rattachements")
    saisie = models.BooleanField("Responsable de saisie", default=False)
    comptable = models.BooleanField("Responsable comptable", default=False)
    hierarchique = models.BooleanField("Responsable hiérarchique", default=False)
    administrateur = models.BooleanField("Administrateur de l'organisme", default=False)

    class Meta(ScopedModel.Meta):
        """One row per person and organisation."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["user", "organisme"], name="rattachement_unique")]

    @property
    def peut_saisir(self) -> bool:
        """Any profile may type: there is no tick box without which nothing starts."""
        return self.saisie or self.comptable or self.hierarchique

    @property
    def profils(self) -> tuple[str, ...]:
        """The names of the profiles held."""
        names = ("saisie", "comptable", "hierarchique", "administrateur")
        return tuple(
            str(self._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in names
            if getattr(self, name)
        )
