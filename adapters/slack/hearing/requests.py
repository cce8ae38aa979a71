"""Events over HTTP: signed requests at /slack/events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from adapters.settings import SettingsError

log = structlog.get_logger()

PATH = "/slack/events"
LARGEST = 1024 * 1024
"""Bytes of a request; Slack's are far smaller."""


async def serve_events(
    app: AsyncApp, signing_secret: str, port: int, routes: Iterable[web.RouteDef] = ()
) -> None:
    """Answer Slack's requests, and people's at these other addresses, for ever."""
    verifier = SignatureVerifier(signing_secret)

    async def events(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        # Before anything is read of it: who asks is known only then. An old request may be a recorded one.
        if not _is_signed(verifier, body, request):
            log.warning("bad_signature", look_at="SLACK_SIGNING_SECRET, or the clock of this machine")
            return web.Response(status=401)
        try:
            asked = await to_bolt_request(request)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            log.warning("unreadable")  # no JSON, no object, or in no encoding that there is
            return web.Response(status=400)
        return await to_aiohttp_response(await app.async_dispatch(asked))

    server = web.Application(client_max_size=LARGEST)
    server.router.add_post(PATH, events)
    server.router.add_routes(routes)
    runner = web.AppRunner(server, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, port=port).start()
        except OSError as error:
            raise SettingsError(
                f"PORT {port} cannot be listened at ({error.strerror or error}): set PORT to another one."
            ) from error
        log.info("slack_heard", through="requests", port=port)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _is_signed(verifier: SignatureVerifier, body: bytes, request: web.Request) -> bool:
    try:
        return bool(verifier.is_valid_request(body, dict(request.headers)))
    except (TypeError, ValueError, OverflowError):
        return False  # a time that is no number, a signature or a body that is no text
