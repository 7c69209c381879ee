"""The demonstration of the desk: procedures that run, a register with a history, made by real acts, once."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from harmonia.acces.models import User
from harmonia.instruction.models import Acte, Envoi, Procedure
from harmonia.ministere import seeds as desk
from harmonia.organismes.models import EvenementOrganisme, Organisme
from harmonia.portail import cast as scene
from harmonia.portail import seeds
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import signed_in

LATE, INSUFFICIENT = 7, 5
"""The ranks, in the cast of the door, of one that is late and of one that was judged insufficient."""


@pytest.fixture
def planted(db: None, monkeypatch: pytest.MonkeyPatch, mail: Path) -> Client:
    """Plant two organisations of the demonstration and the desk; return an officer at work."""
    everybody = scene.cast()
    few = replace(
        everybody,
        paths=(everybody.paths[LATE], everybody.paths[INSUFFICIENT]),
        days=(everybody.days[LATE], everybody.days[INSUFFICIENT]),
        people=(),
        postponed=-1,
    )
    vars(few)["organismes"] = (everybody.organismes[LATE], everybody.organismes[INSUFFICIENT])
    monkeypatch.setattr(seeds, "cast", lambda: few)
    seeds.Seeds("un mot de passe").plant()
    assert desk.plant()
    return signed_in(User.objects.get(username="agent"))


def plain(client: Client, address: str) -> str:
    """Return the words of a page, with ordinary spaces."""
    return re.sub(r"\s+", " ", unescape(client.get(address).content.decode()))


def test_the_desk_has_procedures_and_a_register_to_show(planted: Client, mail: Path) -> None:
    """A relance and a mise en demeure that was answered; a merger and a former name; notices that left."""
    with open_scope(Scope(Role.SYSTEME)):
        assert {"relance", "mise_en_demeure"} == {one.etape for one in Procedure.objects.all()}
        assert not Envoi.objects.filter(remis_le=None).exists()
    listed = plain(planted, "/procedures/")
    assert ("2 en cours" in listed, "réponse du" in listed) == (True, True)
    register = plain(planted, "/registre/")
    assert all(words in register for words in (desk.RENAMED, f"absorption de {desk.ABSORBED}", desk.FICHIER))
    assert b"Relance" in b"".join(path.read_bytes() for path in mail.glob("*.log"))


def test_planting_again_plants_nothing(planted: Client) -> None:
    """`make demo` starts again on what people did since."""
    assert not desk.plant()
    with open_scope(Scope(Role.MINISTERE)):
        assert (3, 4) == (Acte.objects.count(), EvenementOrganisme.objects.count())
        assert desk.ABSORBED == Organisme.objects.exclude(sorti_le=None).get().nom
