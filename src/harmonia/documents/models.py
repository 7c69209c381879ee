"""A document that somebody attached: its bytes stand in the database, protected as the rest."""

from __future__ import annotations

import uuid

from django.db import models

from harmonia.acces.models import User
from harmonia.organismes.models import Organisme
from harmonia.tenancy.models import ScopedModel


class Document(ScopedModel):
    """A file of an organisation; `empreinte` is the SHA-256 of its bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="documents")
    dossier_id = models.BigIntegerField(null=True, db_index=True)
    nom = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    taille = models.BigIntegerField()
    empreinte = models.CharField(max_length=64)
    contenu = models.BinaryField()
    depose_par = models.ForeignKey(User, models.PROTECT, related_name="+")
    depose_le = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        """The last first."""

        abstract = False
        ordering = ("-depose_le",)


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
