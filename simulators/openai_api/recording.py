"""What the OpenAI simulator was asked, in order of arrival, and how each request ended."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from simulators.openai_api.behaviour import Endpoint

Outcome = Literal["open", "completed", "disconnected", "broken"]


# Not frozen: how a request ends is known only later.
@dataclass(slots=True)
class RecordedRequest:
    """One request: `arrived` is monotonic time, header names are lower case, `ended` is set when it is over.

    `completed` means answered to the end (a refusal is an answer), `disconnected` that the client went away
    first, `broken` that a fault of the simulator cut the answer.
    """

    endpoint: Endpoint
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    arrived: float
    status: int | None = None
    outcome: Outcome = "open"
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def completed(self) -> bool:
        """Whether the client was given the whole answer."""
        return self.outcome == "completed"

    @property
    def disconnected(self) -> bool:
        """Whether the client closed the connection before the answer was complete."""
        return self.outcome == "disconnected"

    def end(self, outcome: Outcome, status: int | None = None) -> None:
        """Note how the request ended; the first to say so is right."""
        if self.outcome == "open":
            self.outcome, self.status = outcome, status
            self.ended.set()


@dataclass(slots=True)
class Recorder:
    """Keeps the requests, and lets others wait for one."""

    kept: list[RecordedRequest] = field(default_factory=list)
    arrival: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def keep(self, request: RecordedRequest) -> None:
        """Append `request` and wake those who wait for it."""
        self.kept.append(request)
        async with self.arrival:
            self.arrival.notify_all()

    def of(self, endpoint: Endpoint) -> list[RecordedRequest]:
        """The requests to one endpoint, oldest first."""
        return [request for request in self.kept if request.endpoint == endpoint]

    async def wait_for(self, endpoint: Endpoint, count: int) -> RecordedRequest:
        """The `count`-th request to `endpoint`, as soon as it has arrived."""
        async with self.arrival:
            await self.arrival.wait_for(lambda: len(self.of(endpoint)) >= count)
        return self.of(endpoint)[count - 1]
