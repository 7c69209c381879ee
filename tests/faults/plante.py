"""What is planted on a portal, by its own application: `python -m tests.faults.plante FOLDER`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django first

from harmonia.api.clients import declare  # noqa: E402
from harmonia.launch.environment import OAUTH_CLIENT, Place, oauth_secret  # noqa: E402
from harmonia.portail import seeds  # noqa: E402
from harmonia.portail.cast import cast  # noqa: E402


def main() -> None:
    """Plant the cooperative of `seule`, alone; on the ministry's portal, declare the federation's."""
    everybody = cast()
    (seule,) = (one for one in everybody.people if one.name == "seule")
    (rank,) = seule.places
    alone = replace(
        everybody,
        people=(replace(seule, places=(0,)),),
        paths=(everybody.paths[rank],),
        closed=tuple(code for code in everybody.closed if not code.startswith("juger")),
    )
    vars(alone)["organismes"] = everybody.organismes[rank : rank + 1]
    vars(seeds)["cast"] = lambda: alone
    seeds.Seeds(os.environ["HARMONIA_MOT_DE_PASSE"]).plant()
    if settings.PORTAIL == "ministere":
        folder = Path(sys.argv[1])
        retour = f"{Place(folder, 'federation').address}/rapatriement/retour/"
        declare("Harmonia.coop", [retour], OAUTH_CLIENT, oauth_secret(folder))


if __name__ == "__main__":
    main()
