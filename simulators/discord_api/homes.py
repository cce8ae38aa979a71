"""What a channel needs to know of the guild that it is in, and of those who look at it."""

from typing import Any, Protocol

from simulators.discord_api.screens import Names


class Home(Protocol):
    """The guild of a channel."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def installed(self) -> bool:
        """Whether the app is in it."""

    @property
    def names(self) -> Names:
        """How users, roles and channels are called there."""

    @property
    def active_threads(self) -> int:
        """How many threads are not archived."""

    def permissions_of(self, user_id: str) -> frozenset[str]:
        """What somebody may do where no channel says otherwise."""

    def roles_of(self, user_id: str) -> tuple[str, ...]:
        """The ids of somebody's roles, the one that everybody has first."""

    def member_payload(self, user_id: str, *, with_user: bool = True) -> dict[str, Any]:
        """The member object."""


class Viewer(Protocol):
    """Somebody who looks."""

    @property
    def id(self) -> str:
        """Their id."""
