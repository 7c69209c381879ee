"""Who a session is: read quickly, refused as surely as Django refuses it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from harmonia.acces.models import User
from harmonia.dossiers.models import Dossier
from harmonia.tenancy.prepared import Prepared
from harmonia.tenancy.scope import ScopeError, open_scope
from tests.harmonia.cast import Cast, signed_in


def is_in(client: Client) -> bool:
    """Tell whether the first page opens."""
    return client.get("/").status_code == 200


def test_a_session_opens_the_portal(cast: Cast) -> None:
    """The one of an active person."""
    assert is_in(signed_in(cast.saisie))
    assert not is_in(Client())


def test_an_expired_or_unknown_session_is_nobody(cast: Cast) -> None:
    """Whatever its cookie says."""
    client = signed_in(cast.saisie)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)
    other = signed_in(cast.saisie)
    Session.objects.all().delete()
    assert not is_in(other)


def test_a_new_password_closes_the_sessions_of_the_former(cast: Cast) -> None:
    """The session carries a digest of the password."""
    client = signed_in(cast.saisie)
    cast.saisie.set_password("un autre mot de passe")
    cast.saisie.save()
    assert not is_in(client)


def test_somebody_who_left_is_out(cast: Cast) -> None:
    """At the next request."""
    client = signed_in(cast.saisie)
    User.objects.filter(pk=cast.saisie.pk).update(is_active=False)
    assert not is_in(client)


def test_a_prepared_query_gives_the_rows_of_its_queryset(cast: Cast) -> None:
    """Related rows too, under the policies of the open scope, and never without one."""
    prepared = Prepared(lambda pk: Dossier.objects.select_related("campagne", "precedent").filter(pk=pk), int)
    with open_scope(cast.scope()):
        found = prepared.first(cast.dossier.pk)
        assert found == Dossier.objects.get(pk=cast.dossier.pk)
        assert (cast.campagne, None) == (found.campagne, found.precedent)
        assert prepared.first(cast.dossier_ailleurs.pk) is None
    with pytest.raises(ScopeError):
        prepared.first(cast.dossier.pk)
