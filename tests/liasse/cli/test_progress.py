"""The progress bar, and the page of the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from liasse.cli import inputs, progress, terminal
from liasse.imports.recognise import read_file
from liasse.outputs.page import Page
from tests.liasse.cli.conftest import Run


def test_a_long_file_shows_a_bar_on_a_terminal(
    run: Run, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures are the same; the bar goes to the standard error only."""
    plain = run("calculer", ledger, "--famille", "COOP", "--format", "json")
    monkeypatch.setattr(inputs, "_LONG", 1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with_bar = run("calculer", ledger, "--famille", "COOP", "--format", "json")
    assert plain.out == with_bar.out


def test_the_bar_reads_as_the_reader_does(ledger: Path) -> None:
    """Same balance."""
    assert read_file(ledger).balance == progress.read_with_progress(ledger).balance


def test_an_absent_file_has_no_size() -> None:
    """The reader will say that it is absent."""
    assert 0 == inputs._size(Path("absent"))


@pytest.mark.parametrize(("columns", "width"), [("40", 80), ("100", 100), ("400", 160)])
def test_a_page_is_between_80_and_160_columns(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    """Whatever the terminal."""
    monkeypatch.setenv("COLUMNS", columns)
    assert Page(width, styled=False) == terminal.page()


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not when the result goes to a file, nor when the user refuses them."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert not terminal.page().styled
    monkeypatch.delenv("NO_COLOR")
    assert terminal.page().styled
    assert not terminal.page("rapport.txt").styled
