"""What redis-py raises, as errors that a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis import exceptions

from bot.errors import StoreError, StoreFull, StoreUnavailable

log = structlog.get_logger()

AWAY = (
    exceptions.ConnectionError,  # also: loading, time-out of the pool, authentication
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.MasterDownError,
    exceptions.TryAgainError,
    exceptions.SlotNotCoveredError,
    OSError,
)
"""What passes by itself: the server is away, starting, or failing over."""
_OTHER = (
    exceptions.RedisError,
    exceptions.RedisClusterException,
    exceptions.ChildDeadlockedError,
    exceptions.IncorrectPolicyType,
)


def is_away(error: BaseException) -> bool:
    """Whether an error passes by itself. A wrong password does not become right.

    A cluster none of whose nodes is there says so in its cause.
    """
    if isinstance(error, exceptions.AuthenticationError):
        return False
    if isinstance(error, exceptions.ResponseError) and str(error).startswith(("MISCONF", "NOREPLICAS")):
        return True  # it cannot write to its disk, or to enough replicas, for now
    return isinstance(error, AWAY) or (
        isinstance(error, exceptions.RedisClusterException) and isinstance(error.__cause__, AWAY)
    )


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what redis-py raises into a StoreError that a person can read."""
    try:
        yield
    except exceptions.OutOfMemoryError as error:
        raise StoreFull(
            "My memory (Redis) is full, so I can't take this in. Nothing was kept; whoever runs me "
            "needs to give Redis more memory or delete old conversations."
        ) from error
    except exceptions.AuthenticationError as error:
        raise StoreUnavailable(
            "My memory (Redis) does not accept the name or password it was given. Nothing was kept; whoever runs me "
            "needs to correct it."
        ) from error
    except (*AWAY, *_OTHER) as error:
        if is_away(error):
            raise StoreUnavailable(
                "I can't reach my memory (Redis) right now. Nothing was kept; please try again in a minute."
            ) from error
        log.warning("redis_refused", reason=str(error))
        raise StoreError(
            "My memory (Redis) refused what I asked of it. Nothing was kept; whoever runs me finds the reason "
            "in the log."
        ) from error
