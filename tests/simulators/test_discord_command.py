"""The simulator from the command line."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE

import aiohttp

from tests.simulators.discord_rest import AGENT


async def test_it_serves_and_tells_how_to_reach_it() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.discord", stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
    told = dict(line.split("=", 1) for line in lines)

    headers = {"Authorization": f"Bot {told['DISCORD_BOT_TOKEN']}", "User-Agent": AGENT}
    site = told["DISCORD_API_URL"].removesuffix("/api/v10")
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.get(f"{told['DISCORD_API_URL']}/gateway/bot") as response:
            answer = await response.json()
        for text in ("@Parley What is a lighthouse?\nAnd why?", "Hello?"):
            await session.post(f"{site}/say/Ada/general", data=text)
        async with session.post(f"{site}/say/Ada/general", data="") as response:
            nothing = response.status
        async with session.get(f"{site}/see/general") as response:
            seen = await response.text()
    process.send_signal(signal.SIGTERM)

    assert seen == "Ada: @Parley What is a lighthouse?\n    And why?\nAda: Hello?\n"
    assert nothing == 400
    assert answer["url"] == told["DISCORD_GATEWAY_URL"]
    assert await process.wait() == 0
