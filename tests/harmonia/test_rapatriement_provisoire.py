"""A version copied before it is transmitted: marked wherever it shows, replaced by what is transmitted."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from harmonia.dossiers import imports
from harmonia.dossiers.copies import reference
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.models import Rapatriement
from harmonia.rapatriement import services
from harmonia.rapatriement.comparaison import is_intact
from harmonia.rapatriement.fautes import RapatriementError
from harmonia.rapatriement.lecture import checked
from harmonia.tenancy.scope import open_scope
from liasse.echanges import ClePrivee, canonical_json
from tests.harmonia.cast import Cast, signed_in
from tests.harmonia.test_portail_rapatriement import page
from tests.harmonia.test_rapatriement import LOYERS, applied, arrived, attendu, choice, found
from tests.harmonia.transmissions import CLE, corrected, filed, full, presented, transmitted

MARK = "Version provisoire, non transmise."


def refused(cast: Cast, content: bytes, accuse: bytes | None = None) -> RapatriementError:
    """Return why what came is refused."""
    with open_scope(cast.scope()), pytest.raises(RapatriementError) as told:
        checked(content, accuse, [CLE.publique], attendu(cast))
    return told.value


def test_it_is_checked_as_a_transmission_is(cast: Cast) -> None:
    """Another key, another SIREN, another exercice: nothing is shown."""
    depot = filed(cast.ici, {LOYERS: 500})
    for came, code, words in (
        (presented(cast.ici, depot, 5, ClePrivee.draw()), "R102", "signée par une autre clé"),
        (presented(cast.ailleurs, depot, 5), "R103", "SIREN 000000026"),
        (presented(cast.ici, filed(cast.ici, {}, 2021), 5), "R103", "exercice 2021"),
    ):
        why = refused(cast, came.contenu)
        assert (code, True) == (why.code, words in why.quoi)


def test_an_altered_one_or_a_transmission_in_disguise_is_refused(cast: Cast) -> None:
    """Each document is read under its own name."""
    depot = filed(cast.ici, {LOYERS: 500})
    early, sent = presented(cast.ici, depot, 5).contenu, transmitted(cast.ici, depot)
    plain = json.loads(early)
    plain["contenu"]["cellules"][LOYERS] = "6.00"
    assert "R102" == refused(cast, canonical_json(plain)).code
    assert "R101" == refused(cast, sent.contenu).code
    assert "R101" == refused(cast, early, sent.accuse).code


def test_the_transmission_replaces_it_and_shows_only_what_changed(cast: Cast) -> None:
    """The proof of the first says that it was provisional; that of the second has its number."""
    depot = full(cast.ici)
    moved = next(iter(sorted(cell for cell in depot.faits.cellules if cell.startswith("CRC."))))
    with open_scope(cast.scope()):
        early = applied(cast, presented(cast.ici, depot, 5))
        proof = early.comparaison
        assert proof is not None
        assert (True, True, True) == (early.est_provisoire, is_intact(proof), proof["identiques"])
        assert (True, "2023-06-05T09:00:00Z") == (
            proof["transmission"]["provisoire"],
            proof["transmission"]["scelle_le"],
        )
        assert "numero" not in proof["transmission"]
        later = corrected(depot, {moved: depot.faits.cellules[moved] + 100})
        assert {moved} == set(found(cast, arrived(cast, transmitted(cast.ici, later))))
        sent = applied(cast, transmitted(cast.ici, later))
        assert (sent, 1) == (reference(cast.dossier), sent.numero)


def test_versions_are_put_in_order_by_the_time_of_their_seal(cast: Cast) -> None:
    """An older provisional version does not come back; what was transmitted always may take its place."""
    with open_scope(cast.scope()):
        applied(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 600})))
        older = arrived(cast, presented(cast.ici, filed(cast.ici, {LOYERS: 500}), 5))
        with pytest.raises(imports.ImportRefusedError, match="plus ancienne"):
            services.apply(cast.dossier, older, choice(cast, older))
        applied(cast, presented(cast.ici, filed(cast.ici, {LOYERS: 700}), 20))
        assert 700 == live(cast.dossier).evaluation.value(LOYERS)
        applied(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 600})))
        assert 600 == live(cast.dossier).evaluation.value(LOYERS)


def test_it_is_marked_wherever_it_shows_until_the_transmission_is_brought(cast: Cast) -> None:
    """Preview, receipt, cell, dossier, for who fills and for who reads; then nowhere."""
    with open_scope(cast.scope()):
        depose = arrived(cast, presented(cast.ici, full(cast.ici), 5))
    assert MARK in page(cast, "import_detail", depose.pk)
    assert "provisoire" in page(cast, "rapatrier")
    with open_scope(cast.scope()):
        services.apply(cast.dossier, depose, choice(cast, depose))
        kept = Rapatriement.objects.get()
    receipt = page(cast, "rapatriement_recu", kept.pk)
    assert "elle ne prouve pas que ces chiffres ont été transmis" in receipt
    drawer = signed_in(cast.saisie).get(reverse("cellule", args=[cast.dossier.pk]), {"cle": "ACT.A040.BRUT"})
    assert "version provisoire, non transmise, scellée le 05/06/2023" in drawer.content.decode()
    own = page(cast, "dossier")
    assert MARK in own
    assert "identique au ministère (version provisoire, non transmise)" in own
    assert MARK in page(cast, "rapatrier")
    with open_scope(cast.scope()):
        applied(cast, transmitted(cast.ici, full(cast.ici)))
    assert MARK not in page(cast, "dossier")
    assert "identique au ministère (version 1)" in page(cast, "dossier")
