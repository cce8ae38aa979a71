from __future__ import annotations

from bot.notes import Notes
from bot.store import Store


async def test_a_note_is_found_once_by_whoever_looks_first(store: Store) -> None:
    await Notes(store, "slack:T1").leave("untitled", 60)

    found = [await Notes(store, "slack:T1").take("untitled") for _ in range(2)]

    assert found == [True, False]


async def test_notes_are_of_one_tenant(store: Store) -> None:
    await Notes(store, "slack:T1").leave("untitled", 60)

    assert not await Notes(store, "slack:T2").take("untitled")


async def test_a_note_is_thrown_away_after_its_time(store: Store) -> None:
    await Notes(store, "slack:T1").leave("untitled", 60)

    [key] = await store.do("KEYS", "*note*")

    assert 0 < await store.do("TTL", key) <= 60


async def test_what_a_note_says_is_read_as_often_as_one_likes(store: Store) -> None:
    notes = Notes(store, "slack:T1")
    await notes.leave("thread", 60, "général")

    assert [await notes.read("thread") for _ in range(2)] == ["général", "général"]
    assert await notes.read("other") is None
