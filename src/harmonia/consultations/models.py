"""« Qui a vu mes données »: a line each time that somebody outside an organisation read what it gave."""

from __future__ import annotations

from django.db import models

from harmonia.acces.models import User
from harmonia.organismes.models import Organisme
from harmonia.tenancy.models import ScopedModel


class Droit(models.TextChoices):
    """Under which right somebody read."""

    AUTORITE = "autorite", "Autorité du portail : dossier transmis, étape 4 ou suivante"
    PARTAGE = "partage", "Document que vous avez joint à un message"
    CONSENTEMENT = "consentement", "Consentement donné par votre organisme"


class Nature(models.TextChoices):
    """How it was read."""

    LECTURE = "lecture", "Lecture à l'écran"
    EXPORT = "export", "Export"
    API = "api", "Lecture par un autre portail"


class Consultation(ScopedModel):
    """
    One reading, never changed; the same one within a quarter of an hour is one line.

    `qui` is the name of the person, or of the portal that reads under `consentement_id`; `quart` is when the
    quarter of an hour began.
    """

    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="consultations")
    dossier_id = models.BigIntegerField(null=True, db_index=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    qui = models.CharField(max_length=255)
    droit = models.CharField(max_length=16, choices=Droit)
    nature = models.CharField(max_length=8, choices=Nature)
    objet = models.CharField(max_length=200)
    consentement_id = models.UUIDField(null=True)
    le = models.DateTimeField()
    quart = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        """The last first; one line per reader, thing read and quarter of an hour."""

        abstract = False
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["organisme", "dossier_id", "user", "qui", "droit", "nature", "objet", "quart"],
                name="consultation_unique",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["organisme", "-id"], name="consultation_ordre")]
