"""The version that reports carry."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

import pytest

from liasse.outputs import version


def test_a_package_that_is_not_installed_has_version_0(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source tree on the path is enough to work."""

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(version, "version", missing)
    assert "0" == version.package_version()
