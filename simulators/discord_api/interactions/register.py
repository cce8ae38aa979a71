"""Every interaction, and how long it may still be answered.

(discord.com/developers, "Receiving and Responding to Interactions", Interaction Callback)
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api.attachments import Attachment
from simulators.discord_api.channels import Channel
from simulators.discord_api.ground import Ground
from simulators.discord_api.posts import Post
from simulators.discord_api.refusals import refusal
from simulators.discord_api.users import User

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMISSION = 2, 3, 4, 5
"""Types of interactions."""
PATIENCE = 3
"""Seconds for the first response."""
LIFETIME = 900
"""Seconds for all that follows it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, and where: `post` is the message whose component they used."""

    type: int
    data: Mapping[str, Any]
    user: User
    channel: Channel
    post: Post | None = None
    trigger: "Interaction | None" = None
    """For a submission, what had laid the modal before them."""
    files: tuple[Attachment, ...] = ()
    """What they gave to a command."""


@dataclass(slots=True, eq=False)
class Interaction:
    """What somebody did, and what the app made of it."""

    id: str
    deed: Deed
    deadline: float
    expires: float
    token: str = field(default_factory=lambda: "aW50ZXJhY3Rpb246" + secrets.token_urlsafe(120))
    response: int | None = None
    """The type of the first response."""
    answer: Mapping[str, Any] = field(default_factory=dict)
    """What the first response said."""
    original: Post | None = None
    """What `@original` stands for."""
    followed: dict[str, Post] = field(default_factory=dict)
    """The follow-up messages by their ids."""


@dataclass(slots=True)
class Interactions:
    """All interactions."""

    ground: Ground
    modals: dict[str, Interaction] = field(default_factory=dict)
    """What laid the modal before each person who has one, by their ids."""
    _made: dict[str, Interaction] = field(default_factory=dict)

    def begin(self, deed: Deed) -> Interaction:
        """Take down what somebody did."""
        clock = self.ground.clock
        now = clock.now()
        made = Interaction(
            self.ground.snowflakes.next(),
            deed,
            now + clock.lifetime(PATIENCE),
            now + clock.lifetime(LIFETIME),
        )
        self._made[made.token] = made
        return made

    @property
    def all(self) -> list[Interaction]:
        """Every interaction, oldest first."""
        return list(self._made.values())

    @property
    def files(self) -> list[Attachment]:
        """What people gave to commands."""
        return [file for interaction in self.all for file in interaction.deed.files]

    def unanswered(self, id_: str, token: str) -> Interaction:
        """The interaction that waits for its first response, or a refusal."""
        found = self._made.get(token)
        if found is None or found.id != id_:
            raise refusal("unknown interaction")
        if found.response is not None:
            raise refusal("acknowledged already")
        if self.ground.clock.now() >= found.deadline:
            raise refusal("unknown interaction")
        return found

    def answered(self, application_id: str, token: str) -> Interaction:
        """The interaction that had its first response, or a refusal."""
        found = self._made.get(token)
        if found is None or application_id != self.ground.app.id:
            raise refusal("unknown webhook")
        if self.ground.clock.now() >= found.expires:
            raise refusal("unknown webhook token")
        if found.response is None:
            raise refusal("unknown webhook")
        return found
