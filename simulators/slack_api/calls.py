"""What the app asked of the Web API, and what it was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Call:
    """One call of a method, `at` that monotonic time.

    `outcome` is `ok`, the error, `dropped` if the connection was cut, or empty while it is being worked on.
    """

    method: str
    arguments: Mapping[str, Any]
    headers: Mapping[str, str]
    at: float
    team: str = ""
    outcome: str = ""
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the app was told that it is done."""
        return self.outcome == "ok"
