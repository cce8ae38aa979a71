from __future__ import annotations

import pytest

from adapters.terminal.events import leaves, to_message
from bot.messages import Author, Conversation

CONVERSATION = Conversation("terminal:u", "main")
AUTHOR = Author("u", "Ulla")


def test_a_line_becomes_a_message_to_the_bot_alone() -> None:
    message = to_message("  hello\nthere ", CONVERSATION, AUTHOR)

    assert message is not None
    assert (message.text, message.conversation, message.author) == ("hello\nthere", CONVERSATION, AUTHOR)
    assert message.direct
    assert message.addressed


def test_the_same_line_twice_is_two_messages() -> None:
    messages = [to_message("again", CONVERSATION, AUTHOR) for _ in range(2)]

    assert len({message.id for message in messages if message}) == 2


@pytest.mark.parametrize("blank", ["", "  \t", "\n\n"])
def test_a_blank_line_is_no_message(blank: str) -> None:
    assert to_message(blank, CONVERSATION, AUTHOR) is None


def test_commands_stay_text_for_the_engine() -> None:
    message = to_message("/persona use tutor", CONVERSATION, AUTHOR)

    assert message is not None
    assert message.text == "/persona use tutor"


def test_undecodable_bytes_do_not_reach_the_engine() -> None:
    message = to_message("a\udcffb", CONVERSATION, AUTHOR)

    assert message is not None
    assert message.text == "a\ufffdb"


@pytest.mark.parametrize("line", ["quit", "exit", " QUIT ", "/quit", "/exit", "!quit"])
def test_these_words_leave(line: str) -> None:
    assert leaves(line)


@pytest.mark.parametrize("line", ["quit smoking", "/stop", "stop", "", "//quit it"])
def test_these_do_not(line: str) -> None:
    assert not leaves(line)
