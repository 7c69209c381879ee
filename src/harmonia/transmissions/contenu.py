"""What a snapshot holds of a dossier: header, content, verdicts, justifications, signatures, documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from harmonia.documents.models import Document
from harmonia.dossiers.evaluation import Live, live
from harmonia.dossiers.justifications import gravity, standing
from harmonia.dossiers.models import Dossier, Justification
from harmonia.dossiers.plans import form_for
from harmonia.dossiers.transitions import signatures
from harmonia.transmissions.models import Transmission
from harmonia.transmissions.pieces import reserve_of, standing_pieces
from liasse import Check, Judgement, depot_of, filing_plain, to_decimal_string, unit
from liasse.echanges import ClePrivee, Instantane, Provisoire, make_instantane, make_provisoire, moment

Plain = dict[str, Any]


def snapshot(dossier: Dossier, former: Transmission | None, when: datetime) -> Instantane:
    """Return the snapshot of a dossier as it stands: the version after *former*."""
    header, parts = _stands(dossier)
    header |= {
        "version": {
            "numero": former.numero + 1 if former else 1,
            "precedente": former.empreinte if former else None,
        },
        "transmis_le": moment(when),
    }
    signed = [
        {"role": role, "par": row.par.nom, "le": moment(row.le)} for role, row in signatures(dossier).items()
    ]
    return make_instantane(header, parts | {"signatures": signed})


def provisional(dossier: Dossier, told: Mapping[str, object], cle: ClePrivee) -> Provisoire:
    """Return the provisional version of a dossier as it stands; *told* is what only such a version says."""
    header, parts = _stands(dossier)
    return make_provisoire(header | dict(told), parts, cle)


def _stands(dossier: Dossier) -> tuple[Plain, Plain]:
    """Return what is said of a dossier, and what it holds."""
    state = live(dossier)
    said = standing(dossier, state)
    documents = _documents(said.values())
    return (
        _header(dossier, state) | {"pieces": _pieces(dossier, documents)},
        {
            "contenu": filing_plain(
                depot_of(state.plan, state.evaluation.facts, dossier.organisme.nom), form_for(state.plan)
            ),
            "verification": list(_verdicts(state)),
            "justifications": [_justification(row, documents) for _, row in sorted(said.items())],
        },
    )


def _header(dossier: Dossier, state: Live) -> Plain:
    organisme, campagne = dossier.organisme, dossier.campagne
    return {
        "organisme": {"siren": organisme.siren, "nom": organisme.nom, "famille": organisme.famille},
        "questionnaire": campagne.questionnaire,
        "millesime": campagne.millesime,
        "famille": dossier.famille,
        "modele": state.plan.fingerprint,
        "exercice": campagne.exercice,
        "reserve": reserve_of(dossier),
    }


def _verdicts(state: Live) -> Iterator[Plain]:
    for check, one in zip(state.plan.checks, state.judgements, strict=True):
        made = {**_verdict(one), **_named(check), "gravite": str(gravity(check, one))}
        if one.rows:
            made["lignes"] = [{"cle": key, **_verdict(row)} for key, row in one.rows]
        yield made


def _named(check: Check) -> Plain:
    return {"controle": check.control.identifier, "lieu": check.ligne}


def _verdict(one: Judgement) -> Plain:
    ecart = None if one.ecart is None else to_decimal_string(one.ecart, _decimals(one.unite))
    return {"resultat": str(one.outcome), "ecart": ecart, "unite": one.unite}


def _decimals(unite: str) -> int:
    return unit(unite).decimals if unite else 0


def _justification(row: Justification, documents: dict[object, Document]) -> Plain:
    joint = documents.get(row.document_id)
    return {
        "controle": row.controle,
        "lieu": row.lieu,
        "texte": row.texte,
        "montant": None if row.montant is None else to_decimal_string(row.montant),
        "par": row.par.nom,
        "le": moment(row.le),
        "piece": joint.empreinte if joint else None,
    }


def _documents(rows: Any) -> dict[object, Document]:  # noqa: ANN401 - any collection of justifications
    wanted = {row.document_id for row in rows if row.document_id is not None}
    found = Document.objects.filter(pk__in=wanted).defer("contenu") if wanted else ()
    return {one.pk: one for one in found}


def _pieces(dossier: Dossier, justifying: dict[object, Document]) -> list[Plain]:
    """Return the documents that go along: those that were joined, then those of the justifications."""
    found = [_piece(one.document, one.nature) for one in standing_pieces(dossier)]
    found += [_piece(one, "justification") for one in justifying.values()]
    return sorted(found, key=lambda one: (one["nature"], one["nom"], one["sha256"]))


def _piece(document: Document, nature: str) -> Plain:
    return {
        "nom": document.nom,
        "sha256": document.empreinte,
        "taille": document.taille,
        "nature": nature,
    }
