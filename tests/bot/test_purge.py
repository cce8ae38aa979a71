"""Purges: nothing of a tenant stays but its marks, nothing of another one goes, and what runs brings nothing back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import islice

import pytest

from bot.allowance import Allowance
from bot.attendance import Attendance
from bot.beside import beside
from bot.claim import ClaimGone
from bot.conclusion import Conclusion
from bot.errors import ClaimLost, PlatformUnclear
from bot.history import History
from bot.incidents import Incidents
from bot.keys import PARTITIONS, PURGES, escaped, owner_of, personas_key
from bot.messages import Conversation
from bot.moderation import Verdict
from bot.persona import Persona
from bot.persona_store import Personas
from bot.prompt import Question
from bot.purge import Purges
from bot.reply import Ending
from bot.store import Store, open_store
from bot.unanswered import Unanswered
from tests.bot.mailroom import Mailroom, neighbours
from tests.bot.stage import turned
from tests.bot.workshop import Workshop
from tests.fakes import incoming

TENANT = "slack:T1"
OTHERS = ("slack:T12", "slack:t1", "slack:T", "slack:T1:x", "test:slack:T1", "discord:T1")
"""Tenants whose names look like it."""
AT_ONCE = (0.0,)


@pytest.fixture(params=["valkey", "cluster"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """A store in which nothing is kept yet, of one server or of three."""
    running = request.getfixturevalue(request.param)
    async with open_store(running if isinstance(running, str) else running[0]) as opened:
        await opened.client.flushall()
        yield opened


@pytest.fixture
def room(store: Store) -> Mailroom:
    """A mailbox in which nothing waits."""
    return Mailroom(store)


async def yes(tenant: str) -> bool:
    """It has gone."""
    del tenant
    return True


async def no(tenant: str) -> bool:
    """It has not."""
    del tenant
    return False


async def live(store: Store, tenant: str) -> None:
    """Leave everything behind that a tenant leaves behind, in channels of several partitions."""
    room = Mailroom(store)
    for channel in (Conversation(tenant, f"c{number}") for number in range(6)):
        thread = Conversation(tenant, channel.channel, "t1")
        await History(store).remember(turned(1, conversation=channel, opens=thread))
        await History(store).choose_persona(thread, "tutor")
        await Unanswered(store).keep(Question("What?"), [channel, thread])
        await room.accept("waits", thread)
        await room.accept("resets", channel, "reset")
        for turn in ("parked", "runs"):
            place = Conversation(tenant, f"{channel.channel}-{turn}")
            await room.accept(turn, place, opens="t1")
            [claim] = [each for each in await room.claim("w1", place) if each.message.id == turn]
            if turn == "parked":
                await claim.park("broken")
            else:
                await claim.about_to_write("Half an answer", f"{turn}/0")
    await Personas(store).keep(tenant, Persona("pirate", "You are a pirate."), new=True)
    await Allowance(store, tenant).hold("stream", "m1", 60.0, 1)
    message = incoming("Bad", conversation=Conversation(tenant, "c1"))
    await Incidents(store).record(message, "Bad", Verdict(("hate",)))


async def kept(store: Store, tenant: str) -> set[str]:
    """The kinds of what is kept of a tenant."""
    owned = [owner_of(key) async for key in store.keys("*")]
    return {kind for owner, kind in owned if owner == escaped(tenant)}


async def until_forgotten(store: Store, tenant: str = TENANT) -> None:
    """Return once nothing of a tenant is there but marks, and nobody wishes for anything any more."""
    async with asyncio.timeout(10):
        while True:
            if not await store.do("EXISTS", PURGES) and await kept(store, tenant) == {"mark"}:
                return
            await asyncio.sleep(0.01)


async def owned(store: Store, tenant: str) -> dict[str, bytes]:
    """The keys of a tenant, and what they hold."""
    keys = [key async for key in store.keys("*")]
    return {key: await store.do("DUMP", key) for key in keys if owner_of(key)[0] == escaped(tenant)}


async def shared(store: Store) -> bytes:
    """All that is kept under keys of no tenant, in one piece to search."""
    keys = [key async for key in store.keys("*") if not owner_of(key)[0]]
    return b"".join([await store.do("DUMP", key) for key in keys])


async def loads_of(store: Store, tenant: str) -> list[bytes | None]:
    """How many messages of a tenant wait in each partition."""
    loads = [f"parley:{{{number}}}:load" for number in range(PARTITIONS)]
    return [await store.do("HGET", load, escaped(tenant)) for load in loads]


async def test_of_a_tenant_that_has_gone_only_marks_stay(store: Store, room: Mailroom) -> None:
    await live(store, TENANT)
    assert await kept(store, TENANT) >= {"history", "state", "usage", "unanswered", "month", "personas"}
    assert await kept(store, TENANT) >= {"inbox", "urgent", "journal", "joined", "incidents", "allowance"}
    purges = Purges(store, AT_ONCE)

    await purges.want(TENANT)
    await purges.carry_out("slack", yes)

    assert await kept(store, TENANT) == {"mark"}
    assert TENANT.encode() not in await shared(store)
    assert escaped(TENANT).encode() not in await shared(store)
    assert await room.mailbox.parked() == []
    for number in range(6):
        assert await room.claim("w1", Conversation(TENANT, f"c{number}")) == []
        assert await room.waiting(Conversation(TENANT, f"c{number}")) == {}


@pytest.mark.parametrize("other", OTHERS)
async def test_what_another_tenant_has_stays_as_it_is(store: Store, room: Mailroom, other: str) -> None:
    looks_alike = Conversation(other, TENANT, TENANT)
    await History(store).remember(turned(1, conversation=looks_alike))
    for tenant in (other, TENANT):
        await live(store, tenant)
    before, loads = await owned(store, other), await loads_of(store, other)
    parked = [each for each in await room.mailbox.parked() if each.message.conversation.tenant == other]
    purges = Purges(store, AT_ONCE)

    await purges.want(TENANT)
    await purges.carry_out("slack", yes)

    assert await owned(store, other) == before
    assert await loads_of(store, other) == loads
    assert await room.mailbox.parked() == parked


async def test_others_are_answered_as_if_nothing_had_happened(store: Store, room: Mailroom) -> None:
    mine = [Conversation(TENANT, each.channel) for each in islice(neighbours(TENANT), 120)]
    theirs = list(islice(neighbours("slack:T2"), 120))
    for here, there in zip(mine, theirs, strict=True):
        await room.accept("m1", here)
        await room.accept("m1", there)
    purges = Purges(store, AT_ONCE)

    await purges.want(TENANT)
    await purges.carry_out("slack", yes)

    assert await room.waiting() == {"slack%3AT2": 120, "": 120}
    answered = []
    while claims := await room.claim("w1"):
        for claim in claims:
            answered.append(claim.message.conversation)
            await claim.end()
    assert answered == theirs
    assert await room.waiting() == {}


async def test_a_turn_that_runs_loses_its_claim_and_brings_nothing_back(store: Store, room: Mailroom) -> None:
    place = Conversation(TENANT, "c1")
    await room.accept("m1", place, opens="t1")
    [claim] = await room.claim("w1", place)
    purges = Purges(store, AT_ONCE)

    await purges.want(TENANT)
    await purges.carry_out("slack", yes)

    writes: list[Callable[[], Awaitable[None]]] = [
        partial(claim.about_to_write, "An answer", "m1/0"),
        partial(claim.conclude, room.conclusion(claim)),
        claim.end,
        partial(claim.park, "broken"),
    ]
    for write in writes:
        with pytest.raises(ClaimLost) as lost:
            await write()
        assert not isinstance(lost.value, ClaimGone)
    await claim.release(counted=True)
    assert await kept(store, TENANT) == {"mark"}
    assert await room.claim("w2", place) == []


async def test_a_worker_ends_such_a_turn_at_once(store: Store, room: Mailroom) -> None:
    shop, purges = Workshop(store), Purges(store, AT_ONCE)
    async with shop.working():
        await room.accept("m1", Conversation(TENANT, "c1"))
        await shop.until(lambda: shop.begun == ["m1"])

        await purges.want(TENANT)
        await purges.carry_out("slack", yes)
        await shop.until(lambda: shop.left == ["m1"])

        shop.open.set()
        await room.accept("m2", Conversation("slack:T2", "c1"))
        await shop.until(lambda: shop.done == ["m2"])
    assert shop.begun == ["m1", "m2"]
    assert await kept(store, TENANT) == {"mark"}


async def test_what_is_left_behind_meanwhile_goes_with_a_later_sweep(store: Store) -> None:
    purges = Purges(store, (0.0, 0.05, 0.1), look=0.01)
    await purges.want(TENANT)
    await purges.carry_out("slack", yes)
    await live(store, TENANT)

    async with beside(purges.keep("slack", yes)):
        await until_forgotten(store)


async def test_a_wish_outlives_the_process_that_took_it_in(store: Store) -> None:
    await live(store, TENANT)

    await Purges(store, AT_ONCE).want(TENANT)
    await Purges(store, AT_ONCE).carry_out("slack", yes)

    assert await kept(store, TENANT) == {"mark"}
    assert not await store.do("EXISTS", PURGES)


async def test_a_tenant_that_is_there_again_keeps_everything(store: Store) -> None:
    await live(store, TENANT)
    before = await owned(store, TENANT)
    purges = Purges(store, AT_ONCE)

    await purges.want(TENANT)
    await purges.carry_out("slack", no)

    assert await owned(store, TENANT) == before
    assert not await store.do("EXISTS", PURGES)


async def test_where_nobody_knows_whether_it_has_gone_it_is_asked_again(store: Store) -> None:
    await live(store, TENANT)
    await live(store, "slack:T2")
    before = await kept(store, TENANT)
    purges = Purges(store, AT_ONCE, look=0.01)

    async def unclear(tenant: str) -> bool:
        if tenant == TENANT:
            raise PlatformUnclear("TimeoutError")
        return True

    for tenant in (TENANT, "slack:T2"):
        await purges.want(tenant)
    await purges.carry_out("slack", unclear)

    assert await kept(store, TENANT) == before
    assert await kept(store, "slack:T2") == {"mark"}
    async with beside(purges.keep("slack", yes)):
        await until_forgotten(store)


async def test_a_platform_forgets_only_its_own_tenants(store: Store) -> None:
    await live(store, TENANT)
    purges = Purges(store, AT_ONCE)
    await purges.want(TENANT)

    await purges.carry_out("discord", yes)

    assert "history" in await kept(store, TENANT)


async def test_whoever_listens_to_a_part_of_the_platform_does_not_look_there_any_more(store: Store) -> None:
    whole, part, other = (Attendance(store, name) for name in ("slack", "slack-1", "discord-0"))
    for attendance in (whole, part, other):
        await attendance.note([TENANT, "slack:T2"])
    await Purges(store, AT_ONCE).want(TENANT)

    await Purges(store, AT_ONCE).carry_out("slack", yes)

    assert await whole.tenants() == await part.tenants() == ["slack:T2"]
    assert sorted(await other.tenants()) == [TENANT, "slack:T2"]


async def test_what_begins_anew_is_not_swept_by_what_was_wished_before(store: Store) -> None:
    purges = Purges(store, (0.0, 0.0, 0.0), look=0.01)
    await live(store, TENANT)
    await purges.want(TENANT)

    async with beside(purges.keep("slack", yes)):
        async with purges.holding(TENANT) as hold:
            await purges.settle(TENANT, yes, hold)
            await Personas(store).keep(TENANT, Persona("anew", "You are new."), new=True)
        await asyncio.sleep(0.1)

    assert await kept(store, TENANT) == {"mark", "personas"}
    assert await store.do("HKEYS", personas_key(TENANT)) == [b"anew"]


async def test_two_processes_sweep_one_after_the_other(store: Store) -> None:
    await live(store, TENANT)
    running, most = 0, 0

    @asynccontextmanager
    async def counted() -> AsyncIterator[None]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        yield
        running -= 1

    async def slowly(tenant: str) -> bool:
        del tenant
        async with counted():
            await asyncio.sleep(0.05)
        return True

    purges = [Purges(store, AT_ONCE, look=0.01) for _ in range(2)]
    await purges[0].want(TENANT)
    await asyncio.gather(*(each.carry_out("slack", slowly) for each in purges))

    assert most == 1
    assert await kept(store, TENANT) == {"mark"}


async def test_an_answer_that_was_complete_is_not_remembered_afterwards(store: Store, room: Mailroom) -> None:
    place = Conversation(TENANT, "c1")
    await room.accept("m1", place)
    [claim] = await room.claim("w1", place)
    await claim.conclude(Conclusion("An answer.", Ending("complete"), writing=room.conclusion(claim).writing))
    purges = Purges(store, AT_ONCE)

    await purges.want(TENANT)
    await purges.carry_out("slack", yes)
    with pytest.raises(ClaimLost):
        await claim.end()

    assert await room.answered(place) == []
