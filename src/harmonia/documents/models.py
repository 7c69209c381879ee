"""Documents, whose bytes stand in the database, protected as the rest; messages between the two sides."""

from __future__ import annotations

import uuid

from django.db import models

from harmonia.acces.models import User
from harmonia.campagnes.models import Campagne
from harmonia.organismes.models import Organisme
from harmonia.tenancy.models import ScopedModel


class Document(ScopedModel):
    """
    A file of an organisation; `empreinte` is the SHA-256 of its bytes.

    `partage`: joined to a message, so that the authority reads it at any step; otherwise from step 4 on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="documents")
    dossier_id = models.BigIntegerField(null=True, db_index=True)
    nom = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    taille = models.BigIntegerField()
    empreinte = models.CharField(max_length=64)
    contenu = models.BinaryField()
    partage = models.BooleanField(default=False)
    depose_par = models.ForeignKey(User, models.PROTECT, related_name="+")
    depose_le = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        """The last first."""

        abstract = False
        ordering = ("-depose_le",)


class Cote(models.TextChoices):
    """Who speaks."""

    ORGANISME = "organisme", "L'organisme"
    AUTORITE = "autorite", "L'autorité"


class Message(ScopedModel):
    """
    A word of the espace d'échange of a dossier, read by both sides at any step.

    `cle` names the cell, line or control that it is about, if any.
    """

    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="+")
    dossier_id = models.BigIntegerField(db_index=True)
    cote = models.CharField(max_length=12, choices=Cote)
    texte = models.TextField()
    cle = models.CharField(max_length=120, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField(auto_now_add=True)
    lu_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)


class Morceau(ScopedModel):
    """A piece of a document too big to be written in one go; its own `contenu` is then empty."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="morceaux")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="+")
    numero = models.PositiveIntegerField()
    contenu = models.BinaryField()

    class Meta(ScopedModel.Meta):
        """In order."""

        abstract = False
        ordering = ("numero",)
        constraints = [models.UniqueConstraint(fields=["document", "numero"], name="morceau_unique")]


class EtatProrogation(models.TextChoices):
    """What became of a request."""

    DEMANDEE = "demandee", "En attente de réponse"
    ACCEPTEE = "acceptee", "Acceptée"
    REFUSEE = "refusee", "Refusée"
    RETIREE = "retiree", "Retirée"


class Prorogation(ScopedModel):
    """
    The decision that puts the assembly off, sent to the authority with the due date that is asked for.

    `echeance` is the one that was granted; `reponse` the words of the authority.
    """

    campagne = models.ForeignKey(Campagne, models.CASCADE, related_name="prorogations")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="prorogations")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    assemblee_le = models.DateField()
    echeance_demandee = models.DateField()
    motif = models.CharField(max_length=500)
    etat = models.CharField(max_length=8, choices=EtatProrogation, default=EtatProrogation.DEMANDEE)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField(auto_now_add=True)
    echeance = models.DateField(null=True)
    reponse = models.CharField(max_length=500, blank=True)
    repondu_par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    repondu_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """The last first; one at a time waits."""

        abstract = False
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["campagne", "organisme"],
                name="prorogation_en_attente_unique",
                condition=models.Q(etat="demandee"),
            )
        ]

    @property
    def est_en_attente(self) -> bool:
        """Tell whether the authority has not answered yet."""
        return self.etat == EtatProrogation.DEMANDEE
