"""What a payload is for, and why a connection ends (discord.com/developers, "Opcodes and Status Codes")."""

from enum import IntEnum


class Op(IntEnum):
    """What a payload is for."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11
    REQUEST_SOUNDBOARD_SOUNDS = 31


COMMANDS = frozenset(
    {
        Op.HEARTBEAT,
        Op.IDENTIFY,
        Op.PRESENCE_UPDATE,
        Op.VOICE_STATE_UPDATE,
        Op.RESUME,
        Op.REQUEST_GUILD_MEMBERS,
        Op.REQUEST_SOUNDBOARD_SOUNDS,
    }
)
"""What an app may send."""


class Close(IntEnum):
    """Why Discord ends a connection."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQ = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    INVALID_API_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


CUT = 1006
"""What stands for a connection that ended without a word (RFC 6455, 7.1.5)."""
RESUMABLE = frozenset({Close.UNKNOWN_ERROR, Close.RATE_LIMITED, CUT, 1000, 1001})
"""After these a session goes on; the others end it, as far as there was one."""
GOODBYES = frozenset({1000, 1001})
"""With these an app ends its session; with any other it may resume (discord.com/developers, "Gateway")."""


class Refused(Exception):
    """A payload that ends the connection it came by."""

    def __init__(self, code: Close) -> None:
        super().__init__(code.name)
        self.code = code
