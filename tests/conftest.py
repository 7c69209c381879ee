"""
What every test of the house is held to.

Warnings are errors and the order is random (`pyproject.toml`, pytest-randomly); here: no network,
one locale, one time zone, one terminal, and the three profiles of Hypothesis.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

os.environ.update({"LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "120", "NO_COLOR": "1"})
time.tzset()

settings.register_profile("fast", max_examples=20, deadline=None)
settings.register_profile("ci", max_examples=40, deadline=None, derandomize=True, print_blob=True)
settings.register_profile(
    "long", max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fast")


class NetworkForbiddenError(RuntimeError):
    """A test tried to leave the machine."""


_CONNECT, _ADDRESSES = socket.socket.connect, socket.getaddrinfo
_HERE = "127.0.0.1"


def _refuse(*args: object, **_kwargs: object) -> NoReturn:
    """Stand in for whatever opens a connection."""
    target = args[-1] if args else "?"
    raise NetworkForbiddenError(f"no test talks to the network: {target!r}")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection and every name look-up, for the whole run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _refuse)
        patch.setattr(socket.socket, "connect_ex", _refuse)
        patch.setattr(socket, "getaddrinfo", _refuse)
        yield


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test talk to what it started itself on this machine, and to nothing else."""

    def connect(own: socket.socket, address: object) -> None:
        if not (isinstance(address, tuple) and address[0] == _HERE):
            _refuse(address)
        _CONNECT(own, address)

    def addresses(host: str, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - the signature is Python's
        return _ADDRESSES(host, *args, **more) if host == _HERE else _refuse(host)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", addresses)
