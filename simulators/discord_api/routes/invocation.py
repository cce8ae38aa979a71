"""One request as the routes take it, and what they answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from multidict import MultiDict, MultiMapping

from simulators.discord_api.attachments import Upload
from simulators.discord_api.channels import Channel
from simulators.discord_api.platform import Platform
from simulators.discord_api.refusals import error, invalid_form, not_a_snowflake

_PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: JSON, or nothing at all with 204."""

    body: Any = None
    status: int = 200


NOTHING = Answer(status=204)


@dataclass(slots=True)
class Invocation:
    """A request for a route; `named` are the parts of its path that vary, `body` its JSON."""

    platform: Platform
    named: Mapping[str, str]
    query: MultiMapping[str] = field(default_factory=MultiDict)
    body: Any = None
    files: Mapping[int, Upload] = field(default_factory=dict)
    """By the number n of `files[n]`."""

    @property
    def form(self) -> dict[str, Any]:
        """The body, which has to be an object."""
        if not isinstance(self.body, dict):
            raise invalid_form(error("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"))
        return self.body

    @property
    def channel(self) -> Channel:
        """The channel that the path names, or a refusal."""
        return self.platform.channel(self.id("channel"))

    def id(self, name: str) -> str:
        """An id that the path names, or a refusal."""
        if not self.named[name].isdecimal():
            raise invalid_form({f"{name}_id": not_a_snowflake(self.named[name])})
        return self.named[name]

    @property
    def after(self) -> int:
        """The id after which a list is to go on, 0 if it is to begin, or a refusal."""
        value = self.query.get("after", "0")
        if not value.isdecimal():
            raise invalid_form({"after": not_a_snowflake(value)})
        return int(value)

    def asked(self, name: str, default: int, least: int, most: int) -> int:
        """A number of the query, or a refusal."""
        value = self.query.get(name, str(default))
        if not value.isdecimal():
            raise invalid_form({name: error("NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')})
        if int(value) > most:
            raise invalid_form(
                {name: error("NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")}
            )
        if int(value) < least:
            raise invalid_form(
                {name: error("NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")}
            )
        return int(value)


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked: `/channels/{channel}/messages` with a method; `open` ones need no bot token."""

    method: str
    path: str
    work: Callable[[Invocation], Answer]
    open: bool = False

    @property
    def name(self) -> str:
        """As calls and faults name it: `POST /channels/{}/messages`."""
        return f"{self.method} {_PLACE.sub('{}', self.path)}"
