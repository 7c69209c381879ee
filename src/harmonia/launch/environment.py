"""The environment of the processes: where the data of a portal stand, and what settings read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harmonia.launch.postgres import APP, OWNER, Cluster

ADDRESSES: Final = {"federation": ("127.0.0.1", 8002), "ministere": ("127.0.0.1", 8001)}
"""Where each portal listens unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a portal: its secret, its documents, its outgoing mail, its collected static files."""

    folder: Path
    portail: str

    @property
    def host(self) -> str:
        """The address on which the portal listens."""
        return os.environ.get("HARMONIA_HOTE", ADDRESSES[self.portail][0])

    @property
    def port(self) -> int:
        """The port on which the portal listens."""
        return int(os.environ.get("HARMONIA_PORT", ADDRESSES[self.portail][1]))

    @property
    def address(self) -> str:
        """What a person opens."""
        return f"http://{self.host}:{self.port}"

    def path(self, name: str) -> Path:
        """Return a folder of the portal, made when it is not there."""
        found = self.folder / self.portail / name
        found.mkdir(parents=True, exist_ok=True)
        return found


def environment(place: Place, cluster: Cluster, database: str, *, owner: bool = False) -> dict[str, str]:
    """Return the environment of a process; *owner* for one that changes the tables."""
    role = OWNER if owner else APP
    own: Mapping[str, str] = {
        "DJANGO_SETTINGS_MODULE": "harmonia.settings",
        "PORTAIL": place.portail,
        "DATABASE_URL": cluster.url(role, database),
        "HARMONIA_SECRET": secret(place),
        "HARMONIA_ADRESSE": place.address,
        "HARMONIA_BOITE": str(place.path("courriels")),
        "HARMONIA_DOCUMENTS": str(place.path("documents")),
        "HARMONIA_STATIQUES": str(place.path("statiques")),
    }
    return {**os.environ, **own}


def secret(place: Place) -> str:
    """Return the secret of a portal, drawn once and kept beside its data, for its owner only."""
    path = place.path(".") / "secret"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return path.read_text()
