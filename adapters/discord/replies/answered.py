"""The posts of a reply that is the answer to an interaction as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord.payloads.buttons import buttons_of
from adapters.discord.payloads.clicks import NO_THREAD
from adapters.discord.replies.answers import ORIGINAL_POST, Answers
from adapters.discord.replies.finding import Sought, followed
from adapters.discord.replies.markup import drawn, in_parts
from adapters.discord.replies.posts import MessagePosts
from adapters.discord.replies.spot import Spot
from adapters.discord.replies.writing import LOADING, written
from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest, Upload
from adapters.discord.routes import EDIT_ORIGINAL
from bot.errors import PlatformBusy, PlatformRefused
from bot.posts import State

log = structlog.get_logger()

_ANSWER = "answer:"


@dataclass(slots=True)
class AnswerPosts:
    """Posts of which the first fills in what was put off. See Posts for what its methods promise.

    Where the time of the interaction is over, they are messages, or said to the author alone.
    """

    answers: Answers
    otherwise: MessagePosts
    _first: str = ""
    """The key of the post that filled in the answer, or that was said aside in its place."""
    _over: bool = False
    """Whether it was taken away that an answer is to come."""

    def __post_init__(self) -> None:
        known = self.otherwise.journal.known()
        self._first = next((key for key, post in known.items() if post == f"{_ANSWER}{ORIGINAL_POST}"), "")

    async def ready(self) -> None:
        """Return when there is room for another edit, and one more for the end."""
        ticket = self.answers.ticket
        if self._first:
            await self._rest.room(EDIT_ORIGINAL, ticket.application, ticket.token)

    async def post(self, key: str, text: str, *, private: bool = False, state: State = "said") -> str:
        """Add a part of the answer."""
        if private and not self.answers.ticket.private:
            return await self._aside(key, text)
        private = self.answers.ticket.private
        try:
            return await self._said(key, self._body(text, state, private=private))
        except PlatformRefused as refused:
            log.info("ticket_refused", reason=str(refused))
        return await self.otherwise.post(key, text, private=private, state=state)

    async def attach(self, key: str, name: str, content: str) -> str:
        """Add a file to the answer."""
        private = self.answers.ticket.private
        upload = Upload(name, content.encode(), "text/plain")
        try:
            return await self._said(key, written("", private=private), (upload,))
        except PlatformRefused as refused:
            log.info("ticket_refused", reason=str(refused))
        if private:
            return await self.otherwise.aside.hand_over(key, upload)
        return await self.otherwise.attach(key, name, content)

    async def edit(self, post: str, text: str, *, state: State = "said") -> None:
        """Let a part of the answer say this."""
        if not post.startswith(_ANSWER):
            await self.otherwise.edit(post, text, state=state)
            return
        try:
            body = self._body(text, state, private=self.answers.ticket.private)
            await self.answers.edit(post.removeprefix(_ANSWER), body)
        except PlatformBusy:
            if state != "growing":
                raise
        except PlatformRefused:
            if not (message := await self._message(post)):
                raise
            await self.otherwise.edit(message, text, state=state)

    async def delete(self, post: str) -> None:
        """Take a part of the answer away."""
        if not post.startswith(_ANSWER):
            await self.otherwise.delete(post)
            return
        try:
            await self.answers.delete(post.removeprefix(_ANSWER))
        except Refused as refused:
            log.info("was_gone", reason=str(refused))

    async def find(self, key: str) -> str | None:
        """A part of the answer; of what only one person reads just the first, if it says something."""
        private = self.answers.ticket.private or key.rpartition("/")[2].startswith("p")
        if self._first not in {"", key}:
            return (
                None if private else await followed(self._rest, self._spot, _ANSWER, Sought(key, self._known))
            )
        original = await self.answers.original()
        if original is None:
            return None if private else await self.otherwise.find(key)
        is_filled_in = not int(original.get("flags") or 0) & LOADING
        return self._noted(key, ORIGINAL_POST) if is_filled_in else None

    def split(self, text: str) -> list[str]:
        """The text in parts that fit a message."""
        return in_parts(text)

    async def over(self) -> None:
        """Take away that an answer is to come, if there was none. Raises PlatformError."""
        if not self._first and not self._over:
            await self.delete(f"{_ANSWER}{ORIGINAL_POST}")
            self._over = True

    @property
    def _rest(self) -> Rest:
        return self.otherwise.rest

    @property
    def _spot(self) -> Spot:
        return self.otherwise.spot

    @property
    def _known(self) -> dict[str, str]:
        return {post: key for key, post in self.otherwise.journal.known().items() if post}

    async def _message(self, post: str) -> str | None:
        """A part of the answer as the message that it is too; None if only one person reads it, or it is gone."""
        if self.answers.ticket.private:
            return None
        channel, name = self._spot.channel, post.removeprefix(_ANSWER)
        if name != ORIGINAL_POST:
            return f"{channel}/{name}"
        return await followed(self._rest, self._spot, f"{channel}/", Sought(self._first, {}))

    async def _aside(self, key: str, text: str) -> str:
        """Say something to one person where everybody was told that an answer follows.

        What fills that in everybody reads, and what is said first goes there: so it is taken away before
        (discord.com/developers, "Create Followup Message").
        """
        await self.over()
        self._first = self._first or key
        return await self.otherwise.post(key, text, private=True)

    async def _said(self, key: str, body: dict[str, Any], files: tuple[Upload, ...] = ()) -> str:
        if self._first in {"", key}:
            return self._noted(key, await self.answers.fill_in(body, files))
        return f"{_ANSWER}{await self.answers.follow_up(body, files)}"

    def _body(self, text: str, state: State, *, private: bool) -> dict[str, Any]:
        journal, place = self.otherwise.journal, self._spot.place
        buttons = buttons_of(state, place.author, journal.name, place.thread or NO_THREAD)
        return written(drawn(text, growing=state == "growing"), buttons, private=private)

    def _noted(self, key: str, post: str) -> str:
        self._first = key
        return f"{_ANSWER}{post}"
