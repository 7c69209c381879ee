"""The register of who must file: what a file would change, applied once, each change dated and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import structlog
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from harmonia.instruction.models import ImportRegistre
from harmonia.instruction.registre_lecture import COLUMNS, ERASE, ConstatRegistre, Fiche, read_registre
from harmonia.organismes.models import EvenementOrganisme, NatureEvenement, Organisme
from harmonia.organismes.territoires import name_of_departement, name_of_region
from harmonia.tenancy.scope import current

_log = structlog.get_logger(__name__)

FIELDS: Final = tuple(field for field in COLUMNS if field not in {"siren", "effet"})
_DATES: Final = frozenset({"entre_le", "sorti_le"})
_LOCK: Final = 730_001
"""The advisory lock under which the register changes."""


class StaleError(Exception):
    """The import cannot be applied as it was shown; its words are for who asked."""


@dataclass(frozen=True, slots=True)
class Changement:
    """A field that a line changes."""

    champ: str
    avant: str
    apres: str

    @property
    def titre(self) -> str:
        """The title of its column."""
        return COLUMNS[self.champ][0]

    @property
    def avant_dit(self) -> str:
        """What stood, in words."""
        return _say(self.champ, self.avant)

    @property
    def apres_dit(self) -> str:
        """What will stand, in words."""
        return _say(self.champ, self.apres)


def _say(champ: str, value: str) -> str:
    if champ in _DATES and value:
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    names = {"region": name_of_region, "departement": name_of_departement}
    return names[champ](value) if value and champ in names else value


@dataclass(frozen=True, slots=True)
class LigneRegistre:
    """A line of the preview; `statut` is nouveau, modifie or identique."""

    numero: int
    siren: str
    nom: str
    statut: str
    changements: tuple[Changement, ...]
    effet: str

    @property
    def effet_dit(self) -> str:
        """The day from which it holds, in words."""
        return f"{date.fromisoformat(self.effet):%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class ApercuRegistre:
    """What applying an import would do, and what cannot be done."""

    lignes: tuple[LigneRegistre, ...]
    constats: tuple[ConstatRegistre, ...]
    absents: tuple[Organisme, ...]

    def count(self, statut: str) -> int:
        """Return how many lines are so."""
        return sum(1 for ligne in self.lignes if ligne.statut == statut)

    @property
    def comptes(self) -> dict[str, int]:
        """The lines by status, for a sentence."""
        return {statut: self.count(statut) for statut in ("nouveau", "modifie", "identique")}

    @property
    def empreinte(self) -> str:
        """What was shown, in short: applied only if it would still be the same."""
        return hashlib.sha256(repr(self.lignes).encode()).hexdigest()


def deposit(nom: str, body: bytes, effet: date) -> ImportRegistre:
    """Read a file and keep what it says; nothing is changed."""
    lu = read_registre(nom, body)
    return ImportRegistre.objects.create(
        nom=nom[-200:],
        empreinte=hashlib.sha256(body).hexdigest(),
        effet=effet,
        lignes=[list(ligne) for ligne in lu.lignes],
        constats=[asdict(constat) for constat in lu.constats],
        par_id=current().user_id,
    )


def preview(depose: ImportRegistre) -> ApercuRegistre:
    """Compare what a file says with the register as it is now."""
    known = {row.siren: row for row in Organisme.objects.select_related("absorbe_par")}
    given = {fiche["siren"] for _, fiche in depose.lignes}
    constats = [ConstatRegistre(**one) for one in depose.constats]
    lignes = []
    for numero, fiche in depose.lignes:
        faults = _faults(numero, fiche, known, given)
        constats += faults
        if not faults:
            lignes.append(_ligne(numero, fiche, known.get(fiche["siren"]), depose.effet))
    absents = tuple(row for siren, row in known.items() if siren not in given and row.sorti_le is None)
    return ApercuRegistre(tuple(lignes), tuple(sorted(constats, key=lambda one: one.ligne)), absents)


def _faults(
    numero: int, fiche: Fiche, known: Mapping[str, Organisme], given: set[str]
) -> list[ConstatRegistre]:
    faults = []
    if fiche["siren"] not in known:
        faults += [
            ConstatRegistre(numero, COLUMNS[field][0], "Ce champ est nécessaire pour un organisme nouveau.")
            for field in ("nom", "famille", "departement")
            if fiche.get(field, ERASE) == ERASE
        ]
    other = fiche.get("absorbe_par", ERASE)
    if other != ERASE and other not in known and other not in given:
        faults.append(
            ConstatRegistre(
                numero, "Absorbé par", f"Le SIREN {other} n'est ni au registre ni dans ce fichier."
            )
        )
    if fiche.get("nom") == ERASE or fiche.get("famille") == ERASE:
        faults.append(ConstatRegistre(numero, "Nom", "Le nom et la famille ne s'effacent pas."))
    return faults


def _ligne(numero: int, fiche: Fiche, row: Organisme | None, effet: date) -> LigneRegistre:
    changes = tuple(
        Changement(field, _standing(row, field), "" if fiche[field] == ERASE else fiche[field])
        for field in FIELDS
        if field in fiche and _standing(row, field) != ("" if fiche[field] == ERASE else fiche[field])
    )
    statut = "nouveau" if row is None else "modifie" if changes else "identique"
    when = fiche.get("effet", effet.isoformat())
    return LigneRegistre(numero, fiche["siren"], _name(fiche, row), statut, changes, when)


def _name(fiche: Fiche, row: Organisme | None) -> str:
    return row.nom if row is not None else fiche["nom"]


def _standing(row: Organisme | None, field: str) -> str:
    """Return what the register says now, as a file would."""
    if row is None:
        return ""
    if field == "absorbe_par":
        return row.absorbe_par.siren if row.absorbe_par is not None else ""
    value = getattr(row, field)
    return value.isoformat() if isinstance(value, date) else str(value or "")


# ── Applied ──────────────────────────────────────────────────────────────────────────────────────


def apply(depose: ImportRegistre, seen: str) -> dict[str, int]:
    """
    Apply the lines without fault, in the transaction of the request; return how many of each status.

    *seen* is the digest of the preview that the person saw.

    Raises:
        StaleError: it was applied already, or the register has moved since.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    depose.refresh_from_db()
    if depose.applique_le is not None:
        raise StaleError("Cet import est déjà appliqué.")
    shown = preview(depose)
    if shown.empreinte != seen:
        raise StaleError("Le registre a changé depuis cet aperçu : relisez-le, puis appliquez.")
    _write(depose, shown)
    counts = {**shown.comptes, "ecartees": len({one.ligne for one in shown.constats if one.ligne})}
    depose.bilan, depose.applique_le = counts, timezone.now()
    depose.save(update_fields=["bilan", "applique_le"])
    _log.info("registre_applied", fichier=depose.empreinte, **counts)
    return counts


def _write(depose: ImportRegistre, shown: ApercuRegistre) -> None:
    """Write organisations first, then what ties them together."""
    events: list[EvenementOrganisme] = []
    rows = {row.siren: row for row in Organisme.objects.all()}
    moved = [ligne for ligne in shown.lignes if ligne.statut != "identique"]
    for ligne in moved:
        row = rows.get(ligne.siren) or Organisme(siren=ligne.siren)
        is_new = row.pk is None
        for change in ligne.changements:
            if change.champ != "absorbe_par":
                setattr(row, change.champ, _stored(change))
        row.save()
        rows[ligne.siren] = row
        events += _events(depose, ligne, row, is_new=is_new)
    for ligne in moved:
        for change in ligne.changements:
            if change.champ == "absorbe_par":
                events.append(_merge(depose, ligne, rows, change))
    EvenementOrganisme.objects.bulk_create(events)


def _stored(change: Changement) -> Any:  # noqa: ANN401 - a field of the model
    if change.champ in _DATES:
        return date.fromisoformat(change.apres) if change.apres else None
    return change.apres


def _events(
    depose: ImportRegistre, ligne: LigneRegistre, row: Organisme, *, is_new: bool
) -> list[EvenementOrganisme]:
    said = {change.champ: change for change in ligne.changements}
    if is_new:
        when = row.entre_le or date.fromisoformat(ligne.effet)
        return [_event(depose, row, NatureEvenement.ENTREE, when, "", row.nom)]
    effet = date.fromisoformat(ligne.effet)
    found = [
        _event(depose, row, nature, effet, said[field].avant, said[field].apres)
        for field, nature in (("nom", NatureEvenement.NOM), ("famille", NatureEvenement.FAMILLE))
        if field in said
    ]
    if "departement" in said:
        places = (name_of_departement(said["departement"].avant), name_of_departement(row.departement))
        found.append(_event(depose, row, NatureEvenement.SIEGE, effet, *places))
    if "sorti_le" in said and "absorbe_par" not in said:
        nature = NatureEvenement.SORTIE if row.sorti_le else NatureEvenement.RETOUR
        found.append(_event(depose, row, nature, row.sorti_le or effet, said["sorti_le"].avant, ""))
    return found


def _merge(
    depose: ImportRegistre, ligne: LigneRegistre, rows: Mapping[str, Organisme], change: Changement
) -> EvenementOrganisme:
    row, other = rows[ligne.siren], rows.get(change.apres)
    row.absorbe_par = other
    row.save(update_fields=["absorbe_par"])
    when = row.sorti_le or date.fromisoformat(ligne.effet)
    nature = NatureEvenement.FUSION if other is not None else NatureEvenement.RETOUR
    made = _event(depose, row, nature, when, row.nom, other.nom if other is not None else "")
    made.autre = other
    return made


def _event(
    depose: ImportRegistre, row: Organisme, nature: NatureEvenement, le: date, avant: str, apres: str
) -> EvenementOrganisme:
    return EvenementOrganisme(
        organisme=row,
        nature=nature,
        le=le,
        avant=avant[:160],
        apres=apres[:160],
        source=depose.nom,
        par_id=current().user_id or None,
    )


# ── Read ─────────────────────────────────────────────────────────────────────────────────────────


def history(organisme: Organisme) -> list[EvenementOrganisme]:
    """Return what happened to an organisation, and who was absorbed into it, the last first."""
    rows = EvenementOrganisme.objects.filter(Q(organisme=organisme) | Q(autre=organisme))
    return list(rows.select_related("organisme", "autre", "par"))


def name_on(organisme: Organisme, events: Sequence[EvenementOrganisme], day: date) -> str:
    """Return the name that an organisation bore on a day."""
    later = [
        one
        for one in events
        if one.organisme_id == organisme.pk and one.nature == NatureEvenement.NOM and one.le > day
    ]
    return min(later, key=lambda one: (one.le, one.pk)).avant if later else organisme.nom
