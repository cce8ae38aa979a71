from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator

import pytest
from redis import exceptions

from bot.errors import StoreError, StoreFull, StoreUnavailable
from bot.store_errors import store_errors

FULL = {"OutOfMemoryError"}
UNREACHABLE = {
    "ConnectionError",
    "TimeoutError",
    "AuthenticationError",
    "AuthorizationError",
    "BusyLoadingError",
    "MaxConnectionsError",
    "ExternalAuthProviderError",
    "ReadOnlyError",
    "ClusterDownError",
    "MasterDownError",
    "TryAgainError",
    "SlotNotCoveredError",
}
SECRET = "redis://:hunter2@redis.test"


def kinds_under(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds_under(below)


ROOTS = [
    kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, BaseException)
]
EVERY_KIND = sorted(
    {kind for root in ROOTS for kind in kinds_under(root) if kind.__module__.startswith("redis")},
    key=lambda kind: kind.__name__,
)


def built(kind: type[BaseException]) -> BaseException:
    error = kind.__new__(kind, SECRET)
    error.args = (SECRET,)
    return error


def told_of(error: BaseException) -> StoreError:
    with pytest.raises(StoreError) as told, store_errors():
        raise error
    return told.value


def test_the_walk_finds_the_errors_that_are_named_here() -> None:
    names = {kind.__name__ for kind in EVERY_KIND}

    assert names >= FULL | UNREACHABLE


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_error_of_the_client_becomes_one_that_a_person_can_read(kind: type[BaseException]) -> None:
    error = built(kind)

    told = told_of(error)

    expected = (
        StoreFull
        if kind.__name__ in FULL
        else StoreUnavailable
        if any(above.__name__ in UNREACHABLE for above in kind.__mro__)
        else StoreError
    )
    assert type(told) is expected
    assert told.__cause__ is error
    assert "hunter2" not in told.notice
    assert "Nothing was kept" in told.notice


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("refused"),
        ConnectionResetError("reset"),
        BrokenPipeError("broken"),
        TimeoutError("slow"),
        socket.gaierror(-2, "unknown"),
        ssl.SSLError("handshake"),
        OSError("no route"),
    ],
)
def test_trouble_of_the_network_means_that_redis_is_not_reachable(error: OSError) -> None:
    told = told_of(error)

    assert type(told) is StoreUnavailable
    assert "try again" in told.notice


def test_whoever_is_told_that_redis_is_full_is_told_what_helps() -> None:
    told = told_of(exceptions.OutOfMemoryError("command not allowed when used memory > 'maxmemory'."))

    assert "full" in told.notice
    assert "more memory" in told.notice


def test_a_cancelled_command_stays_cancelled() -> None:
    with pytest.raises(asyncio.CancelledError), store_errors():
        raise asyncio.CancelledError


def test_an_error_of_our_own_is_not_blamed_on_redis() -> None:
    with pytest.raises(KeyError), store_errors():
        raise KeyError("ours")
