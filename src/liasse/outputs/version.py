"""The version of the installed package."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def package_version() -> str:
    """Return the version, or `0` when the package is used without being installed."""
    try:
        return version("harmonia")
    except PackageNotFoundError:
        return "0"
