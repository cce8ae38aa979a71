"""What people thought of answers: the last word of each on each reply."""

from __future__ import annotations

from bot.feedback import LONGEST, Feedback, Rating
from bot.messages import Author, Conversation
from bot.store import Store
from tests.bot.stage import THREAD
from tests.fakes import ADA

BOB = Author("U2", "Bob")


async def test_the_last_word_of_each_person_counts(store: Store) -> None:
    feedback = Feedback(store)
    for rating in (
        Rating(THREAD, "m1", ADA, "down"),
        Rating(THREAD, "m1", BOB, "up"),
        Rating(THREAD, "m1", ADA, "down", " It is wrong. "),
        Rating(THREAD, "m2", ADA, "up"),
    ):
        await feedback.keep(rating)

    kept = await feedback.all(THREAD.tenant)

    told = [(each.reply, each.author, each.thumb, each.reason) for each in kept]
    assert told == [
        ("m1", BOB.id, "up", ""),
        ("m1", ADA.id, "down", "It is wrong."),
        ("m2", ADA.id, "up", ""),
    ]


async def test_tenants_do_not_see_each_other(store: Store) -> None:
    await Feedback(store).keep(Rating(THREAD, "m1", ADA, "up"))

    assert await Feedback(store).all("test:other") == ()


async def test_what_people_thought_lives_as_long_as_all_else(store: Store) -> None:
    await Feedback(store, retention_days=2).keep(Rating(Conversation("t", "c"), "m1", ADA, "up"))

    assert await store.do("TTL", "parley:{t}:feedback") == 2 * 86_400


async def test_a_reason_has_an_end(store: Store) -> None:
    await Feedback(store).keep(Rating(THREAD, "m1", ADA, "down", "x" * 10_000))

    [opinion] = await Feedback(store).all(THREAD.tenant)
    assert len(opinion.reason) == LONGEST


async def test_the_tenants_with_opinions_are_found_by_their_names(store: Store) -> None:
    for tenant in ("slack:T1", "discord:{2}", "slack:T1"):
        await Feedback(store).keep(Rating(Conversation(tenant, "c"), "m1", ADA, "up"))

    assert await Feedback(store).tenants() == ["discord:{2}", "slack:T1"]
