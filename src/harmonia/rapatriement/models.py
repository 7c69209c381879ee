"""What was asked of the ministry's portal: by whom, for which dossier, and what keeps it open."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.dossiers.models import Content


class AccesMinistere(Content):
    """
    An access to what an organisation transmitted, asked for on the ministry's portal.

    `etat` is the digest of the OAuth state: it names the demand, for the person who made it, once, until
    `demande_expire_le`.  The verifier of PKCE, the code and the renewal token are kept sealed, and forgotten
    as soon as they serve no more.  `consentement` is the record that both portals can show.  `verifie_le` is
    when the ministry's portal last said that the accord holds, `muet_le` when it last did not answer since.
    """

    etat = models.CharField(max_length=64, unique=True)
    verificateur = models.BinaryField()
    demande_le = models.DateTimeField()
    demande_expire_le = models.DateTimeField()
    utilise_le = models.DateTimeField(null=True)
    code = models.BinaryField(null=True)
    jeton = models.BinaryField(null=True)
    consentement = models.JSONField(default=dict)
    expire_le = models.DateTimeField(null=True)
    verifie_le = models.DateTimeField(null=True)
    muet_le = models.DateTimeField(null=True)
    clos_le = models.DateTimeField(null=True)
    motif = models.CharField(max_length=200, blank=True)
    par = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta(Content.Meta):
        """The last first."""

        abstract = False
        ordering = ("-id",)

    @property
    def est_vivant(self) -> bool:
        """Tell whether the ministry's portal can still be asked, as far as is known here."""
        open_until = self.expire_le
        return (
            self.jeton is not None
            and self.clos_le is None
            and open_until is not None
            and open_until > timezone.now()
        )
