"""The posts that a reply is made of: what a platform must be able to do, so that a reply survives its worker."""

from __future__ import annotations

from typing import Literal, Protocol

from bot.reply import Finish

State = Literal["growing", "said"] | Finish
"""What a post is: one that grows and will be edited until it does not, the end of an answer, or anything else."""


class Posts(Protocol):
    """The posts of one reply, in the place where its message is answered.

    Every method raises PlatformUnclear if nobody knows whether it was done, PlatformBusy if it was not done but
    may be later, and PlatformRefused if it never will be. None of them tries again by itself.
    """

    async def ready(self) -> None:
        """Return when the platform allows another write of what still grows. It may never: the end needs no leave."""

    async def post(self, key: str, text: str, *, private: bool = False, state: State = "said") -> str:
        """Add a post under a key, by which it can be found again; its id. A private one only the author reads."""

    async def attach(self, key: str, name: str, content: str) -> str:
        """Add a post that hands over a document under a file name; its id."""

    async def edit(self, post: str, text: str, *, state: State = "said") -> None:
        """Let a post say this. Doing it again changes nothing."""

    async def delete(self, post: str) -> None:
        """Take a post away. One that is gone already is no error."""

    async def find(self, key: str) -> str | None:
        """The id of the post under a key, read back from the platform; None if there is none."""

    def split(self, text: str) -> list[str]:
        """The text in parts that fit a post each. What grows at its end keeps its first parts."""
