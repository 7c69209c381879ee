"""The settings under which types are checked and tests run: the same, with a made-up environment."""

from __future__ import annotations

import os

os.environ.setdefault("HARMONIA_SECRET", "for checks and tests only, never served")
os.environ.setdefault("DATABASE_URL", "postgresql://harmonia_app@/harmonia?host=/nowhere")
os.environ.setdefault("HARMONIA_BOITE", "/nowhere")

from harmonia.settings import *  # noqa: F403 - the environment first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Quick, for accounts that exist only during a test."""
