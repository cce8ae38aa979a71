"""A conversation as a document: to read, to process, and to bring back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import orjson

from bot.errors import BadRequest
from bot.exchanges import Exchange
from bot.messages import Conversation
from bot.reply import Finish

VERSION = 1


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def to_markdown(conversation: Conversation, exchanges: Sequence[Exchange]) -> str:
    """Headings and text, for people."""
    parts = [f"# Conversation {_title(conversation)}"]
    for exchange in exchanges:
        parts.append(f"## {exchange.author or 'You'}, {_date(exchange.at)}\n\n{exchange.question}")
        cut = "" if exchange.finish == "complete" else "\n\n_(cut off)_"
        parts.append(f"## Parley\n\n{exchange.answer}{cut}")
    return "\n\n".join(parts) + "\n"


def to_text(conversation: Conversation, exchanges: Sequence[Exchange]) -> str:
    """A line `[role] text` for each message; the lines of a longer text follow as they are."""
    del conversation  # the text form has no heading
    return "".join(f"[user] {each.question}\n[assistant] {each.answer}\n" for each in exchanges)


def to_json(conversation: Conversation, exchanges: Sequence[Exchange]) -> str:
    """All that is kept, in the form that `from_json` reads."""
    document = {
        "parley": VERSION,
        "conversation": _title(conversation),
        "exchanges": [
            {
                "at": _date(each.at),
                "author": each.author,
                "author_id": each.author_id,
                "question": each.question,
                "images": each.images,
                "answer": each.answer,
                "finish": each.finish,
                "tokens": each.tokens,
            }
            for each in exchanges
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _title(conversation: Conversation) -> str:
    return "/".join(part for part in (conversation.channel, conversation.thread) if part)


_WRITERS: dict[str, tuple[str, Callable[[Conversation, Sequence[Exchange]], str]]] = {
    "markdown": ("md", to_markdown),
    "text": ("txt", to_text),
    "json": ("json", to_json),
}
FORMATS = tuple(_WRITERS)


def export(form: str, conversation: Conversation, exchanges: Sequence[Exchange]) -> tuple[str, str]:
    """File name and content of a conversation in one of FORMATS."""
    ending, write = _WRITERS[form]
    safe = "".join(
        character if character.isalnum() or character in "-_" else "-" for character in _title(conversation)
    )
    safe = safe.encode()[:200].decode(errors="ignore")
    return f"parley-{safe}.{ending}", write(conversation, exchanges)


def from_json(text: str | bytes) -> tuple[Exchange, ...]:
    """The exchanges of an export, with ascending ids made from their times. Raises BadRequest, naming the fault.

    The tokens are those that the file says; count them anew before they are kept.
    """
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(
            f"This is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from error
    if not isinstance(document, dict) or document.get("parley") != VERSION:
        raise BadRequest('This is not an export of Parley: it has no `"parley": 1` at the top.')
    entries = document.get("exchanges")
    if not isinstance(entries, list):
        raise BadRequest("This export has no list `exchanges`.")
    exchanges: list[Exchange] = []
    newest = 0
    for number, entry in enumerate(entries, 1):
        exchange, at = _to_exchange(entry, number)
        newest = max(newest + 1, at)
        exchanges.append(replace(exchange, id=f"{newest}-0"))
    return tuple(exchanges)


def _to_exchange(entry: Any, number: int) -> tuple[Exchange, int]:
    def value(name: str, kind: type, default: Any = None) -> Any:
        found = entry.get(name, default) if isinstance(entry, dict) else None
        if not isinstance(found, kind) or isinstance(found, bool) or (isinstance(found, int) and found < 0):
            raise BadRequest(f"Exchange {number} of this export has no proper `{name}`.")
        return found

    finish = value("finish", str, "complete")
    if finish not in get_args(Finish):
        raise BadRequest(f"Exchange {number} of this export has no proper `finish`.")
    try:
        at = round(datetime.fromisoformat(value("at", str)).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise BadRequest(
            f"Exchange {number} of this export has no proper `at` (such as {_date(0)})."
        ) from error
    exchange = Exchange(
        question=value("question", str),
        answer=value("answer", str),
        tokens=value("tokens", int, 0),
        author=value("author", str, ""),
        author_id=value("author_id", str, ""),
        images=value("images", int, 0),
        finish=finish,
    )
    return exchange, at
