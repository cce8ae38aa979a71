"""Slack's text: what a person types, as the app gets it, and as people see it."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_REFERENCE = re.compile(r"<(@[UW]\w+|#C\w+|![^<>|]+|https?://[^<>|\s]+|mailto:[^<>|\s]+)(?:\|([^<>]*))?>")
_KEPT = re.compile(r"<(?:@[UW]\w+|#C\w+(?:\|[^<>]*)?|![^<>]+)>|https?://[^\s<>]+")
_NORMAL = re.compile(rf"{_REFERENCE.pattern}|&(?:amp|lt|gt);|https?://[^\s<>|]+")
_LINK = re.compile(r"https?://[^\s<>|)\]\"']+")
_PING = re.compile(r"<(?:@([UW]\w+)|!(channel|here|everyone)|!subteam\^(\w+))(?:\|[^<>]*)?>")
_BARE_PING = re.compile(r"(?<![\w<!])@(channel|here|everyone)\b")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(slots=True)
class Directory:
    """The names of people, bots and channels by their ids."""

    names: dict[str, str] = field(default_factory=dict)

    def name(self, key: str) -> str:
        """The name of an id; the id itself if it is nobody's."""
        return self.names.get(key, key)


def escaped(text: str) -> str:
    """The text with `&`, `<` and `>` as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """The text without entities."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def typed(text: str) -> str:
    """What a person typed, as apps get it: characters escaped, links in angles; `<@U…>`, `<#C…>`, `<!…>` stay."""
    pieces: list[str] = []
    end = 0
    for found in _KEPT.finditer(text):
        kept = found.group()
        pieces += [escaped(text[end : found.start()]), kept if kept[0] == "<" else f"<{escaped(kept)}>"]
        end = found.end()
    return "".join([*pieces, escaped(text[end:])])


def normal(text: str) -> str:
    """What an app wrote, as Slack keeps it: stray `&`, `<` and `>` as entities, bare links in angles."""
    pieces: list[str] = []
    end = 0
    for found in _NORMAL.finditer(text):
        kept = found.group()
        pieces += [escaped(text[end : found.start()]), f"<{kept}>" if kept[0] == "h" else kept]
        end = found.end()
    return "".join([*pieces, escaped(text[end:])])


def drawn(text: str, directory: Directory) -> str:
    """Text as people see it: names for ids, labels for links, no entities; `*` and the like stay as written."""
    return unescaped(_REFERENCE.sub(lambda found: _drawn_reference(found, directory), text))


def _drawn_reference(found: re.Match[str], directory: Directory) -> str:
    target, label = found.group(1), found.group(2)
    match target[0]:
        case "@":
            return f"@{directory.name(target[1:])}"
        case "#":
            return f"#{directory.name(target[1:])}"
        case "!":
            kind, _, group = target[1:].partition("^")
            return label or f"@{group or kind}"
        case _:
            return label or target


def rich_text_of(text: str) -> dict[str, Any]:
    """The block that Slack makes of a text: names, links and calls as what they are, the rest without entities."""
    section = {"type": "rich_text_section", "elements": list(_elements_of(text))}
    return {"type": "rich_text", "block_id": f"b{zlib.crc32(text.encode()) % 10**6}", "elements": [section]}


def _elements_of(text: str) -> Iterator[dict[str, Any]]:
    end = 0
    for found in _REFERENCE.finditer(text):
        if between := text[end : found.start()]:
            yield {"type": "text", "text": unescaped(between)}
        yield _element_of(found.group(1), found.group(2))
        end = found.end()
    if rest := text[end:]:
        yield {"type": "text", "text": unescaped(rest)}


def _element_of(target: str, label: str | None) -> dict[str, Any]:
    match target[0]:
        case "@":
            return {"type": "user", "user_id": target[1:]}
        case "#":
            return {"type": "channel", "channel_id": target[1:]}
        case "!":
            kind, _, group = target[1:].partition("^")
            return {"type": "usergroup", "usergroup_id": group} if group else _broadcast(kind)
        case _:
            link = {"type": "link", "url": unescaped(target)}
            return {**link, "text": unescaped(label)} if label else link


def _broadcast(kind: str) -> dict[str, Any]:
    return {"type": "broadcast", "range": kind}


def mrkdwn_of(markdown: str) -> str:
    """What stands in `text` when the app gave Markdown: links and bold as Slack writes them."""
    linked = _MARKDOWN_LINK.sub(r"<\2|\1>", markdown)
    return _BOLD.sub(r"*\1*", linked)


def links_in(text: str) -> list[str]:
    """The addresses in a text that would unfurl."""
    return [unescaped(link).rstrip(".,;:!?*_~`") for link in _LINK.findall(text)]


def pings_in(text: str, *, bare: bool = False) -> list[str]:
    """Whom a text calls: ids, `channel`, `here`, `everyone`; with `bare` also those written `@channel`."""
    found = [user or broadcast or group for user, broadcast, group in _PING.findall(text)]
    return found + (_BARE_PING.findall(text) if bare else [])


def texts_of(message: Mapping[str, Any]) -> Iterator[str]:
    """Every text of a message that Slack reads as markup."""
    yield str(message.get("text") or "")
    for attachment in message.get("attachments") or ():
        yield from (str(attachment.get(name) or "") for name in ("pretext", "text", "title"))
        yield from _texts_in(attachment.get("blocks") or ())
    yield from _texts_in(message.get("blocks") or ())


def _texts_in(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        kind = part.get("type")
        if kind in {"mrkdwn", "markdown"} and isinstance(part.get("text"), str):
            yield part["text"]
        elif kind in _REFERRING:
            yield _REFERRING[kind].format(**part)
        part = tuple(part.values())
    if isinstance(part, list | tuple):
        for inner in part:
            yield from _texts_in(inner)


_REFERRING = {
    "user": "<@{user_id}>",
    "usergroup": "<!subteam^{usergroup_id}>",
    "broadcast": "<!{range}>",
    "link": "<{url}>",
}
