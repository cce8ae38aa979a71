"""What Discord refuses, by the codes of its documentation (discord.com/developers, "Opcodes and Status Codes")."""

from collections.abc import Mapping
from typing import Any, Literal

Known = Literal[
    "unauthorized", "not found", "method not allowed", "unknown application", "unknown channel", "unknown guild",
    "unknown member", "unknown message", "unknown user", "unknown webhook", "unknown webhook token",
    "unknown interaction", "unknown command", "acknowledged already", "missing access", "another's message",
    "empty message", "dm refused", "not text", "missing permissions", "channel type", "system message",
    "invalid json", "no client", "has thread", "thread locked", "too many threads", "old edits",
    "archived", "no history", "too large", "not indexed",
]  # fmt: skip
_KNOWN: Mapping[Known, tuple[int, int, str]] = {
    "unauthorized": (401, 0, "401: Unauthorized"),
    "not found": (404, 0, "404: Not Found"),
    "method not allowed": (405, 0, "405: Method Not Allowed"),
    "unknown application": (404, 10002, "Unknown Application"),
    "unknown channel": (404, 10003, "Unknown Channel"),
    "unknown guild": (404, 10004, "Unknown Guild"),
    "unknown member": (404, 10007, "Unknown Member"),
    "unknown message": (404, 10008, "Unknown Message"),
    "unknown user": (404, 10013, "Unknown User"),
    "unknown webhook": (404, 10015, "Unknown Webhook"),
    "unknown webhook token": (401, 50027, "Invalid Webhook Token"),
    "unknown interaction": (404, 10062, "Unknown interaction"),
    "unknown command": (404, 10063, "Unknown application command"),
    "acknowledged already": (400, 40060, "Interaction has already been acknowledged."),
    "too large": (413, 40005, "Request entity too large"),
    "no client": (403, 40333, "internal network error"),
    "missing access": (403, 50001, "Missing Access"),
    "another's message": (403, 50005, "Cannot edit a message authored by another user"),
    "empty message": (400, 50006, "Cannot send an empty message"),
    "dm refused": (403, 50007, "Cannot send messages to this user"),
    "not text": (400, 50008, "Cannot send messages in a non-text channel"),
    "missing permissions": (403, 50013, "Missing Permissions"),
    "system message": (403, 50021, "Cannot execute action on a system message"),
    "channel type": (400, 50024, "Cannot execute action on this channel type"),
    "archived": (400, 50083, "Thread is archived"),
    "invalid json": (400, 50109, "The request body contains invalid JSON."),
    "not indexed": (202, 110000, "Index not yet available. Try again later"),
    "no history": (400, 160002, "Cannot reply without permission to read message history"),
    "has thread": (400, 160004, "A thread has already been created for this message"),
    "thread locked": (400, 160005, "Thread is locked"),
    "too many threads": (400, 160006, "Maximum number of active threads has been reached"),
    "old edits": (
        429,
        30046,
        "Maximum number of edits to messages older than 1 hour reached. Try again later",
    ),
}
Errors = Mapping[str, Any]
"""What is wrong with a form: fields, and in them fields or `_errors`."""


class Refusal(Exception):
    """A request that is not done because of a rule; `more` are the other fields of the answer."""

    def __init__(self, status: int, code: int, message: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.more = dict(more or {})

    @property
    def body(self) -> dict[str, Any]:
        """The answer."""
        return {"message": self.message, "code": self.code, **self.more}


def refusal(known: Known, **more: Any) -> Refusal:
    """One of the refusals that have a code of their own."""
    return Refusal(*_KNOWN[known], more)


def invalid_form(errors: Errors) -> Refusal:
    """The refusal of a form that is wrong, which says where."""
    return Refusal(400, 50035, "Invalid Form Body", {"errors": dict(errors)})


def error(code: str, message: str) -> dict[str, Any]:
    """One field's error, such as `BASE_TYPE_MAX_LENGTH`."""
    return {"_errors": [{"code": code, "message": message}]}


def not_a_snowflake(value: object) -> dict[str, Any]:
    """The error of a field that should be an id."""
    return error("NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
