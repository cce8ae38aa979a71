"""A server in which an attacker decides what the model says, in each of the ways in which Parley answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.discord.replies.writing import SUPPRESS_EMBEDS
from simulators.discord import Call, Channel, Person, Seen
from simulators.openai_api.chat.messages import Message
from tests.adapters.discord.club import Club, open_club
from tests.adapters.discord.eyes import called_by, cards_in

AT_ONCE = 12
_NAMED = "80351110224678912"
_ROLE = "165511591545143296"
_SAYS_SOMETHING = 4
"""The kind of a first answer to an interaction that is a message."""
_WRITES = re.compile(
    r"(POST|PATCH) (/channels/\{\}/messages|/webhooks/\{\}/\{\})(/\{\}|/messages/(\{\}|@original))?"
)


@dataclass(slots=True)
class Obedient:
    """A model that says what it is told to, wherever in the last question that stands."""

    sayings: list[str]

    def __call__(self, messages: Sequence[Message], model: str) -> str:
        del model
        asked = [message.text for message in messages if message.role == "user"][-1]
        return self.sayings[int(re.findall(r"Attack[ _](\d+)", asked)[-1])]


@dataclass(slots=True)
class Arena:
    """A server with a victim, whom everybody can call, and a role that anybody may call."""

    club: Club
    sayings: list[str] = field(default_factory=list)

    def aimed(self, text: str) -> str:
        """An attack on those who are there."""
        return text.replace(_NAMED, self.victim.id).replace(_ROLE, self._role)

    @property
    def victim(self) -> Person:
        """Somebody who did not ask."""
        return self.club.guild.person("Victor")

    @property
    def _role(self) -> str:
        roles = self.club.guild.roles.values()
        found = next((role.id for role in roles if role.name == "crew"), None)
        return found or self.club.guild.add_role("crew", self.victim, mentionable=True)

    def says(self, sayings: Sequence[str]) -> list[str]:
        """Let the model say this from now on, when it is told a number; what exactly that is."""
        self.sayings[:] = map(self.aimed, sayings)
        return list(self.sayings)

    def assert_harmless(self) -> None:
        """Nobody was called, nothing unfolded; nor would it have, had Discord not been told to leave it."""
        discord = self.club.discord
        assert discord.pings == []
        assert discord.embeds == []
        written = [call for call in discord.calls if _WRITES.fullmatch(call.route)]
        said = [call.body for call in written] + [each for call in discord.calls for each in said_first(call)]
        assert said
        for body in said:
            assert body["allowed_mentions"] == {"parse": [], "replied_user": False}
            assert body["flags"] & SUPPRESS_EMBEDS
            assert called_by(body["content"]) == []
            assert cards_in(body["content"]) == []


def said_first(call: Call) -> list[dict[str, Any]]:
    """What the first answer to an interaction says, if it is one that says something."""
    is_first = call.route == "POST /interactions/{}/{}/callback" and call.body["type"] == _SAYS_SOMETHING
    return [call.body["data"]] if is_first else []


@asynccontextmanager
async def open_arena(redis_url: str, **settings: Any) -> AsyncIterator[Arena]:
    """Parley at work with a model that obeys the attacker; the bot may call everybody."""
    sayings: list[str] = []
    async with open_club(redis_url, responder=Obedient(sayings), **settings) as club:
        club.discord.limits = False
        for role in club.guild.roles.values():
            role.allowed |= {"MENTION_EVERYONE"}
        yield Arena(club, sayings)


Way = Callable[[Arena, str, int], Awaitable[list[Seen]]]
"""Somebody asks a question, on one of several lanes: the reply to it, once it is complete."""


async def in_thread(arena: Arena, question: str, lane: int) -> list[Seen]:
    """In the thread of the question."""
    club = arena.club
    channel = club.guild.channel(f"channel-{lane}")
    asked = await club.ada.mentions(question, channel)
    await club.until(lambda: is_whole(arena, channel.thread_of(asked)))
    return club.replies(channel.thread_of(asked))


async def in_place(arena: Arena, question: str, lane: int) -> list[Seen]:
    """In the channel, as a reply to the question."""
    channel = arena.club.guild.channel(f"place-{lane}")
    channel.deny("CREATE_PUBLIC_THREADS")
    return await _after(arena, channel, lambda: arena.club.ada.mentions(question, channel))


async def directly(arena: Arena, question: str, lane: int) -> list[Seen]:
    """In direct messages."""
    person = arena.club.guild.person(f"Asker {lane}")
    return await _after(arena, person.dm, lambda: person.writes(question))


async def to_command(arena: Arena, question: str, lane: int) -> list[Seen]:
    """As the answer to a command."""
    channel = arena.club.guild.channel(f"command-{lane}")
    return await _after(arena, channel, lambda: arena.club.ada.uses("ask", channel, question=question))


async def _after(arena: Arena, channel: Channel, ask: Callable[[], Awaitable[object]]) -> list[Seen]:
    before = len(arena.club.replies(channel))
    await ask()
    await arena.club.until(lambda: is_whole(arena, channel, before))
    return arena.club.replies(channel)[before:]


def is_whole(arena: Arena, channel: Channel | None, before: int = 0) -> bool:
    """Whether the last thing in a channel is the end of a further reply."""
    last = next(reversed(channel.posts.values()), None) if channel else None
    if last is None or channel is None or last.author is not arena.club.discord.app.user:
        return False
    own = [post for post in channel.posts.values() if post.author is last.author]
    return len(own) > before and "parley:retry" in str(last.components) and not last.flags & 1 << 7


async def attacked(arena: Arena, way: Way, numbers: Sequence[int]) -> dict[int, str]:
    """What Discord was given to show after each of these attacks."""

    async def on(lane: int) -> dict[int, str]:
        return {
            number: "".join(each.content for each in await way(arena, f"Attack {number}", lane))
            for number in numbers[lane::AT_ONCE]
        }

    read: dict[int, str] = {}
    for found in await asyncio.gather(*map(on, range(AT_ONCE))):
        read |= found
    return read
