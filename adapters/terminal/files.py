"""Documents that are handed over, kept as files."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from adapters.terminal.cleaning import clean


def save(folder: Path, name: str, content: str) -> Path:
    """Write a document under its name, or `name-2`, `name-3` …: no file is ever overwritten.

    Whatever the name says, the file is in the folder. Raises OSError.
    """
    wanted = Path(Path(clean(name).replace("\n", " ")).name or "document")
    for number in count(1):
        path = folder / (wanted.name if number == 1 else f"{wanted.stem}-{number}{wanted.suffix}")
        try:
            with path.open("x", encoding="utf-8", errors="replace", newline="") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path
    raise AssertionError
