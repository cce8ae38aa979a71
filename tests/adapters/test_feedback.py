"""What people thought of answers, as an operator reads it."""

from __future__ import annotations

import pytest

from adapters.feedback import print_feedback
from adapters.settings import Settings
from bot.feedback import Feedback, Rating
from bot.messages import Author, Conversation
from bot.store import Store

THREAD = Conversation("slack:T1", "C1", "1732180000.000100")


async def test_thumbs_and_reasons_are_listed_with_their_places(
    valkey: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await Feedback(store).keep(Rating(THREAD, "m1", Author("U1", "Ada"), "up"))
    reason = "It is \x1b[31mwrong.\n\nAnd long."
    await Feedback(store).keep(
        Rating(Conversation("slack:T2", "C2", "t"), "m2", Author("U2", "Bob"), "down", reason)
    )

    status = await print_feedback(Settings(redis_url=valkey))

    out = capsys.readouterr().out
    assert status == 0
    assert "slack:T1/C1/1732180000.000100" in out
    assert [line.strip() for line in out.splitlines()[3:]] == [
        "It is ␛[31mwrong.",
        "And long.",
        "1 of 2 are up.",
    ]


async def test_where_there_is_none_that_is_said(
    valkey: str, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    del store

    await print_feedback(Settings(redis_url=valkey))

    assert capsys.readouterr().out == "Nobody has pressed a thumb yet.\n"
