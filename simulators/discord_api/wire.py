"""The REST API on the wire: from a request to what is done and answered."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import BodyPartReader, web
from multidict import MultiDict, MultiMapping

from simulators.discord_api import limits
from simulators.discord_api.attachments import Upload, permitted
from simulators.discord_api.limits import Verdict
from simulators.discord_api.platform import Platform
from simulators.discord_api.refusals import Refusal, error, invalid_form, refusal
from simulators.discord_api.routes import table
from simulators.discord_api.routes.invocation import Answer, Invocation, Route

_AGENT = re.compile(r"DiscordBot \(\S+[, ] ?\S+\)")
_LARGEST = 25 * 1024 * 1024
"""Bytes of a request (discord.com/developers, "Message Resource", Create Message)."""
_PREFIX = "/api/v10"
_FILE = re.compile(r"files\[(\d+)\]$")


@dataclass(slots=True)
class Asked:
    """A request as it was read; `wrong` is why it cannot be worked on."""

    method: str
    route: str
    path: str
    found: Route | None = None
    named: Mapping[str, str] = field(default_factory=dict)
    query: MultiMapping[str] = field(default_factory=MultiDict)
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict)
    token: str = ""
    wrong: Refusal | None = None


async def asked_of(request: web.Request) -> Asked:
    """Read a request to its end."""
    path = request.path.removeprefix(_PREFIX)
    asked = Asked(request.method, "", path, query=request.query)
    asked.token = request.headers.get("Authorization", "")
    try:
        found = table.found(request.method, path)
        asked.found, asked.named, asked.route = found.route, found.named, found.route.name
        # discord.py sends what answers interactions under its HTTP client's name.
        if not found.route.open and not _AGENT.match(request.headers.get("User-Agent", "")):
            raise refusal("no client")
        await _read_body(request, asked)
    except Refusal as wrong:
        asked.wrong = wrong
    return asked


async def _read_body(request: web.Request, asked: Asked) -> None:
    if (request.content_length or 0) > _LARGEST:
        raise refusal("too large")
    if request.content_type == "multipart/form-data":
        await _read_form(request, asked)
        return
    content = await request.read()
    if content and request.content_type != "application/json":
        message = "Expected \"Content-Type\" header to be one of {'application/json'}."
        raise invalid_form(error("CONTENT_TYPE_INVALID", message))
    asked.body = _json(content) if content else None


async def _read_form(request: web.Request, asked: Asked) -> None:
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                await _take(part, asked)
    except ValueError as wrong:
        raise refusal("invalid json") from wrong


async def _take(part: BodyPartReader, asked: Asked) -> None:
    """Take a part of a form (discord.com/developers, "Reference", Uploading Files)."""
    content = bytes(await part.read(decode=True))
    name = part.name or ""
    if name == "payload_json":
        asked.body = _json(content)
    elif numbered := _FILE.match(name):
        kind = part.headers.get("Content-Type", "")
        mimetype = "" if kind in {"", "application/octet-stream"} else kind
        asked.files[int(numbered[1])] = Upload(part.filename or "file", content, mimetype)


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as wrong:
        raise refusal("invalid json") from wrong


def worked(platform: Platform, asked: Asked) -> web.Response:
    """Do what a request asks for, and answer it."""
    try:
        if asked.wrong is not None or asked.found is None:
            raise asked.wrong or refusal("not found")
        if not asked.found.open and asked.token != f"Bot {platform.app.token}":
            raise refusal("unauthorized")
        invocation = Invocation(platform, asked.named, asked.query, asked.body, asked.files)
        return answered(asked.found.work(invocation))
    except Refusal as refused_:
        return refused(refused_)


def answered(answer: Answer) -> web.Response:
    """An answer on the wire: JSON with nothing said of its characters, as Discord does."""
    if answer.status == 204:  # noqa: PLR2004 — there is nothing to say
        return web.Response(status=204)
    return web.Response(
        status=answer.status,
        body=orjson.dumps(answer.body),
        headers={"Content-Type": "application/json", "Via": "1.1 google"},
    )


def refused(wrong: Refusal) -> web.Response:
    """The answer to a request that is not done because of a rule."""
    return answered(Answer(wrong.body, wrong.status))


def limited(verdict: Verdict) -> web.Response:
    """The answer to one request too many."""
    body, headers = limits.limited(verdict)
    response = answered(Answer(body, 429))
    response.headers.update(headers)
    return response


def banned(seconds: float) -> web.Response:
    """The answer to somebody who has sent too many invalid requests, which is not Discord's own."""
    page = "<!doctype html><title>Access denied | discord.com used Cloudflare</title>error code: 1015"
    headers = {"Retry-After": str(math.ceil(seconds))}
    return web.Response(status=429, text=page, content_type="text/html", headers=headers)


def failed(status: int) -> web.Response:
    """How Discord says that it failed."""
    if status in {500, 502}:
        return answered(Answer({"message": f"{status}: Internal Server Error", "code": 0}, status))
    return web.Response(status=status, text="upstream connect error", content_type="text/plain")


def read(response: web.Response) -> Any:
    """The JSON of an answer; nothing if it has none."""
    try:
        return orjson.loads(bytes(response.body)) if isinstance(response.body, bytes) else None
    except orjson.JSONDecodeError:
        return None


def file_of(platform: Platform, request: web.Request) -> web.Response:
    """A file to whoever has an address that is signed and alive; everybody else gets a 404."""
    named = request.match_info
    channel = platform.channels.get(named["channel"])
    path = f"/attachments/{named['channel']}/{named['file']}/{named['name']}"
    if channel is None or not permitted(path, request.query, platform.unix):
        return web.Response(status=404, text="This content is no longer available.")
    shared = (attachment for post in channel.posts.values() for attachment in post.attachments)
    for attachment in (*shared, *platform.interactions.files):
        if attachment.id == named["file"] and attachment.name == named["name"]:
            kind = attachment.mimetype or "application/octet-stream"
            return web.Response(body=attachment.upload.content, headers={"Content-Type": kind})
    return web.Response(status=404, text="This content is no longer available.")
