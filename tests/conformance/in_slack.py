"""Slack as a stage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.store import Store, open_store
from simulators.openai import OpenAISimulator
from simulators.openai_api.chat.messages import Responder
from simulators.slack import Channel, Seen, Upload
from tests.adapters.slack.office import Office, open_office
from tests.conformance.stage import ADA, Post, Shared, idle


@dataclass(frozen=True, slots=True)
class InSlack:
    """A Stage: a channel, or Ada's direct messages; every question there has a thread."""

    office: Office
    store: Store
    direct: bool = False

    @property
    def channel(self) -> Channel:
        """Where everything stands."""
        return self.office.ada.dm if self.direct else self.office.general

    @property
    def model(self) -> OpenAISimulator:
        """The model that answers."""
        return self.office.model

    async def asks(self, text: str, who: str = ADA, files: Sequence[Shared] = ()) -> str:
        """Mention the app in the channel, or write to it."""
        said = self._to_app(text)
        return await self.office.workspace.person(who).says(said, self.channel, files=_uploads(files))

    async def says(self, text: str, talk: str, who: str = ADA, files: Sequence[Shared] = ()) -> None:
        """Write in the thread, without a mention."""
        await self.office.workspace.person(who).says(text, self.channel, talk, _uploads(files))

    async def stops(self, talk: str) -> None:
        """Write the word."""
        await self.says("stop", talk)

    async def edits(self, talk: str, text: str) -> None:
        """Edit what began the talk."""
        await self.office.ada.edits(talk, self.channel, self._to_app(text))

    async def deletes(self, talk: str) -> None:
        """Delete what began the talk."""
        await self.office.ada.deletes(talk, self.channel)

    def read(self, talk: str) -> list[Post]:
        """The app's messages in the thread."""
        return [self._post(each) for each in self.office.replies(talk, self.channel)]

    def aside(self, who: str) -> list[Post]:
        """The ephemeral messages in the channel and its threads."""
        channel, person = self.channel, self.office.workspace.person(who)
        places = (None, *(each.ts for each in channel.screen()))
        seen = {each.ts: each for place in places for each in channel.screen(place, person) if each.ephemeral}
        return [self._post(each) for each in seen.values()]

    async def until(self, predicate: Callable[[], bool]) -> None:
        """Return once `predicate` holds."""
        await self.office.until(predicate)

    async def idle(self) -> None:
        """Return once all that was heard is answered."""
        await idle(self.store)

    def _to_app(self, text: str) -> str:
        return text if self.direct else f"<@{self.office.workspace.bot_user_id}> {text}"

    def _post(self, seen: Seen) -> Post:
        files = [self.office.workspace.files[file["id"]] for file in seen.message.get("files") or ()]
        return Post(seen.text, "".join(file.content.decode() for file in files))


def _uploads(files: Sequence[Shared]) -> list[Upload]:
    return [Upload(file.name, file.content, file.type) for file in files]


@asynccontextmanager
async def open_slack(
    url: str, responder: Responder, *, direct: bool = False, **settings: Any
) -> AsyncIterator[InSlack]:
    """A workspace with Parley in it."""
    async with open_office(url, responder=responder, **settings) as office, open_store(url) as store:
        office.slack.limits = False
        yield InSlack(office, store, direct)
