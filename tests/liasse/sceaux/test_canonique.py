"""The one form of data: known vectors, and what has no such form."""

from __future__ import annotations

import pytest

from liasse.sceaux.canonique import NotCanonicalError, UnreadableJsonError, canonical_json, read_json, sha256

VECTORS = [
    ({"b": 1, "a": None, "é": [True, False]}, '{"a":null,"b":1,"é":[true,false]}'),
    (
        {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "ö": 7},
        '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"\U0001f600":5,"\ufb33":3}',
    ),
    ('\x00\x1f\x7f"\\/\b\t\n\f\r', '"\\u0000\\u001f\x7f\\"\\\\/\\b\\t\\n\\f\\r"'),
    (-(10**20), "-100000000000000000000"),
    ((1, 2), "[1,2]"),
    ({}, "{}"),
]
"""The second one is the example of RFC 8785, section 3.2.3."""


@pytest.mark.parametrize(("content", "text"), VECTORS)
def test_data_have_one_form(content: object, text: str) -> None:
    """Keys in the order of UTF-16, no space, the shortest escapes."""
    assert text.encode() == canonical_json(content)


@pytest.mark.parametrize("content", [1.5, {"a": float("nan")}, {1: "a"}, {"a": {1, 2}}, "\ud800", b"a"])
def test_what_has_no_canonical_form_is_refused(content: object) -> None:
    """Floating-point numbers first."""
    with pytest.raises(NotCanonicalError):
        canonical_json(content)


def test_the_digest_is_that_of_the_bytes() -> None:
    """The SHA-256 of `{}`, known everywhere."""
    assert "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" == sha256({})


UNREADABLE = [
    (b"", "Le fichier est vide."),
    (b'{"a": [1, 2', "Le fichier est tronqué : sa fin manque. Téléchargez-le de nouveau."),
    (b'{"a": "bc', "Le fichier est tronqué : sa fin manque. Téléchargez-le de nouveau."),
    (b'{"a": 1}}', "Ligne 1, colonne 9 : ce n'est pas du JSON."),
    (b"bonjour", "Ligne 1, colonne 1 : ce n'est pas du JSON."),
    (b'{"a": 1, "a": 2}', "« a » est donnée deux fois."),
    (b'{"a": 1.50}', "« 1.50 » n'est pas un nombre entier."),
    (b'{"a": NaN}', "« NaN » n'est pas un nombre entier."),
    (b"\xff\xfe", "Le fichier n'est pas en UTF-8 (octet 0)."),
    (b"[" * 100_000, "Le JSON est trop imbriqué."),
    (b"9" * 10_000, "Un nombre est trop long pour être lu."),
]


@pytest.mark.parametrize(("content", "message"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_cannot_be_read_is_told_in_french(content: bytes, message: str) -> None:
    """Each way a file can be wrong has its sentence."""
    with pytest.raises(UnreadableJsonError) as told:
        read_json(content)
    assert message == str(told.value)


def test_a_byte_order_mark_and_spaces_do_not_matter() -> None:
    """A file that an editor saved again still reads."""
    assert {"a": [1]} == read_json(b'\xef\xbb\xbf{ "a" :\r\n [ 1 ] }\n')
