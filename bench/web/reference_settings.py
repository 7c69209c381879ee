"""The settings of the portal, with one view, no middleware, and no applications that ask for one."""

from harmonia import settings as portal
from harmonia.settings import *  # noqa: F403

ROOT_URLCONF = "bench.web.reference"
globals()["MIDDLEWARE"] = []
INSTALLED_APPS = [name for name in portal.INSTALLED_APPS if not name.startswith("allauth")]
