"""Model files in one form: same meaning, same comments, same order, and nothing left to do."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liasse.errors import ParseError
from liasse.language.parser import parse, parse_targets
from liasse.source.formatter import format_text
from liasse.source.inline import UnfinishedError, read_value

FILES = sorted((Path(__file__).parents[3] / "modeles").rglob("*.toml"))

LABELLED = '{ libelle = "Banque",' + " " * 54

CASES = [
    ("", "\n"),
    ("a=1", "a         = 1\n"),
    ("\n\n# Titre.\n\n\n\na = 1\n\n\n", "# Titre.\n\na         = 1\n"),
    ("a = 1   # pourquoi\n", "a         = 1  # pourquoi\n"),
    ("a = 1\n[s]\nb = 2\n", "a         = 1\n\n[s]\nb         = 2\n"),
    ("a = 1\n# De s.\n[s]\n\nb = 2\n", "a         = 1\n\n# De s.\n[s]\nb         = 2\n"),
    ("a = 1\r\nb = 2\r\n", "a         = 1\nb         = 2\n"),
    (" [ s ]  # ici\n", "[s]  # ici\n"),
    ("[[ exemple ]]\n titre='a'\n", "[[exemple]]\ntitre     = 'a'\n"),
    (
        '[lignes]\nA010={libelle="Banque",N="debiteur( 512 )"}\n',
        f'[lignes]\nA010     = {LABELLED}N = "debiteur(512)" }}\n',
    ),
    ('[lignes]\nA={libelle="Banque"}\n', '[lignes]\nA        = { libelle = "Banque" }\n'),
    ('[lignes]\nA={total=true,N="A+B"}\n', '[lignes]\nA        = { total = true, N = "A + B" }\n'),
    ("[lignes]\nA={}\n", "[lignes]\nA        = {}\n"),
    (
        "[lignes]\n# Sous-titre.\nA={fermees=[ 'N','M' ]}\n",
        "[lignes]\n# Sous-titre.\nA        = { fermees = ['N', 'M'] }\n",
    ),
    (
        '[colonnes]\nN1={titre="N-1",formule="exercice_precedent( N )"}\n',
        '[colonnes]\nN1       = { titre = "N-1",' + " " * 27 + 'formule = "exercice_precedent(N)" }\n',
    ),
    (
        '[K030]\ngravite="bloquant"\nverifie="A=B"\npour="T.A,T.B..C"\nsi="present( A )"\n',
        (
            '[K030]\ngravite     = "bloquant"\nverifie     = "A = B"\n'
            'pour        = "T.A, T.B..C"\nsi          = "present(A)"\n'
        ),
    ),
    ('[K030.parties.x]\ntitre="X"\n', '[K030.parties.x]\ntitre       = "X"\n'),
    (
        '[K030]\ngravite_si=[{si="A=1",gravite="information"},]\n',
        '[K030]\ngravite_si = [{ si = "A = 1", gravite = "information" }]\n',
    ),
    ('[AFN]\nformule="CAF-2 %  de X"\n', '[AFN]\nformule   = "CAF - 2 % de X"\n'),
    ('[AFN]\nsi_famille={SEM="A+B"}\n', '[AFN]\nsi_famille = { SEM = "A + B" }\n'),
    ('questionnaire="q"\nmillesime="2022"\n', 'questionnaire = "q"\nmillesime     = "2022"\n'),
    ('[AFN]\nformule = "A +"\n', '[AFN]\nformule   = "A +"\n'),
    ("[AFN]\nformule = 'A+B'\n", "[AFN]\nformule   = 'A+B'\n"),
    ('[AFN]\ntitre = "A+B \\"c\\""\n', '[AFN]\ntitre     = "A+B \\"c\\""\n'),
    ('credit={7041=1_200,"a.b" = 2}\n', 'credit    = { 7041 = 1_200, "a.b" = 2 }\n'),
    ("a = [\n  1,  # un\n  2,\n]\nb = 3\n", "a = [\n  1,  # un\n  2,\n]\nb         = 3\n"),
    ('a = """\n  deux  \n lignes"""\nb = 3\n', 'a = """\n  deux  \n lignes"""\nb         = 3\n'),
    ("a.b = 1\n", "a.b       = 1\n"),
    ("a.'b' =1\n", "a.'b' =1\n"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_each_text_has_one_form(text: str, expected: str) -> None:
    """Stops, spaces, blank lines, formulas."""
    assert expected == format_text(text)


@pytest.mark.parametrize(("text", "_expected"), CASES)
def test_a_text_in_form_does_not_change(text: str, _expected: str) -> None:
    """`fmt(fmt(x)) == fmt(x)`."""
    once = format_text(text)
    assert once == format_text(once)


def reading(text: str) -> object:
    """Return a formula, or a list of targets, as a tree; any other text as it is."""
    for read in (parse, parse_targets):
        try:
            return read(text)
        except ParseError:
            continue
    return text


def meaning(value: object) -> object:
    """Return what a file says, formulas as trees, the order of its keys kept."""
    if isinstance(value, dict):
        return [(key, meaning(item)) for key, item in value.items()]
    if isinstance(value, list):
        return [meaning(item) for item in value]
    return reading(value) if isinstance(value, str) else value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_meaning_of_the_models_does_not_change(path: Path) -> None:
    """Same keys, same order, same values; same formulas once parsed; nothing left to do."""
    text = path.read_text(encoding="utf-8")
    formatted = format_text(text)
    assert meaning(tomllib.loads(text)) == meaning(tomllib.loads(formatted))
    assert formatted == format_text(formatted)
    assert _comments(text) == _comments(formatted)


def _comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


def test_a_text_that_is_not_toml_is_refused() -> None:
    """The caller says where."""
    with pytest.raises(tomllib.TOMLDecodeError):
        format_text("a = = 1")


WORDS = st.text(st.characters(codec="ascii", exclude_characters="\x7f", min_codepoint=32), max_size=8)
VALUES = st.recursive(
    st.integers().map(str)
    | st.booleans().map(lambda value: str(value).lower())
    | WORDS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[ {' ,'.join(items)} ]")
        | st.lists(inner, max_size=3).map(
            lambda items: "{" + ",".join(f"k{at}= {item}" for at, item in enumerate(items)) + "}"
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(["a", "libelle", "formule", '"b c"', "N", "verifie"])
BLANKS = st.sampled_from(["", "\n", "\n\n\n", "# note\n"])


@given(
    st.lists(st.tuples(KEYS, VALUES, BLANKS), max_size=4, unique_by=lambda item: item[0]),
    st.sampled_from(["", "[lignes]\n", "[colonnes]\n", "[[exemple]]\n"]),
)
def test_no_text_loses_its_meaning(rows: list[tuple[str, str, str]], heading: str) -> None:
    """Whatever the values, formatting is silent about them, and done once."""
    text = heading + "".join(f"{key}={value}\n{blank}" for key, value, blank in rows)
    formatted = format_text(text)
    assert meaning(tomllib.loads(text)) == meaning(tomllib.loads(formatted))
    assert formatted == format_text(formatted)


@pytest.mark.parametrize("text", ["[1,", "{ a = ", '"""x', "", "# rien"])
def test_a_value_that_goes_on_is_not_read(text: str) -> None:
    """It is left as it is."""
    with pytest.raises(UnfinishedError):
        read_value(text, 0)


def test_a_quoted_key_may_hold_an_equals_sign() -> None:
    """The key ends at its closing quote."""
    value, end = read_value('{ "a=b" = 1 }', 0)
    assert ('{ "a=b" = 1 }', 13) == (format_text('x = { "a=b" = 1 }').strip().partition("= ")[2], end)
    assert value is not None
