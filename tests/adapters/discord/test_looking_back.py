"""What is asked of Discord after a gap: little, the newest first, and nothing where nobody spoke."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.discord.hearing.backfill import Backfill
from adapters.discord.hearing.servers import Servers
from adapters.discord.routes import MESSAGES, SEARCH
from adapters.discord.snowflakes import snowflake_at
from bot.attendance import Attendance, Gap
from bot.errors import PlatformBusy
from bot.store import Store
from tests.adapters.discord.counter import Hall, open_hall
from tests.adapters.discord.payloads import BOT, GUILD, payload
from tests.fakes import settled

MINUTE = 60.0


@dataclass(slots=True, eq=False)
class Archive:
    """Discord, asked what was said."""

    found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What a search finds, by what it is for."""
    trouble: PlatformBusy | None = None
    """What becomes of searches."""
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    async def ask(self, route: str, *ids: str, query: Mapping[str, str | int] | None = None) -> Any:
        """What there is."""
        self.asked.append((route, ids[0], dict(query or {})))
        if route == MESSAGES:
            return []
        if self.trouble:
            raise self.trouble
        wanted = "mentions" if "mentions" in (query or {}) else "replied_to_user_id"
        hits, start = self.found.get(wanted, []), int((query or {})["offset"])
        return {"total_results": len(hits), "messages": [[each] for each in hits[start : start + 25]]}

    def of(self, route: str) -> list[str]:
        """What was asked about, in order."""
        return [name for asked, name, _ in self.asked if asked == route]


@dataclass(frozen=True, slots=True)
class Scene:
    """A shard of which nobody has heard for ten minutes."""

    hall: Hall
    archive: Archive
    servers: Servers
    backfill: Backfill
    gap: Gap


@pytest.fixture
def scene(store: Store) -> Scene:
    """A scene whose session has just begun, and told of no server yet."""
    hall, archive, servers = open_hall(store), Archive(), Servers()
    backfill = Backfill(hall.intake, archive, Attendance(store, "discord-0"), servers)
    now = time.time()
    return Scene(hall, archive, servers, backfill, Gap(now - 10 * MINUTE, now, 1))


def spoken(*minutes: float) -> dict[str, Any]:
    """A server in whose channels somebody spoke so many minutes ago."""
    last = [snowflake_at(time.time() - each * MINUTE) for each in minutes]
    channels = [
        {"id": str(number), "type": 0, "last_message_id": each} for number, each in enumerate(last, 100)
    ]
    return {"id": GUILD, "channels": channels, "threads": []}


def mention(scene: Scene, number: int) -> dict[str, Any]:
    """One of many mentions in the gap."""
    data = payload("message_with_mention") | {"id": str(int(snowflake_at(scene.gap.since + 1)) + number)}
    return {name: data[name] for name in data if name not in {"guild_id", "member", "channel_type"}}


async def test_a_server_in_which_nobody_has_spoken_meanwhile_is_not_asked_about(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(11.0, 30.0))

    await scene.backfill(scene.gap)

    assert scene.archive.asked == []


async def test_what_a_search_finds_is_taken_in_late_once_and_in_order(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(5.0))
    mentions = [mention(scene, number) for number in range(30)]
    scene.archive.found = {"mentions": mentions[::-1], "replied_to_user_id": mentions[:3]}

    await scene.backfill(scene.gap)

    messages = scene.hall.counter.messages
    assert [message.id for message in messages] == [each["id"] for each in mentions]
    assert all(message.late and message.conversation.tenant == f"discord:{GUILD}" for message in messages)
    assert len(scene.archive.of(SEARCH)) == 3  # two pages, and one of replies


async def test_no_more_than_four_pages_of_a_search_are_read(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(5.0))
    scene.archive.found = {"mentions": [mention(scene, number) for number in range(150)]}

    await scene.backfill(scene.gap)

    assert len(scene.hall.counter.messages) == 100


async def test_what_lies_outside_of_the_gap_is_left_alone(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(5.0))
    old = mention(scene, 0) | {"id": snowflake_at(scene.gap.since - 1)}
    new = mention(scene, 0) | {"id": snowflake_at(scene.gap.until + 3 * MINUTE)}
    scene.archive.found = {"mentions": [old, new]}

    await scene.backfill(scene.gap)

    assert scene.hall.counter.messages == []


async def test_what_was_written_by_a_clock_that_is_ahead_is_found(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(5.0))
    ahead = mention(scene, 0) | {"id": snowflake_at(scene.gap.until + MINUTE)}
    scene.archive.found = {"mentions": [ahead]}

    await scene.backfill(scene.gap)

    assert [message.id for message in scene.hall.counter.messages] == [ahead["id"]]


async def test_after_a_search_only_that_is_read_which_no_index_may_have_yet(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(0.1, 0.5, 5.0))

    await scene.backfill(scene.gap)

    assert scene.archive.of(MESSAGES) == ["100", "101"]


async def test_where_the_bot_may_not_search_the_last_twenty_channels_are_read(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(*(9.0 - number / 10 for number in range(30))))
    alone = Backfill(
        scene.hall.intake, scene.archive, scene.backfill.attendance, scene.servers, searches=False
    )

    await alone(scene.gap)

    assert scene.archive.of(SEARCH) == []
    assert scene.archive.of(MESSAGES) == [str(number) for number in range(129, 109, -1)]


async def test_where_a_search_would_take_too_long_channels_are_read(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(5.0))
    scene.archive.trouble = PlatformBusy(600.0)

    await scene.backfill(scene.gap)

    assert scene.archive.of(SEARCH) == [GUILD]
    assert scene.archive.of(MESSAGES) == ["100"]


async def test_a_gap_that_was_long_ago_is_left(scene: Scene) -> None:
    scene.servers.hear("GUILD_CREATE", spoken(5.0))
    until = scene.gap.until - 40 * MINUTE

    await scene.backfill(Gap(until - MINUTE, until, 1))

    assert scene.archive.asked == []


async def test_it_waits_until_a_session_has_told_of_all_its_servers(scene: Scene) -> None:
    scene.servers.hear("READY", {"guilds": [{"id": GUILD}, {"id": "2"}]})
    waiting = asyncio.create_task(scene.servers.told())

    scene.servers.hear("GUILD_CREATE", spoken(5.0))
    await settled()
    told_too_early = waiting.done()
    scene.servers.hear("GUILD_DELETE", {"id": "2", "unavailable": True})
    await waiting

    assert not told_too_early
    assert scene.servers.spoken_in(scene.gap.since) == [GUILD]


async def test_it_does_not_wait_for_ever(scene: Scene) -> None:
    scene.servers.hear("READY", {"guilds": [{"id": GUILD}]})

    await scene.servers.told(patience=0.01)

    assert scene.servers.spoken(GUILD, 0.0) is None


def test_a_new_session_tells_everything_anew() -> None:
    servers = Servers()
    servers.hear("GUILD_CREATE", spoken(5.0))

    servers.hear("READY", {"guilds": [{"id": BOT}]})

    assert servers.spoken(GUILD, 0.0) is None


def test_what_discord_tells_of_a_server_is_read() -> None:
    servers = Servers()

    servers.hear("GUILD_CREATE", payload("guild_create"))

    assert servers.spoken(GUILD, 0.0) == []
