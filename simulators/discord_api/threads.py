"""What a thread has that other channels have not (discord.com/developers, "Threads")."""

import time
from dataclasses import dataclass, field
from typing import Any

from simulators.discord_api.snowflakes import stamp

MOST_ACTIVE = 1000
"""How many threads of a guild may be active at once."""
DURATIONS = (60, 1440, 4320, 10080)
"""Minutes without a message after which a thread may be archived."""


@dataclass(slots=True)
class ThreadState:
    """Who began a thread, who is in it, and whether it is still open."""

    owner_id: str
    auto_archive: int = 1440
    archived: bool = False
    locked: bool = False
    members: set[str] = field(default_factory=set)
    created: float = field(default_factory=time.time)
    changed: float = field(default_factory=time.time)
    messages: int = 0
    """How many messages there were, without the one that it began with."""
    tags: list[str] = field(default_factory=list)

    def metadata(self) -> dict[str, Any]:
        """The thread's metadata object."""
        return {
            "archived": self.archived,
            "archive_timestamp": stamp(self.changed),
            "auto_archive_duration": self.auto_archive,
            "locked": self.locked,
            "create_timestamp": stamp(self.created),
        }

    def member(self, thread_id: str, user_id: str) -> dict[str, Any]:
        """The thread's member object of somebody who is in it."""
        return {"id": thread_id, "user_id": user_id, "join_timestamp": stamp(self.created), "flags": 1}
