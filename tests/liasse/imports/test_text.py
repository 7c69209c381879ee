"""Text files: encodings, ends of line, fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.imports.text import (
    MAX_LINE,
    EncodingWatch,
    TextBlocks,
    TextForm,
    decode_guess,
    sniff,
    split_fields,
)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"a\r\nb", TextForm("", 0, b"\r\n")),
        (b"a\nb", TextForm("", 0, b"\n")),
        (b"a\rb", TextForm("", 0, b"\r")),
        (b"\xef\xbb\xbfa\n", TextForm("", 3, b"\n")),
        ("a\r\nb".encode("utf-16"), TextForm("utf-16-le", 2, b"\r\n")),
        ("\ufeffa\nb".encode("utf-16-be"), TextForm("utf-16-be", 2, b"\n")),
        ("abcdefgh\n".encode("utf-16-le"), TextForm("utf-16-le", 0, b"\n")),
        ("abcdefgh\n".encode("utf-16-be"), TextForm("utf-16-be", 0, b"\n")),
    ],
)
def test_the_form_of_a_text_is_recognised(head: bytes, expected: TextForm) -> None:
    """The mark, UTF-16 with or without it, and the end of line are told from the first bytes."""
    assert expected == sniff(head)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"abc\n", "ASCII"),
        ("é\n".encode(), "UTF-8"),
        ("é\n".encode("iso-8859-15"), "ISO 8859-15"),
        ("é’\n".encode("cp1252"), "Windows-1252"),
        ("é\n".encode("utf-8-sig"), "UTF-8 avec BOM"),
        ("é\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_the_encoding_is_named(tmp_path: Path, content: bytes, expected: str) -> None:
    """What the report shows is the name of the encoding met."""
    path = tmp_path / "texte.txt"
    path.write_bytes(content)
    blocks = TextBlocks(path, sniff(content))
    assert ([content[blocks.form.bom :]], expected) == (
        [b"".join(blocks)] if not blocks.form.wide else [content[2:]],
        (list(blocks), blocks.encoding.name)[1],
    )


def test_a_part_in_another_encoding_is_mixed() -> None:
    """UTF-8 in one part and not in the next is a mixture, and is decoded piece by piece."""
    first, second = EncodingWatch(TextForm("", 0, b"\n")), EncodingWatch(TextForm("", 0, b"\n"))
    first.look("é\n".encode())
    second.look("é\n".encode("cp1252"))
    first.absorb(second)
    assert (True, "é", "é") == (first.is_mixed, first.decode("é".encode()), first.decode(b"\xe9"))


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    """A record longer than any ledger line is neutralised, and counted; memory stays bounded."""
    path = tmp_path / "long.txt"
    path.write_bytes(b"a\n" + b"x\t" * MAX_LINE + b"\nb\n")
    blocks = TextBlocks(path, TextForm("", 0, b"\n"))
    lines = b"".join(blocks).split(b"\n")
    assert ([b"a", b"\x00" + b"x" * 40, b"b", b""], 1) == (lines, blocks.cut_lines)


def test_a_head_cut_inside_a_character_is_still_utf8() -> None:
    """The first bytes of a file may end anywhere."""
    assert ("abc", "été") == (decode_guess("abcé".encode()[:-1]), decode_guess(b"\xe9t\xe9"))


def test_an_unfinished_quote_does_not_lose_the_line() -> None:
    """What the quoting rules refuse is cut plainly."""
    assert ['"a', "b\rc"] == split_fields('"a;b\rc', ";") or ["a;b\rc"] == split_fields('"a;b\rc', ";")
