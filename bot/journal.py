"""The journal: what a running turn has done so far, so that another worker can go on where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.messages import IncomingMessage
from bot.reply import ReplySink


class Journal(Protocol):
    """What a reply writes down around each write to its platform.

    Its methods raise ClaimLost if the turn is not this worker's any more: then nothing may be written.
    """

    @property
    def name(self) -> str:
        """What the keys of the reply's posts begin with; made from the message's id."""

    @property
    def resumed(self) -> bool:
        """Whether somebody may have begun this reply before, so that a post may stand that is not known here."""

    @property
    def earlier(self) -> str:
        """The answer as an earlier attempt noted it, which people may have read already."""

    @property
    def not_before(self) -> float:
        """When the platform wants to hear from the reply again, in seconds since 1970."""

    async def told_to_wait(self, until: float) -> None:
        """Note that the platform wants to hear nothing before that, in seconds since 1970."""

    def known(self) -> dict[str, str]:
        """The posts of earlier attempts: key → id, empty where one was about to be written."""

    async def about_to_write(self, text: str, key: str = "") -> None:
        """Note the answer so far, and the key of a post that does not stand yet."""

    async def written(self, key: str, post: str) -> None:
        """Note the id of a post that stands now."""

    def stop(self) -> object:
        """Stop the turn, as a person would: nobody can read more of the answer."""


@dataclass(frozen=True, slots=True)
class Unjournaled:
    """The journal of a word to somebody whose message was not taken in: it may be said to them once more, later."""

    name: str
    resumed: bool = True
    earlier: str = ""
    not_before: float = 0.0

    async def told_to_wait(self, until: float) -> None:
        """Forget it."""

    def known(self) -> dict[str, str]:
        """Nothing."""
        return {}

    async def about_to_write(self, text: str, key: str = "") -> None:
        """Allow it."""

    async def written(self, key: str, post: str) -> None:
        """Forget it."""

    def stop(self) -> object:
        """There is no turn."""


Replying = Callable[[IncomingMessage, Journal], AbstractAsyncContextManager[ReplySink]]
"""Gives the place in which a message is answered, wherever the message was taken in."""
