"""The answer to an interaction: what was put off is filled in, and goes on in follow-ups."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest, Upload
from adapters.discord.routes import (
    CALLBACK,
    DELETE_FOLLOW_UP,
    DELETE_ORIGINAL,
    EDIT_FOLLOW_UP,
    EDIT_ORIGINAL,
    FOLLOW_UP,
    ORIGINAL,
)
from adapters.discord.tickets import LIFETIME, Ticket
from bot.errors import PlatformBusy, PlatformRefused

_UNKNOWN_WEBHOOK = 10_015
"""Nobody has answered the interaction, not even that the answer comes later."""
FIRST = 3.0
"""Seconds in which somebody may still do so (discord.com/developers, "Receiving and Responding")."""
_SOON = 0.3
_ANSWERED = 40_060
_ANSWER = 4
"""The kind of a first answer that is a message (discord.com/developers, "Receiving and Responding")."""
ORIGINAL_POST = "original"


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers one interaction. Its methods raise PlatformError, and Refused where its time is over."""

    rest: Rest
    ticket: Ticket
    interaction: str
    """Its id."""
    at: float
    """When it was used, in seconds since 1970."""
    since: float = field(default_factory=time.monotonic)
    """When it was met here, which is not before it was used, whatever Discord's clock says."""

    @property
    def _there(self) -> tuple[str, str]:
        return self.ticket.application, self.ticket.token

    async def fill_in(self, body: dict[str, Any], files: tuple[Upload, ...] = ()) -> str:
        """Say this as the first answer; doing it again changes nothing. What it is called."""
        self._check()
        try:
            await self.rest.ask(EDIT_ORIGINAL, *self._there, json=body, files=files)
        except Refused as refused:
            if refused.code != _UNKNOWN_WEBHOOK:
                raise
            await self._answer_first(body, files)
        return ORIGINAL_POST

    async def follow_up(self, body: dict[str, Any], files: tuple[Upload, ...] = ()) -> str:
        """Say something more; what it is called."""
        self._check()
        with self._answered():
            message = await self.rest.ask(
                FOLLOW_UP, *self._there, query={"wait": "true"}, json=body, files=files
            )
        return str(message["id"])

    async def edit(self, post: str, body: dict[str, Any]) -> None:
        """Let a part of the answer say this."""
        if post == ORIGINAL_POST:
            await self.fill_in(body)
        else:
            await self.rest.ask(EDIT_FOLLOW_UP, *self._there, post, json=body)

    async def delete(self, post: str) -> None:
        """Take a part of the answer away."""
        if post == ORIGINAL_POST:
            with self._answered():
                await self.rest.ask(DELETE_ORIGINAL, *self._there)
        else:
            await self.rest.ask(DELETE_FOLLOW_UP, *self._there, post)

    async def original(self) -> Mapping[str, Any] | None:
        """The first answer as it stands; None where there is none, or nobody may know any more."""
        try:
            message: Mapping[str, Any] = await self.rest.ask(ORIGINAL, *self._there)
        except Refused:
            return None
        return message

    async def _answer_first(self, body: dict[str, Any], files: tuple[Upload, ...]) -> None:
        try:
            answer = {"type": _ANSWER, "data": body}
            await self.rest.ask(CALLBACK, self.interaction, self.ticket.token, json=answer, files=files)
        except Refused as refused:
            if refused.code != _ANSWERED:
                raise
            # It was put off meanwhile, by whoever heard it.
            await self.rest.ask(EDIT_ORIGINAL, *self._there, json=body, files=files)

    @contextmanager
    def _answered(self) -> Iterator[None]:
        """A block that needs the first answer, which whoever heard the interaction may just be giving."""
        try:
            yield
        except Refused as refused:
            if refused.code != _UNKNOWN_WEBHOOK or time.monotonic() - self.since > FIRST:
                raise
            raise PlatformBusy(_SOON) from refused

    def _check(self) -> None:
        if self.at and time.time() - self.at > LIFETIME:
            raise PlatformRefused("the interaction has expired")
