"""Who stands around the intake: who takes in, who answers interactions, and who knows channels."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.hearing.forms import Forms
from adapters.discord.hearing.intake import Intake
from adapters.discord.hearing.interactions import Interactions
from adapters.discord.hearing.roles import Roles
from adapters.discord.hearing.threads import Threads
from adapters.discord.routes import CHANNEL, GUILD
from bot.errors import PlatformRefused
from bot.feedback import Rating
from bot.mailbox import Acceptance
from bot.messages import IncomingMessage
from bot.store import Store
from tests.adapters.discord.payloads import BOT


@dataclass(slots=True, eq=False)
class Counter:
    """What was taken in and said at it, in order."""

    done: list[tuple[Any, ...]] = field(default_factory=list)
    messages: list[IncomingMessage] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    acceptance: Acceptance | None = field(default_factory=lambda: Acceptance("accepted"))
    """What becomes of the next messages."""
    trouble: Exception | None = None
    """Why nothing is taken in."""
    closed: bool = False
    """Whether interactions were answered by somebody else."""

    async def receive(self, message: IncomingMessage) -> Acceptance | None:
        """Take a message in."""
        if self.trouble:
            raise self.trouble
        self.messages.append(message)
        self.done.append(("received", message.text))
        return self.acceptance

    async def rate(self, rating: Rating) -> None:
        """Keep an opinion."""
        if self.trouble:
            raise self.trouble
        self.ratings.append(rating)
        self.done.append(("rated", rating.thumb))

    async def defer(self, interaction: str, token: str, *, private: bool) -> None:
        """Say that an answer follows."""
        self._answered(interaction, token, "deferred", private)

    async def acknowledge(self, interaction: str, token: str) -> None:
        """Show nothing."""
        self._answered(interaction, token, "acknowledged")

    async def say(self, interaction: str, token: str, text: str, attached: str = "") -> None:
        """Say something to one person, perhaps with a long text."""
        self._answered(interaction, token, "said", text, *([attached] if attached else []))

    async def show(self, interaction: str, token: str, modal: Mapping[str, Any]) -> None:
        """Open a modal."""
        self._answered(interaction, token, "shown", modal["custom_id"])

    async def choose(self, interaction: str, token: str, choices: Sequence[Mapping[str, Any]]) -> None:
        """Offer choices."""
        self._answered(interaction, token, "offered", [choice["value"] for choice in choices])

    def _answered(self, interaction: str, token: str, *how: Any) -> None:
        assert interaction.isdigit()
        assert token.startswith("aW50")
        if self.closed:
            raise PlatformRefused("40060 Interaction has already been acknowledged.")
        self.done.append(how)


@dataclass(slots=True, eq=False)
class Directory:
    """Discord, asked about channels and servers."""

    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: bool = False

    async def ask(self, route: str, *ids: str) -> Any:
        """The channel or the server of that id."""
        assert route in {CHANNEL, GUILD}
        self.asked.append(ids[0])
        if self.silent:
            await asyncio.Event().wait()
        if ids[0] not in self.channels:
            raise PlatformRefused("50001 Missing Access")
        return self.channels[ids[0]]


@dataclass(frozen=True, slots=True)
class Hall:
    """An intake and all who stand around it."""

    intake: Intake
    counter: Counter
    directory: Directory
    left: list[str]


def open_hall(store: Store) -> Hall:
    """An intake that knows of no channel yet."""
    counter, directory, left = Counter(), Directory(), list[str]()

    async def leave(guild: str) -> None:
        left.append(guild)

    threads, roles = Threads(directory, store), Roles(directory, BOT, "Parley")
    interactions = Interactions(counter.receive, counter.rate, counter, Forms(store, BOT), threads)
    return Hall(Intake(counter.receive, BOT, threads, roles, interactions, leave), counter, directory, left)
