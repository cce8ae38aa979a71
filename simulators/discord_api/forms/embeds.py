"""The embeds of a message (discord.com/developers, "Message Resource", Embed Limits)."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from simulators.discord_api.forms.rules import (
    Place,
    Problem,
    Problems,
    all_of,
    anything,
    boolean,
    each,
    form,
    integer,
    required,
    string,
)

MOST_EMBEDS = 10
MOST_CHARACTERS = 6_000
"""Of all the embeds of a message together."""
_SCHEMES = ("http", "https")


def _address(*others: str) -> Any:
    def check(value: Any, where: Place) -> Problems:
        scheme = urlsplit(value).scheme if isinstance(value, str) else ""
        if not scheme:
            yield Problem(where, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif scheme not in {*_SCHEMES, *others}:
            told = ", ".join(f"'{one}'" for one in (*_SCHEMES, *others))
            message = f'Scheme "{scheme}" must be one of ({told}).'
            yield Problem(where, "URL_TYPE_INVALID_SCHEME", message)

    return check


_PICTURE = form({"url": _address("attachment")}, "url")
_FIELD = form({"name": string(256, 1), "value": string(1024, 1), "inline": boolean}, "name", "value")
_EMBED = form(
    {
        "title": string(256),
        "description": string(4096),
        "url": _address(),
        "timestamp": anything,
        "color": integer(0, 0xFFFFFF),
        "footer": form({"text": string(2048, 1), "icon_url": _address("attachment")}, "text"),
        "image": _PICTURE,
        "thumbnail": _PICTURE,
        "author": form(
            {"name": string(256, 1), "url": _address(), "icon_url": _address("attachment")}, "name"
        ),
        "fields": each(_FIELD, 25),
    }
)
_SHOWN = ("title", "description", "footer", "image", "thumbnail", "author", "fields")


def _shows(value: Any, where: Place) -> Problems:
    if not any(value.get(name) for name in _SHOWN):
        yield required((*where, "description"))


_EMBEDS = each(
    all_of(_EMBED, lambda value, where: _shows(value, where) if _is(value) else iter(())), MOST_EMBEDS
)


def problems_of_embeds(embeds: Any, where: Place = ("embeds",)) -> Problems:
    """What is wrong with the embeds of a message."""
    yield from _EMBEDS(embeds, where)
    if isinstance(embeds, list) and sum(_characters(embed) for embed in embeds) > MOST_CHARACTERS:
        message = f"Embed size exceeds maximum size of {MOST_CHARACTERS}"
        yield Problem(where, "MAX_EMBED_SIZE_EXCEEDED", message)


def _characters(embed: Any) -> int:
    return sum(len(text.strip()) for text in _texts(embed)) if _is(embed) else 0


def _texts(embed: Mapping[str, Any]) -> Iterator[str]:
    fields = embed.get("fields")
    yield from (str(embed.get(name) or "") for name in ("title", "description"))
    yield str((embed.get("footer") or {}).get("text", ""))
    yield str((embed.get("author") or {}).get("name", ""))
    for field in filter(_is, fields if isinstance(fields, list) else ()):
        yield from (str(field.get("name", "")), str(field.get("value", "")))


def _is(value: Any) -> bool:
    return isinstance(value, Mapping)
