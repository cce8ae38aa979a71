"""What Slack brings to the app: events, which it brings again, and what waits for an answer."""

import asyncio
import time
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from simulators.changes import Changes
from simulators.clock import Clock
from simulators.slack_api.apps import App

Kind = Literal["events_api", "slash_commands", "interactive"]
ANSWERED_WITHIN = 3
"""Seconds in which the app has to acknowledge (https://docs.slack.dev/apis/events-api#responding)."""
RETRIES = (0, 60, 300)
"""Seconds before an event is brought again (https://docs.slack.dev/apis/events-api#retries)."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What is brought; `attempt` counts from 0, `reason` says why there was another."""

    kind: Kind
    body: dict[str, Any]
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the app answered: nothing, as a rule."""

    payload: Mapping[str, Any] | None = None


class Unanswered(Exception):
    """The app did not acknowledge; the message is Slack's word for why. `final` if the app wants no other try."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class Carrier(Protocol):
    """A way to the app."""

    async def carry(self, payload: Payload) -> Acknowledged:
        """Bring it. Raises Unanswered."""


@dataclass(slots=True)
class Delivery:
    """One attempt to bring something, `at` that monotonic time.

    `outcome` is `acknowledged`, the reason why not, or empty while the app has time.
    """

    payload: Payload
    at: float = field(default_factory=time.monotonic)
    outcome: str = ""

    @property
    def event(self) -> Mapping[str, Any]:
        """The event that was brought; empty if it was something else."""
        event = self.payload.body.get("event", {})
        return event if isinstance(event, Mapping) else {}


@dataclass(slots=True)
class Deliveries:
    """Brings payloads to the app in the way that the app has chosen."""

    app: App
    clock: Clock
    changes: Changes
    sockets: Carrier
    requests: Carrier
    made: list[Delivery] = field(default_factory=list)
    """Every attempt, in order."""
    lost: list[dict[str, Any]] = field(default_factory=list)
    """The events that were brought for the last time, and not acknowledged."""
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    def tell(self, body: dict[str, Any]) -> None:
        """Bring an event, and again until it is acknowledged or the retries are over."""
        self.spawn(self._told(body))

    async def ask(self, kind: Kind, body: dict[str, Any]) -> Acknowledged | None:
        """Bring what waits for an answer, once; None if there is none."""
        try:
            return await self._carried(Payload(kind, body))
        except Unanswered:
            return None

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside everything else, until the end of Slack at most."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Bring nothing any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _told(self, body: dict[str, Any]) -> None:
        payload = Payload("events_api", body)
        for attempt, wait in enumerate((*RETRIES, None), 1):
            try:
                await self._carried(payload)
            except Unanswered as unanswered:
                if wait is None or unanswered.final:
                    break
                await self.clock.sleep(wait)
                payload = Payload("events_api", body, attempt, unanswered.reason)
            else:
                return
        self.lost.append(body)
        self.changes.tell()

    async def _carried(self, payload: Payload) -> Acknowledged:
        delivery = Delivery(payload)
        self.made.append(delivery)
        self.changes.tell()
        carrier = self.requests if self.app.request_url else self.sockets
        try:
            async with asyncio.timeout(self.clock.patience(ANSWERED_WITHIN)):
                acknowledged = await carrier.carry(payload)
        except TimeoutError as error:
            delivery.outcome = "http_timeout" if self.app.request_url else "timeout"
            raise Unanswered(delivery.outcome) from error
        except Unanswered as unanswered:
            delivery.outcome = unanswered.reason
            raise
        else:
            delivery.outcome = "acknowledged"
            return acknowledged
        finally:
            self.changes.tell()
