"""Laws of the seals: one form whatever the order of keys; a change of any value breaks the receipt."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from liasse.sceaux.accuse import check_accuse
from liasse.sceaux.canonique import canonical_json, read_json
from liasse.sceaux.cles import ClePrivee
from tests.receipts import receipt, snapshot

CLE = ClePrivee.draw()
texts = st.text(st.characters(exclude_categories=["Cs"]))
plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
"""Whatever a document may hold."""


def shuffled(content: Any, rng: Random) -> Any:  # noqa: ANN401 - whatever a document holds
    """Return the same data with the keys of every object in another order."""
    if isinstance(content, dict):
        items = [(key, shuffled(value, rng)) for key, value in content.items()]
        rng.shuffle(items)
        return dict(items)
    return [shuffled(item, rng) for item in content] if isinstance(content, list) else content


def leaves(content: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - idem
    """Yield where each value stands: what holds it, and its key or position."""
    inside = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in inside:
        if isinstance(value, dict | list):
            yield from leaves(value)
        else:
            yield content, key


@given(plain_data, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(content: object, rng: Random) -> None:
    """One form, and it reads back."""
    form = canonical_json(content)
    assert form == canonical_json(shuffled(content, rng))
    assert content == read_json(form)
    assert form == canonical_json(read_json(form))


@given(plain_data)
def test_the_short_way_and_the_long_one_meet(content: object) -> None:
    """Plain containers are written at once, any other after it is put in order."""
    assert canonical_json({"a": content}) == canonical_json(MappingProxyType({"a": content}))


@given(plain_data, plain_data)
def test_two_forms_are_the_same_only_for_the_same_data(one: object, other: object) -> None:
    """Python takes 1 for True; the form does not."""
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert same == (canonical_json(one) == canonical_json(other))


@given(st.data(), st.none() | st.booleans() | st.integers() | texts)
def test_a_change_of_any_value_of_a_receipt_breaks_it(data: st.DataObject, value: object) -> None:
    """The signature, the key and the fingerprint included."""
    plain = json.loads(receipt(CLE).canonical)
    where, key = data.draw(st.sampled_from(list(leaves(plain))))
    broken = canonical_json({"": where[key]}) != canonical_json({"": value})
    where[key] = value
    assert broken == (check_accuse(canonical_json(plain)).defaut is not None)


@given(st.data(), st.none() | st.booleans() | st.integers() | texts)
def test_a_change_of_any_value_of_a_snapshot_breaks_its_receipt(data: st.DataObject, value: object) -> None:
    """A single cell."""
    plain = copy.deepcopy(dict(snapshot().plain))
    where, key = data.draw(st.sampled_from(list(leaves(plain))))
    broken = canonical_json({"": where[key]}) != canonical_json({"": value})
    where[key] = value
    constat = check_accuse(receipt(CLE).canonical, canonical_json(plain), [CLE.publique])
    assert broken == (constat.defaut is not None)


@given(st.integers(0, len(receipt(CLE).canonical) - 1))
def test_a_truncated_receipt_never_holds(length: int) -> None:
    """Wherever it was cut."""
    constat = check_accuse(receipt(CLE).canonical[:length])
    assert constat.defaut is not None


@given(st.integers(0, len(receipt(CLE).canonical) * 8 - 1))
def test_a_bit_that_turns_breaks_a_receipt(bit: int) -> None:
    """A disk that forgets: nothing of the file may change and still hold."""
    content = bytearray(receipt(CLE).canonical)
    content[bit // 8] ^= 1 << bit % 8
    assert check_accuse(bytes(content)).defaut is not None
