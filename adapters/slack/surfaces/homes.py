"""The Homes of people, drawn: of all that is to be drawn for somebody, the latest look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from adapters.slack.surfaces.home_view import Look, home_of
from adapters.slack.surfaces.office import AWAY, Office, conversation_in, in_time
from adapters.slack.web import Web
from bot.errors import PlatformError, PlatformRefused, StoreError
from bot.overview import Outline

log = structlog.get_logger()

LOOKS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5)
"""Seconds before each look whether a command was carried out."""
NOT_THERE = "I am not in this channel. Invite me there first: /invite @Parley"
NOT_SAID = "Slack does not tell me about this channel right now. Please try again in a moment."


@dataclass(slots=True)
class _Drawing:
    """Whoever draws the Home of one person now draws the latest look at it, one after the other."""

    look: Look
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Homes:
    """Draws Homes. What fails is logged: the next look draws it again."""

    office: Office
    _drawings: dict[tuple[str, str], _Drawing] = field(default_factory=dict)

    async def drawn_once(self, look: Look, done: Callable[[Outline], bool]) -> None:
        """Draw it once the command that was given is carried out, or is not in time."""
        conversation = conversation_in(look.team, look.channel)
        with self._looking(look) as drawing:
            try:
                for wait in LOOKS:
                    async with in_time():
                        if done(await self.office.overview.of(conversation)):
                            break
                    await asyncio.sleep(wait)
            except StoreError as error:
                log.info("not_looked", error=type(error).__name__)
            async with drawing.lock:
                await self._publish(drawing.look)

    async def draw(self, look: Look, note: str = "") -> None:
        """Draw it now."""
        with self._looking(look) as drawing:
            async with drawing.lock:
                await self._publish(drawing.look, note)

    @contextmanager
    def _looking(self, look: Look) -> Iterator[_Drawing]:
        """What is drawn for this person: the latest look of those under way, so that no older one replaces it."""
        who = (look.team, look.user)
        drawing = self._drawings.setdefault(who, _Drawing(look))
        drawing.look = max(drawing.look, look, key=lambda each: each.at)
        drawing.waiting += 1
        try:
            yield drawing
        finally:
            drawing.waiting -= 1
            if not drawing.waiting:
                del self._drawings[who]

    async def _publish(self, look: Look, note: str = "") -> None:
        outline = None
        try:
            web = await self.office.web(look.team)
        except (PlatformError, StoreError) as error:
            log.warning("home_not_drawn", error=type(error).__name__)
            return
        problem = await _unseen(look, web)
        if not problem:
            try:
                async with in_time():
                    outline = await self.office.overview.of(conversation_in(look.team, look.channel))
            except StoreError:
                problem = AWAY
        view = home_of(look, outline, note or problem, self.office.prefix)
        try:
            await web.ask(web.client.views_publish, user_id=look.user, view=view)
        except PlatformError as error:
            log.warning("home_not_drawn", reason=str(error))


async def _unseen(look: Look, web: Web) -> str:
    """Why nothing of the channel is shown; empty if it is."""
    if look.channel == look.direct:
        return ""
    try:
        answer = await web.ask(web.client.conversations_info, channel=look.channel)
    except PlatformRefused:
        return NOT_THERE  # a private channel is unknown to who is not in it
    except PlatformError as error:
        log.info("channel_unknown", reason=str(error))
        return NOT_SAID
    return "" if answer["channel"].get("is_member") else NOT_THERE
