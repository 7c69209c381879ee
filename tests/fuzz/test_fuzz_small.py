"""A few hundred damaged files, on every run; the campaign is `fuzz_readers.py`."""

from __future__ import annotations

import pytest

from liasse.imports.recognise import read_file
from tests.fuzz.fuzz_readers import bases, check, make


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_no_damaged_file_raises(start: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the bytes, reading gives a report that keeps its contract."""
    texts, workbooks = bases()
    path = tmp_path_factory.mktemp("fuzz") / "000000000FEC20221231.txt"
    for index in range(start, start + 50):
        path.write_bytes(make(index, 0, texts, workbooks))
        check(read_file(path))
