"""A server on loopback that answers the real `openai` client as the OpenAI API does, faults included."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import click
import orjson
from aiohttp import web

from simulators.openai_api import endpoints
from simulators.openai_api.behaviour import Behaviour, Endpoint, Fault
from simulators.openai_api.chat.messages import Responder
from simulators.openai_api.chat.stream import Broken
from simulators.openai_api.errors import ApiError, refusal_of
from simulators.openai_api.models import MODELS
from simulators.openai_api.recording import RecordedRequest, Recorder
from simulators.openai_api.service import Service
from simulators.responders import respond
from simulators.serving import Server, serve

__all__ = ["Behaviour", "Fault", "OpenAISimulator", "RecordedRequest"]

_LARGEST_BODY = 64 * 1024 * 1024
_ROUTES: tuple[tuple[str, str, Endpoint, endpoints.Work], ...] = (
    ("POST", "/v1/chat/completions", "chat", endpoints.chat),
    ("POST", "/v1/moderations", "moderations", endpoints.moderations),
    ("POST", "/v1/embeddings", "embeddings", endpoints.embeddings),
    ("GET", "/v1/models", "models", endpoints.list_models),
    ("GET", "/v1/models/{model:.+}", "models", endpoints.one_model),
    ("*", "/{path:.*}", "models", endpoints.unknown),
)
_Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


# A simulator is the service it runs, so its settings are its own fields: `sim.behaviour = …`.
@dataclass(slots=True, kw_only=True)
class OpenAISimulator(Service):
    """The service, running on `port` (0: a free one) while its `async with` block runs.

    With `recording` every request is kept in `requests`; long benchmarks turn it off.
    """

    responder: Responder = respond
    port: int = 0
    recording: bool = True
    _recorder: Recorder = field(default_factory=Recorder, init=False)
    _server: Server = field(default_factory=Server, init=False)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_LARGEST_BODY)
        for method, path, endpoint, work in _ROUTES:
            app.router.add_route(method, path, self._answering(endpoint, work))
        self.port = await self._server.start(app, self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.end()

    @property
    def base_url(self) -> str:
        """What the client takes as `base_url`."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> list[RecordedRequest]:
        """All requests, oldest first."""
        return self._recorder.kept

    def requests_to(self, endpoint: Endpoint) -> list[RecordedRequest]:
        """The requests to one endpoint, oldest first."""
        return self._recorder.of(endpoint)

    async def request_to(self, endpoint: Endpoint, count: int = 1) -> RecordedRequest:
        """Wait until `endpoint` has had `count` requests; returns the last of these."""
        return await self._recorder.wait_for(endpoint, count)

    def _answering(self, endpoint: Endpoint, work: endpoints.Work) -> _Answer:
        async def answer(request: web.Request) -> web.StreamResponse:
            call = await _call_of(self, request, endpoint)
            record = RecordedRequest(endpoint, call.body or {}, _headers_of(request), time.monotonic())
            if self.recording:
                await self._recorder.keep(record)
            try:
                response = await _worked(self, work, call)
            except Broken:
                record.end("broken")
                return web.Response()
            except ConnectionError:
                record.end("disconnected")
                return web.Response()
            except asyncio.CancelledError:
                record.end("disconnected")
                raise
            broken = call.fault is not None and refusal_of(call.fault) is None
            record.end("broken" if broken else "completed", response.status)
            return response

        return answer


async def _call_of(service: Service, request: web.Request, endpoint: Endpoint) -> endpoints.Call:
    arrived = asyncio.get_running_loop().time()
    body = _json_of(await request.read())
    return endpoints.Call(request, body, service.faults.next(service.behaviour, endpoint), arrived)


async def _worked(service: Service, work: endpoints.Work, call: endpoints.Call) -> web.StreamResponse:
    try:
        if call.fault is not None and (refusal := refusal_of(call.fault)) is not None:
            raise refusal
        service.check_key(call.request)
        return await work(service, call)
    except ApiError as error:
        return error.response()


def _json_of(raw: bytes) -> dict[str, Any] | None:
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _headers_of(request: web.Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


@click.command()
@click.option("--port", default=0, show_default="a free one", help="Port on loopback.")
@click.option("--first-token", default=0.0, show_default=True, help="Seconds until the first token.")
@click.option("--tokens-per-second", default=0.0, show_default="as fast as possible", help="Pace of a reply.")
@click.option("--reply-tokens", default=None, type=int, help="Answer filler text of exactly so many tokens.")
@click.option("--moderation-latency", default=0.0, show_default=True, help="Seconds of a moderation.")
@click.option("--embedding-latency", default=0.0, show_default=True, help="Seconds of an embedding.")
@click.option("--model", "models", multiple=True, help="A model to offer, once each; * is any.")
@click.option("--compatible", is_flag=True, help="Imitate an older compatible server.")
def main(port: int, models: tuple[str, ...], *, compatible: bool, **pace: Any) -> None:
    """Serve until interrupted, recording nothing.

    Example: python -m simulators.openai --port 8100 --tokens-per-second 50 --reply-tokens 100
    """
    simulator = OpenAISimulator(
        behaviour=Behaviour(**pace),
        models=models or MODELS,
        compatible=compatible,
        port=port,
        recording=False,
    )
    serve(simulator, lambda running: [f"listening on {running.base_url}"])


if __name__ == "__main__":
    main()
