from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from adapters.terminal.pipe.lines import Lines


async def lines_of(path: Path) -> list[str]:
    with path.open("rb") as file:
        lines = Lines(file.fileno())
        found = []
        while (line := await lines.next()) is not None:
            found.append(line)
    return found


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\r\n\nlast", ["one", "", "last"]),
        (b"gr\xfcn\n", ["gr\ufffdn"]),
        ("größer".encode(), ["größer"]),
        (b"x" * 300_000 + b"\n" + b"y" * 70_000, ["x" * 300_000, "y" * 70_000]),
    ],
)
async def test_a_file_is_read_line_by_line(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    path = tmp_path / "questions"
    path.write_bytes(content)

    assert await lines_of(path) == expected


async def test_dev_null_has_no_lines() -> None:
    assert await lines_of(Path("/dev/null")) == []


async def test_waiting_for_a_line_stops_nothing_else() -> None:
    reading, writing = os.pipe()
    waiting = asyncio.create_task(Lines(reading).next())
    await asyncio.sleep(0)

    os.write(writing, b"halb")
    os.write(writing, b"e Zeile\nrest")

    assert await waiting == "halbe Zeile"
    os.close(writing)
    os.close(reading)


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    reading, writing = os.pipe()
    waiting = asyncio.create_task(Lines(reading).next())
    await asyncio.sleep(0)

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    os.close(writing)


async def test_a_descriptor_that_cannot_be_read_has_no_lines() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)

    assert await Lines(reading).next() is None
