"""Members that an app asks for (discord.com/developers, "Gateway Events", Request Guild Members)."""

from collections.abc import Iterable, Iterator
from typing import Any

from simulators.discord_api.gateway.codes import Close, Refused
from simulators.discord_api.gateway.homes import Home
from simulators.discord_api.gateway.intents import Intent
from simulators.discord_api.gateway.sessions import Session

_CHUNK = 1000


def tell_members(session: Session, homes: Iterable[Home], data: dict[str, Any]) -> None:
    """Answer in chunks; all members only to those with the members' intent. Raises Refused."""
    if ("query" in data) == ("user_ids" in data) or not isinstance(data.get("limit", 0), int):
        raise Refused(Close.DECODE_ERROR)
    if data.get("query") == "" and not session.intents & Intent.GUILD_MEMBERS:
        return
    for home in homes:
        if home.id == str(data.get("guild_id")) and session.hears_of(home.id):
            _tell(session, home, data)


def _tell(session: Session, home: Home, data: dict[str, Any]) -> None:
    members = list(_asked_for(home, data))
    found = {member["user"]["id"] for member in members}
    parts = [members[start : start + _CHUNK] for start in range(0, len(members), _CHUNK)] or [[]]
    for index, part in enumerate(parts):
        chunk = {
            "guild_id": home.id,
            "members": part,
            "chunk_index": index,
            "chunk_count": len(parts),
            "not_found": [asked for asked in _ids(data) if asked not in found],
        }
        session.bring("GUILD_MEMBERS_CHUNK", chunk | ({"nonce": data["nonce"]} if "nonce" in data else {}))


def _asked_for(home: Home, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    limit = data.get("limit") or None
    query = str(data.get("query", "")).casefold()
    members = [
        member
        for member in map(home.member_payload, home.members)
        if (member["user"]["id"] in _ids(data) if "user_ids" in data else _named(member).startswith(query))
    ]
    yield from members[:limit]


def _ids(data: dict[str, Any]) -> list[str]:
    ids = data.get("user_ids", [])
    return [str(each) for each in (ids if isinstance(ids, list) else [ids])]


def _named(member: dict[str, Any]) -> str:
    return str(member.get("nick") or member["user"]["username"]).casefold()
