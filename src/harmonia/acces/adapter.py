"""What allauth asks of us: no open sign-up, staff keep a second factor, its secrets are kept encrypted."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from harmonia.acces.second_factor import must_have


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by invitation only."""

    error_messages = {  # noqa: RUF012 - the attribute is allauth's
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": (
            "Trop d'essais infructueux : ce compte est bloqué pour dix minutes. "
            "Passé ce délai, réessayez ou choisissez « Mot de passe oublié »."
        ),
        "username_password_mismatch": (
            "L'identifiant ou le mot de passe ne correspond pas. Vérifiez la saisie, "
            "ou choisissez « Mot de passe oublié »."
        ),
        "email_password_mismatch": (
            "L'adresse ou le mot de passe ne correspond pas. Vérifiez la saisie, "
            "ou choisissez « Mot de passe oublié »."
        ),
        "incorrect_password": "Ce n'est pas votre mot de passe actuel. Vérifiez la saisie.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is allauth's
        """Refuse a sign-up that nobody asked for."""
        return False


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Second factors."""

    error_messages = {  # noqa: RUF012 - the attribute is allauth's
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": (
            "Votre rôle demande un second facteur : ajoutez-en un autre avant de retirer le dernier."
        ),
        "incorrect_code": "Ce code n'est pas le bon. Attendez le suivant, puis recopiez ses six chiffres.",
    }

    def can_delete_authenticator(self, authenticator: Any) -> bool:  # noqa: ANN401 - allauth has no types
        """Refuse to remove the last second factor of somebody who must have one."""
        if not must_have(authenticator.user):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id)
        return bool(
            others.exclude(pk=authenticator.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        )

    def encrypt(self, text: str) -> str:
        """Keep a secret in the database under the secret of the portal."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a secret back."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(b"second facteur\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
