"""
Data in one form, whatever the order in which it was written: RFC 8785, without floating-point numbers.

No space, keys in the order of their UTF-16 code units, UTF-8, integers in full; amounts are texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Final, NoReturn


class NotCanonicalError(ValueError):
    """Data that has no canonical form: a floating-point number, a key that is no text, half a character."""


def canonical_json(content: object) -> bytes:
    """
    Write plain data in its canonical form.

    >>> canonical_json({"b": ["é", True, None], "a": 1}).decode()
    '{"a":1,"b":["é",true,null]}'

    Raises:
        NotCanonicalError: it holds something that has no canonical form.
    """
    ordered = content if _is_usual(content) else _ordered(content)
    text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"), sort_keys=ordered is content)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("A text holds half a character.") from error


def sha256(content: object) -> str:
    """Return the SHA-256 of plain data in its canonical form, in hexadecimal."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


_LEAVES: Final = frozenset({type(None), str, bool, int})


def _is_usual(content: object) -> bool:
    """Tell whether the order of code points is that of the form: plain containers, leaves, keys in ASCII."""
    left = [content]
    while left:
        one = left.pop()
        if type(one) is dict:
            if not all(type(key) is str for key in one) or not "".join(one).isascii():
                return False
            inside: Collection[object] = one.values()
        elif type(one) in {list, tuple}:
            assert isinstance(one, list | tuple)
            inside = one
        else:
            return False
        if not _LEAVES.issuperset(map(type, inside)):
            left += [item for item in inside if type(item) not in _LEAVES]
    return True


def _ordered(content: object) -> object:
    if isinstance(content, list | tuple):
        return [item if type(item) in _LEAVES else _ordered(item) for item in content]
    if isinstance(content, Mapping):
        if not all(isinstance(key, str) for key in content):
            raise NotCanonicalError("A key is not a text.")
        keys = sorted(content) if all(map(str.isascii, content)) else sorted(content, key=_rank)
        return {key: _ordered(content[key]) for key in keys}
    if content is None or isinstance(content, str | bool | int):
        return content
    raise NotCanonicalError(f"{type(content).__name__} has no canonical form.")


def _rank(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


# ── Back ─────────────────────────────────────────────────────────────────────────────────────────


class UnreadableJsonError(ValueError):
    """A document that cannot be read; its words, in French, are for who gave it."""


def read_json(content: bytes) -> Any:  # noqa: ANN401 - whatever a document holds
    """
    Read a document that was written in canonical form; spaces and the order of keys do not matter.

    Raises:
        UnreadableJsonError: this is not JSON, is cut short, gives a key twice, or holds a decimal number.
    """
    try:
        text = content.decode("utf-8-sig")
        return json.loads(
            text, parse_float=_refuse_number, parse_constant=_refuse_number, object_pairs_hook=_unique
        )
    except UnicodeDecodeError as error:
        raise UnreadableJsonError(f"Le fichier n'est pas en UTF-8 (octet {error.start}).") from error
    except json.JSONDecodeError as error:
        raise UnreadableJsonError(_told(text, error)) from error
    except RecursionError as error:
        raise UnreadableJsonError("Le JSON est trop imbriqué.") from error
    except UnreadableJsonError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise UnreadableJsonError("Un nombre est trop long pour être lu.") from error


def _told(text: str, error: json.JSONDecodeError) -> str:
    if not text.strip():
        return "Le fichier est vide."
    if text.lstrip()[0] in "{[" and (error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")):
        return "Le fichier est tronqué : sa fin manque. Téléchargez-le de nouveau."
    return f"Ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON."


def _refuse_number(number: str) -> NoReturn:
    raise UnreadableJsonError(f"« {number[:40]} » n'est pas un nombre entier.")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise UnreadableJsonError(f"« {twice} » est donnée deux fois.")
    return found
