"""The WSGI entry: everything that can be compiled before the first request is."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harmonia.settings")
application = get_wsgi_application()
