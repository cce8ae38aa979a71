"""What Slack calls its things: ids, tokens and timestamps."""

import secrets
import string
import time
from dataclasses import dataclass

_LETTERS = string.ascii_uppercase + string.digits
_ID_LENGTH = 10
_MICROSECONDS = 1_000_000


def new_id(kind: str) -> str:
    """A new id that begins with its kind: T, U, C, D, B, A, F, V, Ev."""
    return f"{kind}0" + "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH - 1))


def new_secret(length: int = 32) -> str:
    """Hexadecimal digits that nobody can guess."""
    return secrets.token_hex(length // 2)


def new_token(prefix: str) -> str:
    """A token as Slack gives them: `xoxb-…`, `xapp-…`, `xoxe.xoxb-…`, `xoxe-…`."""
    return f"{prefix}-{secrets.randbelow(10**12):012}-{new_secret(24)}"


@dataclass(slots=True)
class Timestamps:
    """The times of one workspace: Unix seconds and microseconds, each given once and greater than the last."""

    _last: int = 0

    def next(self) -> str:
        """A time such as `1732180000.123456`."""
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return f"{self._last // _MICROSECONDS}.{self._last % _MICROSECONDS:06}"
