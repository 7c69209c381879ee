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
