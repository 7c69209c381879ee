"""The settings of the portal, with one view, and no middleware but the one that the accounts insist on."""

from harmonia.settings import *  # noqa: F403

ROOT_URLCONF = "bench.web.reference"
globals()["MIDDLEWARE"] = ["allauth.account.middleware.AccountMiddleware"]
