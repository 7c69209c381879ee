"""Judgements to findings: what people read, in French, with the accounts and cells concerned."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from liasse.amounts import NARROW_SPACE, NO_BREAK_SPACE, format_french
from liasse.compiler.plan import Check, Plan, SlotKind
from liasse.engine.controls import PREVIOUS_TABLE, Judgement, Outcome
from liasse.engine.pistes import Inquiry, Piste
from liasse.engine.rows import words_of
from liasse.engine.terms import contributions
from liasse.engine.values import Evaluation
from liasse.model.rules import Gravite

SOURCE_NAMES: Final = {
    "@balance": "une balance ou un FEC",
    "@mouvements": "les mouvements de l'exercice (colonnes mouvements, ou un FEC)",
    "@ouverture": "les soldes d'ouverture (à-nouveaux)",
    "@auxiliaires": "les comptes auxiliaires",
    "@precedent": "l'exercice précédent",
    "@balance_precedente": "la balance de l'exercice précédent",
}
"""What each missing source is called."""

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_ORDER: Final = {gravite: rank for rank, gravite in enumerate(Gravite)}
_MAX_ACCOUNTS: Final = 5


@dataclass(frozen=True, slots=True)
class Compte:
    """An account that makes up a finding, with its part of the amount in cents (None: it only counts)."""

    numero: str
    libelle: str
    montant: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """
    The result of one check, ready to be shown; amounts are scaled integers in `unite`.

    `cellules` are the cells to look at; `manque` says, in French, what made the check impossible.
    """

    code: str
    partie: str
    titre: str
    outcome: Outcome
    gravite: Gravite
    message: str
    instruction: str
    reference: str
    certitude: str
    ligne: str = ""
    gauche: int | None = None
    droite: int | None = None
    ecart: int | None = None
    unite: str = "euro"
    cellules: tuple[str, ...] = ()
    comptes: tuple[Compte, ...] = ()
    manque: str = ""
    pistes: tuple[Piste, ...] = ()

    @property
    def sort_key(self) -> tuple[int, int, str, str]:
        """Most severe first, then the largest gap, then the code."""
        return (_ORDER[self.gravite], -abs(self.ecart or 0), self.code, self.ligne)


def findings(
    evaluation: Evaluation,
    judgements: Iterable[Judgement],
    outcomes: frozenset[Outcome],
    only: Collection[int] | None = None,
    *,
    guess: bool = True,
) -> tuple[Finding, ...]:
    """
    Return the findings with one of *outcomes*, most severe and largest gap first.

    *only* keeps the checks at some positions of the plan; without *guess*, no « piste » is looked for, which
    is quick enough for each edit.
    """
    plan = evaluation.plan
    known = tuple(judgements)
    kept = range(len(known)) if only is None else sorted(only)
    some_gap = guess and Outcome.ECART in outcomes and any(known[at].outcome is Outcome.ECART for at in kept)
    inquiry = Inquiry(evaluation, known) if some_gap else None
    found = [
        _finding(
            evaluation,
            plan.checks[position],
            one,
            row,
            inquiry.pistes(position, row) if inquiry is not None else (),
        )
        for position in kept
        for row, one in _by_row(known[position])
        if one.outcome in outcomes
    ]
    return tuple(sorted(found, key=lambda finding: finding.sort_key))


def findings_of(
    evaluation: Evaluation, check: Check, judgement: Judgement, outcomes: frozenset[Outcome]
) -> tuple[Finding, ...]:
    """Return what one check has to say, row by row, without hypotheses: what a page can afford."""
    return tuple(
        _finding(evaluation, check, one, row) for row, one in _by_row(judgement) if one.outcome in outcomes
    )


def _by_row(judgement: Judgement) -> Iterator[tuple[int | None, Judgement]]:
    """Yield the judgement itself, or that of each row that it sums up."""
    if not judgement.rows:
        yield None, judgement
    for number, (_, one) in enumerate(judgement.rows):
        yield number, one


def _finding(
    evaluation: Evaluation, check: Check, judgement: Judgement, row: int | None, found: tuple[Piste, ...] = ()
) -> Finding:
    control = check.control
    comptes: tuple[Compte, ...] = ()
    message, instruction = control.titre, control.instruction
    if judgement.outcome is Outcome.ECART:
        comptes = tuple(_accounts(evaluation, check))
        names = _names(evaluation, check, judgement, comptes, row)
        message, instruction = _fill(control.message, names), _fill(control.instruction, names)
    return Finding(
        code=control.code,
        partie=control.partie,
        titre=control.titre,
        outcome=judgement.outcome,
        gravite=judgement.gravite or control.gravite,
        message=message,
        instruction=instruction,
        reference=control.reference,
        certitude=control.certitude,
        ligne=_where(evaluation, check, row),
        gauche=judgement.gauche,
        droite=judgement.droite,
        ecart=judgement.ecart,
        unite=judgement.unite or "euro",
        cellules=check.cells,
        comptes=comptes,
        manque=say_missing(evaluation.plan, judgement),
        pistes=found,
    )


def _where(evaluation: Evaluation, check: Check, row: int | None) -> str:
    """Return the line concerned, with the key of the row: `Q03.OP[TILLEULS]`."""
    if row is None:
        return check.ligne
    return f"{check.ligne}[{evaluation.facts.rows[check.section][row].cle}]"


def say_missing(plan: Plan, judgement: Judgement) -> str:
    """Say in French why a check could not be judged, or why it is pointless."""
    if judgement.explained_by:
        return f"Déjà expliqué par {judgement.explained_by}."
    if not judgement.missing:
        return ""
    return f"Il manque {listed(_missing_name(plan, name) for name in judgement.missing)}."


def _missing_name(plan: Plan, name: str) -> str:
    if name in SOURCE_NAMES:
        return SOURCE_NAMES[name]
    if name.startswith(PREVIOUS_TABLE):
        return f"la table {name.removeprefix(PREVIOUS_TABLE)} de l'exercice précédent, entièrement vide"
    if name in plan.model.tables:
        return f"la table {name} ({plan.model.tables[name].titre}), entièrement vide"
    slot = plan.slots[plan.index[name]]
    if slot.kind is SlotKind.AGGREGATE:
        return f"« {slot.libelle} »" + (f" ({slot.motif.rstrip('.')})" if slot.motif else "")
    if slot.kind is SlotKind.PREVIOUS:
        return f"{slot.of} de l'exercice précédent"
    return slot.of or slot.key


def listed(names: Iterable[str]) -> str:
    """
    Write a list as French does.

    >>> listed(["A041", "A042", "A043"]), listed(["A041"])
    ('A041, A042 et A043', 'A041')
    """
    words = list(names)
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def _accounts(evaluation: Evaluation, check: Check) -> Iterator[Compte]:
    facts, plan = evaluation.facts, evaluation.plan
    seen: dict[str, Compte] = {}
    for key in check.terms:
        for ligne, amount in contributions(plan, plan.slot(key), facts):
            money = amount if plan.slot(key).unit.code == "euro" else None
            seen.setdefault(ligne.compte, Compte(ligne.compte, ligne.libelle, money))
    yield from sorted(seen.values(), key=lambda compte: -abs(compte.montant or 0))


def _names(
    evaluation: Evaluation,
    check: Check,
    judgement: Judgement,
    comptes: tuple[Compte, ...],
    row: int | None,
) -> Mapping[str, str]:
    unite = judgement.unite or "euro"
    names = {
        "ecart": say_gap(judgement.ecart, unite),
        "gauche": say_side(judgement.gauche, unite),
        "droite": say_side(judgement.droite, unite),
        "ligne": f"{_where(evaluation, check, row)} « {check.libelle} »" if check.ligne else "",
        "comptes": _say_accounts(comptes),
    }
    for word, key in check.placeholders.items():
        names[word] = say_value(evaluation, key, row) or "vide"
    return names


def say_gap(ecart: int | None, unite: str) -> str:
    """Write the size of a gap; between two dates it is a number of days."""
    if ecart is not None and unite == "date":
        return f"{abs(ecart)}{NO_BREAK_SPACE}jour{'s' if abs(ecart) > 1 else ''}"
    return format_french(abs(ecart) if ecart is not None else None, unite)


def say_side(value: int | None, unite: str) -> str:
    """Write one side of a comparison: an amount, or a date."""
    if value is not None and unite == "date" and 1 <= value <= date.max.toordinal():
        return f"{date.fromordinal(value):%d/%m/%Y}"
    return format_french(value, unite)


def say_sum(finding: Finding) -> tuple[str, str, str]:
    """Write the two sides of a finding and its gap, signed but for days."""
    gap = say_gap if finding.unite == "date" else format_french
    left, right = say_side(finding.gauche, finding.unite), say_side(finding.droite, finding.unite)
    return left, right, gap(finding.ecart, finding.unite)


def say_value(evaluation: Evaluation, key: str, row: int | None = None) -> str:
    """Write the value of a slot (on one row, for a keyed section) as a French reader expects it."""
    slot = evaluation.plan.slot(key)
    if slot.unit.code == "texte":
        return words_of(evaluation, slot, row if slot.section else None)
    value = evaluation.at(key, row if slot.section else None)
    if value is None:
        return ""
    if slot.unit.code == "date":
        return say_side(value, "date")
    if slot.unit.code == "oui_non":
        return "oui" if value else "non"
    if slot.unit.code == "choix":
        return list(slot.choix.values())[value - 1]
    return format_french(value, slot.unit.code)


def _say_accounts(comptes: tuple[Compte, ...]) -> str:
    shown = [
        f"{compte.numero} ({format_french(compte.montant)})" if compte.montant is not None else compte.numero
        for compte in comptes[:_MAX_ACCOUNTS]
    ]
    hidden = len(comptes) - len(shown)
    if hidden > 0:
        shown.append(f"{hidden} autre{'s' if hidden > 1 else ''}")
    return listed(shown) or "aucun compte"


def _fill(template: str, names: Mapping[str, str]) -> str:
    text = _PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), template)
    return french_spaces(text)


def french_spaces(text: str) -> str:
    """Put no-break spaces where French typography wants them: before `: ; ? ! »` and after `«`."""
    text = re.sub(r" ([:»])", NO_BREAK_SPACE + r"\1", text)
    text = re.sub(r" ([;?!])", NARROW_SPACE + r"\1", text)
    return text.replace("« ", f"«{NO_BREAK_SPACE}")


def typeset(text: str) -> str:
    """
    Set a French sentence: its spaces, and each number on one line with its unit.

    >>> typeset("plus de 25 % et 3 €").count("\u00a0")
    2
    """
    return french_spaces(text).replace(" €", f"{NO_BREAK_SPACE}€").replace(" %", f"{NO_BREAK_SPACE}%")
