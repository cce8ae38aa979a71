"""The posts of a reply in Discord: messages that grow by edits, or the answer to an interaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog

from adapters.discord.payloads.buttons import buttons_of
from adapters.discord.payloads.clicks import NO_THREAD
from adapters.discord.replies.aside import Aside
from adapters.discord.replies.finding import Sought, found
from adapters.discord.replies.markup import drawn, in_parts
from adapters.discord.replies.spot import Spot
from adapters.discord.replies.writing import in_reply_to, once, written
from adapters.discord.rest.refusals import OLD_EDITS, Refused
from adapters.discord.rest.rest import Rest, Upload
from adapters.discord.routes import CREATE, DELETE, EDIT, REOPEN
from bot.errors import PlatformBusy, PlatformError, PlatformGone, PlatformRefused
from bot.journal import Journal
from bot.posts import State

log = structlog.get_logger()

NOT_HERE = (
    "I may not write where you asked me, or that is locked, so I can't answer there. Somebody who manages the server "
    "can change that; or write to me here."
)
_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE = 10_003, 10_008
_GONE = frozenset({_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE})
"""The channel, or the message, is not there."""
_NO_HISTORY = 160_002
"""Who may not read what was said before may not reply to it either."""
_REFERENCE = "message_reference"
"""The field that makes a message a reply, which it cannot be to what Discord itself said."""
_ARCHIVED = 50_083
"""Nobody has written in the thread for long; what is new opens it again, but an edit does not."""
_PATIENCE = (0.3, 1.0, 3.0)
"""Seconds after each try to tell somebody why there is no answer."""
_MOST_TAKEN = 10
"""Times that one post is written anew after it was taken away."""
_NOT_THERE = frozenset({10_003, 50_001, 50_013, 160_005})
"""No such thread, no permission to see it or to speak in it, or it is locked ("Opcodes and Status Codes")."""


@dataclass(slots=True)
class MessagePosts:
    """The posts of one reply, as messages. See Posts for what its methods promise."""

    rest: Rest
    bot: str
    """The bot's own user id."""
    spot: Spot
    journal: Journal
    aside: Aside
    """Where what is private is said."""
    begins: Callable[[], None]
    """Called when something is about to stand there."""
    _taken: dict[str, int] = field(default_factory=dict)
    """How often the post under a key was taken away, perhaps by somebody else."""
    _tried: set[str] = field(default_factory=set)
    """The keys under which a post was sent before, and may have arrived."""
    _keys: dict[str, str] = field(init=False)
    _stood: set[str] = field(init=False)
    """The channels in which something of the reply stands, or stood."""

    def __post_init__(self) -> None:
        self._keys = {post: key for key, post in self.journal.known().items() if post}
        self._stood = {post.partition("/")[0] for post in self._keys}

    async def ready(self) -> None:
        """Return when the channel's bucket has room for another edit, and one more for the end."""
        if self._keys:
            await self.rest.room(EDIT, self.spot.channel, "")

    async def post(self, key: str, text: str, *, private: bool = False, state: State = "said") -> str:
        """Add a message, or say something to the author alone."""
        if private:
            return await self.aside.say(key, drawn(text))
        return await self._added(key, self._body(text, state))

    async def attach(self, key: str, name: str, content: str) -> str:
        """Add a message with a file."""
        return await self._added(key, written(""), (Upload(name, content.encode(), "text/plain"),))

    async def edit(self, post: str, text: str, *, state: State = "said") -> None:
        """Let a message say this."""
        if self.aside.is_its(post):
            return
        growing = state == "growing"
        try:
            await self._edited(post, self._body(text, state))
        except PlatformBusy:
            # Of what still grows, a later edit will say more.
            if not growing:
                raise
        except Refused as refused:
            if refused.code == OLD_EDITS and growing:
                return
            if refused.code == OLD_EDITS:
                await self.delete(post)  # so that another one stands in its place
            elif refused.code in _GONE:
                self._miss(post)
            raise

    async def delete(self, post: str) -> None:
        """Take a message away."""
        if self.aside.is_its(post):
            return
        self._miss(post)
        try:
            await self.rest.ask(DELETE, *post.split("/"))
        except Refused as refused:
            if refused.code not in _GONE:
                raise

    async def find(self, key: str) -> str | None:
        """The id of the post under a key, read back; None too for what only one person reads."""
        if key.rpartition("/")[2].startswith("p"):
            return None
        post = await found(
            self.rest, self.spot, self.bot, Sought(key, self._keys, key.startswith(f"{self.journal.name}/"))
        )
        return post and self._noted(key, post)

    def split(self, text: str) -> list[str]:
        """The text in parts that fit a message."""
        return in_parts(text)

    async def _edited(self, post: str, body: Mapping[str, Any]) -> None:
        channel, message = post.split("/")
        try:
            await self.rest.ask(EDIT, channel, message, json=body)
        except Refused as refused:
            if refused.code != _ARCHIVED:
                raise
            await self.rest.ask(REOPEN, channel, json={"archived": False})
            await self.rest.ask(EDIT, channel, message, json=body)

    async def _added(self, key: str, body: Mapping[str, Any], files: tuple[Upload, ...] = ()) -> str:
        channel = await self.spot.ready()
        sent = {**body, **in_reply_to(self.spot.trigger_in(channel)), **once(key, self._taken.get(key, 0))}
        self.begins()
        again = self.journal.resumed or key in self._tried
        self._tried.add(key)
        try:
            message = await self.rest.ask(CREATE, channel, json=sent, files=files)
        except Refused as refused:
            if not self._may_stand_otherwise(key, refused):
                await self._tell_why(key, refused)
                if refused.code == _UNKNOWN_CHANNEL:
                    raise PlatformGone(str(refused)) from refused
                raise
            return await self._added(key, body, files)
        post = self._noted(key, f"{channel}/{message['id']}")
        if again and message.get("content") != body["content"].strip():
            await self.rest.ask(EDIT, *post.split("/"), json=body)  # it is what was sent before
        return post

    def _may_stand_otherwise(self, key: str, refused: Refused) -> bool:
        """Whether a post that was refused may be sent in another place, or as another one."""
        if refused.code == _UNKNOWN_MESSAGE and self._taken.get(key, 0) < _MOST_TAKEN:
            # What was sent under this nonce a moment ago was taken away since, which Discord says of it.
            self._taken[key] = self._taken.get(key, 0) + 1
            return True
        may_not_reply = refused.code == _NO_HISTORY or _REFERENCE in refused.fields
        if may_not_reply and self.spot.replies:
            self.spot.replies = False
            return True
        return refused.code in _NOT_THERE and not self._was_there(refused) and self.spot.leave()

    def _was_there(self, refused: Refused) -> bool:
        """Whether the thread, which is closed now, took something of the reply before, or was opened for it."""
        if refused.code == _UNKNOWN_CHANNEL and self.spot.made:
            return True
        return self.spot.place.thread in self._stood

    async def _tell_why(self, key: str, refused: Refused) -> None:
        """Tell the author of a message, once, why there is no answer to it."""
        closed, whom = self.rest.closed, ("told", self.spot.channel, self.spot.place.author)
        hopeless = refused.code in _NOT_THERE - _GONE and not self.journal.resumed and not self._keys
        if hopeless and not closed.known(*whom) and await self._told(f"{key}?", NOT_HERE):
            closed.note(refused, *whom)

    async def _told(self, key: str, text: str) -> bool:
        """Whether the author was told, or can't be; what goes wrong here changes nothing of why they are."""
        for wait in _PATIENCE:
            try:
                await self.aside.say(key, text)
            except PlatformRefused as untold:
                log.warning("untold", reason=str(untold))
            except PlatformError:
                await asyncio.sleep(wait)
                continue
            return True
        return False

    def _body(self, text: str, state: State) -> dict[str, Any]:
        buttons = buttons_of(state, self.spot.place.author, self.journal.name, self._thread())
        return written(drawn(text, growing=state == "growing"), buttons)

    def _thread(self) -> str:
        """The thread as clicks need it."""
        thread = self.spot.place.thread
        if thread is None:
            return NO_THREAD
        return thread if self.spot.in_place and thread != self.journal.name else ""

    def _noted(self, key: str, post: str) -> str:
        self._keys[post] = key
        self._stood.add(post.partition("/")[0])
        return post

    def _miss(self, post: str) -> None:
        if key := self._keys.pop(post, ""):
            self._taken[key] = self._taken.get(key, 0) + 1
