"""The one layer of retries: what is tried again, how often, and after which wait."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from bot.errors import ModelNotFound, ModelUnavailable
from bot.model import Begun, Model, Piece, Prompt, Waiting

log = structlog.get_logger()

T = TypeVar("T")

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Retries:
    """Exponential backoff with jitter; a wait that the provider asks for is kept to, if it is bearable.

    Only a ModelUnavailable is worth another try: time-outs, connection errors, 5xx, and 429 that is not a quota.
    """

    tries: int = 4
    slow_tries: int = 2
    """Of a model that falls silent: each costs a minute of somebody's patience."""
    base: float = 0.5
    """Seconds before the second try; doubled before each further one."""
    longest: float = 60.0
    """Seconds of a wait beyond which the person is told instead."""
    sleep: Sleep = asyncio.sleep

    def wait(self, error: ModelUnavailable, tried: int) -> float | None:
        """Seconds to wait after `tried` tries; None when it is time to give up."""
        if tried >= (min(self.slow_tries, self.tries) if error.slow else self.tries):
            return None
        backoff = self.base * 2 ** (tried - 1)
        jitter = random.uniform(0, backoff / 2)  # noqa: S311 - spreads load, guards nothing
        least = max(backoff / 2, error.retry_after or 0.0)
        return least + jitter if least <= self.longest else None

    def wait_after(self, error: ModelUnavailable, tried: int) -> float:
        """Seconds to wait after `tried` tries. Raises the error itself when it is time to give up."""
        seconds = self.wait(error, tried)
        if seconds is None:
            raise error
        log.warning("retry", error=type(error).__name__, tried=tried, seconds=round(seconds, 2))
        return seconds

    async def call(self, ask: Callable[[], Awaitable[T]]) -> T:
        """The result of the first try that succeeds. Raises the last try's ModelError."""
        tried = 1
        while True:
            try:
                return await ask()
            except ModelUnavailable as error:
                seconds = self.wait_after(error, tried)
            await self.sleep(seconds)
            tried += 1


@dataclass(frozen=True, slots=True)
class Retrying:
    """A model that is asked again while it is unavailable."""

    model: Model
    retries: Retries

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """As the model's own; says how long it waits between tries."""
        tried = 1
        while True:
            try:
                async with aclosing(self.model.stream(prompt)) as pieces:
                    async for piece in pieces:
                        yield piece
            except ModelUnavailable as error:
                seconds = self.retries.wait_after(error, tried)
            else:
                return
            yield Waiting(seconds)
            await self.retries.sleep(seconds)
            tried += 1


@dataclass(frozen=True, slots=True)
class FallingBack:
    """A model that lets another answer when it is unavailable, or not known to the server."""

    model: Model
    fallback: str

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Piece]:
        """As the model's own, or as the fallback's if it fails before the first text."""
        try:
            async with aclosing(self.model.stream(prompt)) as pieces:
                async for piece in pieces:
                    yield piece
        except (ModelUnavailable, ModelNotFound) as error:
            if prompt.model == self.fallback:
                raise
            log.warning("fallback", error=type(error).__name__, model=prompt.model, fallback=self.fallback)
        else:
            return
        yield Begun(model="")
        async with aclosing(self.model.stream(replace(prompt, model=self.fallback))) as pieces:
            async for piece in pieces:
                yield piece
