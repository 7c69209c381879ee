"""
What another portal says that it holds of a sealed version, made again from it, and countersigned.

Table by table: the digest that it gives for this side is made again from the sealed content, over the very
cells that it names.  Its own figures are not sent; the verdict is on digests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from jsonschema import Draft202012Validator

from harmonia.api.lecture import Version, sealed_under, tell
from harmonia.api.models import Consentement
from harmonia.dossiers.plans import form_for, plan_of
from harmonia.tenancy.porte import porte
from harmonia.transmissions.cles import portal_key
from harmonia.transmissions.models import InstantaneProvisoire
from liasse import evaluate, facts_of, given_year, read_filing, table_figures
from liasse.echanges import (
    Faute,
    Scelle,
    UnreadableJsonError,
    moment,
    read_instantane,
    read_json,
    read_provisoire,
    schema,
    sha256,
    sign_document,
    signer_of,
)

FORMAT: Final = "harmonia.contreseing/1"


class NotComparableError(ValueError):
    """A document that is no comparison; its words are for the portal that sent it."""


def compare(body: bytes, consent: Consentement) -> dict[str, Any] | None:
    """
    Return a comparison countersigned by this portal; None when it is about nothing that the consent covers.

    Raises:
        NotComparableError: the document does not have the form agreed, or its signature does not hold.
    """
    given = _read(body)
    empreinte = given["transmission"]["empreinte"]
    found = sealed_under(empreinte)
    if found is None:
        return None
    tell(consent, found)
    tables = _verdicts(given["tables"], _document(found))
    return sign_document(
        {
            "format": FORMAT,
            "portail": {"nom": porte().nom, "adresse": settings.SITE},
            "comparaison": given,
            "instantane": found.empreinte,
            "provisoire": isinstance(found, InstantaneProvisoire),
            "tables": tables,
            "resultat": _result(given["tables"], tables),
            "le": moment(timezone.now()),
        },
        portal_key(),
    )


def _document(found: Version) -> Scelle:
    if isinstance(found, InstantaneProvisoire):
        document: Scelle | Faute = read_provisoire(found.document.encode())
    else:
        document = read_instantane(found.instantane.encode())
    assert isinstance(document, Scelle), "what was sealed can be read"
    return document


def _read(body: bytes) -> dict[str, Any]:
    try:
        given = read_json(body)
    except UnreadableJsonError as error:
        raise NotComparableError(str(error)) from error
    fault = next(Draft202012Validator(schema("comparaison-1")).iter_errors(given), None)
    if fault is not None:
        raise NotComparableError(f"La comparaison ne suit pas son schéma, en {fault.json_path}.")
    if signer_of(given) is None:
        raise NotComparableError("La signature de la comparaison ne tient pas.")
    assert isinstance(given, dict)
    return given


def _verdicts(given: list[Mapping[str, Any]], document: Scelle) -> list[dict[str, Any]]:
    """Return, for each table, the digest of this side made again, and whether it is the one given."""
    asked = {cell for table in given for cell in table["references"]}
    here = _figures(document, asked)
    made = []
    for table in given:
        own = sha256(here.get(table["table"], {}))
        made.append({"table": table["table"], "empreinte": own, "confirmee": own == table["ministere"]})
    return made


def _figures(document: Scelle, references: set[str]) -> dict[str, Any]:
    plain = document.plain
    plan = plan_of(plain["questionnaire"], plain["millesime"], plain["famille"])
    form = form_for(plan)
    faits = read_filing(document.contenu, form)[0].faits
    evaluation = evaluate(plan, facts_of(plan, faits, document.exercice))
    year = given_year(evaluation, faits.lignes)
    return table_figures(year, form, {cell: cell for cell in references})


def _result(given: list[Mapping[str, Any]], tables: list[dict[str, Any]]) -> str:
    same = all(one["ici"] == table["empreinte"] for one, table in zip(given, tables, strict=True))
    return "identique" if same else "different"
