"""An organisation, its contacts by theme, and the people who work for it."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from harmonia.acces.models import Mission, User
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
    """
    An organisation.  Its row may be read by its own people and by the authority.

    `region` is its INSEE code; `entre_le` and `sorti_le` bound the time in which it has accounts to file.
    """

    siren = models.CharField(max_length=9, unique=True, validators=[check_siren])
    nom = models.CharField(max_length=160)
    famille = models.CharField(max_length=4, choices=Famille)
    activite = models.CharField(max_length=12, choices=Activite, default=Activite.LOCATIVE)
    adresse = models.CharField(max_length=240, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    commune = models.CharField(max_length=120, blank=True)
    departement = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=2, blank=True)
    entre_le = models.DateField(null=True, blank=True)
    sorti_le = models.DateField(null=True, blank=True)
    absorbe_par = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbes")

    objects = ScopedManager["Organisme"]()

    class Meta:
        """Listed by name."""

        ordering = ("nom",)
        base_manager_name = "objects"

    def __str__(self) -> str:
        return self.nom


class NatureEvenement(models.TextChoices):
    """What happened to an organisation."""

    ENTREE = "entree", "Entrée au registre"
    NOM = "nom", "Changement de nom"
    FAMILLE = "famille", "Changement de famille"
    SIEGE = "siege", "Changement de département"
    FUSION = "fusion", "Absorption"
    SORTIE = "sortie", "Sortie du registre"
    RETOUR = "retour", "Retour au registre"


class EvenementOrganisme(ScopedModel):
    """
    A dated fact of the life of an organisation, never changed: names, mergers, entry and exit.

    `le` is the day from which it holds; `autre` the organisation that absorbs, for a merger.
    """

    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="evenements")
    nature = models.CharField(max_length=8, choices=NatureEvenement)
    le = models.DateField()
    avant = models.CharField(max_length=160, blank=True)
    apres = models.CharField(max_length=160, blank=True)
    autre = models.ForeignKey(Organisme, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=200, blank=True)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note_le = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        """The last first."""

        abstract = False
        ordering = ("-le", "-id")


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
    """A user's profiles in an organisation; one person may hold them all.  Not `actif`: access suspended."""

    user = models.ForeignKey(User, models.CASCADE, related_name="rattachements")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="rattachements")
    saisie = models.BooleanField("Responsable de saisie", default=False)
    comptable = models.BooleanField("Responsable comptable", default=False)
    hierarchique = models.BooleanField("Responsable hiérarchique", default=False)
    administrateur = models.BooleanField("Administrateur de l'organisme", default=False)
    actif = models.BooleanField(default=True)

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
        return tuple(titre for name, titre in PROFILS.items() if getattr(self, name))


PROFILS = {
    name: str(Rattachement._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001
    for name in ("saisie", "comptable", "hierarchique", "administrateur")
}
"""The profiles by field, each with the words that people read."""


class Invitation(ScopedModel):
    """
    A person asked to join an organisation, or the authority's staff when `organisme` is empty.

    The link that is sent carries the signature of `id`; it serves once, until `expire_le`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisme = models.ForeignKey(Organisme, models.CASCADE, null=True, related_name="invitations")
    mission = models.CharField(max_length=16, choices=Mission, blank=True, default=Mission.AUCUNE)
    courriel = models.EmailField()
    prenom = models.CharField(max_length=150, blank=True)
    nom = models.CharField(max_length=150, blank=True)
    saisie = models.BooleanField(default=False)
    comptable = models.BooleanField(default=False)
    hierarchique = models.BooleanField(default=False)
    administrateur = models.BooleanField(default=False)
    invite_par = models.ForeignKey(User, models.PROTECT, related_name="+")
    cree_le = models.DateTimeField(auto_now_add=True)
    expire_le = models.DateTimeField()
    acceptee_le = models.DateTimeField(null=True)
    acceptee_par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    annulee_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """The last first; one that waits per address and organisation."""

        abstract = False
        ordering = ("-cree_le",)
        constraints = [
            models.UniqueConstraint(
                "organisme",
                Lower("courriel"),
                name="invitation_unique",
                condition=models.Q(acceptee_le=None, annulee_le=None),
                nulls_distinct=False,
            )
        ]

    @property
    def est_ouverte(self) -> bool:
        """Tell whether the link still serves."""
        return self.acceptee_le is None and self.annulee_le is None and self.expire_le > timezone.now()

    @property
    def profils(self) -> tuple[str, ...]:
        """The names of the profiles that the person will hold."""
        return tuple(titre for name, titre in PROFILS.items() if getattr(self, name))
