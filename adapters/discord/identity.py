"""Who the bot is, as its token tells Discord, and what it may see."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.rest import Rest
from adapters.discord.routes import APPLICATION, ME, permissions
from bot.errors import PlatformRefused

_MESSAGE_CONTENT = 1 << 18 | 1 << 19
"""The application may read messages that are not for it: for good, or until it is in many servers."""
_GUILDS = 1 << 0
_GUILD_MESSAGES = 1 << 9
_DIRECT_MESSAGES = 1 << 12
_CONTENT = 1 << 15


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot of an application."""

    id: str
    """The bot's own user id."""
    name: str
    application: str
    flags: int
    """Of the application."""

    @property
    def reads(self) -> bool:
        """Whether it may see what people write who do not mention it."""
        return bool(self.flags & _MESSAGE_CONTENT)

    @property
    def intents(self) -> int:
        """What the gateway is to bring."""
        return intents_of(self.flags)

    @property
    def page(self) -> str:
        """The page on which the operator says what it may see."""
        return f"https://discord.com/developers/applications/{self.application}/bot"

    @property
    def unread(self) -> str:
        """What does not work where it may not see that, and what to do."""
        return (
            f"{self.name} may not read messages that do not mention it: in threads everybody has to mention it each "
            "time, and summaries hold little. All else works. To let it read, switch on Message Content Intent, a "
            f"Privileged Gateway Intent, at {self.page} and start Parley again."
        )

    @property
    def invitation(self) -> str:
        """The address at which it is let into a server."""
        asked = f"client_id={self.application}&scope=bot+applications.commands&permissions={permissions()}"
        return f"https://discord.com/oauth2/authorize?{asked}"


async def identity_of(rest: Rest) -> Identity:
    """Ask Discord. Raises PlatformError; Refused with the status 401 where the token is not valid."""
    user = await rest.ask(ME)
    application = await rest.ask(APPLICATION)
    return Identity(
        id=str(user["id"]),
        name=str(user.get("global_name") or user["username"]),
        application=str(application["id"]),
        flags=int(application.get("flags") or 0),
    )


def intents_of(flags: int) -> int:
    """What the gateway is to bring an application with these flags (discord.com/developers, "Gateway Intents")."""
    return _GUILDS | _GUILD_MESSAGES | _DIRECT_MESSAGES | (_CONTENT if flags & _MESSAGE_CONTENT else 0)


def refused_in_words(api_url: str, refusal: PlatformRefused) -> str:
    """What to do where Discord refuses to say who the bot is."""
    if isinstance(refusal, Refused) and refusal.status == 401:  # noqa: PLR2004 - the status of HTTP
        return (
            "Discord refuses DISCORD_BOT_TOKEN: copy it from the page Bot of your application at "
            "https://discord.com/developers/applications, where Reset Token shows a new one."
        )
    return (
        f"DISCORD_API_URL is {api_url}, but nobody there speaks as Discord does ({refusal}): leave it out for Discord "
        "itself; the address of another server ends in /api/v10 as a rule."
    )
