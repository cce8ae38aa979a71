"""What a person wrote in Discord, as it is read: without Discord's own angle brackets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

# One pass, so that a name that looks like a mark is no mark; bounded, so that no text takes longer than its length.
_MARK = re.compile(
    r"<(?:@!?(?P<user>\d{15,20})|@&(?P<role>\d{15,20})|#(?P<channel>\d{15,20})"
    r"|a?:(?P<emoji>\w{1,32}):\d{15,20}|/(?P<command>[^:<>/]{1,100}):\d{15,20}"
    r"|t:(?P<time>-?\d{1,15})(?::(?P<style>[A-Za-z]))?)>"
)
_DAYS = frozenset({"d", "D"})
"""The styles of a time that name the day alone."""


def to_text(content: str, bot: str, names: Mapping[str, str]) -> str:
    """What was written (discord.com/developers, "Message Formatting"), without the mention of the bot around it.

    People, roles and channels are called by their names, as far as these are known, and else by their ids.
    """
    mention = rf"<@!?{re.escape(bot)}>"
    content = re.sub(rf"\A{mention}[\s,:]*", "", content.strip())
    content = re.sub(rf"{mention}\Z", "", content)
    return _MARK.sub(lambda match: _read(match, names), content).strip()


def begins_with_mention(content: str) -> bool:
    """Whether the first thing that was written is the name of somebody, or of a role."""
    return content.lstrip().startswith("<@")


def _read(match: re.Match[str], names: Mapping[str, str]) -> str:
    marks = match.groupdict()
    if person := marks["user"] or marks["role"]:
        return f"@{names.get(person) or person}"
    if channel := marks["channel"]:
        return f"#{names.get(channel) or channel}"
    if emoji := marks["emoji"]:
        return f":{emoji}:"
    if command := marks["command"]:
        return f"/{command}"
    return _moment(int(marks["time"]), marks["style"])


def _moment(seconds: int, style: str | None) -> str:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return str(seconds)
    return f"{moment:%Y-%m-%d}" if style in _DAYS else f"{moment:%Y-%m-%d %H:%M} UTC"
