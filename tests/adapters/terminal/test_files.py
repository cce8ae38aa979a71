from __future__ import annotations

from pathlib import Path

import pytest

from adapters.terminal.files import save


def test_a_document_is_saved_under_its_name_as_it_is(tmp_path: Path) -> None:
    path = save(tmp_path, "export.md", "a\r\nb\x1b\n")

    assert path == tmp_path / "export.md"
    assert path.read_bytes() == b"a\r\nb\x1b\n"


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    paths = [save(tmp_path, "export.md", str(number)) for number in range(3)]

    assert [path.name for path in paths] == ["export.md", "export-2.md", "export-3.md"]
    assert [path.read_text() for path in paths] == ["0", "1", "2"]


@pytest.mark.parametrize("name", ["../../evil.md", "/tmp/evil.md", "..", "", "a\nb\x1b.md"])
def test_a_document_stays_in_the_folder_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = save(tmp_path, name, "")

    assert path.parent == tmp_path
    assert list(tmp_path.iterdir()) == [path]
    assert path.name.isprintable()
