"""Parley on the notice board, as a process of its own: what `parley run` and `parley worker` are on a real platform."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from contextlib import nullcontext
from dataclasses import replace

import aiohttp
import uvloop

from adapters.logs import logging_to_stderr
from adapters.service import Workload, serve
from adapters.settings import read_settings
from tests.noticeboard.platform import PACE, BoardPlatform


async def main(board: str, port: int, options: Namespace) -> int:
    """Listen at a port, work, or both, until a signal comes. Settings come from the environment, as always."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        platform = BoardPlatform(session, board, port, replace(PACE, write=options.write))
        return await serve(
            read_settings(),
            lambda _: nullcontext({"board": platform}),
            listening="listen" in options.roles,
            working=Workload(options.capacity, options.grace) if "work" in options.roles else None,
        )


def _options() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("roles", nargs="+", choices=("listen", "work"))
    parser.add_argument("--capacity", type=int, default=Workload().capacity)
    parser.add_argument("--grace", type=float, default=Workload().grace)
    parser.add_argument(
        "--write", type=float, default=PACE.write, help="seconds between two writes of a reply"
    )
    return parser.parse_args()


if __name__ == "__main__":
    with logging_to_stderr():
        sys.exit(
            uvloop.run(main(os.environ["BOARD_URL"], int(os.environ.get("BOARD_PORT", "0")), _options()))
        )
