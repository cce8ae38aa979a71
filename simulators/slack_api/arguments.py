"""The arguments of a call, read as Slack reads them: from the query, a form, or JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from simulators.slack_api.refusals import Refusal, invalid_arguments

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_TRUE = ("1", "true", "True")


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call by their names. Null is the same as nothing."""

    values: Mapping[str, Any]

    def has(self, name: str) -> bool:
        """Whether the argument is there, although it may be empty."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """A string, empty if it is not there. Refusal if it is something else."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return value

    def needed(self, name: str) -> str:
        """A string that has to be there."""
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, which in forms is `1` or `0`, `true` or `false`."""
        value = self.values.get(name)
        return default if value is None else value is True or str(value) in _TRUE

    def number(self, name: str, default: int) -> int:
        """A whole number, which in forms is written out."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]")
        return int(value)

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """What JSON says, which in forms is a string that holds it; None if it is not there."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as wrong:
            raise Refusal(error) from wrong


async def arguments_of(request: web.Request) -> Arguments:
    """The arguments of a request: those in its body before those in its query."""
    return Arguments({**request.query, **await _body_of(request)})


async def _body_of(request: web.Request) -> Mapping[str, Any]:
    if not request.body_exists:
        return {}
    if request.content_type in _FORMS:
        # The client sends this content type also with an empty body.
        return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    if request.content_type == "application/json":
        return _object_of(await request.read())
    if not await request.read():
        return {}
    raise Refusal("invalid_post_type")


def _object_of(raw: bytes) -> Mapping[str, Any]:
    try:
        value = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as error:
        raise Refusal("invalid_json") from error
    if not isinstance(value, dict):
        raise Refusal("json_not_object")
    return value
