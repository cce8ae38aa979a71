"""Playing many turns and judging each: the sentences that a test shows, and the numbers that the summary does."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.crashes.job import Point
from tests.crashes.matrix import Matrix, Played, V
from tests.crashes.tally import Tally
from tests.crashes.verdict import faults_of


async def undisturbed(matrix: Matrix[V]) -> Played:
    """A turn in which nobody dies, and of which all is as it should be."""
    played, kind = await matrix.play(), matrix.kind
    standing = played.standing
    faults = faults_of(played, standing)
    assert not faults, "\n".join(faults)
    assert bool(standing.posts) == (kind.changes != "deleted")
    assert all(kind.says in post.text for post in standing.posts[-1:])
    assert [post.private for post in standing.posts] == [kind.private] * len(standing.posts)
    assert [len(history) for history in standing.histories] == [kind.keeps] * (1 + kind.opens)
    assert (standing.paid, standing.incidents) == ((kind.paid, kind.paid), kind.incidents)
    assert (played.asked, standing.left) == (kind.asks, frozenset())
    return played


async def broken_points(
    matrix: Matrix[V], plays: Sequence[tuple[Point, ...]], pattern: Played, tally: Tally
) -> list[str]:
    """Play turns whose workers die at these points, and tell of those after which not all is as it should be."""
    began = time.monotonic()
    broken = []
    for targets, played in zip(plays, await matrix.play_all(plays), strict=True):
        tally.deaths += played.deaths
        tally.missed += not played.deaths
        if faults := faults_of(played, pattern.standing):
            broken.append(f"{', then '.join(map(str, targets))}: {'; '.join(faults)}")
    tally.points[matrix.kind.name] = tally.points.get(matrix.kind.name, 0) + len(plays)
    tally.broken += len(broken)
    tally.seconds += time.monotonic() - began
    return broken
