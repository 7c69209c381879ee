"""A collection, and the year of an organisation in it: assembly, due date, freeze."""

from __future__ import annotations

from django.db import models

from harmonia.organismes.models import Organisme
from harmonia.tenancy.models import ScopedModel


class Campagne(models.Model):
    """
    A yearly collection, opened by the authority of the portal.

    `questionnaire` and `millesime` name the form that is filled; `restitution` the one that is computed from
    it (SF, AE, ratios), empty when there is none.
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
    ouverte_le = models.DateTimeField(null=True, blank=True)
    close_le = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One per exercice and questionnaire; the last first."""

        ordering = ("-exercice", "questionnaire")
        constraints = [models.UniqueConstraint(fields=["exercice", "questionnaire"], name="campagne_unique")]

    def __str__(self) -> str:
        return self.titre


class CalendrierOrganisme(ScopedModel):
    """What is particular to an organisation in a collection: its assembly and its own due date."""

    campagne = models.ForeignKey(Campagne, models.CASCADE, related_name="calendriers")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="calendriers")
    assemblee_le = models.DateField(null=True, blank=True)
    echeance = models.DateField(null=True, blank=True)
    motif = models.CharField(max_length=200, blank=True)

    class Meta(ScopedModel.Meta):
        """One row per organisation and collection."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["campagne", "organisme"], name="calendrier_unique")]
