"""Every call on its way: noted, perhaps limited or spoiled, worked on, answered."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import web

from simulators.slack_api import storage, web_api
from simulators.slack_api.apps import App
from simulators.slack_api.arguments import Arguments, arguments_of
from simulators.slack_api.calls import Call
from simulators.slack_api.faults import Fault, meet, next_fault
from simulators.slack_api.limits import Impatience, Limits
from simulators.slack_api.methods.table import METHODS, limit_of
from simulators.slack_api.platform import Platform
from simulators.slack_api.refusals import Refusal

_Work = Callable[[], web.Response]


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Service:
    """What stands between the wire and the methods.

    Every answer takes `latency` seconds. `faults` may be replaced at any time; what is left of them stands there.
    With `limits` calls that are too many are refused, and those that do not wait are noted in `impatient`.
    """

    latency: float = 0.0
    limits: bool = True
    faults: tuple[Fault, ...] = ()
    app: App = field(default_factory=App)
    calls: list[Call] = field(default_factory=list, init=False)
    """Every call of the Web API, oldest first; `response_url`, `upload` and `download` are among the methods."""
    impatient: list[Impatience] = field(default_factory=list, init=False)
    rates: Limits = field(init=False)
    """How often methods may be called; `rates.post_burst` is how many posts a channel takes at once."""
    platform: Platform = field(init=False)
    _works: "set[asyncio.Task[web.Response | None]]" = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.platform = Platform(self.app)
        self.rates = Limits(self.platform.clock)

    async def call(self, request: web.Request) -> web.StreamResponse:
        """A call of a method of the Web API."""
        method = request.match_info["method"]
        try:
            arguments = await arguments_of(request)
        except Refusal as refusal:
            self._note(request, method, Arguments({})).outcome = refusal.error
            return web_api.refused(refusal)
        call = self._note(request, method, arguments)
        return await self._answer(request, call, lambda: self._worked(request, call))

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """A post to a response URL."""
        arguments = await arguments_of(request)
        call = self._note(request, "response_url", arguments)
        answer = dict(arguments.values)
        return await self._answer(request, call, lambda: storage.respond(self.platform, request, answer))

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The content of a file."""
        content = await request.read()
        call = self._note(request, "upload", Arguments({"length": len(content)}))
        return await self._answer(request, call, lambda: storage.upload(self.platform, request, content))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A look at what is in a file."""
        call = self._note(request, "download", Arguments({"file": request.match_info["file"]}))
        return await self._answer(request, call, lambda: storage.download(self.platform, request))

    async def end(self) -> None:
        """Work on nothing any more."""
        for work in self._works:
            work.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)

    def _note(self, request: web.Request, method: str, arguments: Arguments) -> Call:
        headers = {name.lower(): value for name, value in request.headers.items()}
        team = web_api.team_of(self.platform, web_api.token_of(request, arguments))
        call = Call(method, dict(arguments.values), headers, time.monotonic(), team)
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
        _end(call, response)
        self.platform.changes.tell()
        return response

    async def _met(self, call: Call, work: _Work) -> web.Response | None:
        key = _key_of(call)
        if left := self.rates.left(key):
            channel = str(call.arguments.get("channel", ""))
            self.impatient.append(Impatience(time.monotonic(), call.method, call.team, channel, left))
            return web_api.limited(left)
        fault, self.faults = next_fault(self.faults, call.method)
        if fault is None:
            return work()
        if fault.kind == "busy":
            return web_api.limited(self.rates.ask(key, fault.seconds))
        if fault.kind == "refuse":
            return web_api.refused(Refusal(fault.error))
        return await meet(fault, work)

    def _worked(self, request: web.Request, call: Call) -> web.Response:
        if self.limits and call.method in METHODS:
            limit = limit_of(call.method, distributed=self.app.distributed)
            if wait := self.rates.exceeded(_key_of(call), limit):
                return web_api.limited(wait)
        return web_api.worked(self.platform, request, call)


def _key_of(call: Call) -> tuple[str, ...]:
    """What shares one limit: the calls of a method in a workspace, posts also by channel."""
    entry = METHODS.get(call.method)
    if entry is not None and entry.limit.by_channel:
        return call.method, call.team, str(call.arguments.get("channel", ""))
    return call.method, call.team


def _end(call: Call, response: web.Response | None) -> None:
    if response is None:
        call.outcome = "dropped"
        return
    call.status = response.status
    call.answer = web_api.read(response)
    done = call.answer.get("ok", response.status == HTTPStatus.OK)
    call.outcome = "ok" if done else call.answer.get("error", "error")
