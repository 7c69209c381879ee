"""The Rapatriement, once a transmission is here: checked, compared, applied with proof, undone, again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from harmonia.dossiers import imports
from harmonia.dossiers.anomalies import anomalies, anomaly_at
from harmonia.dossiers.completeness import completeness, unjustified
from harmonia.dossiers.copies import divergences, reference
from harmonia.dossiers.differences import Genre
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.justifications import justify
from harmonia.dossiers.models import ImportDepose, Origine, Rapatriement, Valeur
from harmonia.dossiers.services import Entry, save_entries
from harmonia.rapatriement import services
from harmonia.rapatriement.comparaison import is_intact
from harmonia.rapatriement.fautes import RapatriementError
from harmonia.rapatriement.lecture import Attendu, brought, checked, source_questionnaires
from harmonia.tenancy.scope import open_scope
from liasse.echanges import ClePrivee
from tests.harmonia.cast import Cast
from tests.harmonia.figures import FORTE_VARIATION, NOW, two_years
from tests.harmonia.transmissions import CLE, Transmise, corrected, filed, full, transmitted

LOYERS, AUTRES = "CRP.R033.N", "CRP.R031.N"


def attendu(cast: Cast) -> Attendu:
    """Return what a snapshot of `ici` must be about."""
    plan = live(cast.dossier).plan
    return Attendu(cast.ici.siren, 2022, plan, source_questionnaires(plan))


def arrived(cast: Cast, transmise: Transmise) -> ImportDepose:
    """Keep a transmission as the background job does."""
    found, cle = checked(transmise.contenu, transmise.accuse, [CLE.publique], attendu(cast))
    depose = imports.begin_rapatriement(cast.dossier, uuid.uuid4(), "Harmonia.gouv", {})
    imports.keep_reading(depose.pk, depose.tour, brought(found, cle, live(cast.dossier).plan))
    return ImportDepose.objects.get(pk=depose.pk)


def found(cast: Cast, depose: ImportDepose) -> dict[str, Any]:
    """Return the differences, by reference."""
    return {
        one.reference: one for one in imports.differences(cast.dossier, depose, live(cast.dossier)).ecarts
    }


def choice(cast: Cast, depose: ImportDepose, *but: str) -> imports.Choice:
    """Return what is proposed, but some references."""
    state = live(cast.dossier)
    ecarts = imports.differences(cast.dossier, depose, state).ecarts
    ticked = frozenset(one.id for one in ecarts if one.propose and one.reference not in but)
    return imports.Choice(ticked, state.cursor)


def applied(cast: Cast, transmise: Transmise, *but: str) -> Rapatriement:
    """Apply what is proposed of a transmission."""
    depose = arrived(cast, transmise)
    services.apply(cast.dossier, depose, choice(cast, depose, *but))
    return Rapatriement.objects.get(depose=depose)


def test_a_whole_filing_is_copied_to_the_cent_with_its_proof(cast: Cast) -> None:
    """Typed figures, those of the accounts, rows and balance; the proof says that both sides are the same."""
    with open_scope(cast.scope()):
        kept = applied(cast, transmitted(cast.ici, full(cast.ici)))
        proof = kept.comparaison
        assert proof is not None
        assert is_intact(proof)
        assert proof["identiques"]
        assert not is_intact({**proof, "exercice": 2021})
        assert {Origine.RAPATRIEMENT} == set(Valeur.objects.values_list("origine", flat=True))
        assert () == divergences(cast.dossier, live(cast.dossier))
        assert 1000 < sum(table["cellules"] for table in proof["tables"])


def test_a_second_one_shows_only_what_was_corrected(cast: Cast) -> None:
    """Changed or emptied there, and nothing else; a cell changed here meanwhile is shown, and not ticked."""
    depot = full(cast.ici)
    own = sorted(cell for cell in depot.faits.cellules if cell.startswith("CRC."))
    with open_scope(cast.scope()):
        applied(cast, transmitted(cast.ici, depot))
        first, second, third = own[:3]
        typed(cast, {third: "12,34"})
        before = depot.faits.cellules
        later = corrected(depot, {first: before[first] + 100, second: None, third: before[third] + 200})
        seen = found(cast, arrived(cast, transmitted(cast.ici, later, 2)))
        kinds = {cell: one.genre for cell, one in seen.items()}
        assert {first: Genre.MODIFIEE, second: Genre.VIDEE, third: Genre.MODIFIEE_ICI} == {
            cell: kinds[cell] for cell in (first, second, third)
        }
        assert {first, second} == {one.reference for one in seen.values() if one.propose}


def test_what_is_changed_here_diverges_until_it_is_put_back(cast: Cast) -> None:
    """Both values are told, typed there or filled by the accounts; undoing forgets the copy."""
    with open_scope(cast.scope()):
        kept = applied(cast, transmitted(cast.ici, full(cast.ici)))
        copied = live(cast.dossier).evaluation.value("ACT.A040.BRUT")
        typed(cast, {"ACT.A040.BRUT": "1,00"})
        (one,) = divergences(cast.dossier, live(cast.dossier))
        assert ("ACT.A040.BRUT", 100, copied) == (one.cle, one.ici and one.ici.valeur, one.ministere.valeur)
        services.undo(cast.dossier, kept.depose)
        assert reference(cast.dossier) is None
        assert () == divergences(cast.dossier, live(cast.dossier))


def test_undoing_the_second_brings_back_the_first_as_reference(cast: Cast) -> None:
    """Values and reference go together."""
    with open_scope(cast.scope()):
        first = applied(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 1000})))
        second = applied(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 2000}), 2))
        assert reference(cast.dossier) == second
        services.undo(cast.dossier, second.depose)
        assert reference(cast.dossier) == first
        assert 1000 == live(cast.dossier).evaluation.value(LOYERS)
        assert () == divergences(cast.dossier, live(cast.dossier))


def test_a_line_left_out_keeps_its_value_and_diverges(cast: Cast) -> None:
    """The rest is taken; the balance too, unless it would fill an empty cell that was left out."""
    depot = full(cast.ici)
    with open_scope(cast.scope()):
        kept = applied(cast, transmitted(cast.ici, depot), "ACT.A040.BRUT")
        state = live(cast.dossier)
        assert state.evaluation.value("ACT.A040.BRUT") is None
        assert "@balance" not in state.state
        assert ["ACT.A040.BRUT"] == [one.cle for one in divergences(cast.dossier, state)]
        assert kept.comparaison is not None
        assert ["ACT"] == [one["table"] for one in kept.comparaison["tables"] if not one["egales"]]


def test_a_value_typed_before_the_first_one_is_told_before_it_is_overwritten(cast: Cast) -> None:
    """It is ticked, with both values; what is equal already is not touched, and still counts as copied."""
    with open_scope(cast.scope()):
        typed(cast, {LOYERS: "10", AUTRES: "7"})
        depose = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500, AUTRES: 700})))
        (one,) = found(cast, depose).values()
        assert (LOYERS, Genre.MODIFIEE, 1000, 500, True) == (
            one.reference,
            one.genre,
            one.yours.valeur,
            one.theirs.valeur,
            one.propose,
        )
        services.apply(cast.dossier, depose, choice(cast, depose))
        assert "saisie" == Valeur.objects.get(cle=AUTRES).origine
        typed(cast, {AUTRES: "8"})
        assert [AUTRES] == [one.cle for one in divergences(cast.dossier, live(cast.dossier))]


def test_applied_twice_it_counts_once(cast: Cast) -> None:
    """A double click, or two people who look at the same preview."""
    with open_scope(cast.scope()):
        depose = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
        ticked = choice(cast, depose)
        for _ in range(2):
            services.apply(cast.dossier, depose, ticked)
        assert 1 == Rapatriement.objects.count()


def test_an_older_version_does_not_come_back_over_a_newer_one(cast: Cast) -> None:
    """The preview that waited was replaced; and what still comes of the older version is refused."""
    with open_scope(cast.scope()):
        waited = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
        applied(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 600}), 2))
        with pytest.raises(imports.ImportRefusedError, match="a remplacé cet aperçu"):
            services.apply(cast.dossier, waited, choice(cast, waited))
        older = arrived(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
        with pytest.raises(imports.ImportRefusedError, match="plus ancienne"):
            services.apply(cast.dossier, older, choice(cast, older))
        assert 600 == live(cast.dossier).evaluation.value(LOYERS)


def test_the_same_figures_again_change_nothing_and_are_proved(cast: Cast) -> None:
    """The organisation typed them already: only the proof is missing."""
    with open_scope(cast.scope()):
        typed(cast, {LOYERS: "5"})
        kept = applied(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
        assert kept.comparaison is not None
        assert kept.comparaison["identiques"]
        assert {"saisie"} == set(Valeur.objects.values_list("origine", flat=True))


def test_a_divergence_is_a_gap_to_justify_with_both_values(cast: Cast) -> None:
    """It waits among the anomalies until it is justified, and comes back when the figure moves."""
    with open_scope(cast.scope()):
        applied(cast, transmitted(cast.ici, filed(cast.ici, {LOYERS: 500})))
        typed(cast, {LOYERS: "6"})
        state = live(cast.dossier)
        gap = anomaly_at(cast.dossier, state, f"DIVERGE {LOYERS}")
        assert gap is not None
        assert (600, 500, 100) == (gap.finding.gauche, gap.finding.droite, gap.finding.ecart)
        assert "6,00 ici, 5,00 dans la transmission" in gap.finding.message
        assert gap in anomalies(cast.dossier, state)
        assert gap.lieu in unjustified(cast.dossier, state)
        told = {one.code: one.a_justifier for one in completeness(cast.dossier, state).tables}
        assert 1 == told["CRP"]
        justify(cast.dossier, state, gap.check, gap.judgement, "Erreur du dépôt, corrigée en juin.")
        assert gap.lieu not in unjustified(cast.dossier, live(cast.dossier))
        typed(cast, {LOYERS: "7"})
        assert gap.lieu in unjustified(cast.dossier, live(cast.dossier))


def test_a_justification_comes_along_where_the_control_is_the_same(cast: Cast) -> None:
    """Ticked, it explains the same gap here; undone, it goes away; of an unknown control, it stays there."""
    dossier = two_years(cast)
    said = {"controle": "K049.produits", "lieu": "CRP.R033", "texte": "Livraisons.", "montant": None}
    other = {**said, "controle": "K999"}
    with open_scope(cast.scope()):
        filing = filed(cast.ici, NOW)
        depose = arrived(cast, transmitted(cast.ici, filing, justifications=[said, other]))
        assert depose.lu is not None
        assert [FORTE_VARIATION] == [one["nom"] for one in depose.lu["justifications"]]
        state = live(dossier)
        assert [FORTE_VARIATION] == [one["nom"] for one in services.offered(dossier, state, depose)]
        services.apply(dossier, depose, choice(cast, depose), [FORTE_VARIATION])
        assert FORTE_VARIATION not in unjustified(dossier, live(dossier))
        services.undo(dossier, depose)
        assert FORTE_VARIATION in unjustified(dossier, live(dossier))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"exercice": 2021}, "porte sur l'exercice 2021"),
        ({"famille": "ESH"}, "de la famille ESH"),
        ({"questionnaire": "qdis_coop"}, "ne sait reprendre que etats_reglementaires"),
        (
            {"organisme": {"siren": "000000026", "nom": "Autre", "famille": "COOP"}},
            "celle du SIREN 000000026",
        ),
    ],
)
def test_what_is_not_ours_is_refused_before_anything_is_shown(
    cast: Cast, changes: dict[str, Any], told: str
) -> None:
    """Whose, which exercice, which form, which family."""
    with open_scope(cast.scope()):
        wrong = transmitted(cast.ici, filed(cast.ici, {LOYERS: 500}), **changes)
        with pytest.raises(RapatriementError) as caught:
            checked(wrong.contenu, wrong.accuse, [CLE.publique], attendu(cast))
    assert told in str(caught.value)
    assert caught.value.remede


def test_a_figure_altered_on_the_way_is_refused(cast: Cast) -> None:
    """The receipt names the digest of what was transmitted; another key than the pinned one is nobody's."""
    with open_scope(cast.scope()):
        true = transmitted(cast.ici, filed(cast.ici, {LOYERS: 500}))
        altered = true.contenu.replace(b'"5.00"', b'"6.00"')
        assert altered != true.contenu
        others = [ClePrivee.draw().publique]
        for content, cles in ((altered, [CLE.publique]), (true.contenu, others), (true.contenu, [])):
            with pytest.raises(RapatriementError) as caught:
                checked(content, true.accuse, cles, attendu(cast))
            assert caught.value.code in {"R102", "R110"}


def typed(cast: Cast, cells: dict[str, str]) -> None:
    """Type cells over what stands there."""
    known = dict(Valeur.objects.filter(dossier=cast.dossier).values_list("cle", "version"))
    entries = [Entry(cle, text, known.get(cle, 0)) for cle, text in cells.items()]
    outcome = save_entries(cast.dossier, entries)
    assert () == outcome.conflits + outcome.refus
