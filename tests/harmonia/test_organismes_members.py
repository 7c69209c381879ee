"""The people of an organisation, managed by its administrator; those of the federation, by its own."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from harmonia.acces.models import Mission, User
from harmonia.acces.staff import LastStaffError, set_active, set_mission
from harmonia.organismes.members import LastAdministratorError, detach, set_profiles, suspend
from harmonia.organismes.models import Contact, Organisme, Rattachement
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in


def row(cast: Cast, name: str) -> Rattachement:
    """Return the profiles of somebody of `ici`; in an open scope."""
    found: Rattachement = Rattachement.objects.get(user=getattr(cast, name), organisme=cast.ici)
    return found


def test_the_administrator_gives_and_takes_profiles(cast: Cast) -> None:
    """One person may hold them all; at least one is kept."""
    with open_scope(cast.scope(cast.gestion)):
        number = row(cast, "saisie").pk
    client, page = signed_in(cast.gestion), f"/utilisateurs/{number}/"
    client.post(page, {"profils": ["saisie", "comptable", "hierarchique", "administrateur"]})
    with open_scope(cast.scope(cast.gestion)):
        assert 4 == len(row(cast, "saisie").profils)
    assert "Gardez au moins un profil" in client.post(page, {"profils": []}).content.decode()


def test_a_suspended_person_is_out_at_once_and_comes_back_as_before(cast: Cast) -> None:
    """In the very session that was open."""
    client, manager = signed_in(cast.saisie), signed_in(cast.gestion)
    with open_scope(cast.scope(cast.gestion)):
        number = row(cast, "saisie").pk
    address = f"/dossiers/{cast.dossier.pk}/"
    manager.post(f"/utilisateurs/{number}/suspendre/")
    assert 404 == client.get(address).status_code
    manager.post(f"/utilisateurs/{number}/retablir/")
    assert 200 == client.get(address).status_code


def test_a_person_taken_out_keeps_the_account_and_what_it_did(cast: Cast) -> None:
    """Only the tie is cut."""
    with open_scope(cast.scope(cast.gestion)):
        detach(row(cast, "saisie"))
    assert User.objects.get(pk=cast.saisie.pk).is_active
    assert "Aucune campagne" in signed_in(cast.saisie).get("/").content.decode()


@pytest.mark.parametrize("act", [suspend, detach, lambda one: set_profiles(one, ["saisie"])])
def test_the_last_administrator_is_kept(cast: Cast, act: object) -> None:
    """Until somebody else is one."""
    assert callable(act)
    with open_scope(cast.scope(cast.gestion)):
        with pytest.raises(LastAdministratorError):
            act(row(cast, "gestion"))
        set_profiles(row(cast, "saisie"), ["saisie", "administrateur"])
        act(row(cast, "gestion"))


def test_a_suspended_administrator_does_not_count(cast: Cast) -> None:
    """Nor does one whose account is closed."""
    with open_scope(cast.scope(cast.gestion)):
        set_profiles(row(cast, "saisie"), ["administrateur"])
        suspend(row(cast, "saisie"))
        with pytest.raises(LastAdministratorError):
            detach(row(cast, "gestion"))


def test_two_administrators_who_leave_at_once_do_not_both_leave(committed: Cast) -> None:
    """The second waits for the first, and is then the last."""
    cast = committed
    with open_scope(cast.scope(cast.gestion)):
        set_profiles(row(cast, "saisie"), ["saisie", "administrateur"])
    refused = []

    def leave(name: str) -> None:
        try:
            with open_scope(cast.scope(cast.gestion)):
                detach(row(cast, name))
        except LastAdministratorError:
            refused.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[name]) for name in ("gestion", "saisie")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with open_scope(Scope(Role.SYSTEME)):
        assert (1, 1) == (
            len(refused),
            Rattachement.objects.filter(organisme=cast.ici, administrateur=True).count(),
        )


def test_a_person_of_two_organisations_switches_between_them(cast: Cast) -> None:
    """The menu lists them; what is seen is that of the one chosen, and never another."""
    with open_scope(Scope(Role.SYSTEME)):
        Rattachement.objects.create(user=cast.saisie, organisme=cast.ailleurs, saisie=True)
    client = signed_in(cast.saisie)
    for organisme, own, other in (
        (cast.ailleurs, cast.dossier_ailleurs, cast.dossier),
        (cast.ici, cast.dossier, cast.dossier_ailleurs),
    ):
        page = client.post("/organisme/choisir/", {"organisme": organisme.pk}, follow=True)
        assert f'value="{cast.ici.pk}"' in page.content.decode()
        assert (200, 404) == tuple(client.get(f"/dossiers/{one.pk}/").status_code for one in (own, other))


def test_one_does_not_choose_an_organisation_that_is_not_one_s_own(cast: Cast) -> None:
    """Whatever number is sent."""
    client = signed_in(cast.saisie)
    for number in (str(cast.ailleurs.pk), "0", "x", ""):
        assert 404 == client.post("/organisme/choisir/", {"organisme": number}).status_code
    assert 200 == client.get(f"/dossiers/{cast.dossier.pk}/").status_code


def test_the_administrator_corrects_the_address_not_the_siren(cast: Cast) -> None:
    """What the federation keeps is not in the form, even sent."""
    form = {"adresse": "1 rue Fictive", "code_postal": "35000", "commune": "Rennes", "activite": "mixte"}
    signed_in(cast.gestion).post("/organisme/modifier/", {**form, "siren": "111111118", "nom": "Autre"})
    with open_scope(cast.scope()):
        now = Organisme.objects.get(pk=cast.ici.pk)
        assert ("1 rue Fictive", "000000018", "Coopérative d'Ici") == (now.adresse, now.siren, now.nom)
    page = signed_in(cast.gestion).post("/organisme/modifier/", {**form, "code_postal": "3500"})
    assert "il faut cinq chiffres" in page.content.decode()


def test_contacts_are_kept_by_theme(cast: Cast) -> None:
    """Added, corrected, removed by the administrator; read by the federation."""
    client = signed_in(cast.gestion)
    form = {"theme": "comptabilite", "nom": "Claude Compte", "courriel": "c@essai.example", "telephone": ""}
    client.post("/organisme/contacts/nouveau/", form)
    with open_scope(cast.scope()):
        number = Contact.objects.get().pk
    assert "Claude Compte" in signed_in(cast.analyste).get(f"/organismes/{cast.ici.pk}/").content.decode()
    client.post(f"/organisme/contacts/{number}/", {**form, "nom": "Claude C."})
    assert "Claude C." in client.get("/organisme/").content.decode()
    client.post(f"/organisme/contacts/{number}/retirer/")
    with open_scope(cast.scope()):
        assert 0 == Contact.objects.count()


@pytest.mark.parametrize(
    ("siren", "words"),
    [
        ("732829321", "n&#x27;est pas un SIREN"),
        ("12", "n&#x27;est pas un SIREN"),
        ("000000018", "a déjà ce SIREN"),
    ],
)
def test_a_siren_is_checked_in_french(cast: Cast, siren: str, words: str) -> None:
    """Key, length, and that it is nobody else's."""
    form = {"siren": siren, "nom": "Neuve", "famille": "COOP", "activite": "mixte"}
    assert words in signed_in(cast.federation).post("/organismes/nouveau/", form).content.decode()


def test_an_organisation_is_created_and_its_first_administrator_invited(cast: Cast) -> None:
    """A SIREN typed with its spaces is the same."""
    client = signed_in(cast.federation)
    form = {"siren": "732 829 320", "nom": "Neuve", "famille": "COOP", "activite": "mixte"}
    page = client.post("/organismes/nouveau/", form, follow=True)
    assert "Invitez maintenant son premier administrateur" in page.content.decode()
    assert ["administrateur"] == page.context["form"].initial["profils"]
    address = page.request["PATH_INFO"]
    client.post(address, {"courriel": "a@essai.example", "profils": ["administrateur"]})
    assert "a@essai.example" in client.get(address).content.decode()


def test_the_last_administrator_of_the_federation_is_kept(cast: Cast) -> None:
    """Neither closed nor made an analyst."""
    with pytest.raises(LastStaffError):
        set_active(cast.federation, active=False)
    with pytest.raises(LastStaffError):
        set_mission(cast.federation, "analyste")
    set_mission(cast.analyste, Mission.ADMINISTRATEUR)
    set_active(cast.federation, active=False)
    assert not User.objects.get(pk=cast.federation.pk).is_active


def test_the_team_is_managed_by_its_administrators(cast: Cast) -> None:
    """A closed account is out at once; an organisation's user is no member to close."""
    client, other = signed_in(cast.federation), signed_in(cast.analyste)
    client.post(f"/equipe/{cast.analyste.pk}/fermer/")
    assert "/compte/login/" in other.get("/suivi/").headers["Location"]
    assert 404 == client.post(f"/equipe/{cast.saisie.pk}/fermer/").status_code
