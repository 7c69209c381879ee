"""
Settings, all of them by the environment.

`PORTAIL` chooses the door: `federation` (Harmonia.coop) or `ministere` (Harmonia.gouv).
`DATABASE_URL` is the role that serves pages; a command that changes tables runs with the owner's address.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

ROOT: Final = Path(__file__).resolve().parent
PORTAILS: Final = ("federation", "ministere")


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise RuntimeError(f"The environment variable {name} is needed; `make demo` gives every one.")
    return value


def _flag(name: str) -> bool:
    return os.environ.get(name, "") == "1"


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "harmonia.tenancy.postgresql",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


PORTAIL = os.environ.get("PORTAIL", "federation")
if PORTAIL not in PORTAILS:
    raise RuntimeError(f"PORTAIL must be one of {', '.join(PORTAILS)}; it is {PORTAIL!r}.")

PORTE = ROOT / PORTAIL
"""The folder of the door: its steps, its words."""

SECRET_KEY = _required("HARMONIA_SECRET")
DEBUG = _flag("HARMONIA_DEBUG")
ALLOWED_HOSTS = os.environ.get("HARMONIA_HOTES", "127.0.0.1,localhost").split(",")
SITE = os.environ.get("HARMONIA_ADRESSE", "http://127.0.0.1:8002")
CSRF_TRUSTED_ORIGINS = [SITE]
DATABASES = {"default": _database(_required("DATABASE_URL"))}

INSTALLED_APPS = [
    "harmonia.tenancy",
    "harmonia.acces",
    "harmonia.organismes",
    "harmonia.consultations",
    "harmonia.campagnes",
    "harmonia.documents",
    "harmonia.dossiers",
    "harmonia.transmissions",
    "harmonia.instruction",
    "harmonia.rapatriement",
    "harmonia.api",
    "harmonia.portail",
    "harmonia.federation",
    "harmonia.ministere",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
    "procrastinate.contrib.django",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "harmonia.tenancy.probes.ProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "harmonia.acces.authentication.UserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "harmonia.organismes.middleware.ScopeMiddleware",
    "harmonia.acces.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "harmonia.urls"
WSGI_APPLICATION = "harmonia.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "portail" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["harmonia.portail.typography.FilesystemLoader", "harmonia.portail.typography.AppLoader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "harmonia.portail.context.portal",
            ],
            "builtins": ["harmonia.portail.templatetags.francais"],
        },
    }
]

# ── Accounts ─────────────────────────────────────────────────────────────────────────────────────

AUTH_USER_MODEL = "acces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
CSRF_FAILURE_VIEW = "harmonia.portail.views.errors.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accueil"
ACCOUNT_ADAPTER = "harmonia.acces.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "30/m/ip,6/10m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "invitation": "40/h/user",
    "invitation_opened": "60/m/ip",
    "message": "30/m/user",
    "portail": "300/m/ip",
    "portail_refuse": "30/m/ip",
}
PASSWORD_RESET_TIMEOUT = 24 * 3600
MFA_ADAPTER = "harmonia.acces.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Harmonia"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE.startswith("http://")
SECOND_FACTOR_REQUIRED = not _flag("HARMONIA_SANS_SECOND_FACTEUR")

SESSION_ENGINE = "harmonia.acces.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = f"harmonia_{PORTAIL}"
CSRF_COOKIE_NAME = f"harmonia_{PORTAIL}_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE.startswith("https://")
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
if _flag("HARMONIA_DERRIERE_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# ── Other portals, that read under a consent (decision 0015) ─────────────────────────────────────

OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "harmonia.api.oauth.ConsentValidator",
    "SCOPES_BACKEND_CLASS": "harmonia.api.oauth.Portees",
    "OIDC_ISS_ENDPOINT": SITE,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"] if SITE.startswith("http://") else ["https"],
    "PKCE_REQUIRED": True,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 91 * 24 * 3600,
    "ROTATE_REFRESH_TOKEN": False,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}

# The rate limits are shared by every process: they live in the database.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "tenancy_cache"}}

_SMTP = urlsplit(os.environ.get("HARMONIA_SMTP", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _SMTP.hostname else 'filebased'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _SMTP.hostname or "", _SMTP.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _SMTP.scheme == "smtps", _SMTP.scheme == "smtp" and EMAIL_PORT == 587
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = os.environ.get("HARMONIA_BOITE", "/tmp/harmonia-courriels")  # noqa: S108 - the demo says its own
DEFAULT_FROM_EMAIL = os.environ.get("HARMONIA_EXPEDITEUR", "ne-pas-repondre@harmonia.example")

# ── The other portal ─────────────────────────────────────────────────────────────────────────────

MINISTERE = os.environ.get("HARMONIA_MINISTERE", "").rstrip("/")
"""The address of the ministry's portal, for the federation's; empty: no Rapatriement."""

OAUTH_CLIENT = os.environ.get("HARMONIA_OAUTH_CLIENT", "")
OAUTH_SECRET = os.environ.get("HARMONIA_OAUTH_SECRET", "")
CLE = os.environ.get("HARMONIA_CLE", "")
"""The file of this portal's Ed25519 private key."""

CLE_MINISTERE = os.environ.get("HARMONIA_CLE_MINISTERE", "")
"""The ministry's public key, in PEM, or the file that holds it; nothing that it did not sign is shown."""

# ── What people read ─────────────────────────────────────────────────────────────────────────────

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["harmonia.portail.formats"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("HARMONIA_STATIQUES", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "harmonia.portail.storage.StaticStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = os.environ.get("HARMONIA_DOCUMENTS", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

IMPORT_MAX = 512 * 1024 * 1024
"""The largest file that may be imported, in bytes."""

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "taches"
PROCRASTINATE_ON_APP_READY = "harmonia.tenancy.travailleurs.prepare"
PROCRASTINATE_WORKER_DEFAULTS = {"update_heartbeat_interval": 3, "stalled_worker_timeout": 12}

MODELES = os.environ.get("HARMONIA_MODELES", str(ROOT.parents[1] / "modeles"))
"""The folder of the form models; those of the repository unless told otherwise."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "harmonia.tenancy.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("HARMONIA_JOURNAL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.db.backends": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
    },
}
