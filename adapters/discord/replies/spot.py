"""The spot in which the posts of a reply stand: its thread, or the channel where no thread can be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import structlog

from adapters.discord.places import Place
from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import OPEN_THREAD
from bot.errors import PlatformError

log = structlog.get_logger()

ALREADY_OPEN = 160_004
"""A thread was opened from this message before (discord.com/developers, "JSON Error Codes")."""
UNTITLED = "Parley"
"""What a thread is called in which something else is said than an answer."""


@dataclass(slots=True)
class Spot:
    """Opens the thread of a reply, once, when there is something to say in it."""

    rest: Rest
    place: Place
    title: str = ""
    """What the thread is called if an answer stands in it: nobody has judged the question before one is expected."""
    in_place: bool = False
    """Whether the thread is impossible, as far as is known."""
    replies: bool = True
    """Whether posts may refer to the message that they answer."""
    expected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when an answer is about to be said."""
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the thread is open."""
    made: bool = False
    """Whether the thread was opened just now, by this reply."""
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def channel(self) -> str:
        """Where posts stand, as far as is known."""
        return self.place.channel if self.in_place or self.place.thread is None else self.place.thread

    @property
    def shown(self) -> str:
        """Where people look before anything stands in the thread."""
        return self.place.channel if self.place.opens and not self.opened.is_set() else self.channel

    def trigger_in(self, channel: str) -> str:
        """The message to which posts in a channel reply; empty in a thread that begins with it."""
        begins_there = self.place.opens and channel == self.place.thread
        return "" if begins_there or not self.replies else self.place.trigger

    @property
    def others(self) -> tuple[str, ...]:
        """The channels in which posts of the reply may stand: those of an earlier attempt, perhaps, elsewhere."""
        return tuple(dict.fromkeys(each for each in (self.place.thread, self.place.channel) if each))

    async def ready(self) -> str:
        """The channel to post in, opened if it has to be. Raises PlatformError."""
        async with self._opening:
            if self.place.opens and not self.opened.is_set() and not self.in_place:
                await self._open()
        return self.channel

    async def open_when_expected(self) -> None:
        """Open the thread ahead of the first post, so that this one need not wait for it."""
        await self.expected.wait()
        try:
            await self.ready()
        except PlatformError as error:
            log.info("not_opened_yet", reason=str(error))  # the post tries it again

    def leave(self) -> bool:
        """Stay out of the thread from now on; False if there is no other place. Only before anything stands in it.

        What was said inside a thread perhaps not everybody in its channel may read.
        """
        if self.in_place or not self.place.opens:
            return False
        self.in_place = True
        return True

    async def _open(self) -> None:
        name = (self.expected.is_set() and self.title) or UNTITLED
        try:
            await self.rest.ask(OPEN_THREAD, self.place.channel, self.place.trigger, json={"name": name})
        except Refused as refused:
            if refused.code != ALREADY_OPEN:
                log.info("no_thread", reason=str(refused))
                self.in_place = True
                return
        else:
            self.made = True
        self.opened.set()
