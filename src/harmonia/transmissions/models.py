"""
Transmissions, that nothing changes: the serving role may add rows here, and read them.

What was sealed is kept as text, byte for byte: `instantane` is what was hashed, `accuse` what was signed.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from harmonia.acces.models import User
from harmonia.documents.models import Document
from harmonia.dossiers.models import Content, Dossier
from harmonia.tenancy.models import ScopedModel
from liasse.echanges import read_json


class ClePubliee(models.Model):
    """A public key under which this portal signed, and since when; `id` is its fingerprint."""

    id = models.CharField(primary_key=True, max_length=64)
    publique = models.CharField(max_length=44)
    depuis = models.DateTimeField()

    class Meta:
        """In order."""

        ordering = ("depuis",)

    def __str__(self) -> str:
        return self.id


class Transmission(Content):
    """One version that was transmitted; a correction is another one, that names the former."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    numero = models.PositiveIntegerField()
    precedente = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    instantane = models.TextField()
    empreinte = models.CharField(max_length=64)
    accuse = models.TextField()
    cle = models.ForeignKey(ClePubliee, models.PROTECT, related_name="+")
    reserve = models.TextField(blank=True)
    transmis_le = models.DateTimeField()
    par = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-numero",)
        constraints = [models.UniqueConstraint(fields=["dossier", "numero"], name="transmission_unique")]

    @property
    def accuse_plain(self) -> dict[str, Any]:
        """The receipt, as data."""
        found: dict[str, Any] = read_json(self.accuse.encode())
        return found


class InstantaneProvisoire(Content):
    """
    What a dossier held when its entry was finished, sealed for other portals; it was not transmitted.

    `jeton` is that of the transition that presented it: the version stands while no later one presents the
    dossier again, and while the dossier does not go back to entry.
    """

    jeton = models.UUIDField(unique=True)
    document = models.TextField()
    empreinte = models.CharField(max_length=64)
    cle = models.ForeignKey(ClePubliee, models.PROTECT, related_name="+")
    scelle_le = models.DateTimeField()
    par = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class Nature(models.TextChoices):
    """What a document that goes along with a transmission is."""

    PV = "pv", "Procès-verbal de l'assemblée générale"
    PROROGATION = "prorogation", "Décision de prorogation"
    RAPPORT = "rapport", "Rapport du commissaire aux comptes"
    GESTION = "gestion", "Rapport de gestion"
    AUTRE = "autre", "Autre pièce"


class PieceJointe(Content):
    """A document that will go along with the next transmission, unless it was withdrawn."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    nature = models.CharField(max_length=12, choices=Nature)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    retiree_le = models.DateTimeField(null=True)

    class Meta(Content.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)


class ReserveTransmission(Content):
    """Under what reserve a dossier will be transmitted; the last row counts, an empty text lifts it."""

    texte = models.TextField(blank=True)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class AvisTransmission(ScopedModel):
    """A mail promised to somebody who signed what was transmitted; it leaves once."""

    transmission = models.ForeignKey(Transmission, models.CASCADE, related_name="avis")
    organisme = models.ForeignKey("organismes.Organisme", models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    courriel = models.EmailField()
    envoye_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """One per person."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["transmission", "user"], name="avis_unique")]
