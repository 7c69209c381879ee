"""Background jobs: long files."""

from __future__ import annotations

from procrastinate.contrib.django import app

from harmonia.dossiers.editions import Work, make
from harmonia.dossiers.evaluation import live
from harmonia.dossiers.history import past_evaluation, past_moment
from harmonia.dossiers.models import Dossier, Edition
from harmonia.portail.impression import on_every_page, print_filing
from harmonia.tenancy.scope import Role, Scope
from liasse.echanges import render_workbook


@app.task(name="harmonia.edition", queue="editions")
def print_edition(*, edition_id: int, role: str, user_id: int, organisme_id: int) -> None:
    """Make an edition in the scope of who asked for it."""
    make(edition_id, Scope(Role(role), user_id, organisme_id), write_edition)


def write_edition(dossier: Dossier, edition: Edition) -> Work:
    """Read what an edition shows, and return what makes its bytes."""
    evaluation = live(dossier).evaluation
    if edition.passe_le is not None:
        evaluation = past_evaluation(dossier, past_moment(dossier, edition.passe_le))
    if edition.nature == "xlsx":
        return lambda tell: render_workbook(evaluation, dossier.organisme.nom, tell)
    common = on_every_page(dossier, edition)
    return lambda tell: print_filing(common, evaluation, tell)
