"""A server without memory left: nothing new is taken in, and what was is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import StoreFull
from bot.mailbox import Kind
from bot.messages import Conversation
from bot.store import open_store
from tests.bot.mailroom import Mailroom
from tests.conftest import running_valkey


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[str]:
    """A server of the test's own, that may become full."""
    with running_valkey(tmp_path, "--maxmemory-policy", "noeviction") as (_, url):
        yield url


async def test_a_full_server_takes_nothing_in_and_keeps_nothing_of_it(own_server: str) -> None:
    async with open_store(own_server) as store:
        room = Mailroom(store)
        await store.do("CONFIG", "SET", "maxmemory", "1")

        with pytest.raises(StoreFull):
            await room.accept("m1")

        assert await room.kinds_kept() == set()
        await store.do("CONFIG", "SET", "maxmemory", "0")
        assert (await room.accept("m1")).outcome == "accepted"


async def test_a_full_server_still_lets_what_was_accepted_be_answered(own_server: str) -> None:
    async with open_store(own_server) as store:
        room = Mailroom(store)
        places = [Conversation("test:team", name) for name in ("ended", "parked", "released")]
        for each in places:
            await room.accept("m1", each)
        await store.do("CONFIG", "SET", "maxmemory", "1")

        claims = [(await room.claim("w1", each))[0] for each in places]
        ended, parked, released = [(await room.taken_over(claim))[0] for claim in claims]
        for claim in (ended, parked, released):
            await claim.about_to_write("Hello", "m1/0")
        await room.answer(ended)
        await parked.park("broken")
        await released.release(counted=True)

        assert await room.answered(places[0]) == ["m1"]
        assert await room.mailbox.unpark((await room.mailbox.parked())[0])
        for each in places[1:]:
            [claim] = await room.claim("w3", each)
            assert claim.resumed
        assert await room.mailbox.beat("w3") == {"w3"}


@pytest.mark.parametrize(
    ("kind", "outcome"), [("reset", "accepted"), ("stop", "stopped"), ("bare", "stopped")]
)
async def test_a_full_server_still_takes_what_makes_room_or_ends_a_reply(
    own_server: str, kind: Kind, outcome: str
) -> None:
    async with open_store(own_server) as store:
        room = Mailroom(store)
        await room.accept("m1")
        [claim] = await room.claim()
        await store.do("CONFIG", "SET", "maxmemory", "1")

        receipt = await room.accept("m2", kind=kind)

        await claim.about_to_write("Hello")
        assert (receipt.outcome, claim.stopping) == (outcome, True)
