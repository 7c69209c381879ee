"""
What django-oauth-toolkit is told: a scope is one reading, a code makes a consent, a token lives by it.

A person accepts a `Portee`; the code, then the tokens, name the consent that was written.  Each use of a
token asks the database whether the consent stands: revoking it needs no wait.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from harmonia.api.consentements import give, is_live, replayed
from harmonia.api.portees import read_portee


class _Named(dict[str, str]):
    """The words of any scope: itself."""

    def __missing__(self, scope: str) -> str:
        return scope


class Portees(BaseScopes):  # type: ignore[misc]  # the toolkit has no types
    """The scopes are not a list: each names an organisation, an exercice and a questionnaire."""

    def get_all_scopes(self) -> dict[str, str]:
        """Return none that can be listed, and the words of any that is asked for."""
        return _Named()

    def get_available_scopes(self, *_args: object, **_kwargs: object) -> list[str]:
        """Return none, idem."""
        return []

    def get_default_scopes(self, *_args: object, **_kwargs: object) -> list[str]:
        """Return none: what is read must be said."""
        return []


class ConsentValidator(OAuth2Validator):  # type: ignore[misc]  # the toolkit has no types
    """Ties codes and tokens to consents."""

    def validate_scopes(self, _client_id: str, scopes: list[str], *_args: object, **_kwargs: object) -> bool:
        """Admit one reading, and nothing else."""
        return len(scopes) == 1 and read_portee(scopes[0]) is not None

    def _create_authorization_code(self, request: Any, code: Any, expires: datetime | None = None) -> Any:
        """Write the consent that the person has just given, and make the code name it."""
        consent = give(request.terms, request.rattachement, code["code"])
        request.scopes = [consent.scope]
        return super()._create_authorization_code(request, code, expires)

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Refuse a code that was used, or whose consent ended since."""
        if super().validate_code(client_id, code, client, request, *args, **kwargs):
            return is_live(" ".join(request.scopes), client.pk)
        replayed(code, client.pk)
        return False

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Refuse a refresh token whose consent ended."""
        if not super().validate_refresh_token(refresh_token, client, request, *args, **kwargs):
            return False
        kept = request.refresh_token_instance.access_token
        return kept is not None and is_live(kept.scope, client.pk)
