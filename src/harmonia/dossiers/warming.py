"""What a server does before its first request: compile the forms of the collections that stand."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, connections

from harmonia.campagnes.models import Campagne
from harmonia.dossiers.plans import plan_of
from harmonia.tenancy.scope import Role, Scope, open_scope
from liasse import Controller, Facts, evaluate

log = structlog.get_logger(__name__)


def warm() -> None:
    """Compile every form once, evaluator and controls included; leaves no connection to be forked."""
    try:
        with open_scope(Scope(Role.SYSTEME)):
            campagnes = list(Campagne.objects.all())
    except DatabaseError:
        log.warning("forms_not_compiled")
        return
    finally:
        connections.close_all()
    for campagne in campagnes:
        for famille in campagne.familles.split(","):
            for questionnaire in filter(None, (campagne.questionnaire, campagne.restitution)):
                plan = plan_of(questionnaire, campagne.millesime, famille)
                Controller(evaluate(plan, Facts(campagne.exercice)))
