"""What only one person reads: in answer to what they used, or in their direct messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord.replies.answers import Answers
from adapters.discord.replies.spot import Spot
from adapters.discord.replies.writing import EPHEMERAL, in_reply_to, once, written
from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest, Upload
from adapters.discord.routes import CREATE, DIRECT
from bot.errors import PlatformRefused

log = structlog.get_logger()

NOT_TO_YOU = (
    "I have something to say about this to you alone, but you don't take direct messages from this server. Allow them "
    "in its privacy settings, and ask again."
)
_ASIDE = "aside:"
"""What the ids of such posts begin with: nobody can find, edit or take them away."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Says something to the author of the message that is answered, and to nobody else. Raises PlatformError."""

    rest: Rest
    spot: Spot
    answers: Answers | None

    def is_its(self, post: str) -> bool:
        """Whether a post was said aside."""
        return post.startswith(_ASIDE)

    async def say(self, key: str, text: str) -> str:
        """Say it; what it is called."""
        return await self._give(key, written(text))

    async def hand_over(self, key: str, file: Upload) -> str:
        """Hand a file over; what it is called."""
        return await self._give(key, written(""), (file,))

    async def _give(self, key: str, body: Mapping[str, Any], files: tuple[Upload, ...] = ()) -> str:
        place = self.spot.place
        if self.answers:
            try:
                await self.answers.follow_up({**body, "flags": body["flags"] | EPHEMERAL}, files)
            except PlatformRefused as refused:
                log.info("ticket_refused", reason=str(refused))  # it is too old
            else:
                return f"{_ASIDE}{key}"
        sent = {**body, **once(key, 0)}
        if place.guild:
            await self._write(key, sent, files)
        else:
            # Nobody else reads the channel.
            await self.rest.ask(CREATE, place.channel, json=sent, files=files)
        return f"{_ASIDE}{key}"

    async def _write(self, key: str, sent: Mapping[str, Any], files: tuple[Upload, ...]) -> None:
        place = self.spot.place
        try:
            channel = await self.rest.ask(DIRECT, json={"recipient_id": place.author})
            await self.rest.ask(CREATE, str(channel["id"]), json=sent, files=files)
        except Refused as refused:
            log.info("not_said_aside", reason=str(refused))
            told = written(NOT_TO_YOU) | in_reply_to(place.trigger) | once(f"{key}!", 0)
            await self.rest.ask(CREATE, place.channel if place.opens else self.spot.channel, json=told)
