from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.adapters.terminal.emulator import Emulator

SCRIPT = (sys.executable, "-m", "tests.adapters.terminal.scripted")


async def started(folder: Path, *options: str, stdin: int = PIPE, stdout: int = PIPE) -> Process:
    return await asyncio.create_subprocess_exec(
        *SCRIPT, str(folder), *options, stdin=stdin, stdout=stdout, stderr=PIPE, limit=10_000_000
    )


async def talked(folder: Path, typed: bytes, *options: str) -> tuple[str, str, int | None]:
    process = await started(folder, *options)
    out, err = await asyncio.wait_for(process.communicate(typed), 20)
    return out.decode(), err.decode(), process.returncode


@pytest.mark.parametrize("options", [(), ("--plain",), ("--uvloop",)])
async def test_questions_are_answered_one_after_the_other(tmp_path: Path, options: tuple[str, ...]) -> None:
    out, err, status = await talked(tmp_path, b"one\n\n  \ntwo", *options)

    assert (out, err, status) == ("You said: one\nYou said: two\n", "", 0)


async def test_no_colours_no_greeting_no_status_and_nothing_loaded_for_them(tmp_path: Path) -> None:
    out, err, status = await talked(tmp_path, b"markdown\nquit\nnot read\n", "--loaded")

    assert out.startswith("# Title\n\nSome **bold** text")
    assert out.endswith("Last words ␛]52;c;aGFja2Vk␇ and ␛[31mred.\n[]\n")
    assert "\x1b" not in out
    assert "Thinking" not in out
    assert (err, status) == ("", 0)


async def test_long_and_broken_lines_are_questions_too(tmp_path: Path) -> None:
    out, _, _ = await talked(tmp_path, b"x" * 200_000 + b"\ngr\xfcn\n")

    assert out == f"You said: {'x' * 200_000}\nYou said: gr\ufffdn\n"


async def test_the_status_tells_whether_the_last_answer_was_an_error(tmp_path: Path) -> None:
    out, _, failed = await talked(tmp_path, b"hello\nfail\n")
    _, _, recovered = await talked(tmp_path, b"fail\nhello\n")

    assert out.endswith("Half an ans\n\nError: The model is **away**.\n")
    assert (failed, recovered) == (1, 0)


async def test_a_file_and_dev_null_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "questions").write_text("one\n")
    results = []
    for path in (tmp_path / "questions", Path(os.devnull)):
        with path.open("rb") as file:
            process = await started(tmp_path, stdin=file.fileno())
            out, _ = await asyncio.wait_for(process.communicate(), 20)
        results.append((out, process.returncode))

    assert results == [(b"You said: one\n", 0), (b"", 0)]


async def test_a_document_goes_into_the_pipe(tmp_path: Path) -> None:
    out, _, _ = await talked(tmp_path, b"export\n")

    assert out == "# Export\n"
    assert not (tmp_path / "parley-main.md").exists()


async def test_an_interrupt_stops_the_reply_and_then_leaves(tmp_path: Path) -> None:
    process = await started(tmp_path)
    assert process.stdin
    assert process.stdout

    process.stdin.write(b"forever\n")
    assert await process.stdout.readexactly(13) == b"It never ends"
    process.send_signal(signal.SIGINT)
    assert await process.stdout.readline() == b"\n"
    await process.stdout.readline()
    assert await process.stdout.readline() == b"_Stopped._\n"
    process.stdin.write(b"more\n")
    assert await process.stdout.readline() == b"You said: more\n"

    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), 20)

    assert (process.returncode, err) == (130, b"")


async def test_a_request_to_end_stops_the_reply_and_leaves(tmp_path: Path) -> None:
    process = await started(tmp_path)
    assert process.stdin
    assert process.stdout

    process.stdin.write(b"forever\nnot answered\n")
    await process.stdout.readexactly(13)
    process.send_signal(signal.SIGTERM)
    out, err = await asyncio.wait_for(process.communicate(), 20)

    assert (process.returncode, out, err) == (143, b"\n\n_Stopped._\n", b"")


async def test_a_reader_that_leaves_ends_the_talk_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    process = await started(tmp_path, stdout=writing)
    os.close(writing)
    assert process.stdin

    process.stdin.write(b"forever\n")
    assert await asyncio.to_thread(os.read, reading, 13) == b"It never ends"
    os.close(reading)
    process.send_signal(signal.SIGINT)
    process.stdin.write(b"more\nmore\n")
    _, err = await asyncio.wait_for(process.communicate(), 20)

    assert (process.returncode, err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
async def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    process = await started(tmp_path, stdout=full)
    os.close(full)

    _, err = await asyncio.wait_for(process.communicate(b"hello\nhello\n"), 20)

    assert process.returncode == 1
    assert b"No space left" in err


async def test_closed_streams_end_the_talk(tmp_path: Path) -> None:
    command = f"exec {' '.join(SCRIPT)} {tmp_path} <&- >&-"

    process = await asyncio.create_subprocess_shell(command, stderr=PIPE)
    _, err = await asyncio.wait_for(process.communicate(), 20)

    assert (process.returncode, err) == (0, b"")


def test_plain_text_in_a_terminal_has_a_prompt_and_a_greeting(tmp_path: Path) -> None:
    terminal = Emulator(tmp_path, "--plain")

    terminal.expect_prompt()
    terminal.type("hello\n")
    terminal.expect_prompt(2)
    terminal.type("\x04")

    assert terminal.leave() == 0
    assert terminal.lines_left()[:4] == ["Hello, I am **Parley**.", "> hello", "You said: hello", ">"]
    assert b"\x1b" not in terminal.raw
