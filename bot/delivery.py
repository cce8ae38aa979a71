"""The delivery: a reply brought to its platform as posts, so that it stands there once, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count

import structlog

from bot.beside import beside
from bot.errors import PlatformBusy, PlatformError, PlatformGone, PlatformRefused, PlatformUnclear, StoreError
from bot.insistence import USUAL, Insistence, Pace
from bot.journal import Journal
from bot.posts import Posts, State
from bot.reply import Ending
from bot.saying import Saying, Wanted

log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class _Standing:
    """A post that stands."""

    id: str
    text: str | None = None
    """What it says; None if nobody knows."""
    state: State = "growing"
    """What the platform was told that it is."""
    unclear: bool = True
    """Whether a write to it that was given up may still arrive."""


class Delivery:
    """A ReplySink over posts. What is said is journaled before it is written, and read back when in doubt.

    Its methods, but for `status` and `write`, return when all that was said stands on the platform. They raise
    PlatformError when it could not be brought there, and ClaimLost when it is not ours to bring.
    """

    def __init__(self, posts: Posts, journal: Journal, pace: Pace = USUAL) -> None:
        self._posts = posts
        self._journal = journal
        self._pace = pace
        self._insist = Insistence(journal, pace)
        self._saying = Saying()
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        known = journal.known()
        self._standing = {key: _Standing(post) for key, post in known.items() if post}
        self._doubtful = {key for key, post in known.items() if not post}
        self._looked: set[str] = set()

    async def status(self, text: str) -> None:
        """Show what is being done, at the next write."""
        self._saying.show(text)
        self._changed.set()

    def expect(self) -> None:
        """Set nothing up: posts stand where they are written."""

    def write(self, text: str) -> None:
        """Append to the answer; it is brought to the platform at its pace."""
        self._saying.grow(text)
        self._changed.set()

    def say(self, text: str) -> None:
        """Say something that is not the answer, at the same pace."""
        self._saying.say(text, private=False)
        self._changed.set()

    async def finish(self, ending: Ending) -> None:
        """End the answer, with the ending's note if it has one."""
        self._saying.end(ending.note, ending.reason)
        await self._settle()

    async def notice(self, text: str, *, private: bool = False) -> None:
        """Say something that is not the answer."""
        self._saying.say(text, private=private)
        await self._settle()

    async def fail(self, text: str, *, private: bool = False) -> None:
        """Say why there is no answer, or only a part of one."""
        self._saying.say(text, private=private)
        await self._settle()

    async def attach(self, name: str, content: str) -> None:
        """Hand over a document."""
        self._saying.hand_over(name, content)
        await self._settle()

    async def take_back(self, name: str) -> None:
        """Take away the posts of the reply to another message."""
        posts: list[str] = []
        while (post := await self.find(f"{name}/{len(posts)}")) is not None:
            posts.append(post)
        for post in reversed(posts):  # so that those which are left are found again after a crash
            await self._journal.about_to_write(self._saying.answer)
            await self._insist(partial(self._posts.delete, post))

    async def find(self, key: str) -> str | None:
        """The post under a key, read back from the platform."""
        return await self._insist(lambda: self._posts.find(key))

    async def keep_writing(self) -> None:
        """Bring to the platform what is said, at its pace, for ever. Raises ClaimLost."""
        while await self._changed.wait():
            await self._posts.ready()
            self._changed.clear()
            if not self._is_behind():
                # What cannot be written now is written by the end of the reply, or fails there.
                try:
                    await self._bring()
                except PlatformGone:
                    self._journal.stop()
                    return
                except PlatformRefused:
                    return  # nor will it take more of it
                except (PlatformError, StoreError) as error:
                    log.info("written_later", error=type(error).__name__)
            await asyncio.sleep(self._pace.write)

    def _is_behind(self) -> bool:
        """Whether people have read more of the answer, from an earlier attempt, than there is by now."""
        return len(self._saying.answer) < len(self._journal.earlier)

    async def tidy(self) -> None:
        """Take away what earlier attempts wrote and this one did not, once it will say nothing more."""
        if self._journal.resumed:
            async with self._one_at_a_time:
                await self._clear()

    async def _settle(self) -> None:
        self._changed.clear()
        await self._bring(complete=True)
        if unclear := [standing for standing in self._standing.values() if standing.unclear]:
            # What arrives late puts an older text in place of the last one.
            await asyncio.sleep(self._pace.look[-1])
            for standing in unclear:
                standing.text, standing.unclear = None, False
            await self._bring()

    async def _bring(self, *, complete: bool = False) -> None:
        async with self._one_at_a_time:
            for post in self._wanted():
                await self._let_stand(post)
            if complete and not self._journal.resumed:
                await self._clear()

    def _wanted(self) -> list[Wanted]:
        return self._saying.posts(self._journal.name, self._posts.split)

    async def _let_stand(self, wanted: Wanted) -> None:
        if (standing := self._standing.get(wanted.key)) is None:
            standing = await self._insist(lambda: self._placed(wanted))
        if wanted.document or (standing.text, standing.state) == (wanted.text, wanted.state):
            return
        try:
            await self._insist(lambda: self._edit(standing, wanted))
        except PlatformRefused:
            if await self.find(wanted.key) is not None:
                raise
            del self._standing[wanted.key]  # somebody took it away
            await self._let_stand(wanted)

    async def _edit(self, standing: _Standing, wanted: Wanted) -> None:
        await self._journal.about_to_write(self._saying.answer)
        try:
            await self._posts.edit(standing.id, wanted.text, state=wanted.state)
        except PlatformUnclear:
            standing.unclear = True
            raise
        standing.text, standing.state = wanted.text, wanted.state

    async def _placed(self, wanted: Wanted) -> _Standing:
        """The post under a key: the one that may stand already, or a new one."""
        if found := await self._looked_for(wanted.key):
            return found
        await self._journal.about_to_write(self._saying.answer, wanted.key)
        self._doubtful.add(wanted.key)
        try:
            post = await self._post(wanted)
        except (PlatformBusy, PlatformRefused):
            self._doubtful.discard(wanted.key)
            raise
        return await self._noted(wanted.key, _Standing(post, wanted.text, wanted.state, unclear=False))

    async def _looked_for(self, key: str) -> _Standing | None:
        """A post that may stand, although its id is not known."""
        doubtful = key in self._doubtful
        if not doubtful and (key in self._looked or not self._journal.resumed):
            return None
        for wait in self._pace.look if doubtful else (0.0,):
            await asyncio.sleep(wait)
            if (post := await self.find(key)) is not None:
                return await self._noted(key, _Standing(post, unclear=doubtful))
        self._looked.add(key)
        self._doubtful.discard(key)
        return None

    async def _noted(self, key: str, standing: _Standing) -> _Standing:
        self._standing[key] = standing  # whatever becomes of the note
        self._doubtful.discard(key)
        await self._journal.written(key, standing.id)
        return standing

    async def _post(self, wanted: Wanted) -> str:
        if wanted.document:
            return await self._posts.attach(wanted.key, *wanted.document)
        return await self._posts.post(wanted.key, wanted.text, private=wanted.private, state=wanted.state)

    async def _clear(self) -> None:
        """Take away what stands and is not wanted: a status, or more parts than there are now."""
        wanted = {post.key for post in self._wanted()}
        if self._journal.resumed:
            await self._look_for_more(wanted)
        # From the last to the first: of what is left by who dies meanwhile, none stands behind a gap.
        for key in reversed([*self._standing, *self._doubtful]):
            if key not in wanted:
                await self._take_away(key)

    async def _look_for_more(self, wanted: Collection[str]) -> None:
        """Find the posts of an earlier attempt that stand behind those which are wanted."""
        for number in count():
            key = f"{self._journal.name}/{number}"
            if key not in wanted and key not in self._standing and not await self._looked_for(key):
                return

    async def _take_away(self, key: str) -> None:
        if (standing := self._standing.get(key) or await self._looked_for(key)) is None:
            return

        async def delete() -> None:
            # Noted like a post that does not stand yet: whoever goes on from here has to look for it.
            await self._journal.about_to_write(self._saying.answer, key)
            await self._posts.delete(standing.id)

        await self._insist(delete)
        del self._standing[key]


@asynccontextmanager
async def delivering(posts: Posts, journal: Journal, pace: Pace = USUAL) -> AsyncIterator[Delivery]:
    """A delivery that writes as long as the block lasts. The block ends with ClaimLost if the claim is."""
    delivery = Delivery(posts, journal, pace)
    async with beside(delivery.keep_writing()):
        yield delivery
        await delivery.tidy()
