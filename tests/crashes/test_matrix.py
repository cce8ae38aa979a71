from __future__ import annotations

import pytest

from tests.crashes.job import Point
from tests.crashes.judging import broken_points, undisturbed
from tests.crashes.kinds import FILTERED, FLAGGED, KINDS, LONG, PLAIN, STOPPED, STREAMED, THREAD, Kind
from tests.crashes.lives import Forks
from tests.crashes.matrix import middle_points, open_matrix, points_of
from tests.crashes.tally import Tally


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_worker_may_die_at_any_point(kind: Kind, forks: Forks, valkey: str, tally: Tally) -> None:
    async with open_matrix(kind, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)
        points = points_of(pattern.lives[0].operations)

        broken = await broken_points(matrix, [(point,) for point in points], pattern, tally)

    assert broken == []


TWICE = (PLAIN, STREAMED, LONG, THREAD, FLAGGED, FILTERED, STOPPED)


@pytest.mark.parametrize("kind", TWICE, ids=lambda kind: kind.name)
async def test_and_the_next_one_may_die_there_too(
    kind: Kind, forks: Forks, valkey: str, tally: Tally
) -> None:
    async with open_matrix(kind, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)
        points = middle_points(points_of(pattern.lives[0].operations))
        plays = [(point, Point(point.name, 1, point.side)) for point in points]

        broken = await broken_points(matrix, plays, pattern, tally)

    assert broken == []
