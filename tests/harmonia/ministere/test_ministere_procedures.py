"""After the due date: acts of named officers, letters that are proved, answers in time, a sealed referral."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
import zipfile
from datetime import date, timedelta
from email import message_from_bytes
from html import unescape
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.formats import date_format
from pypdf import PdfReader

from harmonia.campagnes.models import Campagne
from harmonia.instruction.chronologie import open_procedures
from harmonia.instruction.envois import send_kept
from harmonia.instruction.models import Acte, Envoi, Observation, PieceObservation, Procedure, Saisine
from harmonia.instruction.procedure import DemandeActe, RefusedActError, affaire, observe, take
from harmonia.instruction.saisine import build
from harmonia.ministere.courriers import print_letter
from harmonia.ministere.taches import print_opening
from harmonia.organismes.models import Contact
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse.echanges import read_json, signer_of
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.files import pdf


def asked(
    code: str, version: int, days: int = 15, motif: str = "Rien n'est parvenu.", avance: str = ""
) -> DemandeActe:
    """Return a demand as the page would send it."""
    due = timezone.localdate() + timedelta(days) if days else None
    return DemandeActe(code, uuid.uuid4(), version, motif, "", due, avance)


def act(cast: Cast, demande: DemandeActe) -> Acte:
    """Take an act about `ici`, in the name of the analyst."""
    with open_scope(cast.scope_federation):
        return take(affaire(cast.campagne, cast.ici), demande, print_letter)


def pass_deadline(cast: Cast) -> None:
    """Let the deadline of the last act pass, as the owner of the tables would set a clock."""
    with open_scope(Scope(Role.SYSTEME)):
        last = Acte.objects.order_by("-id").values_list("pk", flat=True)[0]
    Clock.shift(last)


class Clock:
    """Moves the present: acts are never changed, so it is today that moves."""

    today: ClassVar[date | None] = None

    @classmethod
    def shift(cls, acte_id: int) -> None:
        """Make today the day after the deadline of an act."""
        with open_scope(Scope(Role.SYSTEME)):
            due = Acte.objects.get(pk=acte_id).echeance
        assert due is not None
        cls.today = due + timedelta(1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the day from the clock of these tests once it was moved."""
    real = timezone.localdate
    monkeypatch.setattr(Clock, "today", None)

    def today(*given: Any) -> date:
        return Clock.today if Clock.today and not given else real(*given)

    monkeypatch.setattr(timezone, "localdate", today)


def brought(cast: Cast, *codes: str) -> None:
    """Take several acts one after the other, each after the deadline of the former."""
    for version, code in enumerate(codes):
        act(cast, asked(code, version))
        pass_deadline(cast)


def test_an_act_is_a_named_officer_s_with_its_reason_and_its_letter(cast: Cast) -> None:
    """The letter is a PDF, kept with its digest; the organisation reads it, a stranger does not."""
    made = act(cast, asked("relancer", 0, motif="Aucune transmission au 1er août."))
    assert made.lettre is not None
    with open_scope(cast.scope()):
        letter = Acte.objects.select_related("lettre").get(pk=made.pk).lettre
        assert letter is not None
        body = bytes(letter.contenu)
    assert (cast.analyste, hashlib.sha256(body).hexdigest()) == (made.par, letter.empreinte)
    text = PdfReader(io.BytesIO(body)).pages[0].extract_text()
    assert all(words in text for words in ("Coopérative d'Ici", "Aucune transmission au 1er août", "Relance"))
    with open_scope(cast.scope_ailleurs):
        assert (0, 0, 0) == tuple(one.objects.count() for one in (Procedure, Acte, Envoi))


@pytest.mark.parametrize(
    ("demande", "words"),
    [
        (asked("relancer", 0, motif=" "), "Donnez le motif"),
        (asked("relancer", 0, days=0), "délai pour répondre"),
        (asked("relancer", 3), "relisez-la"),
        (asked("saisir_ancols", 0), "n'est pas possible à cette étape"),
        (asked("punir", 0), "n'existe pas"),
    ],
)
def test_an_act_that_lacks_something_is_refused(cast: Cast, demande: DemandeActe, words: str) -> None:
    """A reason, a deadline, the version that was seen, the order of the steps."""
    with pytest.raises(RefusedActError, match=words):
        act(cast, demande)
    with open_scope(cast.scope_federation):
        assert (0, 0) == (Procedure.objects.count(), Envoi.objects.count())


def test_nobody_but_an_officer_takes_an_act(cast: Cast) -> None:
    """Neither a job without a name, nor somebody of an organisation."""
    with open_scope(Scope(Role.MINISTERE)), pytest.raises(RefusedActError, match="agent du ministère"):
        take(affaire(cast.campagne, cast.ici), asked("relancer", 0), print_letter)
    with open_scope(cast.scope()), pytest.raises(RefusedActError, match="agent du ministère"):
        take(affaire(cast.campagne, cast.ici), asked("relancer", 0), print_letter)


def test_what_is_not_owed_yet_is_not_reproached(cast: Cast) -> None:
    """Before the due date, nothing may be opened."""
    with open_scope(Scope(Role.SYSTEME)):
        Campagne.objects.filter(pk=cast.campagne.pk).update(echeance=date(2100, 7, 31))
    cast.campagne.refresh_from_db()
    with pytest.raises(RefusedActError, match="Rien ne manque"):
        act(cast, asked("relancer", 0))


def test_the_same_demand_counts_once(cast: Cast) -> None:
    """A double click makes one act, one letter, one mail per address."""
    demande = asked("relancer", 0)
    assert act(cast, demande).pk == act(cast, demande).pk
    with open_scope(cast.scope_federation):
        addresses = list(Envoi.objects.values_list("courriel", flat=True))
    assert len(addresses) == len(set(addresses)) == 4


def test_the_next_step_waits_for_the_deadline(cast: Cast) -> None:
    """Only dates are automatic: they forbid, they never act."""
    brought(cast, "relancer")
    with open_scope(cast.scope_federation):
        assert ["relance"] == [one.etape for one in Procedure.objects.all()]
        assert [True] == [one.attend for one in open_procedures()]
    act(cast, asked("mettre_en_demeure", 1))
    with pytest.raises(RefusedActError, match="attendez la fin de son délai"):
        act(cast, asked("ouvrir_contradictoire", 2, avance="Rien ne presse pourtant."))
    pass_deadline(cast)
    act(cast, asked("ouvrir_contradictoire", 2))


def test_a_delay_that_still_runs_is_told_and_the_officer_decides(cast: Cast) -> None:
    """The page warns with the date; without saying why, nothing is done; said, it is kept and told."""
    client, address = signed_in(cast.analyste), f"/procedures/{cast.campagne.pk}/{cast.ici.pk}/"
    due = act(cast, asked("relancer", 0)).echeance
    assert due is not None
    page = unescape(client.get(address).content.decode())
    assert "Le délai de l'organisme court encore" in page
    assert date_format(due, "j F Y") in page
    form = {
        "code": "mettre_en_demeure",
        "jeton": str(uuid.uuid4()),
        "version": "1",
        "motif": "Rien n'est parvenu.",
        "echeance": (due + timedelta(30)).isoformat(),
    }
    refused = unescape(client.post(address, form).content.decode())
    assert "dites pourquoi vous n'attendez pas" in refused
    client.post(address, form | {"avance": "Liquidation annoncée par le greffe."})
    with open_scope(cast.scope_federation):
        assert ["", "Liquidation annoncée par le greffe."] == [one.avance for one in Acte.objects.all()]
    assert "Liquidation annoncée par le greffe." in unescape(client.get(address).content.decode())


def test_a_delay_that_is_over_asks_for_no_reason(cast: Cast) -> None:
    """Nothing to confirm, and what would be said of it is not kept."""
    brought(cast, "relancer")
    page = signed_in(cast.analyste).get(f"/procedures/{cast.campagne.pk}/{cast.ici.pk}/").content.decode()
    assert 'name="avance"' not in page
    assert "" == act(cast, asked("mettre_en_demeure", 1, avance="Inutile.")).avance


def test_a_notice_leaves_once_and_its_proof_is_the_very_mail(cast: Cast, mail: Path) -> None:
    """Message-ID, time, recipient, digest; the letter is joined; sent again by nobody."""
    with open_scope(Scope(Role.SYSTEME)):
        Contact.objects.create(
            organisme=cast.ici, theme="direction", nom="Direction", courriel="direction@ici.example"
        )
    act(cast, asked("relancer", 0))
    assert (5, 0) == (send_kept(), send_kept())
    with open_scope(cast.scope_federation):
        proof = Envoi.objects.get(courriel="direction@ici.example")
    body = bytes(proof.message)
    message = message_from_bytes(body)
    assert (proof.empreinte, proof.identifiant) == (hashlib.sha256(body).hexdigest(), message["Message-ID"])
    assert proof.remis_le is not None
    assert ["text/plain", "application/pdf"] == [one.get_content_type() for one in message.walk()][1:]
    sent = b"".join(path.read_bytes() for path in mail.glob("*.log"))
    assert 1 == sent.count(f"Message-ID: {proof.identifiant}".encode())


def test_a_mail_server_that_fails_leaves_the_notice_for_the_next_try(
    cast: Cast, mail: Path, settings: Any
) -> None:
    """Nothing says that it left; then it leaves."""
    act(cast, asked("relancer", 0))
    settings.EMAIL_BACKEND = "tests.harmonia.ministere.test_ministere_procedures.Broken"
    with pytest.raises(OSError, match="4 message"):
        send_kept()
    with open_scope(cast.scope_federation):
        assert 4 == Envoi.objects.filter(remis_le=None).count()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert 4 == send_kept()


class Broken:
    """A mail server that does not answer."""

    def __init__(self, **_given: object) -> None:
        pass

    def send_messages(self, _messages: object) -> int:
        """Fail."""
        raise ConnectionError("no answer")


def test_an_organisation_answers_with_its_documents_before_its_deadline(cast: Cast) -> None:
    """Both sides read them; a stranger does not; after the deadline it is too late."""
    act(cast, asked("relancer", 0))
    client = signed_in(cast.direction)
    page = client.get("/notifications/").content.decode()
    assert ("Relance" in page, "Envoyer mes observations" in page) == (True, True)
    with open_scope(cast.scope()):
        number = Procedure.objects.get().pk
    given = {"texte": "L'assemblée est reportée.", "pieces": [pdf("pv.pdf"), pdf("statuts.pdf")]}
    answer = client.post(f"/notifications/{number}/", given, follow=True)
    assert "Vos observations sont enregistrées" in answer.content.decode()
    officer = signed_in(cast.analyste)
    case = unescape(officer.get(f"/procedures/{cast.campagne.pk}/{cast.ici.pk}/").content.decode())
    assert all(words in case for words in ("L'assemblée est reportée", "pv.pdf", "statuts.pdf"))
    with open_scope(cast.scope()):
        joined = PieceObservation.objects.filter(document__nom="pv.pdf").values_list("document", flat=True)
        address = f"/documents/{joined[0]}/"
    assert (200, 200, 404) == tuple(
        signed_in(one).get(address).status_code for one in (cast.analyste, cast.saisie, cast.etranger)
    )
    assert 404 == signed_in(cast.etranger).post(f"/notifications/{number}/", given).status_code
    pass_deadline(cast)
    late = client.post(f"/notifications/{number}/", {"texte": "Trop tard"})
    assert (400, True) == (
        late.status_code,
        "délai pour répondre est passé" in unescape(late.content.decode()),
    )


def test_a_file_that_is_refused_leaves_no_half_answer(cast: Cast) -> None:
    """An executable is refused; the observation that came with it is not kept either."""
    act(cast, asked("relancer", 0))
    with open_scope(cast.scope()):
        number = Procedure.objects.get().pk
    given = {"texte": "Voici", "pieces": [pdf("pv.pdf"), SimpleUploadedFile("virus.exe", b"MZ")]}
    answer = signed_in(cast.saisie).post(f"/notifications/{number}/", given)
    assert 400 == answer.status_code
    with open_scope(cast.scope()):
        assert 0 == Observation.objects.count()


def test_the_decision_waits_for_the_answer_or_the_deadline(cast: Cast) -> None:
    """An organisation that answered need not be waited for."""
    brought(cast, "relancer", "mettre_en_demeure")
    act(cast, asked("ouvrir_contradictoire", 2))
    with pytest.raises(RefusedActError, match="n'a pas répondu"):
        act(cast, asked("saisir_ancols", 3))
    with open_scope(cast.scope()):
        observe(Procedure.objects.get(), "Nos logiciels sont en panne.", [])
    act(cast, asked("saisir_ancols", 3))
    with open_scope(cast.scope_federation):
        closed = Procedure.objects.get()
    assert ("saisine", True) == (closed.etape, closed.close_le is not None)


def test_a_referral_is_sealed_with_all_that_was_done_and_said(cast: Cast, mail: Path) -> None:
    """Each piece has its digest in a manifest that the portal signed; one bit changed and it shows."""
    brought(cast, "relancer", "mettre_en_demeure")
    act(cast, asked("ouvrir_contradictoire", 2))
    with open_scope(cast.scope()):
        observe(Procedure.objects.get(), "Nos logiciels sont en panne.", [pdf("constat.pdf")])
    decided = act(cast, asked("saisir_ancols", 3, motif="Deux exercices sans dépôt."))
    send_kept()
    with open_scope(cast.scope_federation):
        rows = Acte.objects.select_related("procedure__campagne", "procedure__organisme", "par")
        made = build(rows.get(pk=decided.pk), print_opening)
        assert made.pk == build(rows.get(pk=decided.pk), print_opening).pk
        assert 1 == Saisine.objects.count()
    archive = zipfile.ZipFile(io.BytesIO(bytes(made.contenu)))
    manifest = read_json(archive.read("manifeste.json"))
    named = {one["nom"]: one["sha256"] for one in manifest["pieces"]}
    held = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    held.pop("manifeste.json")
    assert (named, made.cle) == (held, getattr(signer_of(manifest), "id", ""))
    kinds = {name.partition("/")[0] for name in named}
    assert {"dossier.pdf", "LISEZ-MOI.txt", "lettres", "envois", "observations"} <= kinds
    assert 4 == sum(name.startswith("lettres/") for name in named)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(archive.read("dossier.pdf"))).pages)
    assert all(words in text for words in ("Deux exercices sans dépôt", "Nos logiciels", "Mise en demeure"))
    assert None is signer_of(manifest | {"objet": "qualite"})
    with open_scope(cast.scope()):
        assert 0 == Saisine.objects.count()


def test_the_whole_story_by_its_pages(cast: Cast) -> None:
    """Opened from the follow-up, acted, listed, closed without further action for a reason."""
    client = signed_in(cast.analyste)
    address = f"/procedures/{cast.campagne.pk}/{cast.ici.pk}/"
    assert address in client.get("/suivi/").content.decode()
    due = (timezone.localdate() + timedelta(10)).isoformat()
    form = {"code": "relancer", "jeton": str(uuid.uuid4()), "version": "0", "motif": "Rien", "echeance": due}
    assert "la lettre part" in client.post(address, form, follow=True).content.decode()
    assert cast.ici.nom in unescape(client.get("/procedures/").content.decode())
    form = {"code": "classer_sans_suite", "jeton": str(uuid.uuid4()), "version": "1", "motif": ""}
    assert "Donnez le motif" in client.post(address, form).content.decode()
    form |= {"motif": "Organisme en liquidation", "jeton": str(uuid.uuid4())}
    client.post(address, form)
    page = unescape(client.get(address).content.decode())
    assert ("Sans suite" in page, "Organisme en liquidation" in page) == (True, True)
    assert "Aucune." in client.get("/procedures/").content.decode()


def test_acts_are_never_changed(cast: Cast) -> None:
    """Not even by the ministry: the rights of the serving role are to add and read."""
    made = act(cast, asked("relancer", 0))
    for scope in (cast.scope_federation, cast.scope()):
        with pytest.raises(Exception, match="permission denied"), open_scope(scope):
            Acte.objects.filter(pk=made.pk).update(motif="Autre")
    with pytest.raises(Exception, match="row-level security"), open_scope(cast.scope()):
        Acte(
            **{name: getattr(made, name) for name in ("procedure", "organisme", "code", "vers", "titre")},
            motif="Faux",
            jeton=uuid.uuid4(),
            par=cast.saisie,
            le=timezone.now(),
        ).save()


def test_the_manifest_is_plain_json(cast: Cast) -> None:
    """Nothing in a referral needs this software to be read."""
    brought(cast, "relancer", "mettre_en_demeure", "ouvrir_contradictoire")
    decided = act(cast, asked("saisir_ancols", 3))
    with open_scope(cast.scope_federation):
        rows = Acte.objects.select_related("procedure__campagne", "procedure__organisme", "par")
        made = build(rows.get(pk=decided.pk), print_opening)
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(bytes(made.contenu))).read("manifeste.json"))
    assert ("harmonia.saisine/1", cast.ici.siren) == (manifest["format"], manifest["organisme"]["siren"])
