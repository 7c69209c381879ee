"""`declarer_portail`: let another portal ask organisations for their consent."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from harmonia.api.clients import declare


class Command(BaseCommand):
    """Declare a portal; its secret is drawn and told once."""

    help = "Déclare un autre portail, qui pourra demander le consentement des organismes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read its name and the addresses to which a code may be sent."""
        parser.add_argument("nom", help="le nom que lisent les organismes")
        parser.add_argument(
            "--retour", action="append", required=True, help="adresse exacte de retour (répétable)"
        )
        parser.add_argument("--identifiant", default="", help="son identifiant ; tiré au sort sinon")
        parser.add_argument(
            "--secret-connu", action="store_true", help="son secret est dans HARMONIA_OAUTH_SECRET"
        )

    def handle(self, *_args: object, **options: object) -> None:
        """Declare it, and tell what it must keep."""
        retours = options["retour"]
        assert isinstance(retours, list)
        try:
            known = settings.OAUTH_SECRET if options["secret_connu"] else ""
            made = declare(str(options["nom"]), retours, str(options["identifiant"]), known)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if known:
            return
        self.stdout.write(f"HARMONIA_OAUTH_CLIENT={made.identifiant}\nHARMONIA_OAUTH_SECRET={made.secret}")
        self.stdout.write("Gardez ce secret : il n'est pas conservé en clair et ne sera plus montré.")
