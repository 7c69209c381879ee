"""The consent of an organisation: who may read what, given by whom, until when."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.api.portees import Portee
from harmonia.organismes.models import Organisme
from harmonia.tenancy.models import ScopedModel


class Fin(models.TextChoices):
    """Why a consent ended before its date."""

    REVOQUE = "revoque", "Révoqué par l'organisme"
    REMPLACE = "remplace", "Remplacé par un consentement plus récent"
    REJOUE = "rejoue", "Clos par sécurité : un code d'autorisation a été présenté deux fois"


class Consentement(ScopedModel):
    """
    An organisation lets another portal read what it transmitted, for one exercice and one questionnaire.

    A dated record: `siren` and `nom` are the organisation's of that day, `texte` what the person read and
    accepted, `qualite` the profiles that they held.  `provisoire` tells that a version which is not
    transmitted yet is covered too.  Nothing of it changes but its end.  `code` is the digest of the
    authorization code by which it was handed over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("oauth2_provider.Application", models.PROTECT, related_name="+")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="consentements")
    siren = models.CharField(max_length=9)
    nom = models.CharField(max_length=160)
    exercice = models.PositiveSmallIntegerField()
    questionnaire = models.CharField(max_length=40)
    provisoire = models.BooleanField(default=False)
    texte = models.TextField()
    donne_par = models.ForeignKey(User, models.PROTECT, related_name="+")
    qualite = models.CharField(max_length=160)
    donne_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    code = models.CharField(max_length=64)
    clos_le = models.DateTimeField(null=True)
    clos_par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    fin = models.CharField(max_length=10, choices=Fin, blank=True)

    class Meta(ScopedModel.Meta):
        """The last first; one open at a time for the same thing."""

        abstract = False
        ordering = ("-donne_le",)
        constraints = [
            models.UniqueConstraint(
                fields=["client", "organisme", "exercice", "questionnaire"],
                condition=models.Q(clos_le=None),
                name="consentement_unique",
            )
        ]
        indexes = [models.Index(fields=["code"], name="consentement_code")]

    @property
    def est_vivant(self) -> bool:
        """Tell whether it still opens something."""
        return self.clos_le is None and self.expire_le > timezone.now()

    @property
    def scope(self) -> str:
        """How a token names it."""
        return f"consentement:{self.pk}"

    @property
    def portee(self) -> Portee:
        """What it lets read."""
        return Portee(self.siren, self.exercice, self.questionnaire)
