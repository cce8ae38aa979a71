from __future__ import annotations

import pytest

from tests.crashes.job import Point
from tests.crashes.judging import broken_points, undisturbed
from tests.crashes.lives import Forks
from tests.crashes.matrix import matrix_at, middle_points, points_of
from tests.crashes.tally import Tally
from tests.crashes.workspaces import EDITED, FLAGGED, SLACK_KINDS, THREAD, SlackKind, open_workspaces


@pytest.mark.parametrize("kind", SLACK_KINDS, ids=lambda kind: kind.name)
async def test_a_worker_may_die_at_any_point_of_a_turn_in_slack(
    kind: SlackKind, forks: Forks, valkey: str, slack_tally: Tally
) -> None:
    async with open_workspaces(kind) as venue, matrix_at(venue, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)
        points = points_of(pattern.lives[0].operations)

        broken = await broken_points(matrix, [(point,) for point in points], pattern, slack_tally)

        assert broken == []
        assert venue.slack.impatient == []


@pytest.mark.parametrize("kind", [THREAD, EDITED, FLAGGED], ids=lambda kind: kind.name)
async def test_and_the_next_one_may_die_there_too_in_slack(
    kind: SlackKind, forks: Forks, valkey: str, slack_tally: Tally
) -> None:
    async with open_workspaces(kind) as venue, matrix_at(venue, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)
        points = middle_points(points_of(pattern.lives[0].operations))
        plays = [(point, Point(point.name, 1, point.side)) for point in points]

        broken = await broken_points(matrix, plays, pattern, slack_tally)

        assert broken == []
        assert venue.slack.impatient == []


async def test_a_status_does_not_stay_when_who_showed_it_below_half_an_answer_dies_with_the_whole_one(
    forks: Forks, valkey: str, slack_tally: Tally
) -> None:
    deaths = (Point("redis:journal(post)", 1, "after"), Point("redis:journal(conclusion)", 1, "after"))
    async with open_workspaces(EDITED) as venue, matrix_at(venue, forks, valkey) as matrix:
        pattern = await undisturbed(matrix)

        broken = await broken_points(matrix, [deaths], pattern, slack_tally)

        assert broken == []
