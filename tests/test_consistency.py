"""What must agree across the repository: words, codes, pages, requirements, links."""

from __future__ import annotations

import ast
import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from docs.generate import pages
from liasse.cli.app import COMMANDS
from liasse.errors import MODEL_CODES
from liasse.imports.codes import CODES
from liasse.language.functions import FUNCTIONS
from liasse.sceaux.schemas import schema
from liasse.source import correspondances, publications, vocabulary
from liasse.source.publications import load_publications

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("demo/*.md"), *ROOT.glob("modeles/**/*.md")]
)

FRENCH_WORDS = frozenset(
    """
    Affectation Balance Bilan Campagne Certitude Colonne Compte Comptes Controle Cellule Correspondance
    Correspondances Depot Dis Dossier Ecriture Ecart Etape Etat Exercice Famille Fec Formule Gravite Journal
    Lecture Liasse Ligne Lignes Millesime Motif Nature Notice Organisme Piece Piste Prorogation Publication
    Questionnaire Rapatriement Rattachement Relance Reserve Solde Vides Visa
    """.split()  # noqa: SIM905 - a list of words reads as words
)
"""Words of the law or of the form: a class named with one owes it a glossary entry."""


def class_names() -> set[str]:
    """Return the name of every public class of the library."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES)
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def words(name: str) -> set[str]:
    """
    Split a class name.

    >>> sorted(words("LigneBalance"))
    ['Balance', 'Ligne']
    """
    return set(re.findall(r"[A-Z][a-z]+", name))


def toml_keys() -> set[str]:
    """Return every key that a model file may hold, the codes of the model left out."""
    tables = (getattr(vocabulary, name) for name in dir(vocabulary) if name.endswith("_KEYS"))
    return {key for table in tables for key in table}


def contract_keys() -> set[str]:
    """Return what outsiders write or read: the keys of each document, the first ones of a verification."""
    whole = (schema(name) for name in ("depot-1", "instantane-1", "provisoire-1", "accuse-1"))
    keys = {key for one in whole for key in properties(one)}
    return {*keys, *schema("verification")["properties"]} - {"import"}


def properties(schema: object) -> Iterator[str]:
    """Yield the name of every property that a schema describes."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from properties(part)


def told() -> set[str]:
    """Return what the library names otherwise: functions, values of enumerations, options, headers of CSV."""
    nodes = [node for path in SOURCES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    found = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    found |= {text for node in nodes if isinstance(node, ast.ClassDef) for text in assigned(node.body)}
    found |= {text.lstrip("-") for text in constants(nodes) if text.startswith("--")}
    return found | set(publications.HEADER) | set(correspondances.HEADER)


def constants(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the texts that stand alone among some nodes."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def assigned(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the texts that some statements give a name to."""
    return constants(node.value for node in body if isinstance(node, ast.Assign))


def glossary_identifiers() -> set[str]:
    """Return the identifiers of the second column of the glossary."""
    rows = [line.split("|") for line in (DOCS / "glossaire.md").read_text(encoding="utf-8").splitlines()]
    return {name for row in rows if len(row) > 3 for name in re.findall(r"`([\w-]+)`", row[2])}


def links(page: Path) -> Iterator[str]:
    """Yield the relative targets of the links of a page."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target and not target.startswith("#"):
            yield target.split("#")[0]


def test_every_key_and_function_of_the_models_is_in_the_glossary() -> None:
    """A word that accountants write has its definition."""
    assert set() == (toml_keys() | FUNCTIONS | {vocabulary.EMPTY_WORD}) - glossary_identifiers()


def test_every_word_of_the_contracts_and_commands_is_in_the_glossary() -> None:
    """What others write or read in a file has its definition, and so has each command."""
    assert set() == (contract_keys() | set(COMMANDS)) - glossary_identifiers()


def test_every_french_word_of_a_class_is_in_the_glossary() -> None:
    """A class named with a French noun owes it an entry."""
    used = {word for name in class_names() for word in words(name) & FRENCH_WORDS}
    known = {word for name in glossary_identifiers() for word in {name, *words(name)}}
    assert set() == used - known


def test_every_identifier_of_the_glossary_exists() -> None:
    """An entry that names nothing is removed with what it named."""
    in_classes = {word for name in class_names() for word in {name, *words(name)}}
    existing = (
        in_classes
        | toml_keys()
        | FUNCTIONS
        | {vocabulary.EMPTY_WORD}
        | contract_keys()
        | set(COMMANDS)
        | told()
    )
    assert set() == glossary_identifiers() - existing


def test_every_key_and_function_is_explained_to_accountants() -> None:
    """`docs/modele.md` names each key and each function."""
    guide = (DOCS / "modele.md").read_text(encoding="utf-8")
    assert set() == (toml_keys() | FUNCTIONS) - set(re.findall(r"\w+", guide))


@pytest.mark.parametrize("name", ["controles.md", "erreurs.md"])
def test_each_generated_page_is_up_to_date(name: str) -> None:
    """`make fmt` writes what changed."""
    assert pages()[name] == (DOCS / name).read_text(encoding="utf-8")


def test_every_code_that_the_library_writes_is_documented() -> None:
    """A literal `M104` or `I101` in the code is a row of the tables of codes, and conversely."""
    used = {
        code
        for path in SOURCES
        if path.name not in {"errors.py", "codes.py"}
        for code in re.findall(r"[\"']([IM]\d{3})[\"']", path.read_text(encoding="utf-8"))
    }
    assert set(MODEL_CODES) | set(CODES) == used


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_resolves(page: Path) -> None:
    """Links between pages and to files of the repository lead somewhere."""
    assert [] == [target for target in links(page) if not (page.parent / target).exists()]


def requirement_rows() -> dict[str, str]:
    """Return the row of each requirement of the traceability table."""
    text = (DOCS / "tracabilite.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (R\d+) \|(.*)$", text, flags=re.MULTILINE))


def test_every_requirement_has_its_row() -> None:
    """R1 to R13, in order."""
    assert [f"R{number}" for number in range(1, 14)] == list(requirement_rows())


def test_every_path_of_the_traceability_table_exists() -> None:
    """What is said to be built, or proved, is there."""
    named = {path for row in requirement_rows().values() for path in re.findall(r"`([\w.]+/[\w./]+)`", row)}
    assert set() == {path for path in named if not (ROOT / path).exists()}


def test_every_decision_has_its_status() -> None:
    """A decision record says whether it holds."""
    records = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    pattern = re.compile(r"^Statut : (acceptée|remplacée par \d{4})\.$", re.MULTILINE)
    assert [] == [record.name for record in records if not pattern.search(record.read_text(encoding="utf-8"))]


def test_no_page_names_a_machine_path() -> None:
    """Documents speak of the repository, not of the machine they were written on."""
    found = [
        page.name for page in PAGES if re.search(r"(?<![\w.])/(work|home|root|tmp)/", page.read_text("utf-8"))
    ]
    assert [] == found


def test_no_test_reaches_the_network() -> None:
    """The guard of `conftest.py` refuses a connection, whatever opens it."""
    with pytest.raises(RuntimeError, match="no test talks to the network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def committed(path: str) -> list[str]:
    """Return every committed state of a file, the latest first; none without a history."""
    git = shutil.which("git")
    if git is None:
        return []

    def told(*arguments: str) -> str:
        done = subprocess.run([git, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else ""

    return [told("show", f"{commit}:{path}") for commit in told("log", "--format=%H", "--", path).split()]


def test_what_is_published_stays_published() -> None:
    """Rows are added to publies.csv, never edited nor removed, and revisions count from 1."""
    present = (ROOT / "modeles" / "publies.csv").read_text(encoding="utf-8")
    assert [] == [text for text in committed("modeles/publies.csv") if not present.startswith(text)]
    seen: Counter[tuple[str, str]] = Counter()
    for item in load_publications(ROOT / "modeles"):
        seen[item.questionnaire, item.millesime] += 1
        assert seen[item.questionnaire, item.millesime] == item.revision
        assert re.fullmatch("[0-9a-f]{64}", item.empreinte)
