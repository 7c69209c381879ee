"""A user: an identifier and an e-mail, the same from year to year; and whom to ask for help."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class Mission(models.TextChoices):
    """What a person does for the authority that runs the portal; empty for an organisation's user."""

    AUCUNE = "", "Utilisateur d'un organisme"
    ANALYSTE = "analyste", "Analyste"
    ADMINISTRATEUR = "administrateur", "Administrateur"


class User(AbstractUser):
    """A person.  `username` is the identifier; `mission` says who works for the authority of the portal."""

    mission = models.CharField(max_length=16, choices=Mission, blank=True, default=Mission.AUCUNE)
    doit_changer = models.BooleanField(default=False)

    class Meta(AbstractUser.Meta):
        """One account per e-mail address, whatever its case."""

        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique", condition=~models.Q(email=""))
        ]

    @property
    def est_autorite(self) -> bool:
        """Tell whether the person works for the authority of the portal."""
        return bool(self.mission)

    @property
    def nom(self) -> str:
        """The name that others read."""
        return self.get_full_name() or self.username


NOM_SQL: Final = "COALESCE(NULLIF(TRIM(u.first_name || ' ' || u.last_name), ''), u.username, '')"
"""`User.nom` in SQL, of the account joined as `u`; empty when there is none."""


class Interlocuteur(models.Model):
    """Whom people may call or write to about this portal; kept by its administrators, read by everybody."""

    objet = models.CharField(max_length=80)
    nom = models.CharField(max_length=120)
    courriel = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    horaires = models.CharField(max_length=120, blank=True)
    ordre = models.PositiveSmallIntegerField(default=10)

    class Meta:
        """In the order that was given."""

        ordering = ("ordre", "id")

    def __str__(self) -> str:
        return f"{self.objet} : {self.nom}"
