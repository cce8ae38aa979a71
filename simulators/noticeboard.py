"""A notice board on loopback: a chat platform as small as one can be, faults included, and as strict as any."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import click
from aiohttp import web

from simulators.noticeboard_api.answers import Refusal, busy, refused
from simulators.noticeboard_api.boards import Boards, Document, Post, Write
from simulators.noticeboard_api.endpoints import ENDPOINTS, Call, Work
from simulators.noticeboard_api.faults import Fault, Impatience, Operation, Waits, meet, next_fault
from simulators.serving import Server, serve

__all__ = ["Document", "Fault", "Impatience", "NoticeBoard", "Post", "Write"]

# JSON may write one character in six bytes.
_LARGEST_BODY = 8 * 1024 * 1024
_Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


# The platform is the boards it keeps, so a test reads them from it: `noticeboard.posts("general")`.
@dataclass(slots=True, kw_only=True)
class NoticeBoard(Boards):
    """The platform, running on `port` (0: a free one) while its `async with` block runs.

    `faults` may be replaced at any time; what is left of them stands there. With `strict_busy` a board that
    said 429 says it to every write until its Retry-After is over, and notes each in `impatient`.
    """

    faults: tuple[Fault, ...] = ()
    strict_busy: bool = False
    port: int = 0
    requests: int = field(default=0, init=False)
    """How many requests arrived, refused ones among them."""
    impatient: list[Impatience] = field(default_factory=list, init=False)
    _waits: Waits = field(default_factory=Waits, init=False)
    _works: "set[asyncio.Task[web.Response | None]]" = field(default_factory=set, init=False)
    _server: Server = field(default_factory=Server, init=False)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_LARGEST_BODY)
        for method, path, operation, work in ENDPOINTS:
            app.router.add_route(method, path, self._answering(operation, work))
        self.port = await self._server.start(app, self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.end()
        for work in self._works:
            work.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)

    @property
    def base_url(self) -> str:
        """What stands before `/boards/…`."""
        return f"http://127.0.0.1:{self.port}"

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds: it is asked now, after each arrival of a request, and after each write.

        Several changes may come at once, so ask for "at least three", not for "three".
        """
        await self._changes.until(predicate)

    def _answering(self, operation: Operation, work: Work) -> _Answer:
        async def answer(request: web.Request) -> web.StreamResponse:
            call = await _call_of(request, operation)
            self.requests += 1
            self._changes.tell()
            # What has arrived is done, although a client that hangs up ends its handler.
            served = asyncio.create_task(self._served(call, lambda: _worked(work, self, call)))
            self._works.add(served)
            served.add_done_callback(self._works.discard)
            response = await asyncio.shield(served)
            return _cut(request) if response is None else response

        return answer

    async def _served(self, call: Call, work: Callable[[], web.Response]) -> web.Response | None:
        left = self._waits.left(call.board)
        if self.strict_busy and call.writes and left:
            self.impatient.append(Impatience(time.monotonic(), call.operation, call.board, left))
            self._changes.tell()
            return busy(left)
        fault, self.faults = next_fault(self.faults, call.operation)
        if fault is None:
            return work()
        if fault.kind == "busy":
            self._waits.ask(call.board, fault.seconds)
        return await meet(fault, work)


async def _call_of(request: web.Request, operation: Operation) -> Call:
    body = await request.read()
    named = request.match_info
    return Call(operation, named["board"], named.get("post", ""), request.query, body)


def _worked(work: Work, boards: Boards, call: Call) -> web.Response:
    try:
        return work(boards, call)
    except Refusal as refusal:
        return refused(refusal.status, str(refusal))


def _cut(request: web.Request) -> web.Response:
    """End the connection; the response is for the framework alone."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


@click.command()
@click.option("--port", default=0, show_default="a free one", help="Port on loopback.")
def main(port: int) -> None:
    """Serve until interrupted.

    Example: python -m simulators.noticeboard --port 8200
    """
    serve(NoticeBoard(port=port), lambda noticeboard: [f"listening on {noticeboard.base_url}"])


if __name__ == "__main__":
    main()
