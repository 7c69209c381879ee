"""
A sealed version checked, then brought to the form of a dossier; nothing of it is shown before it is checked.

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
    Scelle,
    check_accuse,
    read_instantane,
    read_provisoire,
    say_fingerprint,
    signer_of,
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
    content: bytes, accuse: bytes | None, cles: Collection[ClePublique], attendu: Attendu
) -> tuple[Scelle, ClePublique]:
    """
    Return a sealed version whose form, seal, signature and subject were checked, and the key that signed it.

    A transmission comes with its receipt, which is what is signed; a provisional version has none.

    Raises:
        RapatriementError: one of them does not hold.
    """
    found = read_provisoire(content) if accuse is None else read_instantane(content)
    if isinstance(found, Faute):
        raise RapatriementError("R101", _OU, found.message, _AGAIN)
    _pinned(cles)
    cle = _signed_whole(found, cles) if accuse is None else _receipted(content, accuse, cles)
    _about(found, attendu)
    return found, cle


def _pinned(cles: Collection[ClePublique]) -> None:
    if not cles:
        raise RapatriementError(
            "R110",
            "ce portail",
            "La clé publique du ministère n'est pas enregistrée ici :"
            " rien de ce qu'il envoie ne peut être vérifié.",
            "Prévenez l'assistance : elle doit l'installer.",
        )


def _receipted(content: bytes, accuse: bytes, cles: Collection[ClePublique]) -> ClePublique:
    constat = check_accuse(accuse, content, cles)
    if constat.defaut is not None or constat.cle is None or not constat.de_confiance:
        raise _unsealed(constat.message)
    return constat.cle


def _signed_whole(scelle: Scelle, cles: Collection[ClePublique]) -> ClePublique:
    cle = signer_of(scelle.plain)
    if cle is None:
        raise _unsealed("La signature ne correspond pas : la version provisoire a été altérée.")
    if cle not in cles:
        raise _unsealed(
            "La version provisoire est signée par une autre clé que celle du ministère :"
            f" {say_fingerprint(cle)}."
        )
    return cle


def _unsealed(what: str) -> RapatriementError:
    return RapatriementError(
        "R102", "le sceau de la transmission", f"{what} Les chiffres ne sont donc pas montrés.", _AGAIN
    )


def _about(scelle: Scelle, attendu: Attendu) -> None:
    """Refuse what is not of this organisation, this exercice, one of these questionnaires, this family."""
    plain = scelle.plain
    if scelle.siren != attendu.siren:
        raise _other(f"La transmission est celle du SIREN {scelle.siren} ; le vôtre est {attendu.siren}.")
    if scelle.exercice != attendu.exercice:
        raise _other(
            f"La transmission porte sur l'exercice {scelle.exercice}, et ce dossier sur {attendu.exercice}."
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


def brought(scelle: Scelle, cle: ClePublique, plan: Plan) -> Lu:
    """
    Bring a checked version to the form of a dossier.

    Raises:
        RapatriementError: its form is not known here, or its content is not that of its form.
    """
    plain = scelle.plain
    source = (str(plain["questionnaire"]), str(plain["millesime"]))
    old, correspondances = _known(source, plan)
    depot, faults = read_filing(scelle.contenu, form_for(old))
    facts = facts_of(old, depot.faits, scelle.exercice)
    copie = copied(evaluate(old, facts), plan, correspondances)
    contenu, balance = _content(copie, plan, scelle)
    return Lu(
        _recognised(scelle, cle, old, copie),
        [_issue(fault) for fault in faults],
        contenu | {"justifications": _justifications(scelle, old, plan)},
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


def _content(copie: Copie, plan: Plan, scelle: Scelle) -> tuple[dict[str, Any], dict[str, Any] | None]:
    model = plan.model
    depot = Depot(
        model.questionnaire, model.millesime, plan.fingerprint, scelle.exercice, plan.famille, copie.faits
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


def _recognised(scelle: Scelle, cle: ClePublique, old: Plan, copie: Copie) -> dict[str, Any]:
    plain, doubts = scelle.plain, []
    if plain["modele"] != old.fingerprint:
        doubts.append(
            f"Le ministère utilise une autre révision du formulaire « {old.model.titre} » :"
            " vérifiez les lignes que ce portail ne reconnaîtrait pas."
        )
    rows = sum(len(found) for found in copie.faits.lignes.values())
    return {
        "format": "rapatriement",
        "libelle": old.model.titre,
        "exercice": scelle.exercice,
        "lignes": len(copie.faits.cellules) + rows,
        "choix": {},
        "colonnes": {},
        "reserves": doubts,
        "tues": {},
        "transmission": {
            **_version(scelle),
            "empreinte": scelle.empreinte,
            "questionnaire": plain["questionnaire"],
            "millesime": plain["millesime"],
            "modele": plain["modele"],
            "organisme": dict(plain["organisme"]),
            "reserve": plain["reserve"],
            "pieces": [dict(piece) for piece in plain["pieces"]],
            "cle": {"id": cle.id, "lue": say_fingerprint(cle)},
        },
    }


def _version(scelle: Scelle) -> dict[str, Any]:
    """Return which version it is; what was not transmitted has no number, and the date of its seal."""
    plain = scelle.plain
    if isinstance(scelle, Instantane):
        return {**plain["version"], "transmis_le": plain["transmis_le"]}
    return {"numero": None, "precedente": plain["precedente"], "transmis_le": plain["scelle_le"]}


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


def _justifications(scelle: Scelle, old: Plan, plan: Plan) -> list[dict[str, Any]]:
    """Return the justifications of the controls that are the same here: same code, same formula."""
    before = {_name(check.control.identifier, check.ligne): check for check in old.checks}
    here = {_name(check.control.identifier, check.ligne): check for check in plan.checks}
    kept = []
    for said in scelle.plain["justifications"]:
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
