from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.terminal.emulator import Emulator


@pytest.fixture(params=["--asyncio", "--uvloop"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Emulator]:
    emulator = Emulator(tmp_path, request.param)
    emulator.expect_prompt()
    yield emulator
    emulator.child.close(force=True)


def test_a_person_is_greeted_and_leaves_by_ctrl_d(terminal: Emulator) -> None:
    assert terminal.lines_left() == ["Hello, I am Parley.", ">"]

    terminal.type("\x04")

    assert terminal.leave() == 0


@pytest.mark.parametrize("word", ["quit", "exit", "/quit"])
def test_a_word_leaves_too(terminal: Emulator, word: str) -> None:
    terminal.ask(word)

    assert terminal.leave() == 0


def test_markdown_is_drawn_and_its_escape_sequences_are_not_obeyed(terminal: Emulator) -> None:
    terminal.ask("markdown")
    terminal.expect_prompt(2)

    assert [line.strip() for line in terminal.lines_left()[1:]] == [
        "> markdown",
        "Title",
        "Some bold text and [bold] in brackets.",
        "• one",
        "• two",
        "def answer() -> int:",
        "return 42",
        "a  b",
        "────",
        "1  2",
        "Last words ␛]52;c;aGFja2Vk␇ and ␛[31mred.",
        ">",
    ]
    assert b"\x1b]52" not in terminal.raw
    assert b"\x07" not in terminal.raw


@pytest.mark.parametrize("kind", ["long", "code"])
def test_an_answer_taller_than_the_screen_is_in_the_scrollback_whole_and_once(
    terminal: Emulator, kind: str
) -> None:
    terminal.ask(kind)
    terminal.expect_prompt(2)

    lines = [line for line in terminal.all_lines if line.startswith(("paragraph", "line_"))]
    expected = "paragraph {0}." if kind == "long" else "line_{0} = {0}"
    assert lines == [expected.format(number) for number in range(300)]
    assert terminal.lines_left()[-1] == ">"


def test_arrow_up_recalls_what_was_typed_also_in_the_next_talk(terminal: Emulator, tmp_path: Path) -> None:
    terminal.ask("first question")
    terminal.expect_prompt(2)

    terminal.type("\x1b[A")

    terminal.expect(lambda: terminal.lines_left()[-1] == "> first question")
    later = Emulator(tmp_path)
    later.expect_prompt()
    later.type("\x1b[A")
    later.expect(lambda: later.lines_left()[-1] == "> first question")
    later.child.close(force=True)


def test_commands_and_personas_are_completed(terminal: Emulator) -> None:
    terminal.type("/pers\t")
    terminal.expect_text("> /persona")
    terminal.type(" u\t")
    terminal.expect_text("> /persona use")
    terminal.type(" tu\t")
    terminal.expect_text("> /persona use tutor")

    terminal.type("\r")

    terminal.expect_text("Command /persona use tutor.")


def test_ctrl_c_stops_a_reply_and_the_prompt_returns(terminal: Emulator) -> None:
    terminal.ask("forever")
    terminal.expect_text("It never ends")

    terminal.type("\x03")

    terminal.expect_prompt(2)
    assert terminal.lines_left()[-3:] == ["It never ends", "Stopped.", ">"]
    assert terminal.child.isalive()


def test_ctrl_c_again_and_again_while_a_reply_is_stopping_changes_nothing(terminal: Emulator) -> None:
    terminal.ask("stubborn")
    terminal.expect_text("Thinking…")

    terminal.type("\x03")
    terminal.expect_text("Concluding 1…")
    terminal.type("\x03")
    terminal.expect_text("Concluding 2…")
    terminal.type("\x03")

    terminal.expect_prompt(2)
    assert terminal.lines_left()[-2:] == ["Stopped.", ">"]
    assert "Traceback" not in terminal.text


def test_ctrl_c_at_the_prompt_gives_up_the_line_and_says_how_to_leave(terminal: Emulator) -> None:
    terminal.type("half a quest")
    terminal.expect_text("half a quest")

    terminal.type("\x03")

    terminal.expect_prompt(2)
    assert terminal.lines_left()[-3:] == ["> half a quest", "Ctrl-D or quit leaves.", ">"]


def test_a_pasted_text_of_many_lines_is_one_message(terminal: Emulator) -> None:
    terminal.type("\x1b[200~first\r\nsecond\nthird\x1b[201~")
    terminal.expect_text("third")

    terminal.type("\r")

    terminal.expect_text("You said: first second third")


def test_alt_enter_begins_a_new_line(terminal: Emulator) -> None:
    terminal.type("first\x1b\rsecond")
    terminal.expect_text("second")

    terminal.type("\r")

    terminal.expect_text("You said: first second")


def test_a_blank_line_is_no_question(terminal: Emulator) -> None:
    terminal.type("\r")

    terminal.expect_prompt(2)
    assert "You said" not in terminal.text


def test_what_is_typed_during_a_reply_is_not_shown_then_but_waits_at_the_next_prompt(
    terminal: Emulator,
) -> None:
    terminal.ask("forever")
    terminal.expect_text("It never ends")

    terminal.type("typed ahead\x03")

    terminal.expect_text("> typed ahead")
    assert terminal.text.count("typed ahead") == 1


def test_undecodable_bytes_are_answered(terminal: Emulator) -> None:
    terminal.child.send(b"gr\xfcn\r")

    terminal.expect_text("You said: gr\ufffdn")


def test_an_error_is_marked_and_the_talk_goes_on(terminal: Emulator) -> None:
    terminal.ask("fail")
    terminal.expect_prompt(2)
    assert terminal.lines_left()[-3:] == ["Half an ans", "Error: The model is away.", ">"]

    terminal.type("\x04")

    assert terminal.leave() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("question", ["forever", ""])
def test_a_request_to_end_leaves_in_order(terminal: Emulator, number: int, question: str) -> None:
    if question:
        terminal.ask(question)
        terminal.expect_text("It never ends")

    terminal.interrupt(number)

    assert terminal.leave() == 128 + number
    assert "Traceback" not in terminal.text


def test_a_terminal_that_cannot_move_its_cursor_gets_plain_text(tmp_path: Path) -> None:
    terminal = Emulator(tmp_path, term="dumb")

    terminal.expect_prompt()
    terminal.type("hello\n")
    terminal.expect_text("You said: hello")

    assert b"\x1b" not in terminal.raw
    terminal.child.close(force=True)


def test_a_crash_leaves_the_terminal_as_it_was(terminal: Emulator) -> None:
    terminal.ask("crash")

    assert terminal.leave() == 1
    assert terminal.text.count("Traceback") == 1
    assert terminal.echoes


@pytest.mark.parametrize("question", ["forever", ""])
def test_a_window_that_is_closed_ends_the_talk_in_order(terminal: Emulator, question: str) -> None:
    if question:
        terminal.ask(question)
        terminal.expect_text("It never ends")

    terminal.child.ptyproc.fileobj.close()

    terminal.child.wait()
    assert terminal.child.exitstatus == 128 + signal.SIGHUP
