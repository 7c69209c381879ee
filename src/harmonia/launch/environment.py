"""The environment of the processes: where the data of a portal stand, and what settings read."""

from __future__ import annotations

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harmonia.launch.postgres import OWNER, Cluster, serving_role
from liasse.echanges import ClePrivee

ADDRESSES: Final = {"federation": ("127.0.0.1", 8002), "ministere": ("127.0.0.1", 8001)}
"""Where each portal listens unless told otherwise."""

OAUTH_CLIENT: Final = "harmonia-coop"
"""Under what name the federation's portal asks the ministry's for a consent, in the demonstration."""


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
        """
        The port on which the portal listens.

        `HARMONIA_PORT` is that of the federation, and the ministry's is the one before it, unless
        `HARMONIA_PORT_FEDERATION` or `HARMONIA_PORT_MINISTERE` says otherwise.
        """
        own = os.environ.get(f"HARMONIA_PORT_{self.portail.upper()}")
        usual = ADDRESSES[self.portail][1]
        moved = int(os.environ.get("HARMONIA_PORT", ADDRESSES["federation"][1])) - ADDRESSES["federation"][1]
        return int(own) if own else usual + moved

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
    role = OWNER if owner else serving_role(database)
    own = {
        "DJANGO_SETTINGS_MODULE": "harmonia.settings",
        "PORTAIL": place.portail,
        "DATABASE_URL": cluster.url(role, database),
        "HARMONIA_SECRET": secret(place),
        "HARMONIA_CLE": str(key_file(place)),
        "HARMONIA_ADRESSE": place.address,
        "HARMONIA_MINISTERE": Place(place.folder, "ministere").address,
        "HARMONIA_BOITE": str(place.path("courriels")),
        "HARMONIA_DOCUMENTS": str(place.path("documents")),
        "HARMONIA_STATIQUES": str(place.path("statiques")),
    }
    if place.portail == "federation":
        own["HARMONIA_CLE_MINISTERE"] = str(public_key_file(Place(place.folder, "ministere")))
        own["HARMONIA_OAUTH_CLIENT"] = OAUTH_CLIENT
        own["HARMONIA_OAUTH_SECRET"] = oauth_secret(place.folder)
    return {**os.environ, **own}


def key_file(place: Place) -> Path:
    """Return the file of the key with which a portal signs, drawn once and kept for its owner only."""
    path = place.path(".") / "cle.pem"
    if not path.exists():
        _keep(path, ClePrivee.draw().pem)
    return path


def public_key_file(place: Place) -> Path:
    """Return the file of the public key of a portal, for the other one to pin."""
    path = place.path(".") / "cle-publique.pem"
    if not path.exists():
        _keep(path, ClePrivee.from_pem(key_file(place).read_bytes()).publique.pem.encode())
    return path


def oauth_secret(folder: Path) -> str:
    """Return the secret by which the federation's portal is known to the ministry's, drawn once."""
    path = Place(folder, "federation").path(".") / "oauth"
    if not path.exists():
        _keep(path, secrets.token_urlsafe(48).encode())
    return path.read_text()


def secret(place: Place) -> str:
    """Return the secret of a portal, drawn once and kept beside its data, for its owner only."""
    path = place.path(".") / "secret"
    if not path.exists():
        _keep(path, secrets.token_urlsafe(48).encode())
    return path.read_text()


def _keep(path: Path, content: bytes) -> None:
    """Write a secret whole, or find that another process just did; never half of it."""
    descriptor, temporary = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        Path(temporary).unlink()
