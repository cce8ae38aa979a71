"""The events that an app hears of (discord.com/developers, "Gateway", List of Intents)."""

from collections.abc import Mapping
from enum import IntFlag
from typing import Any


class Intent(IntFlag):
    """A group of events that an app asks for."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


ALL = sum(Intent)
"""Every bit that means something."""

_IN_GUILDS: dict[Intent, str] = {
    Intent.GUILDS: """
        GUILD_CREATE GUILD_UPDATE GUILD_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE GUILD_ROLE_DELETE CHANNEL_CREATE
        CHANNEL_UPDATE CHANNEL_DELETE CHANNEL_PINS_UPDATE THREAD_CREATE THREAD_UPDATE THREAD_DELETE THREAD_LIST_SYNC
        THREAD_MEMBER_UPDATE STAGE_INSTANCE_CREATE STAGE_INSTANCE_UPDATE STAGE_INSTANCE_DELETE
    """,
    Intent.GUILD_MEMBERS: "GUILD_MEMBER_ADD GUILD_MEMBER_UPDATE GUILD_MEMBER_REMOVE",
    Intent.GUILD_MODERATION: "GUILD_AUDIT_LOG_ENTRY_CREATE GUILD_BAN_ADD GUILD_BAN_REMOVE",
    Intent.GUILD_EXPRESSIONS: """
        GUILD_EMOJIS_UPDATE GUILD_STICKERS_UPDATE GUILD_SOUNDBOARD_SOUND_CREATE GUILD_SOUNDBOARD_SOUND_UPDATE
        GUILD_SOUNDBOARD_SOUND_DELETE GUILD_SOUNDBOARD_SOUNDS_UPDATE
    """,
    Intent.GUILD_INTEGRATIONS: """
        GUILD_INTEGRATIONS_UPDATE INTEGRATION_CREATE INTEGRATION_UPDATE INTEGRATION_DELETE
    """,
    Intent.GUILD_WEBHOOKS: "WEBHOOKS_UPDATE",
    Intent.GUILD_INVITES: "INVITE_CREATE INVITE_DELETE",
    Intent.GUILD_VOICE_STATES: "VOICE_CHANNEL_EFFECT_SEND VOICE_STATE_UPDATE",
    Intent.GUILD_PRESENCES: "PRESENCE_UPDATE",
    Intent.GUILD_MESSAGES: "MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE MESSAGE_DELETE_BULK",
    Intent.GUILD_MESSAGE_REACTIONS: """
        MESSAGE_REACTION_ADD MESSAGE_REACTION_REMOVE MESSAGE_REACTION_REMOVE_ALL MESSAGE_REACTION_REMOVE_EMOJI
    """,
    Intent.GUILD_MESSAGE_TYPING: "TYPING_START",
    Intent.GUILD_MESSAGE_POLLS: "MESSAGE_POLL_VOTE_ADD MESSAGE_POLL_VOTE_REMOVE",
}
_IN_DIRECT_MESSAGES: dict[Intent, str] = {
    Intent.DIRECT_MESSAGES: "MESSAGE_CREATE MESSAGE_UPDATE MESSAGE_DELETE CHANNEL_PINS_UPDATE",
    Intent.DIRECT_MESSAGE_REACTIONS: _IN_GUILDS[Intent.GUILD_MESSAGE_REACTIONS],
    Intent.DIRECT_MESSAGE_TYPING: "TYPING_START",
    Intent.DIRECT_MESSAGE_POLLS: _IN_GUILDS[Intent.GUILD_MESSAGE_POLLS],
}


def _by_event(groups: Mapping[Intent, str]) -> dict[str, Intent]:
    return {event: intent for intent, events in groups.items() for event in events.split()}


_NEEDED_IN_GUILDS = _by_event(_IN_GUILDS)
_NEEDED_IN_DIRECT_MESSAGES = _by_event(_IN_DIRECT_MESSAGES)


def wanted(intents: int, event: str, data: Mapping[str, Any], *, bot: str, in_guild: bool) -> bool:
    """Whether an app with these intents hears of an event; of those that belong to no intent it always does.

    What happens to the app itself as a member is told without the members' intent ("Gateway", Caveats).
    """
    if event == "GUILD_MEMBER_UPDATE" and data.get("user", {}).get("id") == bot:
        return True
    if event == "THREAD_MEMBERS_UPDATE":
        return bool(intents & (Intent.GUILDS if _concerns(data, bot) else Intent.GUILD_MEMBERS))
    needed = (_NEEDED_IN_GUILDS if in_guild else _NEEDED_IN_DIRECT_MESSAGES).get(event)
    return needed is None or bool(intents & needed)


def _concerns(data: Mapping[str, Any], bot: str) -> bool:
    added = [member.get("user_id") for member in data.get("added_members", ())]
    return bot in added or bot in data.get("removed_member_ids", ())
