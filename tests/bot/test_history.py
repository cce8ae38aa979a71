"""Histories on a real server: what is read, kept, trimmed and branched."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.exchanges import Exchange
from bot.history import History
from bot.keys import DAY, ConversationKeys
from bot.ledger import Ledger
from bot.messages import Conversation
from bot.store import Store
from tests.bot.stage import SUMS, THREAD, turned
from tests.fakes import CHANNEL


@pytest.fixture
def history(store: Store) -> History:
    """Histories with the default retention."""
    return History(store)


async def questions(history: History, conversation: Conversation = CHANNEL) -> list[str]:
    """All kept questions, oldest first."""
    return [exchange.question for exchange in await history.everything(conversation)]


async def test_a_turn_that_ends_twice_is_kept_once(history: History) -> None:
    first = await history.remember(turned(1))
    second = await history.remember(turned(1))

    assert (first, second) == (True, False)
    assert await questions(history) == ["q1"]
    _, sums = await Ledger(history.store).of_conversation(CHANNEL)
    assert sums == SUMS


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 64, 100])
async def test_recall_reads_the_newest_exchanges_within_the_tokens(history: History, count: int) -> None:
    for number in range(count):
        await history.remember(turned(number))

    recall = await history.recall(CHANNEL, 405)

    expected = [f"q{number}" for number in range(count)][-40:]
    assert [exchange.question for exchange in recall.exchanges] == expected


async def test_recall_begins_where_the_window_of_the_last_turn_began(history: History) -> None:
    for number in range(5):
        await history.remember(turned(number))
    kept = await history.everything(CHANNEL)

    await history.remember(turned(5, window=kept[3:]))

    recall = await history.recall(CHANNEL, 1_000)
    assert [exchange.question for exchange in recall.exchanges] == ["q3", "q4", "q5"]
    assert len(await questions(history)) == 6


async def test_only_the_most_exchanges_are_kept(store: Store) -> None:
    history = History(store, most=3)

    for number in range(5):
        await history.remember(turned(number))

    assert await questions(history) == ["q2", "q3", "q4"]


async def test_exchanges_older_than_the_retention_go_with_the_next_turn(store: Store) -> None:
    history = History(store, retention_days=2)
    now = int(time.time() * 1000)
    old = Exchange("old", "a", 5, id=f"{now - 3 * 86_400_000}-0")
    young = Exchange("young", "a", 5, id=f"{now - 86_400_000}-0")
    await history.load(CHANNEL, [old, young])

    await history.remember(turned(1))

    assert await questions(history) == ["young", "q1"]


async def test_a_replacement_leaves_one_exchange_and_keeps_both_costs(history: History) -> None:
    await history.remember(turned(1))
    (first,) = await history.everything(CHANNEL)

    await history.remember(turned(2, replaces=first.id))

    assert await questions(history) == ["q2"]
    last, sums = await Ledger(history.store).of_conversation(CHANNEL)
    assert sums == SUMS + SUMS
    assert last == SUMS


async def test_usage_without_an_exchange_leaves_the_history_alone(history: History) -> None:
    await history.remember(turned(1, exchange=None))

    assert await questions(history) == []
    _, sums = await Ledger(history.store).of_conversation(CHANNEL)
    assert sums == SUMS


async def test_a_failed_turn_in_a_new_thread_does_not_cut_it_off_from_its_channel(history: History) -> None:
    await history.remember(turned(1))

    await history.remember(turned(2, conversation=THREAD, exchange=None))

    recall = await history.recall(THREAD, 1_000)
    assert [exchange.question for exchange in recall.exchanges] == ["q1"]


async def test_an_opened_thread_gets_only_the_window_and_the_opening_exchange(history: History) -> None:
    for number in range(4):
        await history.remember(turned(number))
    window = (await history.everything(CHANNEL))[2:]

    await history.remember(turned(4, opens=THREAD, window=window))

    assert await questions(history, THREAD) == ["q2", "q3", "q4"]
    assert await questions(history) == ["q0", "q1", "q2", "q3", "q4"]


async def test_a_persona_chosen_in_a_new_thread_does_not_cut_it_off_from_its_channel(
    history: History,
) -> None:
    await history.remember(turned(1))
    await history.choose_persona(CHANNEL, "concise")

    await history.choose_persona(THREAD, "tutor")

    recall = await history.recall(THREAD, 1_000)
    assert recall.persona == "tutor"
    assert [exchange.question for exchange in recall.exchanges] == ["q1"]


async def test_threads_inherit_the_persona_at_their_beginning(history: History) -> None:
    await history.choose_persona(CHANNEL, "concise")
    await history.remember(turned(1, opens=THREAD))

    await history.choose_persona(CHANNEL, "sarcastic")

    assert (await history.recall(THREAD, 0)).persona == "concise"
    assert (await history.recall(CHANNEL, 0)).persona == "sarcastic"


async def test_forgetting_says_how_much_and_keeps_persona_and_sums(history: History) -> None:
    await history.remember(turned(1))
    await history.remember(turned(2))
    await history.choose_persona(CHANNEL, "concise")

    count = await history.reset(CHANNEL, by="r4")

    assert count == 2
    assert await questions(history) == []
    assert (await history.recall(CHANNEL, 0)).persona == "concise"
    _, sums = await Ledger(history.store).of_conversation(CHANNEL)
    assert sums.answers == 2


async def test_erasing_leaves_nothing_of_the_conversation(history: History) -> None:
    await history.remember(turned(1))

    found = await history.forget(CHANNEL)

    assert found
    keys = ConversationKeys(CHANNEL)
    assert await history.store.do("EXISTS", keys.history, keys.usage, keys.unanswered) == 0
    assert await history.store.do("HKEYS", keys.state) == [b"resets"]
    assert 0 < await history.store.do("TTL", keys.state) <= DAY
    assert not await history.forget(CHANNEL)


async def test_a_month_is_the_sum_over_all_conversations_of_the_tenant(history: History) -> None:
    for number in range(20):
        await history.remember(turned(number, conversation=Conversation("team", f"c{number}")))
    await history.remember(turned(99, conversation=Conversation("other", "c1")))

    sums = await Ledger(history.store).of_month("team", time.strftime("%Y-%m", time.gmtime()))

    assert sums.answers == 20
    assert sums.micros == 140


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(0, 200), max_size=80), room=st.integers(0, 3_000))
async def test_recall_never_exceeds_the_tokens_and_never_skips_an_exchange(
    store: Store, sizes: list[int], room: int
) -> None:
    history = History(store)
    await history.forget(CHANNEL)
    stamp = int(time.time() * 1000)
    exchanges = [Exchange(f"q{n}", "a", size, id=f"{stamp + n}-0") for n, size in enumerate(sizes)]
    await history.load(CHANNEL, exchanges)

    recall = await history.recall(CHANNEL, room)

    count = len(recall.exchanges)
    assert recall.exchanges == tuple(exchanges[len(exchanges) - count :])
    assert sum(exchange.tokens for exchange in recall.exchanges) <= room
    if count < len(exchanges):
        assert sum(sizes[len(sizes) - count - 1 :]) > room


async def test_a_reset_is_counted_in_the_conversation_that_was_reset(history: History) -> None:
    await history.reset(CHANNEL, by="r5")
    await history.reset(CHANNEL, by="r6")

    assert (await history.recall(CHANNEL, 0)).resets == 2
    assert (await history.recall(THREAD, 0)).resets == 0


async def test_a_turn_that_began_before_a_reset_is_not_remembered_but_paid(history: History) -> None:
    await history.remember(turned(1))
    before = await history.recall(CHANNEL, 1_000)
    await history.reset(CHANNEL, by="r7")

    ended = await history.remember(turned(2, resets=before.resets, window=before.exchanges))

    assert ended
    assert await questions(history) == []
    last, sums = await Ledger(history.store).of_conversation(CHANNEL)
    assert (last, sums) == (SUMS, SUMS + SUMS)
    month = await Ledger(history.store).of_month(CHANNEL.tenant, time.strftime("%Y-%m", time.gmtime()))
    assert month.answers == 2


async def test_a_turn_that_began_after_a_reset_is_remembered(history: History) -> None:
    await history.reset(CHANNEL, by="r8")
    resets = (await history.recall(CHANNEL, 0)).resets

    await history.remember(turned(1, resets=resets))

    assert await questions(history) == ["q1"]


async def test_a_turn_that_began_before_a_reset_cannot_replace_what_came_after_it(history: History) -> None:
    await history.remember(turned(1))
    (first,) = await history.everything(CHANNEL)
    await history.reset(CHANNEL, by="r9")
    await history.remember(turned(2, resets=1))

    await history.remember(turned(3, resets=0, replaces=first.id, window=(first,)))

    assert await questions(history) == ["q2"]
    recall = await history.recall(CHANNEL, 1_000)
    assert [exchange.question for exchange in recall.exchanges] == ["q2"]


async def test_a_thread_keeps_the_exchange_that_opened_it_when_its_channel_was_reset_meanwhile(
    history: History,
) -> None:
    await history.remember(turned(1))
    before = await history.recall(CHANNEL, 1_000)
    await history.reset(CHANNEL, by="r10")

    await history.remember(turned(2, opens=THREAD, resets=before.resets, window=before.exchanges))

    assert await questions(history) == []
    assert await questions(history, THREAD) == ["q2"]
    assert (await Ledger(history.store).of_conversation(THREAD))[1] == SUMS


async def test_a_reset_of_a_channel_does_not_forget_what_is_being_answered_in_its_threads(
    history: History,
) -> None:
    await history.remember(turned(1, opens=THREAD))
    before = await history.recall(THREAD, 1_000)
    await history.reset(CHANNEL, by="r11")

    await history.remember(turned(2, conversation=THREAD, resets=before.resets, window=before.exchanges))

    assert await questions(history, THREAD) == ["q1", "q2"]


async def test_a_turn_that_began_before_a_reset_ends_once_all_the_same(history: History) -> None:
    await history.reset(CHANNEL, by="r12")

    ends = [await history.remember(turned(1, resets=0)) for _ in range(2)]

    assert ends == [True, False]
    assert (await Ledger(history.store).of_conversation(CHANNEL))[1] == SUMS


async def test_a_write_that_was_prepared_before_is_done_once(history: History) -> None:
    writing = history.writing(turned(1))

    done = [await history.write(writing) for _ in range(2)]

    assert done == [True, False]
    assert await questions(history) == ["q1"]
