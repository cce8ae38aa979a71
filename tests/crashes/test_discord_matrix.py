from __future__ import annotations

import pytest

from tests.adapters.discord.quiet import loud
from tests.crashes.discord_kinds import BRIEF, KINDS, STREAMED, TWICE, DiscordKind
from tests.crashes.guilds import open_guilds
from tests.crashes.job import Point
from tests.crashes.judging import broken_points, undisturbed
from tests.crashes.lives import Forks
from tests.crashes.matrix import matrix_at, middle_points, platform_points, points_of
from tests.crashes.tally import Tally


@pytest.mark.parametrize("kind", [*KINDS, *BRIEF], ids=lambda kind: kind.name)
async def test_a_worker_may_die_at_any_point_of_a_turn_in_discord(
    kind: DiscordKind, forks: Forks, valkey: str, discord_tally: Tally
) -> None:
    async with open_guilds(kind) as venue, matrix_at(venue, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)
        points = points_of(pattern.lives[0].operations)
        if kind is not STREAMED:
            points = middle_points(points) if kind in BRIEF else platform_points(points)

        broken = await broken_points(matrix, [(point,) for point in points], pattern, discord_tally)

        assert broken == []
        assert loud(venue.discord.calls) == []


@pytest.mark.parametrize("kind", TWICE, ids=lambda kind: kind.name)
async def test_and_the_next_one_may_die_there_too_in_discord(
    kind: DiscordKind, forks: Forks, valkey: str, discord_tally: Tally
) -> None:
    async with open_guilds(kind) as venue, matrix_at(venue, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)
        points = middle_points(points_of(pattern.lives[0].operations))
        plays = [(point, Point(point.name, 1, point.side)) for point in points]

        broken = await broken_points(matrix, plays, pattern, discord_tally)

        assert broken == []
        assert loud(venue.discord.calls) == []
