"""The embeds of a message (discord.com/developers, "Message Resource", Embed Limits)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from simulators.discord_api.forms.rules import (
    Place,
    Problem,
    Problems,
    address,
    boolean,
    each,
    form,
    in_turn,
    integer,
    required,
    string,
)

MOST_EMBEDS = 10
MOST_CHARACTERS = 6_000
"""Of all the embeds of a message together."""
_PAGE = address("http", "https")
_FILE = address("http", "https", "attachment")


def _moment(value: Any, where: Place) -> Problems:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        message = f"Could not parse {value}. Should be ISO8601."
        yield Problem(where, "DATE_TIME_TYPE_PARSE", message)


_PICTURE = form({"url": _FILE}, "url")
_FIELD = form({"name": string(256, 1), "value": string(1024, 1), "inline": boolean}, "name", "value")
_EMBED = form(
    {
        "title": string(256),
        "description": string(4096),
        "url": _PAGE,
        "timestamp": _moment,
        "color": integer(0, 0xFFFFFF),
        "footer": form({"text": string(2048, 1), "icon_url": _FILE}, "text"),
        "image": _PICTURE,
        "thumbnail": _PICTURE,
        "author": form({"name": string(256, 1), "url": _PAGE, "icon_url": _FILE}, "name"),
        "fields": each(_FIELD, 25),
    }
)
_SHOWN = ("title", "description", "footer", "image", "thumbnail", "author", "fields")


def _shows(value: Any, where: Place) -> Problems:
    if not any(value.get(name) for name in _SHOWN):
        yield required((*where, "description"))


def _together(value: Any, where: Place) -> Problems:
    if sum(len(text.strip()) for embed in value for text in _texts(embed)) > MOST_CHARACTERS:
        message = f"Embed size exceeds maximum size of {MOST_CHARACTERS}"
        yield Problem(where, "MAX_EMBED_SIZE_EXCEEDED", message)


_EMBEDS = in_turn(each(in_turn(_EMBED, _shows), MOST_EMBEDS), _together)


def problems_of_embeds(embeds: Any, where: Place = ("embeds",)) -> Problems:
    """What is wrong with the embeds of a message."""
    return _EMBEDS(embeds, where)


def _texts(embed: Mapping[str, Any]) -> Iterator[str]:
    yield from (embed.get(name) or "" for name in ("title", "description"))
    yield (embed.get("footer") or {}).get("text", "")
    yield (embed.get("author") or {}).get("name", "")
    for field in embed.get("fields") or ():
        yield from (field["name"], field["value"])
