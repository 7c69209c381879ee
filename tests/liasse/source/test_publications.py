"""Published millésimes: what is frozen, and what a change says."""

from __future__ import annotations

from pathlib import Path

import pytest

from liasse.errors import Place, SourceError
from liasse.model.publications import Publication
from liasse.source.publications import add_publication, frozen_problems, last_publication, load_publications

FIRST = Publication("essai", "2022", 1, "a" * 64, "2026-01-15")


def test_nothing_is_published_at_first(tmp_path: Path) -> None:
    """Without a file, and without a row."""
    assert () == load_publications(tmp_path)
    assert last_publication((), "essai", "2022") is None


def test_a_row_added_is_read_back(tmp_path: Path) -> None:
    """The file is made when needed; the last revision counts."""
    second = Publication("essai", "2022", 2, "b" * 64, "2026-02-01")
    add_publication(tmp_path, FIRST)
    add_publication(tmp_path, second)
    found = load_publications(tmp_path)
    assert (FIRST, second) == found
    assert second == last_publication(found, "essai", "2022")
    assert last_publication(found, "essai", "2023") is None


def test_the_same_fingerprint_is_no_problem() -> None:
    """Nor is a millésime that was never published."""
    assert [] == frozen_problems(FIRST, FIRST.empreinte, Place("modele.toml"))
    assert [] == frozen_problems(None, "b" * 64, Place("modele.toml"))


def test_a_change_after_publication_is_a_problem_that_says_what_to_do() -> None:
    """M117: undo, or publish a numbered revision."""
    problem = frozen_problems(FIRST, "b" * 64, Place("modele.toml"))[0]
    assert "M117" == problem.code
    assert (
        "Le millésime essai/2022, publié le 2026-01-15 (révision 1), a changé : son empreinte était"
        " aaaaaaaaaaaa, elle est bbbbbbbbbbbb. Défaites le changement, ou publiez la révision 2 :"
        " liasse modele --publier essai/2022."
    ) == problem.message


@pytest.mark.parametrize(
    "text", ["essai;2022\n", "questionnaire;millesime;revision;empreinte;date\nessai;2022;un;a;b\n"]
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    """By its header or by a row."""
    (tmp_path / "publies.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=r"M117|publies\.csv"):
        load_publications(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"), [(b"\xff\xfe;a\n", "UTF-8"), (b"a;" + b"x" * 140_000, "CSV")]
)
def test_a_file_that_is_not_text_in_columns_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """Bytes that are not UTF-8, a field longer than any: told with the file, never a traceback."""
    (tmp_path / "publies.csv").write_bytes(content)
    with pytest.raises(SourceError, match=rf"publies\.csv(?s:.*){message}(?s:.*)M001"):
        load_publications(tmp_path)
