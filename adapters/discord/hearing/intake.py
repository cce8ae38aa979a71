"""What Discord brings over the gateway: taken in before it counts as heard."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from adapters.discord.hearing.roles import Roles
from adapters.discord.hearing.threads import Threads
from adapters.discord.payloads.changes import change_in, deletions_in
from adapters.discord.payloads.grounds import Data, Ground
from adapters.discord.payloads.messages import (
    is_addressed,
    is_for_another,
    is_of_person,
    is_unreadable,
    message_in,
)
from adapters.platforms import Receive
from bot.errors import StoreError
from bot.messages import IncomingMessage

log = structlog.get_logger()

_BROUGHT = frozenset({"MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "INTERACTION_CREATE"})
"""The events that always bring something."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Turns events into messages and hands them over. Raises StoreError if one could not be kept."""

    receive: Receive
    bot: str
    """The id of the bot's user."""
    threads: Threads
    roles: Roles
    interactions: Callable[[Data], Awaitable[None]]
    left: Callable[[str], Awaitable[None]] | None = None
    """Called with a server that took the app away."""

    def wants(self, name: str, data: Data) -> bool:
        """Whether an event brings something to take in. What it tells of channels is known when this returns.

        It is asked of everything that comes, talk among people among it, so it asks nobody else.
        """
        self.threads.hear(name, data)
        self.roles.hear(name, data)
        if name == "MESSAGE_CREATE":
            return is_of_person(data, self.bot) and self._may_be_meant(data)
        if name == "MESSAGE_UPDATE":
            return bool(data.get("edited_timestamp")) and is_of_person(data, self.bot)
        return name in _BROUGHT or (name == "GUILD_DELETE" and not data.get("unavailable"))

    async def __call__(self, name: str, data: Data) -> None:
        """Take in what an event of this name brings (discord.com/developers, "Gateway Events")."""
        try:
            with _reading():
                wanted = self.wants(name, data)
            if wanted:
                await self._take_in(name, data)
        except StoreError:
            raise
        except _Unreadable as error:
            # Brought again it would be no better.
            log.warning("payload_unreadable", event_name=name, error=str(error))
        except Exception:
            log.exception("event_crashed", event_name=name)  # nor would this

    async def _take_in(self, name: str, data: Data) -> None:
        if name == "MESSAGE_CREATE":
            await self._said(data, self._message)
        elif name == "MESSAGE_UPDATE":
            await self._said(data, self._change)
        elif name == "INTERACTION_CREATE":
            await self.interactions(data)
        elif name == "GUILD_DELETE":
            if self.left:
                await self.left(str(data["id"]))
        else:
            await self._deleted(data)

    def _may_be_meant(self, data: Data) -> bool:
        if is_addressed(data, self.bot) or self.roles.may_be_named(data):
            return True
        for_others = is_for_another(data, self.bot) or is_unreadable(data, self.bot)
        return not for_others and self.threads.may_be_thread(data)

    async def _said(
        self, data: Data, to_message: Callable[[Data, Ground | None], IncomingMessage | None]
    ) -> None:
        data = await self.roles.read(data)
        with _reading():
            addressed = is_addressed(data, self.bot)
        ground = await self.threads.ground(data, addressed=addressed)
        with _reading():
            message = to_message(data, ground)
        if message and await self.receive(message):
            await self.threads.note(message)

    def _message(self, data: Data, ground: Ground | None) -> IncomingMessage | None:
        return message_in(data, self.bot, ground) if ground else None

    def _change(self, data: Data, ground: Ground | None) -> IncomingMessage | None:
        return change_in(data, self.bot, ground or Ground(str(data["channel_id"])))

    async def _deleted(self, data: Data) -> None:
        ground = await self.threads.ground(data, addressed=False)
        with _reading():
            messages = tuple(deletions_in(data, ground or Ground(str(data["channel_id"]))))
        for message in messages:
            await self.receive(message)


class _Unreadable(Exception):
    """A payload is not as Discord describes it."""


@contextmanager
def _reading() -> Iterator[None]:
    """A block that only reads a payload: what goes wrong there is no fault of ours."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise _Unreadable(type(error).__name__) from error
