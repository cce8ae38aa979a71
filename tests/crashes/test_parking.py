from __future__ import annotations

from dataclasses import replace

import pytest

from bot.attempts import APOLOGY
from bot.mailbox import Mailbox
from tests.crashes.job import Point
from tests.crashes.kinds import STREAMED, answer
from tests.crashes.lives import Forks
from tests.crashes.matrix import open_matrix
from tests.crashes.standing import Shown
from tests.crashes.venues import doubles

ALWAYS_REACHED = (
    Point("redis:recall", 1, "before"),
    Point("model:moderations", 1, "after"),
    Point("model:chat/completions", 1, "after"),
    Point("model:chat/completions-part", 8, "before"),
    Point("redis:journal(conclusion)", 1, "before"),
)


@pytest.mark.parametrize("point", ALWAYS_REACHED, ids=str)
async def test_after_three_deaths_a_message_is_put_aside_with_one_apology(
    point: Point, forks: Forks, valkey: str
) -> None:
    async with open_matrix(STREAMED, forks, valkey) as matrix:
        played = await matrix.play(point, point, point)

    assert [life.killed for life in played.lives] == [str(point)] * 3 + [""]
    assert played.standing.posts == (Shown(APOLOGY),)
    assert played.doubles == ()
    assert played.standing.histories == ((),)
    assert played.standing.left == {"parked"}
    assert played.asked <= 3


@pytest.mark.parametrize("point", ALWAYS_REACHED, ids=str)
async def test_other_messages_do_not_notice_that_one_kills_its_worker(
    point: Point, forks: Forks, valkey: str
) -> None:
    async with open_matrix(STREAMED, forks, valkey) as matrix, matrix.database() as (url, store):
        mortal, other = STREAMED.message("mortal"), STREAMED.message("other")
        behind = replace(mortal, id="behind", text="And [behind]?")
        for message in (other, mortal, behind):
            await Mailbox(store).accept(message)
        job = matrix.job(url, mortal, behind, other)

        lives = [await forks.live(replace(job, target=target)) for target in (point, point, point, None)]

        assert [life.killed for life in lives] == [str(point)] * 3 + [""]
        assert [life.errors for life in lives[:3]] == [[]] * 3
        board = matrix.venue.board
        assert [post.text for post in board.find("mortal")] == [APOLOGY, answer(1, STREAMED.words)]
        assert [post.text for post in board.find("other")] == [answer(matrix.asked("other"), STREAMED.words)]
        assert doubles(board.writes, "mortal") + doubles(board.writes, "other") == []
