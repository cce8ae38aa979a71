from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conclusion import AtOnce, Conclusion, unpack
from bot.exchanges import Exchange
from bot.history import History, Writing
from bot.ledger import Ledger
from bot.pipelines import Word
from bot.reply import Ending
from bot.store import Store
from tests.bot.stage import SUMS, THREAD, turned
from tests.fakes import CHANNEL, RecordingReply, Said

readable = st.text(st.characters(exclude_categories=["Cs"]))
words = readable | st.integers(-(2**53), 2**53) | readable.map(str.encode)
conclusions = st.builds(
    Conclusion,
    text=readable,
    ending=st.builds(Ending, st.sampled_from(["complete", "length", "stopped"]), readable),
    caution=readable,
    writing=st.none() | st.tuples(st.lists(readable), st.lists(words)),
)


def as_sent(word: Word) -> bytes:
    """A word as the server gets it."""
    return word if isinstance(word, bytes) else str(word).encode()


def as_written(writing: Writing | None) -> tuple[list[str], list[bytes]] | None:
    """A writing as the server gets it, where bytes and their text are the same."""
    return (writing[0], [as_sent(word) for word in writing[1]]) if writing else None


@given(conclusions)
def test_a_conclusion_is_read_back_as_it_was_kept(conclusion: Conclusion) -> None:
    read = unpack(conclusion.pack())

    assert read
    assert (read.text, read.ending, read.caution) == (
        conclusion.text,
        conclusion.ending,
        conclusion.caution,
    )
    assert as_written(read.writing) == as_written(conclusion.writing)


@pytest.mark.parametrize("text", ["", "Tea.", "a\nb\0c", "नमस्ते 😀"])
async def test_what_is_read_back_is_remembered_as_if_it_never_had_been_kept(store: Store, text: str) -> None:
    history = History(store)
    exchange = Exchange(f"About {text}?", text, 10, "Ada", "U1")
    writing = history.writing(turned(1, exchange=exchange, opens=THREAD))

    read = unpack(Conclusion(text, Ending("complete"), writing=writing).pack())
    assert read
    await AtOnce(history).conclude(read)

    for conversation in (CHANNEL, THREAD):
        (kept,) = await history.everything(conversation)
        assert (kept.question, kept.answer, kept.tokens, kept.author) == (f"About {text}?", text, 10, "Ada")
        assert (await Ledger(store).of_conversation(conversation))[1] == SUMS


def test_a_conclusion_of_another_version_is_none() -> None:
    assert unpack(b'[1,"Tea.","complete","","",null,"more"]') is None


async def test_what_is_concluded_at_once_is_remembered_once(store: Store) -> None:
    history = History(store)
    conclusion = Conclusion("a1", Ending("complete"), writing=history.writing(turned(1)))

    await AtOnce(history).conclude(conclusion)
    await AtOnce(history).conclude(conclusion)

    assert [each.answer for each in await history.everything(CHANNEL)] == ["a1"]
    assert (await Ledger(store).of_conversation(CHANNEL))[1] == SUMS


async def test_a_conclusion_without_a_writing_leaves_nothing(store: Store) -> None:
    await AtOnce(History(store)).conclude(Conclusion("", Ending("stopped")))

    assert await store.do("DBSIZE") == 0


async def test_what_an_answer_cost_that_came_to_nothing_is_booked_at_once(store: Store) -> None:
    history = History(store)

    await AtOnce(history).owe(turned(1, exchange=None))

    assert await history.everything(CHANNEL) == ()
    assert (await Ledger(store).of_conversation(CHANNEL))[1] == SUMS


async def test_the_end_of_a_reply_is_its_ending_and_then_the_caution() -> None:
    reply = RecordingReply()

    await Conclusion("Tea.", Ending("length", "_Cut off._"), "_Not judged._").show_end(reply)

    assert reply.endings == [Ending("length", "_Cut off._")]
    assert reply.notices == [Said("_Not judged._")]
    assert reply.text == ""


async def test_an_end_without_a_caution_has_no_notice() -> None:
    reply = RecordingReply()

    await Conclusion("Tea.", Ending("complete")).show_end(reply)

    assert (reply.endings, reply.notices) == ([Ending("complete")], [])
