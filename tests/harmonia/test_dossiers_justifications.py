"""Justifications: they live until the figures move, and the federation has its word on them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from harmonia.documents.exchange import MAX_BYTES, RefusedFileError
from harmonia.documents.models import Document
from harmonia.documents.services import deposit
from harmonia.dossiers.completeness import unjustified
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.justifications import (
    Decision,
    JustificationError,
    Standing,
    decide,
    justify,
    kept,
    last_year,
)
from harmonia.dossiers.models import Dossier, Justification, Origine
from harmonia.tenancy.scope import open_scope
from tests.harmonia.cast import Cast
from tests.harmonia.figures import CAPITAL, FORTE_VARIATION, LOYERS, found, put, read, two_years


def explain(dossier: Dossier, texte: str = "Mise en location de douze logements.") -> Justification:
    """Justify the strong variation of the rents."""
    anomaly = found(dossier)
    return justify(dossier, live(dossier), anomaly.check, anomaly.judgement, texte)


def at_step(dossier: Dossier, rang: int, etape: str) -> Dossier:
    """Put a dossier at a step, as the transitions would."""
    Dossier.objects.filter(pk=dossier.pk).update(rang=rang, etape=etape)
    return read(dossier.pk)


def test_a_warning_waits_until_it_is_justified(cast: Cast) -> None:
    """What is said silences it, and names its author."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        assert FORTE_VARIATION in unjustified(dossier, live(dossier))
        assert Standing.AUCUNE == found(dossier).etat
        explain(dossier)
        assert FORTE_VARIATION not in unjustified(dossier, live(dossier))
        assert (Standing.JUSTIFIEE, cast.saisie) == (found(dossier).etat, kept(dossier)[FORTE_VARIATION].par)


def test_a_justification_is_to_be_seen_again_when_the_figures_move(cast: Cast) -> None:
    """The words stay, but they no longer hold."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        explain(dossier)
        put(dossier, {LOYERS: 31_000_000})
        assert Standing.A_REVOIR == found(dossier).etat
        assert FORTE_VARIATION in unjustified(dossier, live(dossier))
        assert "Mise en location de douze logements." == kept(dossier)[FORTE_VARIATION].texte


def test_a_justification_survives_an_import_of_the_same_figures(cast: Cast) -> None:
    """Emptied and filled again by a file with equal amounts, the figures are what was explained."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        explain(dossier)
        put(dossier, {LOYERS: None})
        put(dossier, {LOYERS: 30_000_000}, Origine.IMPORT)
        assert Standing.JUSTIFIEE == found(dossier).etat


def test_figures_elsewhere_do_not_move_a_justification(cast: Cast) -> None:
    """Only the cells that the control compares count."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        explain(dossier)
        put(dossier, {"CRC.C320.T": 1_000})
        assert Standing.JUSTIFIEE == found(dossier).etat


def test_two_parts_of_a_control_are_justified_each_on_its_own(cast: Cast) -> None:
    """K049 on the liabilities says nothing of K049 on the income."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        put(dossier, {CAPITAL: 90_000_000})
        explain(dossier)
        assert Standing.AUCUNE == found(dossier, "K049.passif PAS.P010").etat


def test_nothing_said_justifies_nothing(cast: Cast) -> None:
    """Blank words are refused, in words."""
    dossier = two_years(cast)
    with open_scope(cast.scope()), pytest.raises(JustificationError, match="Écrivez en quelques mots"):
        explain(dossier, "   ")


def test_last_year_s_words_are_at_hand(cast: Cast) -> None:
    """They are those of the same check in the dossier before."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        assert {} == last_year(dossier)
        explain(dossier)
        Justification.objects.filter(dossier=dossier).update(dossier=dossier.precedent)
        assert "Mise en location de douze logements." == last_year(dossier)[FORTE_VARIATION].texte


# ── The federation ───────────────────────────────────────────────────────────────────────────────


def test_a_refused_justification_counts_for_nothing(cast: Cast) -> None:
    """The organisation reads why, and may say it again; its new words hold."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        row = explain(dossier)
        dossier = at_step(dossier, 4, "4_Fiabilisation")
    with open_scope(cast.scope_federation):
        decide(dossier, row.pk, Decision.REFUSEE, None, "La cause n'est pas dite.")
    with open_scope(cast.scope()):
        assert Standing.REFUSEE == found(dossier).etat
        assert FORTE_VARIATION in unjustified(dossier, live(dossier))
        assert "La cause n'est pas dite." == kept(dossier)[FORTE_VARIATION].motif
        explain(dossier, "Douze logements neufs, rue des Tilleuls, livrés en mars.")
        assert Standing.JUSTIFIEE == found(dossier).etat


@pytest.mark.parametrize(
    ("plafond", "etat"), [(15_000_000, Standing.ACCEPTEE), (14_999_999, Standing.PLAFOND)]
)
def test_a_gap_over_the_ceiling_is_unjustified(cast: Cast, plafond: int, etat: Standing) -> None:
    """The gap is 150 000 euros: accepted up to that, not a cent below."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        row = explain(dossier)
        dossier = at_step(dossier, 4, "4_Fiabilisation")
    with open_scope(cast.scope_federation):
        decide(dossier, row.pk, Decision.PLAFOND, plafond, "")
        assert etat == found(dossier).etat
        assert (FORTE_VARIATION in unjustified(dossier, live(dossier))) is (etat is Standing.PLAFOND)


def test_under_its_ceiling_a_justification_holds_wherever_the_figures_go(cast: Cast) -> None:
    """Once a return is accepted, a correction within what was accepted asks for no new word."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        row = explain(dossier)
        dossier = at_step(dossier, 4, "4_Fiabilisation")
    with open_scope(cast.scope_federation):
        decide(dossier, row.pk, Decision.PLAFOND, 20_000_000, "")
    with open_scope(cast.scope()):
        dossier = at_step(dossier, 2, "2_Saisie")
        put(dossier, {LOYERS: 34_000_000})
        assert Standing.ACCEPTEE == found(dossier).etat
        put(dossier, {LOYERS: 36_000_000})
        assert Standing.PLAFOND == found(dossier).etat


def test_a_refusal_gives_its_reason_and_a_ceiling_its_amount(cast: Cast) -> None:
    """And neither is decided before step 4, nor by the organisation."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        row = explain(dossier)
        with pytest.raises(JustificationError, match="étape 4"):
            decide(dossier, row.pk, Decision.ACCEPTEE, None, "")
        dossier = at_step(dossier, 4, "4_Fiabilisation")
    with open_scope(cast.scope_federation):
        with pytest.raises(JustificationError, match="motif"):
            decide(dossier, row.pk, Decision.REFUSEE, None, " ")
        with pytest.raises(JustificationError, match="plafond"):
            decide(dossier, row.pk, Decision.PLAFOND, 0, "")
    with open_scope(cast.scope()), pytest.raises(JustificationError, match="fédération"):
        decide(dossier, row.pk, Decision.ACCEPTEE, None, "")


def test_a_closed_dossier_is_justified_no_more(cast: Cast) -> None:
    """Step 5 is final."""
    dossier = two_years(cast)
    with open_scope(cast.scope()):
        dossier = at_step(dossier, 5, "5_Cloture")
        with pytest.raises(JustificationError, match="clos"):
            explain(dossier)


# ── Documents ────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_kept_with_its_digest(cast: Cast) -> None:
    """Its name loses its folders; its bytes are those that were given."""
    with open_scope(cast.scope()):
        row = deposit(
            SimpleUploadedFile("C:\\temp\\note.pdf", b"%PDF-1.7 note"), cast.ici.pk, cast.dossier.pk
        )
        kept_row = Document.objects.get(pk=row.pk)
        assert ("note.pdf", b"%PDF-1.7 note") == (kept_row.nom, bytes(kept_row.contenu))


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [("note.pdf", MAX_BYTES + 1, "10 Mo"), ("note.pdf", 0, "vide"), ("note.exe", 4, "type admis")],
)
def test_a_document_that_cannot_be_kept_is_refused_in_words(
    cast: Cast, name: str, size: int, words: str
) -> None:
    """Too large, empty, or a program."""
    with open_scope(cast.scope()), pytest.raises(RefusedFileError, match=words):
        deposit(SimpleUploadedFile(name, b"x" * size), cast.ici.pk, cast.dossier.pk)
