"""An explanation as a tree: text for a terminal, or a plain structure; ledger lines under their account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from liasse.amounts import format_french, to_decimal_string
from liasse.engine.findings import french_spaces
from liasse.engine.trace import Origin, Trace
from liasse.ledger.ecritures import Ecriture
from liasse.outputs.page import BOLD, DIM, Page, wrap
from liasse.outputs.wording import clipped, count, say_tags

ORIGINS: Final = {
    Origin.FORMULE: "formule",
    Origin.SAISIE: "saisie",
    Origin.COMPTES: "comptes de la balance",
    Origin.COMPTE: "compte",
    Origin.PRECEDENT: "exercice précédent",
    Origin.PARAMETRE: "paramètre",
    Origin.VIDE: "vide",
}


@dataclass(frozen=True, slots=True)
class Extract:
    """The first ledger lines of an account, how many there are, and their total (debit minus credit)."""

    lignes: tuple[Ecriture, ...]
    nombre: int
    total: int


Extracts = Mapping[str, Extract]


def condensed(trace: Trace) -> Trace:
    """
    Leave out the steps that only carry a value along.

    A filled cell is followed by what the balance gives to it, itself one function of accounts: the
    reader wants the cell, its formula, and the accounts.
    """
    current = trace
    while len(current.enfants) == 1 and _only_carries(current, current.enfants[0]):
        child = current.enfants[0]
        current = replace(
            current, enfants=child.enfants, origine=child.origine, formule=child.formule or current.formule
        )
    return replace(current, enfants=tuple(condensed(child) for child in current.enfants))


def _only_carries(trace: Trace, child: Trace) -> bool:
    beside = {f"selon_balance({trace.cle})", f"declare({trace.cle})"}
    return child.cle in beside or (child.cle == trace.formule and child.origine is Origin.COMPTES)


def accounts_of(trace: Trace) -> tuple[str, ...]:
    """Return the accounts on which a figure rests."""
    return tuple(dict.fromkeys(node.cle for node in trace.walk() if node.origine is Origin.COMPTE))


def as_dict(trace: Trace, extracts: Extracts) -> dict[str, Any]:
    """Return the tree as a plain structure; amounts are decimal strings in their unit."""
    made: dict[str, Any] = {
        "reference": trace.cle,
        "libelle": trace.libelle,
        "valeur": None if trace.valeur is None else to_decimal_string(trace.valeur, trace.unite.decimals),
        "unite": trace.unite.code,
        "origine": str(trace.origine),
        "signe": trace.signe,
        "formule": trace.formule,
        "source": trace.reference,
        "certitude": trace.certitude,
        "motif": trace.motif if trace.valeur is None else "",
        "enfants": [as_dict(child, extracts) for child in trace.enfants],
    }
    extract = extracts.get(trace.cle)
    if extract is not None:
        made["ecritures"] = _extract_dict(extract)
    return made


def _extract_dict(extract: Extract) -> dict[str, Any]:
    lignes = [
        {
            "ligne": ecriture.ligne,
            "date": ecriture.date.isoformat() if ecriture.date else None,
            "journal": ecriture.journal,
            "numero": ecriture.numero,
            "piece": ecriture.piece,
            "libelle": ecriture.libelle,
            "debit": to_decimal_string(ecriture.debit),
            "credit": to_decimal_string(ecriture.credit),
        }
        for ecriture in extract.lignes
    ]
    return {"nombre": extract.nombre, "total": to_decimal_string(extract.total), "lignes": lignes}


class TreeWriter:
    """Writes a tree as text, a figure already detailed being only recalled."""

    def __init__(self, page: Page, extracts: Extracts, depth: int | None) -> None:
        self._page = page
        self._extracts = extracts
        self._depth = depth
        self._seen: set[str] = set()

    def lines(self, trace: Trace) -> Iterator[str]:
        """Yield the whole tree, its amounts aligned on the right."""
        yield from self._node(trace, "", "", 0)

    def _node(self, trace: Trace, first: str, other: str, level: int, source: str = "") -> Iterator[str]:
        again = bool(trace.enfants) and trace.cle in self._seen
        self._seen.add(trace.cle)
        bar = "│ " if trace.enfants and not again and not self._stops(level) else "  "
        yield from self._title(trace, first, other + bar)
        yield from self._source(trace, other + bar, source, again=again)
        if again:
            return
        if self._stops(level) and trace.enfants:
            hidden = count(len(trace.enfants), "composante", "composantes")
            yield self._page.style(f"{other}  … {hidden} : --profondeur {level + 1}", DIM)
            return
        yield from self._ledger(trace, other)
        for at, child in enumerate(trace.enfants):
            last = at == len(trace.enfants) - 1
            branch, trunk = ("└ ", "  ") if last else ("├ ", "│ ")
            yield from self._node(child, other + branch, other + trunk, level + 1, trace.reference)

    def _stops(self, level: int) -> bool:
        return self._depth is not None and level >= self._depth

    def _title(self, trace: Trace, first: str, other: str) -> Iterator[str]:
        amount = format_french(trace.valeur, trace.unite.code) or "vide"
        name = (
            f"{trace.cle} {trace.libelle}".strip()
            if trace.origine is Origin.COMPTE
            else trace.libelle or trace.cle
        )
        sign = "− " if trace.signe < 0 else ""
        room = self._page.width - len(amount) - 6
        labels = wrap(f"{first}{sign}{name}", room, hanging=other + "  ")
        yield from labels[:-1]
        weight = (BOLD,) if not first or trace.enfants else ()
        tail = f"  {self._page.style(trace.certitude, DIM)}" if trace.certitude else ""
        line = f"{labels[-1].ljust(room)}  {self._page.style(amount, *weight)}{tail}"
        yield line.rstrip()

    def _source(self, trace: Trace, indent: str, told: str, *, again: bool) -> Iterator[str]:
        """Say the formula, the origin, and the reference when it is not the one told just above."""
        if trace.origine is Origin.COMPTE:
            return
        said = (
            trace.cle if not trace.formule or trace.formule == trace.cle else f"{trace.cle} = {trace.formule}"
        )
        origin = "" if trace.origine in {Origin.FORMULE, Origin.VIDE} else ORIGINS[trace.origine]
        parts = [said, origin, trace.reference if trace.reference != told else ""]
        if trace.valeur is None and trace.motif:
            parts.append(trace.motif)
        if again:
            parts.append("détaillé plus haut")
        text = french_spaces(" — ".join(part for part in parts if part))
        yield from (self._page.style(line, DIM) for line in self._page.wrap(text, indent, indent + "  "))

    def _ledger(self, trace: Trace, indent: str) -> Iterator[str]:
        extract = self._extracts.get(trace.cle)
        if extract is None or trace.origine is not Origin.COMPTE:
            return
        tails = [_amount_side(ecriture) for ecriture in extract.lignes]
        width = max((len(tail) for tail in tails), default=0)
        for ecriture, tail in zip(extract.lignes, tails, strict=True):
            yield self._page.style(self._ecriture(ecriture, indent + "    ", tail.rjust(width)), DIM)
        hidden = extract.nombre - len(extract.lignes)
        if hidden > 0:
            side = "débiteur" if extract.total >= 0 else "créditeur"
            total = format_french(abs(extract.total))
            others = count(hidden, "autre écriture", "autres écritures")
            yield self._page.style(f"{indent}    … et {others}, total {total} {side}", DIM)

    def _ecriture(self, ecriture: Ecriture, indent: str, tail: str) -> str:
        day = f"{ecriture.date:%d/%m/%Y}" if ecriture.date else "sans date "
        head = f"{indent}{day}  {ecriture.journal} {ecriture.numero}  {ecriture.libelle}"
        room = max(20, self._page.width - len(tail) - 18)
        return f"{clipped(head, room).ljust(room)}  {tail}  ligne {ecriture.ligne}"


def _amount_side(ecriture: Ecriture) -> str:
    side, amount = ("débit ", ecriture.debit) if ecriture.debit else ("crédit", ecriture.credit)
    return f"{format_french(amount)} {side}"


def render(trace: Trace, extracts: Extracts, page: Page, depth: int | None) -> str:
    """Write the tree, then the meaning of the tags."""
    lines = list(TreeWriter(page, extracts, depth).lines(trace))
    lines += ["", *(page.style(line, DIM) for line in page.wrap(say_tags()))]
    return "\n".join(lines) + "\n"


def limited(trace: Trace, depth: int | None) -> Trace:
    """Cut a tree below *depth* levels."""
    if depth is None:
        return trace
    if depth == 0:
        return replace(trace, enfants=())
    return replace(trace, enfants=tuple(limited(child, depth - 1) for child in trace.enfants))
