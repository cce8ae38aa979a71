from __future__ import annotations

import pytest

from tests.crashes.discord_kinds import KINDS, DiscordKind
from tests.crashes.guilds import open_guilds
from tests.crashes.judging import Tally, broken_points, undisturbed
from tests.crashes.lives import Forks
from tests.crashes.matrix import matrix_at, points_of


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_worker_may_die_at_any_point_of_a_turn_in_discord(
    kind: DiscordKind, forks: Forks, valkey: str, discord_tally: Tally
) -> None:
    async with open_guilds(kind) as venue, matrix_at(venue, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)
        points = points_of(pattern.lives[0].operations)

        broken = await broken_points(matrix, [(point,) for point in points], pattern, discord_tally)

    assert broken == []
