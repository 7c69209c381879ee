"""What both databases must hold at any moment, whoever was killed: each function returns what is wrong."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from liasse.echanges import ClePrivee, check_accuse, read_json
from tests.faults.places import Base

Rows = list[tuple[Any, ...]]

_DOSSIER: Final = """
SELECT d.id FROM dossiers_dossier d JOIN organismes_rattachement r ON r.organisme_id = d.organisme_id
JOIN acces_user u ON u.id = r.user_id JOIN campagnes_campagne c ON c.id = d.campagne_id
WHERE u.username = 'seule' AND c.exercice = 2022
"""


def dossier_of(base: Base) -> int:
    """Return the dossier of the account `seule`."""
    ((found,),) = base.one(_DOSSIER)
    return int(found)


# ── The ministry's side ──────────────────────────────────────────────────────────────────────────

_SENT: Final = (
    """SELECT id, numero, precedente_id, empreinte FROM transmissions_transmission
       WHERE dossier_id = %s ORDER BY id""",
    "SELECT action, vers FROM dossiers_transition WHERE dossier_id = %s ORDER BY id",
    "SELECT numero FROM dossiers_versionscellee WHERE dossier_id = %s ORDER BY id",
    "SELECT etape, rang, version FROM dossiers_dossier WHERE id = %s",
    "SELECT role FROM dossiers_signature WHERE dossier_id = %s AND annulee_le IS NULL",
    """SELECT a.transmission_id FROM transmissions_avistransmission a
       JOIN transmissions_transmission t ON t.id = a.transmission_id WHERE t.dossier_id = %s""",
    """SELECT (args->>'transmission_id')::bigint FROM procrastinate_jobs
       WHERE task_name = 'prevenir_transmission'""",
)
"""Transmissions, passages, sealed versions, the dossier, signatures that stand, mails promised, jobs."""


@dataclass(slots=True)
class Ministere:
    """Transmissions numbered once, sealed as their receipts say, a transition each, the step in agreement."""

    base: Base
    key: Path
    dossier: int = 0
    checked: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dossier = dossier_of(self.base)

    def etape(self) -> str:
        """Return the step of the dossier."""
        return str(self.base.one("SELECT etape FROM dossiers_dossier WHERE id = %s", self.dossier)[0][0])

    def count(self) -> int:
        """Return how many transmissions there are."""
        query = "SELECT count(*) FROM transmissions_transmission WHERE dossier_id = %s"
        return int(self.base.one(query, self.dossier)[0][0])

    def faults(self) -> Iterator[str]:
        """Yield what is wrong now."""
        asked = ((sql, (self.dossier,) * sql.count("%s")) for sql in _SENT)
        sent, passed, sealed, (state,), signed, told, jobs = self.base.read(*asked)
        numbers = list(range(1, len(sent) + 1))
        known = {row[0] for row in sent}
        yield from _same("numbers of the transmissions", numbers, [row[1] for row in sent])
        yield from _same(
            "former of each", [None, *[row[0] for row in sent]][: len(sent)], [r[2] for r in sent]
        )
        yield from _same("sealed versions", numbers, [row[0] for row in sealed])
        yield from _same("transitions that transmit", len(sent), Counter(a for a, _ in passed)["transmettre"])
        yield from _same("passages counted by the dossier", len(passed), state[2])
        yield from _same("step of the last passage", passed[-1][1], state[0])
        yield from _same("rank of the step", state[0][:1], str(state[1]))
        yield from _same("one mail promised each", sorted(known), sorted(row[0] for row in told))
        yield from _same("one job each", sorted(known), sorted(row[0] for row in jobs if row[0] in known))
        roles = {"4_Examen": ["comptable", "hierarchique"], "2_Saisie": []}.get(state[0])
        if roles is not None:
            yield from _same(f"signatures at {state[0]}", roles, sorted(row[0] for row in signed))
        yield from self._seals(sent)

    def _seals(self, sent: Rows) -> Iterator[str]:
        """Check each snapshot against its receipt, once: neither ever changes."""
        own = ClePrivee.from_pem(self.key.read_bytes()).publique
        former = None
        for number, numero, _, empreinte in sent:
            if number not in self.checked:
                query = "SELECT instantane, accuse FROM transmissions_transmission WHERE id = %s"
                ((instantane, accuse),) = self.base.one(query, number)
                found = check_accuse(accuse.encode(), instantane.encode(), [own])
                yield from _same(f"receipt of {numero}", None, found.defaut)
                version = read_json(instantane.encode())["version"]
                yield from _same(f"version of {numero}", {"numero": numero, "precedente": former}, version)
                if found.instantane is not None:
                    yield from _same(f"digest of {numero}", empreinte, found.instantane.empreinte)
                self.checked.add(number)
            former = empreinte

    def open_by(self, code: str) -> int:
        """Return how many consents stand that a code handed over."""
        query = "SELECT count(*) FROM api_consentement WHERE clos_le IS NULL AND code = %s"
        return int(self.base.one(query, hashlib.sha256(code.encode()).hexdigest())[0][0])

    def accords(self) -> Iterator[str]:
        """Yield what is wrong with the consents: one open at most, one renewal token each at most."""
        opened, tokens = self.base.read((_OPENED, ()), (_TWICE, ()))
        if opened[0][0] > 1:
            yield f"{opened[0][0]} consents are open for the same thing"
        yield from _same("consents whose code served twice", [], tokens)


_OPENED: Final = "SELECT count(*) FROM api_consentement WHERE clos_le IS NULL"
_TWICE: Final = """
SELECT a.scope, count(*) FROM oauth2_provider_refreshtoken r
JOIN oauth2_provider_accesstoken a ON a.id = r.access_token_id GROUP BY a.scope HAVING count(*) > 1
"""


# ── The federation's side ────────────────────────────────────────────────────────────────────────

_VALUES: Final = """
SELECT count(*), md5(string_agg(ligne, E'\\n' ORDER BY ligne)) FROM (
  SELECT regexp_replace(v.cle, '#[0-9]+', '#') || '=' ||
    CASE WHEN v.cle = '@balance' THEN md5(b.contenu::text) ELSE v.valeur || '/' || COALESCE(v.texte, '') END
    AS ligne
  FROM dossiers_valeur v LEFT JOIN dossiers_balancedeposee b ON v.cle = '@balance' AND b.id = v.valeur
  WHERE v.dossier_id = %s AND v.valeur IS NOT NULL
) AS toutes
"""
"""Everything that the dossier holds, but the number of a row, never used twice, and that of a balance."""

_IMPORTS: Final = """
SELECT i.id, i.etat, i.lot, r.id, r.annule_le IS NOT NULL,
  (SELECT count(*) FROM dossiers_journal j WHERE j.dossier_id = i.dossier_id AND j.lot = i.lot),
  (SELECT count(DISTINCT j.cle) FROM dossiers_journal j WHERE j.dossier_id = i.dossier_id AND j.lot = i.lot),
  (SELECT count(*) FROM dossiers_cellulecopiee c WHERE c.rapatriement_id = r.id),
  (SELECT count(*) FROM dossiers_justification k WHERE k.rapatriement_id = r.id AND NOT k.remplacee)
FROM dossiers_importdepose i LEFT JOIN dossiers_rapatriement r ON r.depose_id = i.id
WHERE i.dossier_id = %s ORDER BY i.id
"""
_WAITING: Final = """
SELECT i.id FROM dossiers_importdepose i WHERE i.dossier_id = %s AND i.etat = 'depose' AND NOT EXISTS
  (SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'rapatrier' AND j.status IN ('todo', 'doing')
   AND (j.args->>'import_id')::bigint = i.id)
"""


_PROOFS: Final = """
SELECT (args->>'rapatriement_id')::bigint FROM procrastinate_jobs WHERE task_name = 'contresigner' ORDER BY 1
"""
_UNDONE: Final = """
SELECT count(*), count(DISTINCT (lot, cle)) FROM dossiers_journal
WHERE dossier_id = %s AND origine = 'correction'
"""


@dataclass(frozen=True, slots=True)
class Whole:
    """What a whole Rapatriement makes: the values before and after, the lines of its lot, its copies."""

    before: tuple[Any, ...]
    after: tuple[Any, ...]
    lines: int
    copies: int
    justifications: int


@dataclass(slots=True)
class Federation:
    """All values of a Rapatriement or none, one lot, one receipt, no import that nobody takes up."""

    base: Base
    dossier: int = 0
    before: tuple[Any, ...] = ()
    whole: Whole | None = None

    def __post_init__(self) -> None:
        self.dossier = dossier_of(self.base)
        self.before = self._values()

    def _values(self) -> tuple[Any, ...]:
        return self.base.one(_VALUES, self.dossier)[0]

    def learn(self) -> None:
        """Note what a Rapatriement that nothing interrupted made."""
        (last, *_) = reversed(self.base.one(_IMPORTS, self.dossier))
        self.whole = Whole(self.before, self._values(), last[5], last[7], last[8])

    def applied(self) -> int:
        """Return how many Rapatriements were ever applied."""
        query = "SELECT count(*) FROM dossiers_rapatriement WHERE dossier_id = %s"
        return int(self.base.one(query, self.dossier)[0][0])

    def imports(self) -> int:
        """Return how many imports were ever begun."""
        query = "SELECT count(*) FROM dossiers_importdepose WHERE dossier_id = %s"
        return int(self.base.one(query, self.dossier)[0][0])

    def faults(self) -> Iterator[str]:
        """Yield what is wrong now."""
        assert self.whole is not None
        mine = (self.dossier,)
        (values,), found, waiting, (undone,), proofs = self.base.read(
            (_VALUES, mine), (_IMPORTS, mine), (_WAITING, mine), (_UNDONE, mine), (_PROOFS, ())
        )
        standing = [row for row in found if row[1] == "applique"]
        former = [row for row in found if row[1] == "annule" and row[2] is not None]
        if len(standing) > 1:
            yield f"imports applied at the same time: {[row[0] for row in standing]}"
        yield from _same("values", self.whole.after if standing else self.whole.before, values)
        for row in (*standing, *former):
            yield from self._lot(row, is_undone=row in former)
        for row in found:
            if row[3] is not None and row not in standing and row not in former:
                yield f"import {row[0]} ({row[1]}) has a receipt and was not applied"
        yield from _same("lines of undoing", (self.whole.lines * len(former),) * 2, undone)
        yield from _same("imports that no job reads", [], waiting)
        receipts = sorted(row[3] for row in found if row[3] is not None)
        yield from _same("one countersign asked for each", receipts, [row[0] for row in proofs])

    def _lot(self, row: tuple[Any, ...], *, is_undone: bool) -> Iterator[str]:
        assert self.whole is not None
        whole = self.whole
        number, _, _, receipt, is_lifted, lines, keys, copies, justifications = row
        yield from _same(
            f"receipt of import {number} (there, lifted)", (True, is_undone), (receipt is not None, is_lifted)
        )
        yield from _same(f"lines of import {number}", (whole.lines, whole.lines), (lines, keys))
        yield from _same(f"copies of import {number}", whole.copies, copies)
        said = 0 if is_undone else whole.justifications
        yield from _same(f"justifications of import {number}", said, justifications)


# ── The jobs of either side ──────────────────────────────────────────────────────────────────────


def unfinished(base: Base) -> Rows:
    """Return the jobs that are due and not done."""
    return base.one(
        "SELECT id, task_name, status, attempts FROM procrastinate_jobs WHERE status = 'doing'"
        " OR (status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now()))"
        " ORDER BY id"
    )


def failed(base: Base) -> Rows:
    """Return the jobs that nobody will try again."""
    return base.one(
        "SELECT id, task_name, status, attempts FROM procrastinate_jobs"
        " WHERE status IN ('failed', 'aborted', 'cancelled') ORDER BY id"
    )


def unsent(base: Base) -> int:
    """Return how many promised mails did not leave."""
    query = "SELECT count(*) FROM transmissions_avistransmission WHERE envoye_le IS NULL"
    return int(base.one(query)[0][0])


def _same(what: str, expected: object, actual: object) -> Iterator[str]:
    if expected != actual:
        yield f"{what}: {expected!r} expected, {actual!r} found"
