"""
What the desk keeps: imports of the register, verdicts, procedures with their acts, mail, referrals, lists.

What was decided, sent or observed is never changed: the serving role may only add such rows.
"""

from __future__ import annotations

import uuid

from django.db import models

from harmonia.acces.models import User
from harmonia.campagnes.models import Campagne
from harmonia.documents.models import Document
from harmonia.dossiers.models import Content, Dossier, RapportScelle
from harmonia.organismes.models import Organisme
from harmonia.tenancy.models import ScopedModel

# ── The register ─────────────────────────────────────────────────────────────────────────────────


class ImportRegistre(ScopedModel):
    """
    A file of who must file, read and kept before it is applied.

    `lignes` is what the file says, `constats` what is wrong with it; `effet` the day from which its changes
    hold where a line says nothing else.
    """

    nom = models.CharField(max_length=200)
    empreinte = models.CharField(max_length=64)
    effet = models.DateField()
    lignes = models.JSONField(default=list)
    constats = models.JSONField(default=list)
    bilan = models.JSONField(default=dict)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField(auto_now_add=True)
    applique_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


# ── Examination ──────────────────────────────────────────────────────────────────────────────────


class Sens(models.TextChoices):
    """Which way a verdict goes."""

    RECEVABLE = "recevable", "Recevable"
    INSUFFISANT = "insuffisant", "Insuffisant"


class MotifExamen(models.TextChoices):
    """Why a filing is judged insufficient."""

    RETARD = "retard", "Retard"
    PIECES = "pieces", "Pièces manquantes"
    INCOHERENCES = "incoherences", "Incohérences bloquantes"
    JUSTIFICATIONS = "justifications", "Justifications insuffisantes"
    AUTRE = "autre", "Autre"


class Examen(Content):
    """
    A verdict on the quality of a filing, with its reasons and the sealed verification that it rests on.

    `motifs` holds a text for each reason; `version` is the number of the transmission that was examined.
    """

    sens = models.CharField(max_length=12, choices=Sens)
    motifs = models.JSONField(default=dict)
    avis = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    rapport = models.ForeignKey(RapportScelle, models.PROTECT, related_name="+")
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)

    @property
    def raisons(self) -> list[tuple[str, str]]:
        """The reasons in words, each with what was said of it."""
        return [(str(MotifExamen(code).label), texte) for code, texte in self.motifs.items()]


# ── After the due date ───────────────────────────────────────────────────────────────────────────


class Objet(models.TextChoices):
    """What a procedure is about."""

    ABSENCE = "absence", "Absence de transmission"
    QUALITE = "qualite", "Qualité insuffisante"


class Procedure(ScopedModel):
    """What is undertaken about the filing of an organisation, step by step; one at a time is open."""

    campagne = models.ForeignKey(Campagne, models.PROTECT, related_name="procedures")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="procedures")
    objet = models.CharField(max_length=8, choices=Objet)
    etape = models.CharField(max_length=24)
    version = models.PositiveIntegerField(default=0)
    ouverte_le = models.DateTimeField()
    close_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """The last first; one open per organisation and collection."""

        abstract = False
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["campagne", "organisme"], name="procedure_unique", condition=models.Q(close_le=None)
            )
        ]


class Suite(ScopedModel):
    """Abstract: what belongs to a procedure; the organisation is repeated for the policies."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="+")

    class Meta(ScopedModel.Meta):
        """Abstract."""

        abstract = True


class Acte(Suite):
    """
    A step of a procedure, taken by a named officer for a reason; `jeton` makes the same demand count once.

    `echeance` is the day until which the organisation may answer, `lettre` the notice as it was sent;
    `avance` says why the delay of the former act was not waited for, when it still ran.
    """

    code = models.CharField(max_length=24)
    vers = models.CharField(max_length=24)
    titre = models.CharField(max_length=120)
    motif = models.TextField()
    texte = models.TextField(blank=True)
    avance = models.TextField(blank=True, default="")
    echeance = models.DateField(null=True)
    lettre = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    jeton = models.UUIDField(unique=True)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Suite.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)


class Observation(Suite):
    """What an organisation answers in a procedure, with its documents."""

    texte = models.TextField()
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Suite.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)


class PieceObservation(ScopedModel):
    """A document joined to an observation."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="pieces")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="+")

    class Meta(ScopedModel.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)


class CourrielGroupe(ScopedModel):
    """The same mail to several organisations, written by a named officer."""

    objet = models.CharField(max_length=160)
    texte = models.TextField()
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class Envoi(ScopedModel):
    """
    A mail to one address, and the proof that it left.

    `message` is the very mail, `empreinte` its SHA-256, `identifiant` its Message-ID; `remis_le` is when the
    mail server took it.
    """

    acte = models.ForeignKey(Acte, models.CASCADE, null=True, related_name="envois")
    groupe = models.ForeignKey(CourrielGroupe, models.CASCADE, null=True, related_name="envois")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="+")
    courriel = models.EmailField()
    identifiant = models.CharField(max_length=200, unique=True)
    message = models.BinaryField()
    empreinte = models.CharField(max_length=64)
    cree_le = models.DateTimeField()
    remis_le = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        """In order; one per address."""

        abstract = False
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["acte", "courriel"], name="envoi_acte_unique"),
            models.UniqueConstraint(fields=["groupe", "organisme", "courriel"], name="envoi_groupe_unique"),
        ]


class Saisine(Suite):
    """A referral file: the archive as it was sealed, its manifest, the signature of the portal."""

    acte = models.ForeignKey(Acte, models.PROTECT, related_name="+")
    manifeste = models.JSONField()
    empreinte = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    cle = models.CharField(max_length=64)
    contenu = models.BinaryField()
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Suite.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


# ── The work list ────────────────────────────────────────────────────────────────────────────────


class Responsable(Content):
    """Who answers for a dossier in the authority's team; the last one given counts."""

    responsable = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """One per dossier."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["dossier"], name="responsable_unique")]


class Retenu(ScopedModel):
    """A dossier that somebody put on their work list."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    le = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        """Once each."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["user", "dossier"], name="retenu_unique")]


class ExportGroupe(ScopedModel):
    """The files of several dossiers in one archive, made in the background for who asked for it."""

    jeton = models.UUIDField(unique=True, default=uuid.uuid4)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    nature = models.CharField(max_length=8)
    dossiers = models.JSONField()
    etat = models.CharField(max_length=10, default="demandee")
    faits = models.PositiveIntegerField(default=0)
    bilan = models.JSONField(default=list)
    nom = models.CharField(max_length=120)
    contenu = models.BinaryField(null=True)
    le = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)
