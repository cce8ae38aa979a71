"""Slack's files: fetched with the bot's token, from Slack's hosts alone, and never more than was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import aiohttp

from adapters.attachments.contents import NotRead, body_of
from adapters.slack.addresses import is_slack
from adapters.slack.payloads.attached import DELETED, HIDDEN, OUTSIDE, UNDESCRIBED, file_of
from adapters.slack.web import Web, platform_errors, seconds_of
from adapters.slack.workspaces import Workspace
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear
from bot.messages import File

REDIRECTS = 3
NO_SCOPE = f"{HIDDEN}: the scope files:read is missing"
_GONE = frozenset({404, 410})
_FORBIDDEN = frozenset({401, 403})
_PAGES = "text/html"


@dataclass(frozen=True, slots=True)
class SlackFiles:
    """A Source: the files of one workspace."""

    workspace: Workspace

    async def described(self, file: File) -> File:
        """The file as Slack describes it when it is asked, if the event told only its id."""
        if not file.url.startswith(UNDESCRIBED):
            return file
        with self._scopes_told():
            return await described(self.workspace.web.of(file.url), file.url.removeprefix(UNDESCRIBED))

    async def fetched(self, file: File) -> bytes:
        """What is in a file."""
        with self._scopes_told():
            return await fetched(self.workspace.web.of(file.url), file)

    @contextmanager
    def _scopes_told(self) -> Iterator[None]:
        """Name the scope that is missing, where that is why nothing can be seen."""
        try:
            yield
        except NotRead as error:
            if str(error) == HIDDEN and "files:read" not in self.workspace.scopes:
                raise NotRead(NO_SCOPE) from error
            raise


async def fetched(web: Web, file: File) -> bytes:
    """What is in a file. Raises NotRead; PlatformBusy and PlatformUnclear where another try may help."""
    session: aiohttp.ClientSession | None = web.client.session
    if session is None:
        raise NotRead("there is no connection")
    await web.access.ready()
    address = file.url
    for _ in range(REDIRECTS + 1):
        if not is_slack(address, web.client.base_url):
            raise NotRead(OUTSIDE)
        # The body as it is: packed, it could be far larger than what comes over the wire.
        headers = {"Authorization": f"Bearer {web.client.token}", "Accept-Encoding": "identity"}
        with platform_errors():
            async with session.get(address, headers=headers, allow_redirects=False) as response:
                if "Location" not in response.headers:
                    return await _content(response, file)
                address = urljoin(address, response.headers["Location"])
    raise NotRead(HIDDEN)


async def described(web: Web, file_id: str) -> File:
    """A file of which the event told only the id; it may be one that cannot be read.

    Raises NotRead, PlatformBusy, PlatformUnclear.
    """
    try:
        answer = await web.ask(web.client.files_info, file=file_id)
    except PlatformRefused as error:
        gone = str(error) in {"file_not_found", "file_deleted"}
        raise NotRead(DELETED if gone else HIDDEN) from error
    told = dict(answer.get("file") or {})
    if told.get("file_access") == "check_file_info":
        told["file_access"] = ""
    return file_of(told)


async def _content(response: aiohttp.ClientResponse, file: File) -> bytes:
    _check(response)
    content = await body_of(response, file)
    if response.content_type == _PAGES and not (file.type == _PAGES and len(content) == file.size):
        # Who may not see a file is shown the page on which people sign in, with a status that says that all is well.
        raise NotRead(HIDDEN)
    return content


def _check(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if status in _GONE:
        raise NotRead(DELETED)
    if status in _FORBIDDEN:
        raise NotRead(HIDDEN)
    if status == 429:  # noqa: PLR2004 - the statuses of HTTP
        raise PlatformBusy(seconds_of(response.headers.get("Retry-After")))
    if status != 200:  # noqa: PLR2004 - as above
        raise PlatformUnclear(f"answered {status}")
