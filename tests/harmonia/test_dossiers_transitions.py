"""Steps: one demand, one transition; refusals in words; what is validated is sealed and stays readable."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from harmonia.dossiers import transitions
from harmonia.dossiers.models import Dossier, Signature, Transition, VersionScellee
from harmonia.dossiers.services import Entry, save_entries
from harmonia.dossiers.transitions import Demand, RefusedError, move, pending_return
from harmonia.tenancy.scope import Scope, open_scope
from liasse.echanges import sha256
from tests.harmonia.cast import Cast, signed_in

ALL = frozenset({"saisie", "comptable", "hierarchique"})
FEDERATION = frozenset({"federation"})


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an empty dossier through: these tests are about the steps, not about what is filled."""
    monkeypatch.setattr(transitions, "_require_content", lambda _dossier, _condition: None)


def demand(dossier: Dossier, action: str, motif: str = "") -> Demand:
    """Return a demand as a page that was just opened would send it."""
    return Demand(action, uuid.uuid4(), dossier.version, motif)


def advance(cast: Cast, *actions: str) -> Dossier:
    """Move the dossier of `ici` through actions of its organisation."""
    for action in actions:
        with open_scope(cast.scope()):
            move(cast.dossier, demand(cast.dossier, action), ALL)
    return cast.dossier


def test_two_signatures_bring_the_dossier_to_the_federation(cast: Cast, lenient: None) -> None:
    """The comptable, then the hiérarchique; the version is sealed with a digest that anybody can check."""
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry("CRP.R033.N", "10", 0)])
    dossier = advance(cast, "demarrer", "presenter", "signer_comptable", "valider")
    assert ("4_Fiabilisation", 4) == (dossier.etape, dossier.rang)
    with open_scope(cast.scope_federation):
        sealed = VersionScellee.objects.get(dossier=dossier)
        assert sealed.empreinte == sha256(
            {"contenu": sealed.contenu, "controles": sealed.verification["controles"]}
        )
        assert "10.00" == sealed.contenu["cellules"]["CRP.R033.N"]


def test_the_hierarchique_does_not_validate_before_the_comptable(cast: Cast, lenient: None) -> None:
    """The order of the signatures."""
    advance(cast, "demarrer", "presenter")
    with open_scope(cast.scope()), pytest.raises(RefusedError, match="signature du responsable comptable"):
        move(cast.dossier, demand(cast.dossier, "valider"), ALL)


def test_the_same_demand_counts_once(cast: Cast, lenient: None) -> None:
    """A double click sends the same token twice."""
    with open_scope(cast.scope()):
        asked = demand(cast.dossier, "demarrer")
        move(cast.dossier, asked, ALL)
        move(cast.dossier, asked, ALL)
        assert 1 == Transition.objects.filter(dossier=cast.dossier).count()
        assert 1 == cast.dossier.version


def test_a_page_that_is_out_of_date_moves_nothing(cast: Cast, lenient: None) -> None:
    """Two tabs: the second one is told."""
    with open_scope(cast.scope()):
        stale = Demand("presenter", uuid.uuid4(), cast.dossier.version)
        move(cast.dossier, demand(cast.dossier, "demarrer"), ALL)
        with pytest.raises(RefusedError, match="entre-temps"):
            move(cast.dossier, stale, ALL)


def test_who_may_not_is_told(cast: Cast, lenient: None) -> None:
    """The comptable's signature is not the saisie's to give, nor the closing the organisation's."""
    advance(cast, "demarrer", "presenter")
    with open_scope(cast.scope()):
        with pytest.raises(RefusedError, match="droits"):
            move(cast.dossier, demand(cast.dossier, "signer_comptable"), {"saisie"})
        with pytest.raises(RefusedError, match="droits"):
            move(cast.dossier, demand(cast.dossier, "cloturer"), ALL)


def test_a_return_is_asked_refused_then_accepted(cast: Cast, lenient: None) -> None:
    """With reasons; signatures fall, the sealed version stands until the new one."""
    dossier = advance(cast, "demarrer", "presenter", "signer_comptable", "valider")
    for answer, motif in (("refuser_retour", "Rien à corriger."), ("accepter_retour", "")):
        with open_scope(cast.scope()):
            with pytest.raises(RefusedError, match="motif"):
                move(dossier, demand(dossier, "demander_retour"), ALL)
            move(dossier, demand(dossier, "demander_retour", "Table 8 à revoir."), ALL)
            assert pending_return(dossier) is not None
        with open_scope(cast.scope_federation):
            move(dossier, demand(dossier, answer, motif), FEDERATION)
    assert "2_Saisie" == dossier.etape
    with open_scope(cast.scope()):
        assert not Signature.objects.filter(dossier=dossier, annulee_le=None).exists()
        assert 1 == VersionScellee.objects.filter(dossier=dossier).count()


def test_a_signature_falls_with_the_figures(cast: Cast, lenient: None) -> None:
    """Values that moved after the comptable signed ask for a new signature."""
    advance(cast, "demarrer", "presenter", "signer_comptable")
    with open_scope(cast.scope()):
        Signature.objects.filter(dossier=cast.dossier).update(empreinte="0" * 64)
        with pytest.raises(RefusedError, match="ont changé"):
            move(cast.dossier, demand(cast.dossier, "valider"), ALL)


def test_an_empty_dossier_is_not_presented(cast: Cast) -> None:
    """The refusal names the tables that are left."""
    advance(cast, "demarrer")
    with open_scope(cast.scope()), pytest.raises(RefusedError, match=r"ACT.*PAS.*Q02"):
        move(cast.dossier, demand(cast.dossier, "presenter"), ALL)


def test_a_blocking_finding_stops_the_dossier(cast: Cast) -> None:
    """The number of them is told."""
    advance(cast, "demarrer")
    with open_scope(cast.scope()):
        save_entries(cast.dossier, [Entry("ACT.A040.BRUT", "10", 0), Entry("PAS.P010.N", "7", 0)])
        with pytest.raises(RefusedError, match="bloquante"):
            transitions._require_content(cast.dossier, "sans_bloquant")


def test_two_workers_make_one_transition(committed: Cast) -> None:
    """Two people press « Commencer » at once: one transition, and the other one is told."""
    outcomes: list[str] = []
    barrier = threading.Barrier(2)

    def press(scope: Scope) -> Callable[[], None]:
        def run() -> None:
            try:
                barrier.wait()
                with open_scope(scope):
                    dossier = Dossier.objects.select_related("campagne", "organisme").get(
                        pk=committed.dossier.pk
                    )
                    asked = Demand("demarrer", uuid.uuid4(), 0)
                    move(dossier, asked, ALL)
                outcomes.append("fait")
            except RefusedError:
                outcomes.append("refusé")
            finally:
                connection.close()

        return run

    threads = [
        threading.Thread(target=press(committed.scope(user)))
        for user in (committed.saisie, committed.comptable)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["fait", "refusé"] == sorted(outcomes)
    with open_scope(committed.scope()):
        assert 1 == Transition.objects.count()


# ── By the page ──────────────────────────────────────────────────────────────────────────────────


def test_the_box_of_the_step_moves_the_dossier(cast: Cast) -> None:
    """The button of the page, its token, and the sentence that answers."""
    browser = signed_in(cast.saisie)
    assert "Étape 1" in browser.get(f"/dossiers/{cast.dossier.pk}/").content.decode()
    sent = {"action": "demarrer", "jeton": str(uuid.uuid4()), "version": "0"}
    answer = browser.post(f"/dossiers/{cast.dossier.pk}/etape/", sent, follow=True)
    assert "Saisie" in answer.content.decode()


@pytest.mark.parametrize("who", ["etranger", "analyste"])
def test_nobody_else_opens_a_dossier_in_progress(cast: Cast, who: str) -> None:
    """Neither another organisation nor, below step 4, the federation."""
    browser = signed_in(getattr(cast, who))
    assert 404 == browser.get(f"/dossiers/{cast.dossier.pk}/").status_code
    sent = {"action": "demarrer", "jeton": str(uuid.uuid4()), "version": "0"}
    assert 404 == browser.post(f"/dossiers/{cast.dossier.pk}/etape/", sent).status_code
