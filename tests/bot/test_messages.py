from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import Author, Conversation, File, Image, IncomingMessage, unpack
from bot.unicode import well_formed
from tests.bot.stage import THREAD
from tests.fakes import ADA, CHANNEL, incoming

# Halves of characters among them, which JSON can carry (RFC 8259, 8.2).
anything = st.text(st.characters(categories=None))
conversations = st.builds(Conversation, anything, anything, st.none() | anything)
messages = st.builds(
    IncomingMessage,
    id=anything,
    conversation=conversations,
    author=st.builds(Author, anything, anything, st.booleans()),
    text=anything,
    images=st.lists(st.builds(Image, anything), max_size=3).map(tuple),
    files=st.lists(st.builds(File, anything, anything, st.integers(0, 2**40), anything), max_size=3).map(
        tuple
    ),
    opens=st.none() | conversations,
    addressed=st.booleans(),
    direct=st.booleans(),
    at=st.floats(0, 2e9),
    late=st.booleans(),
    changes=anything,
    deleted=st.booleans(),
    transcript=st.lists(anything, max_size=3).map(tuple),
    unreadable=st.integers(0, 9),
)


def readable(conversation: Conversation) -> Conversation:
    thread = conversation.thread
    return Conversation(
        well_formed(conversation.tenant),
        well_formed(conversation.channel),
        None if thread is None else well_formed(thread),
    )


def as_read(message: IncomingMessage) -> IncomingMessage:
    """The message with nothing in it that cannot be written as UTF-8."""
    return replace(
        message,
        id=well_formed(message.id),
        conversation=readable(message.conversation),
        author=replace(
            message.author, id=well_formed(message.author.id), name=well_formed(message.author.name)
        ),
        text=well_formed(message.text),
        images=tuple(Image(well_formed(image.url)) for image in message.images),
        files=tuple(
            replace(file, name=well_formed(file.name), type=well_formed(file.type), url=well_formed(file.url))
            for file in message.files
        ),
        opens=readable(message.opens) if message.opens else None,
        changes=well_formed(message.changes),
        transcript=tuple(map(well_formed, message.transcript)),
    )


@given(messages)
def test_a_message_is_read_back_as_it_was_kept(message: IncomingMessage) -> None:
    packed = message.pack()

    assert unpack(packed) == as_read(message)


@given(messages)
def test_a_kept_message_is_one_line(message: IncomingMessage) -> None:
    packed = message.pack()

    assert b"\n" not in packed


@given(messages)
def test_a_message_that_was_read_back_is_kept_in_the_same_form(message: IncomingMessage) -> None:
    packed = message.pack()

    assert unpack(packed).pack() == packed


@pytest.mark.parametrize("half", ["\ud83d", "\ude00 (its second)"])
def test_half_a_character_is_replaced_and_the_rest_stays(half: str) -> None:
    read = unpack(incoming(f"A smile: {half}").pack())

    assert read.text == f"A smile: �{half[1:]}"


def test_two_halves_are_read_back_as_the_whole() -> None:
    read = unpack(incoming("\ud83d\ude00").pack())

    assert read.text == "😀"


def test_a_message_of_a_later_version_is_read_without_what_it_knows_more() -> None:
    message = incoming("Hi", images=(Image("https://example.org/cat.png"),), opens=THREAD)
    message = replace(message, files=(File("notes.txt", "text/plain"),))
    held = orjson.loads(message.pack())
    places = (held, held["conversation"], held["author"], held["opens"], *held["images"], *held["files"])
    for place in places:
        place["unheard_of"] = {"by": ["now"]}

    read = unpack(orjson.dumps(held))

    assert read == message


def test_a_message_of_an_earlier_version_is_read_with_the_defaults() -> None:
    held = {
        "id": "m1",
        "conversation": {"tenant": CHANNEL.tenant, "channel": CHANNEL.channel},
        "author": {"id": ADA.id, "name": ADA.name},
        "text": "Hi",
    }

    read = unpack(orjson.dumps(held))

    assert read == IncomingMessage("m1", CHANNEL, ADA, "Hi")


@pytest.mark.parametrize("opens", [None, THREAD])
def test_a_message_is_answered_in_the_thread_that_its_reply_opens(opens: Conversation | None) -> None:
    message = incoming("Hi", opens=opens)

    assert message.answered_in == (opens or CHANNEL)


def test_a_thread_belongs_to_its_channel_and_a_channel_to_nothing() -> None:
    assert (THREAD.parent, CHANNEL.parent) == (CHANNEL, None)
