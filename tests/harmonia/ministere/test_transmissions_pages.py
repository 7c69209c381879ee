"""The pages of the transmissions: what an organisation prepares, downloads and keeps."""

from __future__ import annotations

import io
import json
import re
import uuid
from html import unescape

import pytest
from django.test import Client
from pypdf import PdfReader

from harmonia.consultations.services import readings
from harmonia.dossiers import transitions
from harmonia.tenancy.scope import open_scope
from harmonia.transmissions.models import PieceJointe, Transmission
from liasse.cli import main
from liasse.echanges import check_accuse, read_keys, receipt_in
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.files import pdf

pytestmark = pytest.mark.usefixtures("lenient")


def press(client: Client, cast: Cast, action: str) -> str:
    """Press the button of an action, as the page sets it; return the page that answers."""
    address = f"/dossiers/{cast.dossier.pk}/"
    page = client.get(address).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    sent = {"action": action, "jeton": str(uuid.uuid4()), "version": version.group(1)}
    return client.post(f"{address}etape/", sent, follow=True).content.decode()


def transmitted(cast: Cast) -> Client:
    """Transmit the dossier of `ici` by its pages; return the browser of the direction."""
    with open_scope(cast.scope()):
        transitions.move(
            cast.dossier, transitions.Demand("demarrer", uuid.uuid4(), cast.dossier.version), {"saisie"}
        )
    press(signed_in(cast.saisie), cast, "presenter")
    press(signed_in(cast.comptable), cast, "signer_comptable")
    browser = signed_in(cast.direction)
    told = press(browser, cast, "transmettre")
    assert "son accusé est prêt" in told
    assert "(responsable comptable)" in told
    assert "(responsable hiérarchique)" in told
    return browser


def test_who_has_signed_is_not_asked_again(cast: Cast) -> None:
    """The button goes with the signature, and comes back with the entry."""
    with open_scope(cast.scope()):
        transitions.move(
            cast.dossier, transitions.Demand("demarrer", uuid.uuid4(), cast.dossier.version), {"saisie"}
        )
    signs = 'value="signer_comptable"'
    press(signed_in(cast.saisie), cast, "presenter")
    browser = signed_in(cast.comptable)
    assert signs in browser.get(f"/dossiers/{cast.dossier.pk}/").content.decode()
    assert signs not in press(browser, cast, "signer_comptable")
    with open_scope(cast.scope()):
        cast.dossier.refresh_from_db()
        demand = transitions.Demand("reprendre", uuid.uuid4(), cast.dossier.version, "Une ligne manque.")
        transitions.move(cast.dossier, demand, {"saisie"})
    assert signs in press(browser, cast, "presenter")


def test_what_is_downloaded_holds_offline(cast: Cast) -> None:
    """The PDF carries the signed document; with the snapshot and the published keys, it proves."""
    browser = transmitted(cast)
    base = f"/dossiers/{cast.dossier.pk}/transmissions/"
    page = browser.get(base).content.decode()
    assert f"{base}1/accuse.pdf" in page
    receipt, snapshot = (browser.get(f"{base}1/{name}.json").content for name in ("accuse", "instantane"))
    printed = browser.get(f"{base}1/accuse.pdf")
    assert receipt == receipt_in(printed.content)
    keys = read_keys(Client().get("/.well-known/harmonia-cles.json").content)
    constat = check_accuse(receipt, snapshot, keys)
    assert (None, True) == (constat.defaut, constat.de_confiance)
    assert 'filename="accuse-000000018-2022-v1.pdf"' in printed.headers["Content-Disposition"]
    text = " ".join(
        " ".join(one.extract_text() for one in PdfReader(io.BytesIO(printed.content)).pages).split()
    )
    assert "Coopérative d'Ici, SIREN 000000018, COOP" in text
    assert json.loads(receipt)["instantane"]["empreinte"] in text


def test_the_command_checks_what_the_portal_gave(
    cast: Cast, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """From end to end: three files, one command, no network."""
    browser = transmitted(cast)
    base, folder = f"/dossiers/{cast.dossier.pk}/transmissions/1/", tmp_path_factory.mktemp("accuse")
    for address, name in (
        (f"{base}accuse.pdf", "a.pdf"),
        (f"{base}instantane.json", "i.json"),
        ("/.well-known/harmonia-cles.json", "c.json"),
    ):
        (folder / name).write_bytes(browser.get(address).content)
    given = [str(folder / name) for name in ("a.pdf", "i.json", "c.json")]
    assert 0 == main(["verifier-accuse", given[0], "--instantane", given[1], "--cle", given[2]])
    assert " : INTACT\n" in capsys.readouterr().out


def test_documents_and_reserve_are_prepared_by_the_page(cast: Cast) -> None:
    """Joined, withdrawn, refused in words; then the page closes with the transmission."""
    browser = signed_in(cast.saisie)
    base = f"/dossiers/{cast.dossier.pk}/transmissions/"
    page = unescape(browser.get(base).content.decode())
    assert "Le procès-verbal de l'assemblée générale n'est pas joint." in page
    sent = {"nature": "pv", "document": pdf("pv.pdf")}
    assert "La pièce est jointe" in browser.post(f"{base}pieces/", sent, follow=True).content.decode()
    wrong = browser.post(f"{base}pieces/", {"nature": "facture"}).content.decode()
    assert "Choisissez un fichier." in wrong
    with open_scope(cast.scope()):
        piece = PieceJointe.objects.get()
    answer = browser.post(f"{base}pieces/{piece.pk}/retirer/", follow=True).content.decode()
    assert "La pièce ne partira pas." in answer
    browser.post(f"{base}reserve/", {"reserve": "Comptes non encore approuvés"})
    browser = transmitted(cast)
    assert "Comptes non encore approuvés" in browser.get(base).content.decode()
    late = unescape(browser.post(f"{base}reserve/", {"reserve": "Trop tard"}, follow=True).content.decode())
    assert "ce qui l'accompagne ne change plus" in late
    with open_scope(cast.scope()):
        assert "Comptes non encore approuvés" == Transmission.objects.get().reserve


def test_what_the_ministry_takes_is_noted_for_the_organisation(cast: Cast) -> None:
    """« Qui a vu mes données » names the person, and the version."""
    own = transmitted(cast)
    base = f"/dossiers/{cast.dossier.pk}/transmissions/1/"
    own.get(f"{base}instantane.json")
    signed_in(cast.analyste).get(f"{base}instantane.json")
    with open_scope(cast.scope()):
        assert [("Analyste Essai", "Transmission, version 1")] == [
            (one.qui, one.objet) for one in readings(cast.ici.pk, 5)
        ]


def test_a_version_that_was_not_transmitted_is_not_there(cast: Cast) -> None:
    """The same answer as for what is not yours."""
    browser = signed_in(cast.direction)
    for name in ("accuse.pdf", "accuse.json", "instantane.json"):
        assert 404 == browser.get(f"/dossiers/{cast.dossier.pk}/transmissions/1/{name}").status_code
