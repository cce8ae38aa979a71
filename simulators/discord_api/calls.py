"""What the app asked of the REST API, and what it was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Call:
    """One request, `at` that monotonic time.

    `route` is what it asks for, as `POST /channels/{}/messages`; empty if there is no such thing. `status` is 0 while
    it is being worked on and -1 if the connection was cut; header names are in lower case.
    """

    method: str
    route: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]
    at: float
    status: int = 0
    answer: Any = None
    files: list[str] = field(default_factory=list)
    """The names of the files that came with it."""

    @property
    def ok(self) -> bool:
        """Whether the app was told that it is done."""
        return 200 <= self.status < 300  # noqa: PLR2004 — the statuses of success
