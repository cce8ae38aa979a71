"""Every request on its way: noted, perhaps limited or spoiled, worked on, answered."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from simulators.discord_api import wire
from simulators.discord_api.apps import App
from simulators.discord_api.calls import Call
from simulators.discord_api.limits import Limits
from simulators.discord_api.platform import Platform
from simulators.discord_api.refusals import Refusal, refusal
from simulators.faults import Fault, meet, next_fault

_Work = Callable[[], web.Response]


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Service:
    """What stands between the wire and the routes.

    Every answer takes `latency` seconds. `faults` may be replaced at any time; what is left of them stands there.
    With `limits` requests that are too many are refused.
    """

    latency: float = 0.0
    limits: bool = True
    faults: tuple[Fault, ...] = ()
    app: App = field(default_factory=App)
    calls: list[Call] = field(default_factory=list, init=False)
    """Every request of the REST API, oldest first, and of files (`GET /cdn`)."""
    platform: Platform = field(init=False)
    rates: Limits = field(init=False)
    """How often what was asked; `rates.per_second` and `rates.ban_after` may be set."""
    _works: "set[asyncio.Task[web.Response | None]]" = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.platform = Platform(self.app)
        self.rates = Limits(self.platform.clock)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """A request of the REST API."""
        asked = await wire.asked_of(request)
        call = self._note(request, asked)
        return await self._answer(request, call, lambda: self._worked(asked))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A look at what is in a file."""
        asked = wire.Asked("GET", "GET /cdn", request.path, query=request.query)
        call = self._note(request, asked)
        return await self._answer(request, call, lambda: wire.file_of(self.platform, request))

    async def end(self) -> None:
        """Work on nothing any more."""
        for work in self._works:
            work.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)

    def _note(self, request: web.Request, asked: wire.Asked) -> Call:
        call = Call(
            method=asked.method,
            route=asked.route,
            path=asked.path,
            query=dict(asked.query),
            body=asked.body,
            headers={name.lower(): value for name, value in request.headers.items()},
            at=time.monotonic(),
            files=[upload.name for upload in asked.files.values()],
        )
        self.calls.append(call)
        self.platform.changes.tell()
        return call

    async def _answer(self, request: web.Request, call: Call, work: _Work) -> web.StreamResponse:
        # What has arrived is done, although a client that hangs up ends its handler.
        served = asyncio.create_task(self._served(call, work))
        self._works.add(served)
        served.add_done_callback(self._works.discard)
        response = await asyncio.shield(served)
        if response is not None:
            return response
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _served(self, call: Call, work: _Work) -> web.Response | None:
        response = await self._met(call, work)
        if self.latency:
            await self.platform.clock.sleep(self.latency)
        call.status = -1 if response is None else response.status
        call.answer = None if response is None else wire.read(response)
        self.platform.changes.tell()
        return response

    async def _met(self, call: Call, work: _Work) -> web.Response | None:
        fault, self.faults = next_fault(self.faults, call.route)
        if fault is None:
            return work()
        if fault.kind == "busy":
            return wire.limited(self.rates.refuse(call.route, fault.seconds))
        if fault.kind == "refuse":
            return wire.refused(_refused(fault))
        return await meet(fault, work, wire.failed)

    def _worked(self, asked: wire.Asked) -> web.Response:
        if not self.limits or asked.found is None:
            return wire.worked(self.platform, asked)
        if seconds := self.rates.banned:
            return wire.banned(seconds)
        verdict = self.rates.ask(asked.route, asked.path, asked.token, renames=_renames(asked))
        if verdict.retry_after is not None:
            response = wire.limited(verdict)
        else:
            response = wire.worked(self.platform, asked)
            response.headers.update(verdict.headers)
        self.rates.note(response.status, verdict.scope)
        return response


def _renames(asked: wire.Asked) -> bool:
    """Whether a request gives a channel or a thread another name or topic."""
    changes = asked.body if isinstance(asked.body, dict) else {}
    return asked.route == "PATCH /channels/{}" and bool({"name", "topic"} & set(changes))


def _refused(fault: Fault) -> Refusal:
    """A fault's refusal: its `error` is the code, else it is that access is missing."""
    if fault.error.isdecimal():
        return Refusal(fault.status, int(fault.error), "Refused")
    return refusal("missing access")
