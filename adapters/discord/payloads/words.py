"""The words of a message, with those of the message that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from adapters.discord.payloads.grounds import Data
from adapters.discord.payloads.people import author_of, names_in
from adapters.discord.text import to_text

_ABOUT, _FORWARDED = "I ask about this message", "I forward this message:"
_QUOTES = re.compile(rf"(?:^|\n\n)(?:{_ABOUT}(?: by @.*)?:|{_FORWARDED})\n> ")


def words_in(message: Data, bot: str) -> str:
    """What somebody says, and what they say it about: the message to which they reply, or that they forward."""
    words = said_in(message, bot)
    replied = quoted_in(message, bot)
    if replied is not None:
        words = about(words, said_in(replied, bot), author_of(replied).name)
    for forwarded in forwarded_in(message):
        quoted = said_in(forwarded, bot)
        words = f"{words}\n\n{_FORWARDED}\n{_quote(quoted)}".strip() if quoted else words
    return words


def said_in(message: Data, bot: str) -> str:
    """What stands in a message itself, also where it is not written in words."""
    content = to_text(message.get("content") or "", bot, names_in(message))
    shown = [*_stickers(message), *_poll(message)]
    return "\n".join(filter(None, [content, *shown, *(() if content else _embeds(message))]))


def about(words: str, quoted: str, by: str = "") -> str:
    """A question with the message that it is about, if that says anything."""
    author = f" by @{by}" if by else ""
    return f"{words}\n\n{_ABOUT}{author}:\n{_quote(quoted)}".strip() if quoted else words


def own_words(text: str) -> str:
    """What somebody says themselves, without the messages that it is about."""
    return _QUOTES.split(text, maxsplit=1)[0]


def quoted_in(message: Data, bot: str) -> Data | None:
    """The message to which this one replies; what the bot said is known without it, or it is gone."""
    replied: Data | None = message.get("referenced_message")
    return None if replied is None or str(replied["author"]["id"]) == bot else replied


def forwarded_in(message: Data) -> list[Data]:
    """The messages that this one forwards; nobody says who wrote them (discord.com/developers, "Message Snapshot")."""
    return [each["message"] for each in message.get("message_snapshots") or ()]


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _stickers(message: Data) -> Iterator[str]:
    for sticker in message.get("sticker_items") or ():
        yield f"(a sticker: {sticker['name']})"


def _poll(message: Data) -> Iterator[str]:
    if poll := message.get("poll"):
        answers = [each["poll_media"].get("text") or "" for each in poll.get("answers") or ()]
        yield f"(a poll: {poll['question'].get('text') or ''} {' / '.join(answers)})"


def _embeds(message: Data) -> Iterator[str]:
    """Bots often say everything in what is drawn below a message."""
    for embed in message.get("embeds") or ():
        yield from filter(None, (embed.get("title"), embed.get("description")))
