"""What a person wrote in Slack, as it is read: without Slack's own angle brackets."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

# Bounded, so that no text takes longer to read than its length.
_USER = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|([^<>]{0,200}))?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]{1,30})(?:\|([^<>]{0,200}))?>")
_SPECIAL = re.compile(r"<!(?:subteam\^[A-Z0-9]{1,30}|date\^[^|<>]{0,200}|(\w{1,30}))(?:\|([^<>]{0,200}))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel|ftp):[^|<>]{1,4000})(?:\|([^<>]{0,4000}))?>")
_CALLED = re.compile(r"@([UW][A-Z0-9]{6,30})\b")


def mentioned_in(text: str) -> frozenset[str]:
    """The ids of the people who are mentioned."""
    return frozenset(match[1] for match in _USER.finditer(text))


def to_text(text: str, bot: str) -> str:
    """What was written (docs.slack.dev, "Formatting message text"), without the mention of the bot around it."""
    mention = rf"<@{re.escape(bot)}(?:\|[^<>]{{0,200}})?>"
    text = re.sub(rf"\A{mention}[\s,:]*", "", text.strip())
    text = re.sub(rf"{mention}\Z", "", text)
    text = _USER.sub(lambda match: f"@{match[2] or match[1]}", text)
    text = _CHANNEL.sub(lambda match: f"#{match[2] or match[1]}", text)
    text = _SPECIAL.sub(lambda match: match[2] or f"@{match[1] or 'group'}", text)
    text = _LINK.sub(lambda match: _link(match[1], match[2]), text)
    return html.unescape(text).strip()


def called_in(text: str) -> frozenset[str]:
    """The ids by which people are called in what was read."""
    return frozenset(_CALLED.findall(text))


def named(text: str, names: Mapping[str, str]) -> str:
    """The same with names for ids, as far as they are known."""
    return _CALLED.sub(lambda match: f"@{names.get(match[1]) or match[1]}", text)


def _link(address: str, label: str | None) -> str:
    plain = address.removeprefix("mailto:").removeprefix("tel:")
    return plain if label in {None, "", plain, address} else f"[{label}]({address})"
