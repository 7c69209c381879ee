"""A collection, and the year of an organisation in it: assembly, due date, freeze."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.organismes.models import Organisme
from harmonia.tenancy.models import ScopedModel

OPENING_LASTS: Final = timedelta(minutes=10)
"""How long an opening that was asked for is waited for."""


class Rapatriable(models.TextChoices):
    """From when on another portal may copy what an organisation filed, if the organisation agrees."""

    TRANSMISSION = "transmission", "la transmission"
    SAISIE_TERMINEE = "saisie_terminee", "la fin de la saisie, en version provisoire"


class Campagne(models.Model):
    """
    A yearly collection, opened by the authority of the portal.

    `questionnaire` and `millesime` name the form that is filled; `restitution` the one that is computed from
    it (SF, AE, ratios), empty when there is none.  `mois_apres_assemblee` brings the due date of an
    organisation forward to that many months after its assembly.  `limites` gives some families a due date
    of their own, that no assembly moves (« OPH:2023-07-15 »).  `rapatriable_des` says from when on another
    portal may copy it; each organisation agrees, or not.
    """

    exercice = models.PositiveSmallIntegerField()
    questionnaire = models.CharField(max_length=40)
    millesime = models.CharField(max_length=12)
    restitution = models.CharField(max_length=40, blank=True)
    titre = models.CharField(max_length=120)
    familles = models.CharField(max_length=40, default="COOP")
    message = models.TextField(blank=True)
    echeance = models.DateField()
    gel = models.DateField(null=True, blank=True)
    relances = models.CharField(max_length=60, default="30,15,7,1")
    mois_apres_assemblee = models.PositiveSmallIntegerField(null=True, blank=True)
    limites = models.CharField(max_length=120, blank=True)
    rapatriable_des = models.CharField(max_length=16, choices=Rapatriable, default=Rapatriable.TRANSMISSION)
    ouverture_demandee_le = models.DateTimeField(null=True, blank=True)
    ouverte_le = models.DateTimeField(null=True, blank=True)
    close_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One per exercice and questionnaire; the last first."""

        ordering = ("-exercice", "questionnaire")
        constraints = [models.UniqueConstraint(fields=["exercice", "questionnaire"], name="campagne_unique")]

    def __str__(self) -> str:
        return self.titre

    @property
    def montre_provisoire(self) -> bool:
        """Tell whether a version that is not transmitted yet may be copied elsewhere, under a consent."""
        return self.rapatriable_des == Rapatriable.SAISIE_TERMINEE

    @property
    def est_en_ouverture(self) -> bool:
        """Tell whether the opening was asked for, not done yet, and not so long ago that it was lost."""
        asked = self.ouverture_demandee_le
        return self.ouverte_le is None and asked is not None and timezone.now() - asked < OPENING_LASTS


class CalendrierOrganisme(ScopedModel):
    """
    What is particular to an organisation in a collection: its assembly, and its own due date.

    `limite` is that of its family, `echeance` the one that the authority granted.
    """

    campagne = models.ForeignKey(Campagne, models.CASCADE, related_name="calendriers")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="calendriers")
    assemblee_le = models.DateField(null=True, blank=True)
    limite = models.DateField(null=True, blank=True)
    echeance = models.DateField(null=True, blank=True)
    motif = models.CharField(max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        """One row per organisation and collection."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["campagne", "organisme"], name="calendrier_unique")]


class Genre(models.TextChoices):
    """What a message of the collection is about; a reminder says how many days are left."""

    OUVERTURE = "ouverture", "Ouverture de la campagne"
    RELANCE = "relance", "Rappel"
    RETARD = "retard", "Échéance dépassée"


class Notification(ScopedModel):
    """
    A message of the collection to one address, written before it leaves: the same one is never made twice.

    A reminder is that of a due date: when it moves, the reminders before the new one leave again.
    """

    campagne = models.ForeignKey(Campagne, models.CASCADE, related_name="notifications")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="notifications")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    courriel = models.EmailField()
    genre = models.CharField(max_length=12, choices=Genre)
    jours = models.SmallIntegerField(default=0)
    echeance = models.DateField()
    creee_le = models.DateTimeField(auto_now_add=True)
    envoyee_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """In order; one per address, kind and due date, the opening once whatever the date."""

        abstract = False
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["campagne", "organisme", "courriel", "genre", "jours", "echeance"],
                name="notification_unique",
            ),
            models.UniqueConstraint(
                fields=["campagne", "organisme", "courriel"],
                name="notification_ouverture_unique",
                condition=models.Q(genre="ouverture"),
            ),
        ]
