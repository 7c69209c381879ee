"""Transmitting: one sealed version per demand, a receipt that holds offline, and nothing that changes it."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from jsonschema import Draft202012Validator
from procrastinate.contrib.django.models import ProcrastinateJob

from harmonia.documents.services import deposit
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.justifications import Given, justify
from harmonia.dossiers.models import Dossier, Justification, Transition, VersionScellee
from harmonia.dossiers.services import Entry, save_entries
from harmonia.dossiers.transitions import Demand, RefusedError, move
from harmonia.tenancy.scope import Role, Scope, open_scope
from harmonia.transmissions import cles
from harmonia.transmissions.avis import tell
from harmonia.transmissions.models import AvisTransmission, Transmission
from harmonia.transmissions.pieces import PieceError, attach, missing, set_reserve, standing_pieces, withdraw
from liasse import Outcome
from liasse.echanges import ClePrivee, check_accuse, read_keys, schema
from tests.harmonia.cast import Cast
from tests.harmonia.figures import NOW, put
from tests.harmonia.files import pdf

ALL = frozenset({"saisie", "comptable", "hierarchique"})
CELL = "CRP.R033.N"


pytestmark = pytest.mark.usefixtures("lenient")


def demand(dossier: Dossier, action: str, motif: str = "") -> Demand:
    """Return a demand as a page that was just opened would send it."""
    return Demand(action, uuid.uuid4(), dossier.version, motif)


def correction(dossier: Dossier) -> Demand:
    """Return the ministry's demand for a correction of the figure."""
    asked = demand(dossier, "demander_correction", "R033 à revoir")
    return replace(asked, joint={"cles": [CELL]})


def signed(cast: Cast) -> None:
    """Bring the dossier of `ici` to where it may be transmitted."""
    acts = [(cast.saisie, "presenter"), (cast.comptable, "signer_comptable")]
    if cast.dossier.etape == "1_Initialisation":
        acts.insert(0, (cast.saisie, "demarrer"))
    for user, action in acts:
        with open_scope(cast.scope(user)):
            move(cast.dossier, demand(cast.dossier, action), ALL)


def transmitted(cast: Cast) -> Transmission:
    """Sign and transmit the dossier of `ici`; return the last version."""
    signed(cast)
    with open_scope(cast.scope(cast.direction)):
        move(cast.dossier, demand(cast.dossier, "transmettre"), ALL)
        made = Transmission.objects.filter(dossier=cast.dossier).first()
    assert made is not None
    return made


def type_in(cast: Cast, text: str, version: int = 0) -> None:
    """Type a figure."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry(CELL, text, version)])


def test_a_transmission_is_sealed_and_its_receipt_holds_offline(cast: Cast) -> None:
    """With the key that the portal publishes; the snapshot says everything that was transmitted."""
    type_in(cast, "10")
    made = transmitted(cast)
    keys = read_keys(json.dumps(published()).encode())
    constat = check_accuse(made.accuse.encode(), made.instantane.encode(), keys)
    assert (None, True) == (constat.defaut, constat.de_confiance)
    assert constat.instantane is not None
    assert made.empreinte == constat.instantane.empreinte
    plain = json.loads(made.instantane)
    assert {"siren": "000000018", "nom": "Coopérative d'Ici", "famille": "COOP"} == plain["organisme"]
    assert ("etats_reglementaires", "2022", 2022, {"numero": 1, "precedente": None}) == tuple(
        plain[key] for key in ("questionnaire", "millesime", "exercice", "version")
    )
    assert "10.00" == plain["contenu"]["cellules"][CELL]
    assert [("comptable", "Comptable Essai"), ("hierarchique", "Direction Essai")] == [
        (one["role"], one["par"]) for one in plain["signatures"]
    ]
    assert {"conforme", "sans_objet", "non_evaluable"} <= {one["resultat"] for one in plain["verification"]}


def published() -> dict[str, Any]:
    """Return what the portal publishes, as anybody reads it."""
    with open_scope(Scope(Role.PERSONNE)):
        return cles.published()


def test_what_is_sealed_has_the_published_form(cast: Cast) -> None:
    """The schemas describe what the portal makes, not only what tests make."""
    made = transmitted(cast)
    for name, text in (("instantane-1", made.instantane), ("accuse-1", made.accuse)):
        assert [] == list(Draft202012Validator(schema(name)).iter_errors(json.loads(text)))
    filing = json.loads(made.instantane)["contenu"]
    assert [] == list(Draft202012Validator(schema("depot-1")).iter_errors(filing))


def test_the_step_the_version_and_the_transmission_are_one_act(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails, nothing is done."""
    signed(cast)
    monkeypatch.setattr("harmonia.transmissions.services.promise", _fails)
    with pytest.raises(OSError, match="disque"), open_scope(cast.scope(cast.direction)):
        move(cast.dossier, demand(cast.dossier, "transmettre"), ALL)
    with open_scope(cast.scope()):
        cast.dossier.refresh_from_db()
        assert "3_Validation" == cast.dossier.etape
        assert (0, 0) == (Transmission.objects.count(), VersionScellee.objects.count())


def _fails(_made: Transmission) -> None:
    raise OSError("disque plein")


def test_a_correction_is_another_version_linked_to_the_former(cast: Cast) -> None:
    """Which does not change by a byte."""
    type_in(cast, "10")
    first = transmitted(cast)
    with open_scope(cast.scope_federation):
        move(cast.dossier, correction(cast.dossier), {"ministere"})
    type_in(cast, "11", 1)
    second = transmitted(cast)
    assert (2, first.pk, first.empreinte) == (
        second.numero,
        second.precedente_id,
        json.loads(second.instantane)["version"]["precedente"],
    )
    assert "11.00" == json.loads(second.instantane)["contenu"]["cellules"][CELL]
    with open_scope(cast.scope()):
        assert first.instantane == Transmission.objects.get(pk=first.pk).instantane


def test_a_double_click_transmits_once(cast: Cast) -> None:
    """The same token, twice."""
    signed(cast)
    with open_scope(cast.scope(cast.direction)):
        asked = demand(cast.dossier, "transmettre")
        move(cast.dossier, asked, ALL)
        move(cast.dossier, asked, ALL)
        assert 1 == Transmission.objects.filter(dossier=cast.dossier).count()


@pytest.mark.parametrize("same", [True, False], ids=["same click", "two people"])
def test_two_workers_transmit_once(committed: Cast, *, same: bool) -> None:
    """At the same moment, on two connections: the second finds it done, or is refused."""
    signed(committed)
    asked = [demand(committed.dossier, "transmettre")]
    asked.append(asked[0] if same else demand(committed.dossier, "transmettre"))
    told: list[str] = []
    at_once([_worker(committed, one, told) for one in asked])
    with open_scope(committed.scope()):
        assert 1 == Transmission.objects.count()
        assert 1 == Transition.objects.filter(action="transmettre").count()
    assert (0 if same else 1) == len(told)


def _worker(cast: Cast, asked: Demand, told: list[str]) -> Callable[[], None]:
    def work() -> None:
        try:
            with open_scope(cast.scope(cast.direction)):
                dossier = Dossier.objects.select_related("campagne", "organisme", "precedent").get(
                    pk=cast.dossier.pk
                )
                move(dossier, asked, ALL)
        except RefusedError as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    return work


def at_once(works: list[Callable[[], None]]) -> None:
    """Run functions in threads of their own, and wait for all."""
    threads = [threading.Thread(target=work) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


# ── The wall, and what nobody changes ──


def test_the_organisation_and_the_ministry_read_it_and_nobody_else(cast: Cast) -> None:
    """By bare SQL: a stranger, the federation's role, the plumbing."""
    transmitted(cast)
    seen = {}
    for name, scope in (
        ("ici", cast.scope()),
        ("ministere", cast.scope_federation),
        ("ailleurs", cast.scope_ailleurs),
        ("federation", Scope(Role.FEDERATION, cast.analyste.pk)),
        ("systeme", Scope(Role.SYSTEME)),
        ("personne", Scope(Role.PERSONNE, cast.saisie.pk)),
    ):
        with open_scope(scope), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM transmissions_transmission")
            seen[name] = cursor.fetchone()[0]
    assert {"ici": 1, "ministere": 1, "ailleurs": 0, "federation": 0, "systeme": 0, "personne": 0} == seen


def test_a_correction_under_way_hides_nothing_of_what_was_transmitted(cast: Cast) -> None:
    """The ministry still reads the version that it has."""
    transmitted(cast)
    with open_scope(cast.scope_federation):
        move(cast.dossier, correction(cast.dossier), {"ministere"})
        assert 2 == cast.dossier.rang
        assert 1 == Transmission.objects.count()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transmissions_transmission SET empreinte = ''",
        "DELETE FROM transmissions_transmission",
        "TRUNCATE transmissions_transmission CASCADE",
        "UPDATE transmissions_clepubliee SET publique = ''",
        "DELETE FROM transmissions_clepubliee",
        "UPDATE transmissions_reservetransmission SET texte = ''",
    ],
)
def test_the_serving_role_changes_and_removes_nothing(cast: Cast, statement: str) -> None:
    """Append-only by rights, not by good manners."""
    transmitted(cast)
    with open_scope(cast.scope()), pytest.raises(ProgrammingError, match="permission denied"):
        refused(statement)


def refused(statement: str) -> None:
    """Run a statement in a savepoint of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_without_a_key_nothing_is_transmitted(cast: Cast, settings: Any) -> None:
    """Rather than a version that nobody could prove."""
    signed(cast)
    settings.CLE = "/nowhere/cle.pem"
    with open_scope(cast.scope(cast.direction)), pytest.raises(RefusedError, match="n'a pas de clé"):
        move(cast.dossier, demand(cast.dossier, "transmettre"), ALL)
    with open_scope(cast.scope()):
        assert "3_Validation" == Dossier.objects.get(pk=cast.dossier.pk).etape
    assert published()["cles"] == []


def test_a_former_key_stays_published(cast: Cast, settings: Any, tmp_path: Path) -> None:
    """What it signed must still be provable."""
    made = transmitted(cast)
    settings.CLE = str(tmp_path / "neuve.pem")
    Path(settings.CLE).write_bytes(ClePrivee.draw().pem)
    keys = read_keys(json.dumps(published()).encode())
    assert 2 == len(keys)
    assert check_accuse(made.accuse.encode(), None, keys).de_confiance
    assert cles.portal_key().publique in keys


# ── What goes along ──


def justified(dossier: Dossier) -> Justification:
    """Justify the first gap, with a document."""
    state = live(dossier)
    check, judgement = next(
        (check, one)
        for check, one in zip(state.plan.checks, state.judgements, strict=True)
        if one.outcome is Outcome.ECART
    )
    document = deposit(pdf("acte.pdf"), dossier.organisme_id, dossier.pk)
    return justify(dossier, state, check, judgement, Given("Vente d'un terrain", 1250, document.pk))


def test_the_documents_and_the_reserve_go_along(cast: Cast) -> None:
    """With their SHA-256; what was withdrawn does not, nor a reserve that was lifted."""
    with open_scope(cast.scope()):
        assert missing(cast.dossier).startswith("Le procès-verbal de l'assemblée générale n'est pas joint.")
        set_reserve(cast.dossier, "Autre réserve")
        set_reserve(cast.dossier, "Comptes non encore approuvés")
        assert "Vous transmettez sous réserve : joignez la décision de prorogation." == missing(cast.dossier)
        kept = attach(cast.dossier, pdf("prorogation.pdf"), "prorogation")
        gone = attach(cast.dossier, pdf("erreur.pdf"), "pv")
        withdraw(cast.dossier, gone.pk)
        assert "" == missing(cast.dossier)
    plain = json.loads(transmitted(cast).instantane)
    assert "Comptes non encore approuvés" == plain["reserve"]
    assert [
        {
            "nom": "prorogation.pdf",
            "nature": "prorogation",
            "sha256": kept.document.empreinte,
            "taille": kept.document.taille,
        }
    ] == plain["pieces"]


def test_what_goes_along_does_not_change_once_transmitted(cast: Cast) -> None:
    """Until a correction is asked for."""
    with open_scope(cast.scope()):
        one = attach(cast.dossier, pdf("pv.pdf"), "pv")
        with pytest.raises(PieceError, match="quelle pièce"):
            attach(cast.dossier, pdf("pv.pdf"), "facture")
    transmitted(cast)
    with open_scope(cast.scope()):
        for act in (
            lambda: withdraw(cast.dossier, one.pk),
            lambda: set_reserve(cast.dossier, "Trop tard"),
            lambda: attach(cast.dossier, pdf("pv.pdf"), "pv"),
        ):
            with pytest.raises(PieceError, match="transmis"):
                act()
        assert [one.pk] == [piece.pk for piece in standing_pieces(cast.dossier)]


def test_a_justification_goes_along_with_its_document(cast: Cast) -> None:
    """Those that stood, in words, with what they explain."""
    with open_scope(cast.scope()):
        put(cast.dossier, NOW)
        said = justified(cast.dossier)
    plain = json.loads(transmitted(cast).instantane)
    (found,) = plain["justifications"]
    assert (said.controle, said.texte, "12.50") == (found["controle"], found["texte"], found["montant"])
    assert [("justification", found["piece"])] == [(one["nature"], one["sha256"]) for one in plain["pieces"]]


# ── Who is told ──


def test_who_signed_is_told_once(cast: Cast, mail: Path) -> None:
    """The comptable and the hiérarchique; the job run twice sends nothing twice."""
    made = transmitted(cast)
    job = ProcrastinateJob.objects.get(task_name="prevenir_transmission")
    assert (made.pk, cast.ici.pk) == (job.args["transmission_id"], job.args["organisme_id"])
    for _ in range(2):
        tell(cast.scope(cast.direction), made.pk)
    letters = [path.read_text(encoding="utf-8") for path in mail.iterdir()]
    assert {"comptable@essai.example", "direction@essai.example"} == {
        line.removeprefix("To: ")
        for letter in letters
        for line in letter.splitlines()
        if line.startswith("To: ")
    }
    assert 2 == len(letters)
    with open_scope(cast.scope()):
        assert not AvisTransmission.objects.filter(transmission=made, envoye_le=None).exists()
