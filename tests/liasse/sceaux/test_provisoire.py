"""Provisional versions: what a snapshot says, under a name that no reader of transmissions takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from liasse.sceaux.accuse import Defaut, check_accuse, read_accuse
from liasse.sceaux.canonique import canonical_json
from liasse.sceaux.cles import ClePrivee, signer_of
from liasse.sceaux.instantane import Faute, read_instantane
from liasse.sceaux.provisoire import Provisoire, make_provisoire, read_provisoire
from liasse.sceaux.schemas import schema
from tests.receipts import PORTAIL, WHO, header, receipt, snapshot

CLE = ClePrivee.draw()


def provisional(**changes: object) -> Provisoire:
    """Return a provisional version of a few values."""
    known = {key: value for key, value in header().items() if key not in {"version", "transmis_le"}}
    told = {
        "portail": PORTAIL,
        "precedente": None,
        "scelle_le": "2023-07-12T09:30:00Z",
        "presente_par": WHO,
    }
    parts = {key: snapshot().plain[key] for key in ("contenu", "verification", "justifications")}
    return make_provisoire(known | told | changes, parts, CLE)


def test_a_provisional_version_is_signed_as_a_whole_and_reads_back() -> None:
    """It has the published form; a change of anything breaks its signature."""
    made = provisional()
    assert [] == list(Draft202012Validator(schema("provisoire-1")).iter_errors(dict(made.plain)))
    assert made == read_provisoire(made.canonical)
    assert CLE.publique == signer_of(made.plain)
    altered: dict[str, Any] = json.loads(made.canonical)
    altered["contenu"]["cellules"]["CRP.R010.N"] = "1234.57"
    assert signer_of(altered) is None


def test_no_reader_of_transmissions_takes_it() -> None:
    """Neither as a receipt, nor as the snapshot of one, nor the other way round."""
    content = provisional().canonical
    found = read_instantane(content), read_accuse(content), read_provisoire(snapshot().canonical)
    assert ["autre_document"] * 3 == [one.defaut for one in found if isinstance(one, Faute)]
    assert Defaut.INSTANTANE is check_accuse(receipt(CLE).canonical, content).defaut
    renamed = canonical_json({**json.loads(content), "format": "harmonia.instantane/1"})
    assert "forme" == getattr(read_instantane(renamed), "defaut", None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "L'instantané provisoire ne peut pas être lu."),
        (
            canonical_json({"format": "harmonia.provisoire/2"}),
            "Ce fichier est un instantané provisoire d'un autre format",
        ),
        (
            canonical_json({"format": "harmonia.provisoire/1"}),
            "Ce n'est pas un instantané provisoire complet",
        ),
    ],
)
def test_what_makes_it_useless_is_told(content: bytes, words: str) -> None:
    """In French, with what to do."""
    found = read_provisoire(content)
    assert isinstance(found, Faute)
    assert words in found.message


def test_what_is_not_of_the_form_is_not_sealed() -> None:
    """A mistake of ours stops before the signature is kept."""
    with pytest.raises(ValueError, match="scelle_le"):
        provisional(scelle_le="hier")


def test_both_schemas_describe_the_same_parts() -> None:
    """What a snapshot and a provisional version both hold has one form."""
    early, sent = schema("provisoire-1")["$defs"], schema("instantane-1")["$defs"]
    shared = early.keys() & sent.keys()
    assert {"organisme", "piece", "verdict", "verdict_ligne", "justification"} <= shared
    assert {key: sent[key] for key in shared} == {key: early[key] for key in shared}
