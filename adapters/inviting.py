"""The links with which bots are let into servers, for whoever runs Parley."""

from __future__ import annotations

import sys

from adapters.discord.adapter import identified
from adapters.discord.identity import refused_in_words
from adapters.discord.keys import keys_of
from adapters.settings import Settings, SettingsError
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear

EX_TEMPFAIL = 75
"""The exit status that sysexits.h has for what may go well another time."""


async def print_invitation(settings: Settings) -> int:
    """Print the link of the bot whose token is among the settings, and what it will not see."""
    if not settings.discord:
        raise SettingsError(
            "DISCORD_BOT_TOKEN is missing: copy it from the page Bot of your application at "
            "https://discord.com/developers/applications, where Reset Token shows it."
        )
    keys = keys_of(settings)
    try:
        async with identified(keys) as (_, identity):
            sys.stdout.write(f"{identity.invitation}\n")
            if not identity.reads:
                sys.stderr.write(f"parley: {identity.unread}\n")
    except PlatformRefused as error:
        raise SettingsError(refused_in_words(keys.api_url, error)) from error
    except (PlatformBusy, PlatformUnclear) as error:
        sys.stderr.write(f"parley: Discord cannot be reached at {keys.api_url} ({error}); try again.\n")
        return EX_TEMPFAIL
    return 0
