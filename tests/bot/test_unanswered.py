"""Questions that were not answered, as `retry` finds them on a real server."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.exchanges import Exchange
from bot.history import History
from bot.keys import ConversationKeys
from bot.messages import Conversation, Image
from bot.prompt import Question
from bot.store import Store
from bot.unanswered import NOT_KEPT, Unanswered
from tests.bot.stage import THREAD, turned
from tests.fakes import CHANNEL

ELSEWHERE = Conversation(CHANNEL.tenant, "random")
OTHER_THREAD = replace(THREAD, thread="t2")

readable = st.text(st.characters(exclude_categories=["Cs"]))
exchanges = st.builds(
    Exchange,
    question=readable,
    answer=readable,
    tokens=st.integers(0, 2**31),
    author=readable,
    author_id=readable,
    images=st.integers(0, 20),
    finish=st.sampled_from(["complete", "length", "stopped"]),
    id=st.builds("{}-{}".format, st.integers(0, 2**41), st.integers(0, 2**16)),
)
questions = st.builds(
    Question,
    text=readable,
    author=readable,
    author_id=readable,
    images=st.lists(st.builds(Image, readable.map("https://".__add__))).map(tuple),
    lost_images=st.integers(0, 20),
    shared=st.booleans(),
    instead_of=st.none() | exchanges,
    onward=st.booleans(),
    note=readable,
)


@pytest.fixture
def unanswered(store: Store) -> Unanswered:
    """Questions with the default retention."""
    return Unanswered(store)


@pytest.fixture
def history(store: Store) -> History:
    """The histories beside them."""
    return History(store)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=questions)
async def test_a_question_is_found_as_it_was_kept(store: Store, question: Question) -> None:
    await Unanswered(store).keep(question, [CHANNEL])

    found = await Unanswered(store).find(CHANNEL)

    assert found == question


async def test_where_nothing_failed_nothing_is_found(unanswered: Unanswered) -> None:
    assert await unanswered.find(CHANNEL) is None


async def test_a_question_is_found_until_it_is_answered(unanswered: Unanswered) -> None:
    # A retry may be interrupted, and then somebody tries again.
    await unanswered.keep(Question("Who?"), [CHANNEL])

    found = [await unanswered.find(CHANNEL), await unanswered.find(CHANNEL)]

    assert found == [Question("Who?"), Question("Who?")]


async def test_of_two_questions_in_a_conversation_the_last_one_is_kept(unanswered: Unanswered) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL])

    await unanswered.keep(Question("Why?"), [CHANNEL])

    assert await unanswered.find(CHANNEL) == Question("Why?")


@pytest.mark.parametrize("other", [ELSEWHERE, THREAD, Conversation("other:team", "general")])
async def test_a_question_stays_with_its_conversation(unanswered: Unanswered, other: Conversation) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL])

    assert await unanswered.find(other) is None


async def test_a_question_goes_when_it_is_as_old_as_the_retention(store: Store) -> None:
    await Unanswered(store, retention_days=2).keep(Question("Who?"), [CHANNEL])

    left = await store.do("TTL", ConversationKeys(CHANNEL).unanswered)

    assert 0 < left <= 2 * 86_400


async def test_a_picture_that_came_with_the_question_is_not_kept_but_counted(unanswered: Unanswered) -> None:
    pictures = (Image("data:image/png;base64,aGVsbG8="), Image("https://example.org/cat.png"))

    await unanswered.keep(Question("What is this?", images=pictures, lost_images=2), [CHANNEL])

    expected = Question("What is this?", images=pictures[1:], lost_images=3)
    assert await unanswered.find(CHANNEL) == expected


@pytest.mark.parametrize("place", [CHANNEL, THREAD])
async def test_the_answer_to_a_question_ends_it_in_its_channel_and_in_its_thread(
    unanswered: Unanswered, history: History, place: Conversation
) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL, THREAD])

    await history.remember(turned(1, conversation=place))

    assert await unanswered.find(CHANNEL) is None
    assert await unanswered.find(THREAD) is None


@pytest.mark.parametrize("place", [CHANNEL, THREAD])
async def test_a_reset_ends_a_question_in_its_channel_and_in_its_thread(
    unanswered: Unanswered, history: History, place: Conversation
) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL, THREAD])

    await history.reset(place, by="r2")

    assert await unanswered.find(CHANNEL) is None
    assert await unanswered.find(THREAD) is None


async def test_an_answer_in_a_channel_leaves_a_later_question_of_a_thread(
    unanswered: Unanswered, history: History
) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL, THREAD])
    await unanswered.keep(Question("Why?"), [THREAD])

    await history.remember(turned(1))

    assert await unanswered.find(CHANNEL) is None
    assert await unanswered.find(THREAD) == Question("Why?")


async def test_an_answer_in_a_thread_leaves_a_later_question_of_its_channel(
    unanswered: Unanswered, history: History
) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL, THREAD])
    await unanswered.keep(Question("Who?"), [CHANNEL, OTHER_THREAD])

    await history.remember(turned(1, conversation=THREAD))

    assert await unanswered.find(THREAD) is None
    assert await unanswered.find(CHANNEL) == await unanswered.find(OTHER_THREAD) == Question("Who?")


async def test_an_answer_that_opens_a_thread_ends_what_waits_there(
    unanswered: Unanswered, history: History
) -> None:
    await unanswered.keep(Question("Who?"), [THREAD])

    await history.remember(turned(1, opens=THREAD))

    assert await unanswered.find(THREAD) is None


async def test_a_turn_that_is_not_remembered_leaves_its_question(
    unanswered: Unanswered, history: History
) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL])

    await history.remember(turned(1, exchange=None))

    assert await unanswered.find(CHANNEL) == Question("Who?")


async def test_a_turn_that_ends_twice_ends_no_question_that_came_between(
    unanswered: Unanswered, history: History
) -> None:
    await history.remember(turned(1))
    await unanswered.keep(Question("Who?"), [CHANNEL])

    await history.remember(turned(1))

    assert await unanswered.find(CHANNEL) == Question("Who?")


async def test_a_turn_that_began_before_a_reset_ends_no_question_that_came_after_it(
    unanswered: Unanswered, history: History
) -> None:
    await history.reset(CHANNEL, by="r3")
    await unanswered.keep(Question("Who?"), [CHANNEL])

    await history.remember(turned(1, resets=0))

    assert await unanswered.find(CHANNEL) == Question("Who?")


async def test_forgetting_a_conversation_forgets_its_question(
    unanswered: Unanswered, history: History
) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL])

    found = await history.forget(CHANNEL)

    assert found
    assert await unanswered.find(CHANNEL) is None


async def test_that_a_question_must_not_be_asked_again_is_known_until_another_is_answered(
    unanswered: Unanswered, history: History
) -> None:
    await unanswered.keep(Question("Who?"), [CHANNEL, THREAD])
    await unanswered.keep(NOT_KEPT, [CHANNEL, THREAD])
    found = [await unanswered.find(CHANNEL), await unanswered.find(THREAD)]

    await history.remember(turned(1))

    assert found == [NOT_KEPT, NOT_KEPT]
    assert await unanswered.find(CHANNEL) is None
    assert await unanswered.find(THREAD) is None
