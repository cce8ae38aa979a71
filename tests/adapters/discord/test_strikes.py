"""What Discord counts against us: before it bans our address, what is optional waits."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from adapters.discord.rest.strikes import Strikes
from tests.adapters.virtual import virtually


def now() -> float:
    return asyncio.get_running_loop().time()


def test_few_refusals_alarm_nobody() -> None:
    async def work() -> None:
        strikes = Strikes(now, alarming=3)
        strikes.count()
        strikes.count()
        await strikes.calm()
        assert now() == 0.0

    virtually(work())


def test_many_refusals_keep_what_is_optional_waiting_until_they_are_ten_minutes_old() -> None:
    async def work() -> None:
        strikes = Strikes(now, alarming=3)
        for _ in range(3):
            strikes.count()
            await asyncio.sleep(20.0)
        with capture_logs() as logs:
            await strikes.calm()
        assert 600.0 <= now() <= 640.0
        assert {each["event"] for each in logs} == {"discord_refuses_much"}
        assert len(logs) <= 10

    virtually(work())


def test_refusals_that_come_slowly_alarm_nobody() -> None:
    async def work() -> None:
        strikes = Strikes(now, alarming=100)
        for _ in range(300):
            strikes.count()
            await asyncio.sleep(10.0)
            assert not strikes.many()

    virtually(work())
