"""Receipts checked offline: every way of being wrong has its sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from liasse.sceaux.accuse import Constat, Defaut, check_accuse, make_accuse, say_fingerprint
from liasse.sceaux.canonique import canonical_json
from liasse.sceaux.cles import ClePrivee, sign_document
from liasse.sceaux.instantane import Faute, make_instantane, read_instantane
from liasse.sceaux.schemas import schema
from tests.receipts import PORTAIL, WHO, header, receipt, snapshot

CLE, OTHER = ClePrivee.draw(), ClePrivee.draw()


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a receipt with one thing changed after it was signed."""
    plain = json.loads(receipt(CLE).canonical)
    change(plain)
    return canonical_json(plain)


def verdict(constat: Constat) -> tuple[Defaut | None, str]:
    """Return what was found wrong, and the words."""
    return constat.defaut, constat.message


def test_a_receipt_holds_with_its_snapshot_and_the_trusted_key() -> None:
    """The best that can be said."""
    instantane = snapshot()
    constat = check_accuse(receipt(CLE).canonical, instantane.canonical, [OTHER.publique, CLE.publique])
    assert (
        None,
        (
            "L'accusé est intact, et signé par la clé que vous tenez pour sûre :"
            f" {say_fingerprint(CLE.publique)}. L'instantané est celui qui a été transmis : même contenu,"
            " même empreinte."
        ),
    ) == verdict(constat)
    assert (instantane, CLE.publique, True) == (constat.instantane, constat.cle, constat.de_confiance)


def test_without_a_trusted_key_it_says_which_one_signed() -> None:
    """And that anybody could have."""
    constat = check_accuse(receipt(CLE).canonical)
    assert not constat.de_confiance
    assert (
        None,
        (
            f"L'accusé est intact depuis qu'il a été signé par la clé {say_fingerprint(CLE.publique)}."
            " Rien ne dit encore à qui est cette clé : comparez son empreinte à celle que publie le portail"
            " (/.well-known/harmonia-cles.json), ou donnez la clé par --cle."
        ),
    ) == verdict(constat)


def test_another_key_is_told() -> None:
    """Somebody signed it, but not this portal."""
    assert (
        Defaut.AUTRE_CLE,
        (
            "L'accusé est signé par une autre clé que celle que vous tenez pour sûre :"
            f" {say_fingerprint(CLE.publique)}. Il ne vient pas de ce portail, ou le portail a changé de clé."
        ),
    ) == verdict(check_accuse(receipt(CLE).canonical, None, [OTHER.publique]))


ALTERED = (
    "La signature ne correspond pas : l'accusé a été altéré depuis qu'il a été signé, ou ne l'a jamais été."
)


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(exercice=2023),
        lambda plain: plain["organisme"].update(siren="999000002"),
        lambda plain: plain["instantane"].update(empreinte="00" * 32),
        lambda plain: plain["pieces"].clear(),
        lambda plain: plain.update(ajout="une ligne"),
        lambda plain: plain.update(cle=OTHER.publique.plain()),
        lambda plain: plain.update(transmis_par="\ud800"),
    ],
)
def test_an_altered_receipt_is_told(change: Callable[[dict[str, Any]], object]) -> None:
    """Whatever was changed, added or removed."""
    plain = json.loads(receipt(CLE).canonical)
    change(plain)
    assert (Defaut.ALTERE, ALTERED) == verdict(check_accuse(json.dumps(plain).encode()))


CUT = "Le fichier est tronqué : sa fin manque. Téléchargez-le de nouveau."
NOT_ONE = "Ce fichier n'est pas un accusé de transmission : son format devrait être « harmonia.accuse/1 »."

USELESS = [
    (
        receipt(CLE).canonical[:-40],
        Defaut.ILLISIBLE,
        f"L'accusé ne peut pas être lu. {CUT}",
    ),
    (b"", Defaut.ILLISIBLE, "L'accusé ne peut pas être lu. Le fichier est vide."),
    (
        b"[1]",
        Defaut.AUTRE_DOCUMENT,
        NOT_ONE,
    ),
    (
        snapshot().canonical,
        Defaut.AUTRE_DOCUMENT,
        NOT_ONE,
    ),
    (
        changed(lambda plain: plain.update(format="harmonia.accuse/2")),
        Defaut.VERSION,
        (
            "Ce fichier est un accusé de transmission d'un autre format, « harmonia.accuse/2 » ; celui-ci"
            " lit « harmonia.accuse/1 ». Prenez une version de liasse qui le connaît."
        ),
    ),
    (
        changed(lambda plain: plain.pop("signature")),
        Defaut.FORME,
        "Ce n'est pas un accusé de transmission complet. signature manque.",
    ),
    (
        changed(lambda plain: plain.update(exercice="2022", pieces=[{"nom": "a"}])),
        Defaut.FORME,
        (
            "Ce n'est pas un accusé de transmission complet. exercice : un nombre à partir de 1 est attendu."
            " pieces[0].sha256 manque. pieces[0].taille manque."
        ),
    ),
    (
        changed(lambda plain: plain.update(version=None, pieces={})),
        Defaut.FORME,
        (
            "Ce n'est pas un accusé de transmission complet. version : un objet est attendu."
            " pieces : une liste est attendue."
        ),
    ),
]


@pytest.mark.parametrize(("content", "defaut", "message"), USELESS, ids=range(len(USELESS)))
def test_what_cannot_be_checked_is_told(content: bytes, defaut: Defaut, message: str) -> None:
    """Truncated, another document, another version, a key that lacks."""
    constat = check_accuse(content)
    assert (defaut, message) == verdict(constat)
    assert defaut.is_unusable


SNAPSHOTS = [
    (
        snapshot(reserve="Comptes non encore approuvés").canonical,
        (
            "L'instantané n'est pas celui de l'accusé : son contenu a été modifié, ou c'est celui d'une autre"
            f" version (empreinte attendue : {snapshot().empreinte})."
        ),
    ),
    (
        snapshot().canonical[:-1],
        f"L'instantané ne peut pas être lu. {CUT}",
    ),
    (
        receipt(CLE).canonical,
        "Ce fichier n'est pas un instantané : son format devrait être « harmonia.instantane/1 ».",
    ),
    (
        canonical_json({**snapshot().plain, "verification": [{"controle": "K1"}]}),
        (
            "Ce n'est pas un instantané complet. verification[0].lieu manque."
            " verification[0].resultat manque. verification[0].ecart manque."
        ),
    ),
    (
        json.dumps({**snapshot().plain, "reserve": "\ud800"}).encode(),
        (
            "L'instantané n'est pas celui de l'accusé : son contenu a été modifié, ou c'est celui d'une autre"
            f" version (empreinte attendue : {snapshot().empreinte})."
        ),
    ),
]


@pytest.mark.parametrize(("content", "message"), SNAPSHOTS, ids=range(len(SNAPSHOTS)))
def test_a_snapshot_that_is_not_this_one_is_told(content: bytes, message: str) -> None:
    """Modified, truncated, or something else."""
    constat = check_accuse(receipt(CLE).canonical, content, [CLE.publique])
    assert (Defaut.INSTANTANE, message) == verdict(constat)


def test_a_snapshot_laid_out_otherwise_is_the_same() -> None:
    """Spaces and the order of keys prove nothing."""
    text = json.dumps(dict(reversed(list(snapshot().plain.items()))), indent=2)
    assert check_accuse(receipt(CLE).canonical, text.encode(), [CLE.publique]).defaut is None


def test_a_receipt_that_says_otherwise_than_its_snapshot_is_told() -> None:
    """The portal that signed it was wrong: the digest alone is not enough."""
    plain = {**receipt(CLE).plain, "exercice": 2021}
    wrong = sign_document({key: plain[key] for key in plain if key not in {"cle", "signature"}}, CLE)
    constat = check_accuse(canonical_json(wrong), snapshot().canonical)
    assert (
        Defaut.INSTANTANE,
        "L'accusé et l'instantané ne disent pas la même chose du dossier.",
    ) == verdict(constat)


def test_a_snapshot_is_not_made_without_its_form() -> None:
    """A fault of ours, found before anything is sealed."""
    with pytest.raises(ValueError, match=r"^organisme\.siren : un SIREN de neuf chiffres est attendu\.$"):
        snapshot(organisme={"siren": "12", "nom": "", "famille": "COOP"})


def test_a_snapshot_comes_back() -> None:
    """From its bytes."""
    found = read_instantane(snapshot().canonical)
    assert not isinstance(found, Faute)
    assert ("999000001", 2022, 1, "1234.56") == (
        found.siren,
        found.exercice,
        found.numero,
        found.contenu["cellules"]["CRP.R010.N"],
    )
    assert snapshot().empreinte == found.empreinte


@pytest.mark.parametrize(
    ("name", "plain"),
    [("instantane-1", snapshot().plain), ("accuse-1", receipt(CLE).plain)],
)
def test_the_published_schemas_describe_what_is_made(name: str, plain: dict[str, Any]) -> None:
    """And ask for no less than the reader: each key that it needs, the schema requires."""
    validator = Draft202012Validator(schema(name))
    assert [] == list(validator.iter_errors(plain))
    for key in plain:
        assert [] != list(validator.iter_errors({one: plain[one] for one in plain if one != key}))


def test_a_correction_names_the_version_that_it_corrects() -> None:
    """By its digest."""
    first = snapshot()
    second = make_instantane(
        header(version={"numero": 2, "precedente": first.empreinte}),
        {key: first.plain[key] for key in ("contenu", "verification", "justifications")},
    )
    accuse = make_accuse(second, PORTAIL, WHO, CLE)
    assert {"numero": 2, "precedente": first.empreinte} == accuse.plain["version"]
    assert check_accuse(accuse.canonical, first.canonical).defaut is Defaut.INSTANTANE
