"""
What is kept of a filing.

Everything that a person or a file gives is a `Valeur` under a key: `CRP.R010.N` for a cell, `Q03.OP#2.C05`
for a cell of a row, `Q03.OP#2` for the row itself (its value is its rank), `Q05` for a table declared
« néant », `@balance` for the general balance.  Each change is a line of the `Journal`, which only grows: the
past is read back by folding it.
"""

from __future__ import annotations

import uuid

from django.db import models

from harmonia.acces.models import User
from harmonia.campagnes.models import Campagne
from harmonia.documents.models import Document
from harmonia.dossiers.workflow import workflow
from harmonia.organismes.models import Famille, Organisme
from harmonia.tenancy.models import ScopedModel


class Origine(models.TextChoices):
    """Where a value comes from."""

    SAISIE = "saisie", "Saisie"
    IMPORT = "import", "Import"
    REPRISE = "reprise", "Reprise de l'exercice précédent"
    RAPATRIEMENT = "rapatriement", "Rapatriement"
    CORRECTION = "correction", "Correction"


class Dossier(ScopedModel):
    """An organisation's filing of one questionnaire for one exercice.  `version` counts its transitions."""

    campagne = models.ForeignKey(Campagne, models.PROTECT, related_name="dossiers")
    organisme = models.ForeignKey(Organisme, models.PROTECT, related_name="dossiers")
    famille = models.CharField(max_length=4, choices=Famille)
    etape = models.CharField(max_length=32)
    rang = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=0)
    completude = models.PositiveSmallIntegerField(default=0)
    precedent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    cree_le = models.DateTimeField(auto_now_add=True)
    etape_le = models.DateTimeField(auto_now_add=True)

    class Meta(ScopedModel.Meta):
        """One per organisation and collection."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["campagne", "organisme"], name="dossier_unique")]


class Content(ScopedModel):
    """What belongs to a dossier; the organisation is repeated, for the policies to read it on the row."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    organisme = models.ForeignKey(Organisme, models.CASCADE, related_name="+")

    class Meta(ScopedModel.Meta):
        """Abstract."""

        abstract = True


class Valeur(Content):
    """The current value under a key, a scaled integer or words; `version` counts its changes."""

    cle = models.CharField(max_length=120)
    valeur = models.BigIntegerField(null=True)
    texte = models.TextField(null=True)
    version = models.PositiveIntegerField(default=1)
    origine = models.CharField(max_length=12, choices=Origine)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """One per key."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["dossier", "cle"], name="valeur_unique")]


class Journal(Content):
    """One change of one value.  `lot` groups what one act changed at once: an import, a paste, an undo."""

    cle = models.CharField(max_length=120)
    ancienne = models.BigIntegerField(null=True)
    ancien_texte = models.TextField(null=True)
    nouvelle = models.BigIntegerField(null=True)
    nouveau_texte = models.TextField(null=True)
    version = models.PositiveIntegerField()
    origine = models.CharField(max_length=12, choices=Origine)
    lot = models.UUIDField(default=uuid.uuid4)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """Read by dossier, in order."""

        abstract = False
        indexes = [
            models.Index(fields=["dossier", "id"], name="journal_ordre"),
            models.Index(fields=["dossier", "cle", "id"], name="journal_cle"),
        ]


class BalanceDeposee(Content):
    """A general balance that an organisation gave: its accounts, as data, and the file that it came from."""

    contenu = models.JSONField()
    fichier = models.CharField(max_length=200)
    empreinte = models.CharField(max_length=64)
    rapport = models.JSONField()
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class EtatImport(models.TextChoices):
    """Where an import stands; `REMPLACE` is a Rapatriement left aside for a later one, never applied."""

    DEPOSE = "depose", "À lire"
    LU = "lu", "Lu"
    APPLIQUE = "applique", "Appliqué"
    ANNULE = "annule", "Annulé"
    REMPLACE = "remplace", "Remplacé"
    ECHOUE = "echoue", "Échoué"


class SourceImport(models.TextChoices):
    """What an import brings: a file, the dossier of the year before, or what the ministry's portal holds."""

    FICHIER = "fichier", "Fichier"
    REPRISE = "reprise", "Reprise de l'exercice précédent"
    RAPATRIEMENT = "rapatriement", "Rapatriement"


class ImportDepose(Content):
    """
    A file that somebody gave to fill a dossier, or last year's data, before and after it is applied.

    `jeton` makes the same deposit count once, and `tour` counts the readings: only the last one is kept.
    `lu` is what the reading found, as data; `lot` names, in the journal, what applying it changed, and
    `bilan` counts the differences that were taken, by kind.
    """

    source = models.CharField(max_length=12, choices=SourceImport)
    etat = models.CharField(max_length=12, choices=EtatImport, default=EtatImport.DEPOSE)
    jeton = models.UUIDField(unique=True, default=uuid.uuid4)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    nom = models.CharField(max_length=200)
    options = models.JSONField(default=dict)
    tour = models.PositiveSmallIntegerField(default=1)
    progression = models.PositiveSmallIntegerField(default=0)
    reconnu = models.JSONField(default=dict)
    rapport = models.JSONField(default=list)
    lu = models.JSONField(null=True)
    balance = models.ForeignKey(BalanceDeposee, models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)
    lot = models.UUIDField(null=True)
    bilan = models.JSONField(default=dict)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()
    applique_le = models.DateTimeField(null=True)
    annule_le = models.DateTimeField(null=True)

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class Rapatriement(Content):
    """
    A version of the ministry's portal copied here: which one, when, by whom, and what proves it.

    The last one that was not undone is the reference with which cells are compared.  `numero` is that of the
    transmission; a version that was not transmitted has none, and `transmis_le` is then when it was sealed.
    `comparaison` is the signed proof of what both sides held; `contresignature` the ministry's, when it was
    reached.
    """

    depose = models.OneToOneField(ImportDepose, models.PROTECT, related_name="+")
    numero = models.PositiveIntegerField(null=True)
    empreinte = models.CharField(max_length=64)
    transmis_le = models.DateTimeField()
    origine = models.JSONField(default=dict)
    comparaison = models.JSONField(null=True)
    contresignature = models.JSONField(null=True)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()
    annule_le = models.DateTimeField(null=True)

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-le", "-id")

    @property
    def est_provisoire(self) -> bool:
        """Tell whether what was copied had not been transmitted."""
        return self.numero is None

    @property
    def version(self) -> str:
        """Which version, as it is written in a sentence."""
        return "version provisoire" if self.numero is None else f"version {self.numero}"


class CelluleCopiee(Content):
    """What a transmission said under a key of the dossier, taken or not; never changed."""

    rapatriement = models.ForeignKey(Rapatriement, models.CASCADE, related_name="+")
    cle = models.CharField(max_length=120)
    valeur = models.BigIntegerField()
    texte = models.TextField(null=True)

    class Meta(Content.Meta):
        """One per key."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["rapatriement", "cle"], name="copie_unique")]


class Transition(Content):
    """A step passed, asked for or refused; `jeton` makes the same demand count once."""

    action = models.CharField(max_length=32)
    de = models.CharField(max_length=32)
    vers = models.CharField(max_length=32)
    motif = models.TextField(blank=True)
    jeton = models.UUIDField(unique=True)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)

    @property
    def titre(self) -> str:
        """What was done, in words."""
        return workflow().actions[self.action].titre


class DemandeCorrection(Content):
    """
    A request for correction: what it opens, and why; in force until the dossier comes back to the authority.

    `cles` names cells (`CRP.R010.N`), lines (`CRP.R010`), sections of rows (`Q03.OP`), tables (`Q05`) or the
    general balance (`@balance`).  Never changed: a later one replaces it.
    """

    cles = models.JSONField()
    motif = models.TextField()
    pour_le = models.DateField(null=True)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class Signature(Content):
    """A person's signature of a state of the values: the comptable's, then the hiérarchique's."""

    role = models.CharField(max_length=16)
    empreinte = models.CharField(max_length=64)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    annulee_le = models.DateTimeField(null=True)

    class Meta(Content.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)


class VersionScellee(Content):
    """A validated version: canonical content, fingerprint of the form, findings; sealed by its SHA-256."""

    numero = models.PositiveIntegerField()
    contenu = models.JSONField()
    verification = models.JSONField()
    modele = models.CharField(max_length=64)
    empreinte = models.CharField(max_length=64)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-numero",)
        constraints = [models.UniqueConstraint(fields=["dossier", "numero"], name="version_unique")]


class RapportScelle(Content):
    """A dated verification: its report, sealed by its SHA-256 and kept in the dossier."""

    curseur = models.BigIntegerField()
    contenu = models.JSONField()
    bloquants = models.PositiveIntegerField()
    a_justifier = models.PositiveIntegerField()
    empreinte = models.CharField(max_length=64)
    par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class Edition(Content):
    """
    A long file asked for: the whole filing as PDF or as a workbook, made in the background.

    `curseur` is the line of the journal that it shows; `passe_le` the moment, for a past state.  The same
    state asked for twice is made once.
    """

    nature = models.CharField(max_length=8)
    curseur = models.BigIntegerField()
    passe_le = models.DateTimeField(null=True)
    provisoire = models.BooleanField()
    etat = models.CharField(max_length=10, default="demandee")
    avancement = models.PositiveSmallIntegerField(default=0)
    nom = models.CharField(max_length=120)
    contenu = models.BinaryField(null=True)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class Justification(Content):
    """
    Why a control's gap is right; it stands while `figures`, a digest of the values behind, does not move.

    `decision` is the authority's: accepted, refused, or accepted up to `plafond` cents.  Given first on the
    ministry's portal, it came with a `rapatriement`.
    """

    controle = models.CharField(max_length=24)
    lieu = models.CharField(max_length=120, blank=True)
    texte = models.TextField()
    montant = models.BigIntegerField(null=True)
    document_id = models.UUIDField(null=True)
    figures = models.CharField(max_length=64)
    rapatriement = models.ForeignKey(Rapatriement, models.SET_NULL, null=True, related_name="+")
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()
    decision = models.CharField(max_length=12, blank=True)
    plafond = models.BigIntegerField(null=True)
    motif = models.TextField(blank=True)
    decide_par = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decide_le = models.DateTimeField(null=True)
    remplacee = models.BooleanField(default=False)

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)


class Commentaire(Content):
    """A word left on a cell, a line or a finding, for colleagues."""

    cle = models.CharField(max_length=120)
    texte = models.TextField()
    par = models.ForeignKey(User, models.PROTECT, related_name="+")
    le = models.DateTimeField()

    class Meta(Content.Meta):
        """In order."""

        abstract = False
        ordering = ("id",)


class Presence(Content):
    """Who has a table open, and when their page last said so."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    table_code = models.CharField(max_length=24, blank=True)
    cle = models.CharField(max_length=120, blank=True)
    vu_le = models.DateTimeField()

    class Meta(Content.Meta):
        """One per person and dossier."""

        abstract = False
        constraints = [models.UniqueConstraint(fields=["dossier", "user"], name="presence_unique")]
