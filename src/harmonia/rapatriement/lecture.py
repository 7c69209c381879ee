"""
A sealed snapshot checked, then brought to the form of a dossier; nothing of it is shown before it is checked.

No database and no network here: bytes, keys, plans.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from harmonia.dossiers.lecture import Lu
from harmonia.dossiers.plans import form_for, plan_of
from harmonia.rapatriement.fautes import RapatriementError
from liasse import (
    Copie,
    Correspondances,
    Depot,
    Fault,
    LiasseError,
    Plan,
    available,
    copied,
    evaluate,
    facts_of,
    filing_plain,
    format_french,
    linked_questionnaires,
    load_correspondances,
    read_filing,
)
from liasse.echanges import (
    ClePublique,
    Faute,
    Instantane,
    check_accuse,
    read_instantane,
    say_fingerprint,
)

_OU: Final = "la transmission reçue"
_AGAIN: Final = (
    "Rien n'a été changé dans votre dossier. Recommencez ; si cela se répète, écrivez à l'assistance."
)


@dataclass(frozen=True, slots=True)
class Attendu:
    """What a snapshot must be about: whose, of which exercice, for the form of which dossier."""

    siren: str
    exercice: int
    plan: Plan
    questionnaires: frozenset[str]


@lru_cache(maxsize=64)
def source_questionnaires(plan: Plan) -> frozenset[str]:
    """Return the questionnaires whose figures a form takes over."""
    model = plan.model
    found = linked_questionnaires(Path(settings.MODELES), model.questionnaire, model.millesime)
    return frozenset(name for name, _ in found)


def checked(
    content: bytes, accuse: bytes, cles: Collection[ClePublique], attendu: Attendu
) -> tuple[Instantane, ClePublique]:
    """
    Return a snapshot whose form, seal, signature and subject were checked, and the key that signed it.

    Raises:
        RapatriementError: one of them does not hold.
    """
    instantane = read_instantane(content)
    if isinstance(instantane, Faute):
        raise RapatriementError("R101", _OU, instantane.message, _AGAIN)
    cle = _signed(content, accuse, cles)
    _about(instantane, attendu)
    return instantane, cle


def _signed(content: bytes, accuse: bytes, cles: Collection[ClePublique]) -> ClePublique:
    if not cles:
        raise RapatriementError(
            "R110",
            "ce portail",
            "La clé publique du ministère n'est pas enregistrée ici :"
            " rien de ce qu'il envoie ne peut être vérifié.",
            "Prévenez l'assistance : elle doit l'installer.",
        )
    constat = check_accuse(accuse, content, cles)
    if constat.defaut is not None or constat.cle is None or not constat.de_confiance:
        raise RapatriementError(
            "R102",
            "le sceau de la transmission",
            f"{constat.message} Les chiffres ne sont donc pas montrés.",
            _AGAIN,
        )
    return constat.cle


def _about(instantane: Instantane, attendu: Attendu) -> None:
    """Refuse what is not of this organisation, this exercice, one of these questionnaires, this family."""
    plain = instantane.plain
    if instantane.siren != attendu.siren:
        raise _other(f"La transmission est celle du SIREN {instantane.siren} ; le vôtre est {attendu.siren}.")
    if instantane.exercice != attendu.exercice:
        raise _other(
            f"La transmission porte sur l'exercice {instantane.exercice},"
            f" et ce dossier sur {attendu.exercice}."
        )
    if plain["questionnaire"] not in attendu.questionnaires:
        known = ", ".join(sorted(attendu.questionnaires)) or "aucun"
        raise _other(
            f"La transmission est un dépôt « {plain['questionnaire']} » :"
            f" ce formulaire ne sait reprendre que {known}."
        )
    if plain["famille"] != attendu.plan.famille:
        raise _other(
            f"La transmission est d'un organisme de la famille {plain['famille']},"
            f" et non {attendu.plan.famille}."
        )


def _other(what: str) -> RapatriementError:
    return RapatriementError(
        "R103", _OU, what, "Rien n'a été repris. Signalez-le à l'assistance : ce n'est pas la vôtre."
    )


# ── To the form of the dossier ───────────────────────────────────────────────────────────────────


@lru_cache(maxsize=16)
def links(source: tuple[str, str], target: tuple[str, str], famille: str) -> tuple[Plan, Correspondances]:
    """
    Return the plan of a source form for a family, and its correspondences to another form.

    Raises:
        LiasseError: one of the models, or the correspondences, is missing or wrong.
    """
    old = plan_of(*source, famille)
    return old, load_correspondances(Path(settings.MODELES), old.model, plan_of(*target, famille).model)


def brought(instantane: Instantane, cle: ClePublique, plan: Plan) -> Lu:
    """
    Bring a checked snapshot to the form of a dossier.

    Raises:
        RapatriementError: its form is not known here, or its content is not that of its form.
    """
    plain = instantane.plain
    source = (str(plain["questionnaire"]), str(plain["millesime"]))
    old, correspondances = _known(source, plan)
    depot, faults = read_filing(instantane.contenu, form_for(old))
    facts = facts_of(old, depot.faits, instantane.exercice)
    copie = copied(evaluate(old, facts), plan, correspondances)
    contenu, balance = _content(copie, plan, instantane)
    return Lu(
        _recognised(instantane, cle, old, copie),
        [_issue(fault) for fault in faults],
        contenu | {"justifications": _justifications(instantane, old, plan)},
        balance,
    )


def _known(source: tuple[str, str], plan: Plan) -> tuple[Plan, Correspondances]:
    model = plan.model
    where = "le formulaire de la transmission"
    if source not in available(Path(settings.MODELES)):
        raise RapatriementError(
            "R104",
            where,
            f"Le formulaire « {source[0]} {source[1]} » n'est pas connu de ce portail :"
            " ses lignes ne peuvent pas être lues.",
            "Prévenez l'assistance : les modèles de ce portail sont à mettre à jour.",
        )
    try:
        return links(source, (model.questionnaire, model.millesime), plan.famille)
    except LiasseError as error:
        raise RapatriementError(
            "R105",
            where,
            f"Rien ne dit où vont, dans « {model.titre} », les lignes de « {source[0]} {source[1]} ».",
            "Prévenez l'assistance : la table de correspondances est à écrire.",
        ) from error


def _content(
    copie: Copie, plan: Plan, instantane: Instantane
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    model = plan.model
    depot = Depot(
        model.questionnaire, model.millesime, plan.fingerprint, instantane.exercice, plan.famille, copie.faits
    )
    plain = filing_plain(depot, form_for(plan))
    balance = plain.pop("balance", None)
    return {
        "depot": plain,
        "renommees": {cell: source for cell, source in copie.sources.items() if cell != source},
        "sans_vis_a_vis": sorted(copie.faits.cellules.keys() - copie.sources.keys()),
        "trous": [
            {
                "cle": trou.cle,
                "libelle": trou.libelle,
                "valeur": _amount(trou.valeur, trou.unite),
                "motif": trou.motif,
            }
            for trou in copie.trous
        ],
    }, balance


def _amount(value: int, unite: str) -> str:
    if not unite:
        return f"{value} ligne{'s' if value > 1 else ''}"
    return "" if unite in {"texte", "choix", "date", "oui_non"} else format_french(value, unite)


def _recognised(instantane: Instantane, cle: ClePublique, old: Plan, copie: Copie) -> dict[str, Any]:
    plain, doubts = instantane.plain, []
    if plain["modele"] != old.fingerprint:
        doubts.append(
            f"Le ministère utilise une autre révision du formulaire « {old.model.titre} » :"
            " vérifiez les lignes que ce portail ne reconnaîtrait pas."
        )
    rows = sum(len(found) for found in copie.faits.lignes.values())
    return {
        "format": "rapatriement",
        "libelle": old.model.titre,
        "exercice": instantane.exercice,
        "lignes": len(copie.faits.cellules) + rows,
        "choix": {},
        "colonnes": {},
        "reserves": doubts,
        "tues": {},
        "transmission": {
            "numero": instantane.numero,
            "precedente": plain["version"]["precedente"],
            "empreinte": instantane.empreinte,
            "transmis_le": plain["transmis_le"],
            "questionnaire": plain["questionnaire"],
            "millesime": plain["millesime"],
            "modele": plain["modele"],
            "organisme": dict(plain["organisme"]),
            "reserve": plain["reserve"],
            "pieces": [dict(piece) for piece in plain["pieces"]],
            "cle": {"id": cle.id, "lue": say_fingerprint(cle)},
        },
    }


def _issue(fault: Fault) -> dict[str, Any]:
    return {
        "code": "R106",
        "gravite": "avertissement",
        "grave": False,
        "message": fault.message,
        "remede": "Cette valeur n'est pas reprise : vérifiez-la sur le portail du ministère.",
        "ligne": None,
        "colonne": fault.place,
        "valeur": fault.valeur,
    }


# ── What was said of gaps ────────────────────────────────────────────────────────────────────────


def _justifications(instantane: Instantane, old: Plan, plan: Plan) -> list[dict[str, Any]]:
    """Return the justifications of the controls that are the same here: same code, same formula."""
    before = {_name(check.control.identifier, check.ligne): check for check in old.checks}
    here = {_name(check.control.identifier, check.ligne): check for check in plan.checks}
    kept = []
    for said in instantane.plain["justifications"]:
        name = _name(said["controle"], said["lieu"])
        theirs, ours = before.get(name), here.get(name)
        if theirs is None or ours is None or not _same_control(theirs.control, ours.control):
            continue
        kept.append({key: said[key] for key in ("controle", "lieu", "texte", "montant")} | {"nom": name})
    return kept


def _name(controle: str, lieu: str) -> str:
    return f"{controle} {lieu}".strip()


def _same_control(theirs: Any, ours: Any) -> bool:  # noqa: ANN401 - controls, by their formulas
    return all(
        _text(getattr(theirs, part)) == _text(getattr(ours, part)) for part in ("si", "pour", "verifie")
    ) and (theirs.tolerance, theirs.vides) == (ours.tolerance, ours.vides)


def _text(formula: Any) -> str:  # noqa: ANN401 - a formula, or none
    return "" if formula is None else str(formula.text)
