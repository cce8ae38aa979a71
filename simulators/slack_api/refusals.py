"""What Slack refuses, by the error code of its documentation."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A call that is not done because of a rule; `more` are the other fields of the answer."""

    def __init__(self, error: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.more = dict(more or {})


def invalid_arguments(*messages: str) -> Refusal:
    """The refusal of arguments that are missing or of the wrong kind, which says what is wrong with them."""
    told = [f"[ERROR] {message}" for message in messages]
    return Refusal("invalid_arguments", {"response_metadata": {"messages": told}})


def problems_with(error: str, problems: list[str]) -> Refusal:
    """The refusal of blocks or of a view, which says what is wrong with them."""
    told = [f"[ERROR] {problem}" for problem in problems]
    return Refusal(error, {"errors": problems, "response_metadata": {"messages": told}})
