"""The desk examines: a verdict has its reasons and its evidence, a correction names what it opens."""

from __future__ import annotations

import uuid
from html import unescape

import pytest

from harmonia.dossiers.models import DemandeCorrection, Dossier, RapportScelle
from harmonia.dossiers.reports import is_intact, verify_and_seal
from harmonia.dossiers.services import Entry, save_entries
from harmonia.dossiers.transitions import Demand, RefusedError, move
from harmonia.instruction.examen import verdicts
from harmonia.instruction.models import Examen
from harmonia.tenancy.scope import Role, Scope, open_scope
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.figures import put, read


@pytest.fixture
def sent(cast: Cast) -> Cast:
    """Return the cast, the dossier of `ici` with the ministry, one blocking gap in it."""
    with open_scope(cast.scope()):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="2_Saisie", rang=2)
        put(read(cast.dossier.pk), {"PAS.P010.N": 50_000_000, "CRP.R033.N": 1000})
    with open_scope(Scope(Role.SYSTEME)):
        Dossier.objects.filter(pk=cast.dossier.pk).update(etape="4_Examen", rang=4)
    return cast


def form(cast: Cast, action: str, **more: object) -> dict[str, object]:
    """Return what the page of the examination sends."""
    with open_scope(cast.scope_federation):
        version = read(cast.dossier.pk).version
    return {"action": action, "jeton": str(uuid.uuid4()), "version": str(version), **more}


def address(cast: Cast) -> str:
    """Return the page of the examination."""
    return f"/suivi/{cast.dossier.pk}/examen/"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "au moins un motif"),
        ({"motif_pieces": "1", "texte_pieces": " "}, "s'explique en quelques mots"),
    ],
)
def test_an_insufficiency_without_its_reason_is_refused(
    sent: Cast, given: dict[str, object], words: str
) -> None:
    """Nothing is kept, and the page says why."""
    answer = signed_in(sent.analyste).post(address(sent), form(sent, "juger_insuffisant", **given))
    assert words in unescape(answer.content.decode())
    with open_scope(sent.scope_federation):
        assert ("4_Examen", 0) == (read(sent.dossier.pk).etape, Examen.objects.count())


def test_a_verdict_keeps_its_reasons_and_a_sealed_verification(sent: Cast) -> None:
    """Both sides read it; what it rests on can be checked; it counts once."""
    given = form(
        sent,
        "juger_insuffisant",
        motif_retard="1",
        texte_retard="Transmis dix jours après l'échéance.",
        motif_incoherences="1",
        texte_incoherences="Le bilan n'est pas équilibré.",
    )
    client = signed_in(sent.analyste)
    client.post(address(sent), given)
    client.post(address(sent), given)
    with open_scope(sent.scope()):
        (verdict,) = verdicts(read(sent.dossier.pk))
        assert "5_Insuffisant" == read(sent.dossier.pk).etape
        assert [
            ("Retard", "Transmis dix jours après l'échéance."),
            ("Incohérences bloquantes", "Le bilan n'est pas équilibré."),
        ] == verdict.raisons
        assert (True, sent.analyste) == (is_intact(verdict.rapport), verdict.par)
    with open_scope(sent.scope_ailleurs):
        assert 0 == Examen.objects.count()


def test_no_button_alone_judges(sent: Cast) -> None:
    """The box of the steps sends no reason: refused; the page of the examination is offered."""
    with open_scope(sent.scope_federation), pytest.raises(RefusedError, match="au moins un motif"):
        move(sent.dossier, Demand("juger_insuffisant", uuid.uuid4(), 0, "Non"), {"ministere"})
    page = signed_in(sent.analyste).get(f"/suivi/{sent.dossier.pk}/").content.decode()
    assert ("Examiner le dossier" in page, "Juger insuffisant" in page) == (True, False)


def test_a_correction_opens_the_cells_that_were_ticked(sent: Cast) -> None:
    """The organisation types in those, and in no other."""
    client = signed_in(sent.analyste)
    page = unescape(client.get(address(sent)).content.decode())
    assert 'name="cle"' in page
    client.post(
        address(sent),
        form(sent, "demander_correction", cle=["CRP.R033.N"], autres="PAS.P020", motif="Loyers à revoir."),
    )
    told = signed_in(sent.saisie).get(f"/dossiers/{sent.dossier.pk}/").content.decode().replace("\xa0", " ")
    assert "« Loyers à revoir ». Seul ceci peut changer" in told
    with open_scope(sent.scope()):
        dossier = read(sent.dossier.pk)
        assert ("2_Saisie", ["CRP.R033.N", "PAS.P020"]) == (
            dossier.etape,
            DemandeCorrection.objects.get().cles,
        )
        entries = [Entry(cle, "5", 0) for cle in ("PAS.P020.N", "PAS.P120.N")]
        outcome = save_entries(dossier, [*entries, Entry("CRP.R033.N", "6", 1)])
    assert {"PAS.P020.N", "CRP.R033.N"} == {one.cle for one in outcome.ecrites}
    assert ["PAS.P120.N"] == [one.cle for one in outcome.refus]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"motif": "Tout revoir"}, "nomme les cellules"),
        ({"autres": "XYZ.1", "motif": "Tout revoir"}, "n'est ni une cellule, ni une ligne, ni une table"),
        ({"autres": "CRP", "motif": ""}, "Donnez un motif"),
    ],
)
def test_a_correction_that_says_too_little_is_refused(
    sent: Cast, given: dict[str, object], words: str
) -> None:
    """No cell, a cell that does not exist, no reason."""
    answer = signed_in(sent.analyste).post(address(sent), form(sent, "demander_correction", **given))
    assert words in unescape(answer.content.decode())
    with open_scope(sent.scope_federation):
        assert "4_Examen" == read(sent.dossier.pk).etape


def test_the_evidence_of_a_verdict_stays_readable_while_it_is_corrected(sent: Cast) -> None:
    """The figures are the organisation's again; the verification that was judged is there, and no other."""
    with open_scope(sent.scope()):
        other = verify_and_seal(read(sent.dossier.pk))
    client = signed_in(sent.analyste)
    client.post(address(sent), form(sent, "juger_insuffisant", motif_autre="1", texte_autre="Incomplet"))
    client.post(address(sent), form(sent, "demander_correction", cle=["CRP.R033.N"], motif="Loyers"))
    with open_scope(sent.scope_federation):
        assert 2 == read(sent.dossier.pk).rang
        judged = Examen.objects.get().rapport_id
        assert [judged] == [one.pk for one in RapportScelle.objects.all()]
    assert judged != other.pk
