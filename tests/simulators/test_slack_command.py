"""The simulator from the command line."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

from slack_sdk.web.async_client import AsyncWebClient


async def test_it_serves_and_tells_how_to_reach_it() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.slack", stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(4)]
    told = dict(line.split("=", 1) for line in lines)

    answer = await AsyncWebClient(token=told["SLACK_BOT_TOKEN"], base_url=told["SLACK_API_URL"]).auth_test()
    process.send_signal(signal.SIGTERM)

    assert answer["team"] == "Acme"
    assert await process.wait() == 0
    assert told["SLACK_APP_TOKEN"].startswith("xapp-")
    assert told["SLACK_SIGNING_SECRET"]
