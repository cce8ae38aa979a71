"""Tickets: what an interaction gives for its answer, good for a quarter of an hour."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import orjson

LIFETIME = 900.0
"""Seconds for which the token of an interaction works (discord.com/developers, "Interactions")."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to answer one interaction, whose id is that of the message that it became."""

    application: str
    token: str = field(repr=False)
    whole: bool = True
    """Whether all of the reply is the interaction's answer; else only what is private."""
    private: bool = True
    """Whether only who used it reads that answer."""
    about: str = ""
    """The message on which it was used; empty for a command."""
    asked: str = ""
    """The question that somebody wrote into a modal, where nobody else sees it."""
    in_place: bool = False
    """Whether the reply stands in the channel, although it belongs to a thread, since that could not be opened."""

    @property
    def public(self) -> bool:
        """Whether everybody reads the reply."""
        return not (self.whole and self.private)

    def pack(self) -> str:
        """The form in which it goes with the message."""
        return orjson.dumps(asdict(self)).decode()


def ticket_of(packed: str) -> Ticket:
    """The ticket that `pack` wrote."""
    return Ticket(**orjson.loads(packed))
