"""The WSGI entry: everything that can be compiled before the first request is, and shared by the workers."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harmonia.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Compile the forms of the open collections; a database that does not answer yet is no matter."""
    from harmonia.dossiers.warming import warm  # noqa: PLC0415 - only once Django is set up

    warm()
    gc.collect()
    gc.freeze()


_warm()
