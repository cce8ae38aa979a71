"""What somebody may do (discord.com/developers, "Permissions")."""

from collections.abc import Iterable
from dataclasses import dataclass

BITS = {
    "ADMINISTRATOR": 1 << 3,
    "MANAGE_CHANNELS": 1 << 4,
    "MANAGE_GUILD": 1 << 5,
    "ADD_REACTIONS": 1 << 6,
    "VIEW_CHANNEL": 1 << 10,
    "SEND_MESSAGES": 1 << 11,
    "MANAGE_MESSAGES": 1 << 13,
    "EMBED_LINKS": 1 << 14,
    "ATTACH_FILES": 1 << 15,
    "READ_MESSAGE_HISTORY": 1 << 16,
    "MENTION_EVERYONE": 1 << 17,
    "USE_EXTERNAL_EMOJIS": 1 << 18,
    "CONNECT": 1 << 20,
    "SPEAK": 1 << 21,
    "CHANGE_NICKNAME": 1 << 26,
    "USE_APPLICATION_COMMANDS": 1 << 31,
    "MANAGE_THREADS": 1 << 34,
    "CREATE_PUBLIC_THREADS": 1 << 35,
    "CREATE_PRIVATE_THREADS": 1 << 36,
    "SEND_MESSAGES_IN_THREADS": 1 << 38,
}
"""The permissions by name; those that nothing here asks about are left out."""
_MANAGING = frozenset("ADMINISTRATOR MANAGE_CHANNELS MANAGE_GUILD MANAGE_MESSAGES MANAGE_THREADS".split())
EVERYONE = frozenset(BITS) - _MANAGING
"""What everybody may in a new guild."""
EVERYTHING = frozenset(BITS)
IN_DM = frozenset(
    """
    ADD_REACTIONS ATTACH_FILES EMBED_LINKS MENTION_EVERYONE READ_MESSAGE_HISTORY SEND_MESSAGES USE_APPLICATION_COMMANDS
    USE_EXTERNAL_EMOJIS VIEW_CHANNEL
    """.split()
)


@dataclass(slots=True)
class Overwrite:
    """What a channel takes from a role or a member, and gives them."""

    of_member: bool
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()


def bits(names: Iterable[str]) -> str:
    """Permissions as Discord writes them: a number in a string."""
    return str(sum(BITS[name] for name in names))


def overwritten(held: frozenset[str], overwrite: Overwrite | None) -> frozenset[str]:
    """What is left of permissions in a channel."""
    return held if overwrite is None else (held - overwrite.deny) | overwrite.allow
