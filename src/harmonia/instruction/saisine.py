"""
The referral file: everything that was done and said, in one archive sealed by a signed manifest.

The manifest names each piece with its size and SHA-256; the portal's key signs it.  The archive stands by
itself: what is needed to check it in ten years is in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.conf import settings
from django.utils import timezone

from harmonia.campagnes.models import CalendrierOrganisme, Notification
from harmonia.consultations.models import Nature
from harmonia.consultations.services import Read, note
from harmonia.documents.models import Document
from harmonia.documents.store import pieces as pieces_of
from harmonia.dossiers.models import Dossier, RapportScelle
from harmonia.instruction.chronologie import Fait, chronology
from harmonia.instruction.models import Acte, Envoi, Examen, Saisine
from harmonia.tenancy.scope import current
from harmonia.transmissions.cles import portal_key
from harmonia.transmissions.models import Transmission
from liasse.echanges import canonical_json, sign_document

_log = structlog.get_logger(__name__)

FORMAT: Final = "harmonia.saisine/1"
HOW: Final = """Dossier de saisine de l'ANCOLS

« dossier.pdf » se lit d'abord : chronologie, lettres, preuves d'envoi, observations, liste des pièces.
« manifeste.json » nomme chaque pièce de cette archive avec son empreinte SHA-256.
Il est signé (Ed25519) par la clé publique qu'il contient, et que le portail publie à
{site}/.well-known/harmonia-cles.json : la signature porte sur le manifeste sans son champ « signature »,
en JSON canonique (clés triées, sans espace, UTF-8).
Un courriel (« envois/*.eml ») est conservé octet pour octet, avec l'heure où le serveur l'a pris.
"""


@dataclass(frozen=True, slots=True)
class PieceSaisine:
    """A piece of the archive: its name in it, what it is, its bytes."""

    nom: str
    titre: str
    contenu: bytes

    @property
    def empreinte(self) -> str:
        """The SHA-256 of its bytes."""
        return hashlib.sha256(self.contenu).hexdigest()


@dataclass(frozen=True, slots=True)
class Contenu:
    """What a referral is made of, for the page that opens it."""

    acte: Acte
    faits: tuple[Fait, ...]
    examens: tuple[Examen, ...]
    transmissions: tuple[Transmission, ...]
    rappels: tuple[Notification, ...]
    calendrier: CalendrierOrganisme | None
    pieces: tuple[PieceSaisine, ...]


Printer = Callable[[Contenu], bytes]
"""What prints the page that opens the file."""


def build(acte: Acte, imprime: Printer) -> Saisine:
    """
    Seal the file of a referral, once; to be called in the scope of the officer who decided it.

    Raises:
        NoKeyError: the portal has no key to sign with.
    """
    known = Saisine.objects.filter(acte=acte).first()
    if known is not None:
        return known
    content = _content(acte)
    opening = PieceSaisine("dossier.pdf", "Le dossier, à lire d'abord", imprime(content))
    how = PieceSaisine(
        "LISEZ-MOI.txt", "Comment vérifier cette archive", HOW.format(site=settings.SITE).encode()
    )
    pieces = (opening, how, *content.pieces)
    manifest = sign_document(_manifest(acte, pieces), portal_key())
    body = _archive(pieces, manifest)
    made = Saisine.objects.create(
        procedure_id=acte.procedure_id,
        organisme_id=acte.organisme_id,
        acte=acte,
        manifeste=manifest,
        empreinte=hashlib.sha256(body).hexdigest(),
        signature=manifest["signature"],
        cle=manifest["cle"]["id"],
        contenu=body,
        par_id=current().user_id,
        le=timezone.now(),
    )
    _log.info("referral_sealed", saisine=made.pk, pieces=len(pieces), empreinte=made.empreinte)
    return made


def _content(acte: Acte) -> Contenu:
    procedure = acte.procedure
    facts = chronology(procedure)
    what = f"{procedure.campagne.titre}, dossier de saisine"
    note(Read(procedure.organisme_id, None, what, nature=Nature.EXPORT))
    dossier = Dossier.objects.filter(campagne=procedure.campagne, organisme=procedure.organisme).first()
    examens = tuple(Examen.objects.filter(dossier=dossier).select_related("par")) if dossier else ()
    sent = tuple(Transmission.objects.filter(dossier=dossier).order_by("numero")) if dossier else ()
    told = Notification.objects.filter(campagne=procedure.campagne, organisme=procedure.organisme)
    calendar = CalendrierOrganisme.objects.filter(
        campagne=procedure.campagne, organisme=procedure.organisme
    ).first()
    pieces = (*_of_facts(facts), *_of_dossier(examens, sent), *_of_reminders(told))
    return Contenu(acte, facts, examens, sent, tuple(told), calendar, pieces)


def _of_facts(facts: Sequence[Fait]) -> Iterator[PieceSaisine]:
    """Yield the letters, the mails that carried them, the observations and their documents."""
    for number, fact in enumerate(facts, 1):
        if fact.acte is not None and fact.acte.lettre_id is not None:
            letter = Document.objects.get(pk=fact.acte.lettre_id)
            yield PieceSaisine(f"lettres/{number:02d}-{letter.nom}", fact.acte.titre, _bytes(letter))
            for rank, mail in enumerate(Envoi.objects.filter(acte=fact.acte), 1):
                name = f"envois/{number:02d}-{rank:02d}.eml"
                yield PieceSaisine(name, f"Courriel à {mail.courriel}", bytes(mail.message))
        if fact.observation is not None:
            words = fact.observation.texte.encode()
            yield PieceSaisine(f"observations/{number:02d}.txt", "Observations de l'organisme", words)
            for piece in fact.pieces:
                document = Document.objects.get(pk=piece.document_id)
                name = f"observations/{number:02d}-{document.nom}"
                yield PieceSaisine(name, "Document joint aux observations", _bytes(document))


def _bytes(document: Document) -> bytes:
    return b"".join(pieces_of(document))


def _of_dossier(examens: Sequence[Examen], sent: Sequence[Transmission]) -> Iterator[PieceSaisine]:
    """Yield the evidence: sealed verifications with their verdicts, snapshots and receipts."""
    for examen in examens:
        report = RapportScelle.objects.get(pk=examen.rapport_id)
        content = {"empreinte": report.empreinte, "contenu": report.contenu}
        verdict = {
            "sens": examen.sens,
            "motifs": examen.motifs,
            "version": examen.version,
            "par": examen.par.nom,
            "le": examen.le.isoformat(),
            "verification": content,
        }
        name = f"examen/avis-{examen.pk}.json"
        yield PieceSaisine(
            name, f"Avis « {examen.get_sens_display()} » et vérification scellée", _json(verdict)
        )
    for one in sent:
        base = f"transmissions/{one.numero:02d}"
        yield PieceSaisine(
            f"{base}-instantane.json", f"Transmission n° {one.numero}", one.instantane.encode()
        )
        yield PieceSaisine(
            f"{base}-accuse.json", f"Accusé de la transmission n° {one.numero}", one.accuse.encode()
        )


def _of_reminders(told: Sequence[Notification] | Any) -> Iterator[PieceSaisine]:  # noqa: ANN401 - a queryset
    rows = [
        {
            "genre": str(one.get_genre_display()),
            "courriel": one.courriel,
            "jours": one.jours,
            "echeance": one.echeance.isoformat(),
            "envoyee_le": one.envoyee_le.isoformat() if one.envoyee_le else None,
        }
        for one in told
    ]
    if rows:
        yield PieceSaisine("rappels.json", "Courriels de la campagne à cet organisme", _json(rows))


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _manifest(acte: Acte, pieces: Sequence[PieceSaisine]) -> dict[str, object]:
    procedure = acte.procedure
    return {
        "format": FORMAT,
        "portail": settings.SITE,
        "organisme": {
            "siren": procedure.organisme.siren,
            "nom": procedure.organisme.nom,
            "famille": procedure.organisme.famille,
        },
        "campagne": procedure.campagne.titre,
        "exercice": procedure.campagne.exercice,
        "objet": procedure.objet,
        "ouverte_le": procedure.ouverte_le.isoformat(),
        "saisine": {"le": acte.le.isoformat(), "par": acte.par.nom, "motif": acte.motif},
        "scelle_le": timezone.now().isoformat(),
        "pieces": [
            {"nom": one.nom, "titre": one.titre, "sha256": one.empreinte, "taille": len(one.contenu)}
            for one in pieces
        ],
    }


def _archive(pieces: Sequence[PieceSaisine], manifest: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in (*pieces, PieceSaisine("manifeste.json", "", canonical_json(manifest))):
            entry = zipfile.ZipInfo(piece.nom, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, piece.contenu)
    return stream.getvalue()
