"""`liasse verifier-accuse`: tell whether a receipt of transmission is what a portal signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from liasse.cli.files import protect, reason, write_result
from liasse.cli.french import FrenchCommand
from liasse.cli.options import format_option, output_option
from liasse.errors import UnusableInputError
from liasse.imports.accuse import receipt_in
from liasse.outputs.wording import count
from liasse.sceaux.accuse import Accuse, Constat, Defaut, check_accuse, say_fingerprint
from liasse.sceaux.cles import ClePublique, KeyFileError, read_keys
from liasse.sceaux.instantane import Faute


def run(fichier: Path, instantane: Path | None, cle: Path | None, forme: str, sortie: str | None) -> int:
    """Check a receipt, and return 1 when it proves nothing, 2 when nothing could be checked."""
    protect(sortie, (fichier, instantane, cle))
    cles = _keys(cle)
    snapshot = _read(instantane) if instantane is not None else None
    receipt = receipt_in(_read(fichier))
    if isinstance(receipt, Faute):
        constat = Constat(Defaut(receipt.defaut), receipt.message)
    else:
        constat = check_accuse(receipt, snapshot, cles)
    text = _json(constat) if forme == "json" else "\n".join(_lines(fichier, constat)) + "\n"
    write_result(text, sortie)
    if constat.defaut is None:
        return 0
    return 2 if constat.defaut.is_unusable else 1


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableInputError(f"Impossible de lire {path} : {reason(error)}.") from error


def _keys(path: Path | None) -> tuple[ClePublique, ...]:
    if path is None:
        return ()
    try:
        return read_keys(_read(path))
    except KeyFileError as error:
        raise UnusableInputError(f"{path} : {error}") from error


# ── What is written ──────────────────────────────────────────────────────────────────────────────


def _json(constat: Constat) -> str:
    content: dict[str, Any] = {
        "intact": constat.defaut is None,
        "defaut": constat.defaut,
        "message": constat.message,
        "cle": constat.cle.id if constat.cle is not None else None,
        "de_confiance": constat.de_confiance,
        "instantane": constat.instantane is not None,
        "accuse": constat.accuse.plain if constat.accuse is not None else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _lines(path: Path, constat: Constat) -> Iterator[str]:
    yield f"{path} : {_verdict(constat)}"
    yield constat.message
    if constat.accuse is not None and constat.defaut not in {Defaut.ALTERE, Defaut.AUTRE_CLE}:
        yield ""
        for label, value in _summary(constat.accuse, constat.cle):
            yield f"  {label.ljust(15)}{value}"


def _verdict(constat: Constat) -> str:
    if constat.defaut is None:
        return "INTACT" if constat.de_confiance else "INTACT, CLÉ À VÉRIFIER"
    return "INUTILISABLE" if constat.defaut.is_unusable else "NE PROUVE RIEN"


def _summary(accuse: Accuse, cle: ClePublique | None) -> Iterator[tuple[str, str]]:
    said = accuse.plain
    who, version = said["organisme"], said["version"]
    yield "Portail", f"{said['portail']['nom']} ({said['portail']['adresse']})"
    yield "Organisme", f"{who['nom']}, SIREN {who['siren']}, {who['famille']}"
    yield "Questionnaire", f"{said['questionnaire']}, millésime {said['millesime']}"
    yield "Exercice", str(said["exercice"])
    former = version["precedente"]
    yield "Version", f"{version['numero']}" + (f", corrige la version d'empreinte {former}" if former else "")
    yield "Transmis", f"{_moment(said['transmis_le'])} par {said['transmis_par']}"
    if said["reserve"]:
        yield "Réserve", said["reserve"]
    yield "Pièces", count(len(said["pieces"]), "pièce jointe", "pièces jointes", none="aucune")
    yield "Empreinte", accuse.empreinte
    if cle is not None:
        yield "Clé", say_fingerprint(cle)


def _moment(text: str) -> str:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return f"le {text}"
    return f"le {when:%d/%m/%Y à %H:%M:%S} (temps universel)"


command = FrenchCommand(
    name="verifier-accuse",
    callback=run,
    help=(
        "Vérifie hors ligne FICHIER, un accusé de transmission en JSON ou en PDF : sa forme, sa signature,"
        " la clé qui l'a signé et l'instantané qu'il décrit.\n\n"
        "Code de sortie : 0 intact ; 1 ne prouve rien (altéré, autre clé, autre instantané) ;"
        " 2 entrée inutilisable."
    ),
    params=[
        click.Argument(["fichier"], type=Path, metavar="FICHIER"),
        click.Option(
            ["--instantane"], type=Path, metavar="FICHIER", help="instantané scellé, à comparer à l'accusé."
        ),
        click.Option(
            ["--cle"],
            type=Path,
            metavar="FICHIER",
            help="clé publique tenue pour sûre : PEM, ou le fichier harmonia-cles.json du portail.",
        ),
        format_option("texte", "json"),
        output_option(),
    ],
)
