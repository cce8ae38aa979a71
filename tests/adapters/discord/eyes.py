"""How Discord reads the content of a message: who is called by it, and what is code."""

from __future__ import annotations

import re

# discord.com/developers, "Message Formatting", and what "Allowed Mentions" says of parsing a content.
MENTION = re.compile(r"<@!?\d+>|<@&\d+>|@everyone|@here")
BLOCK = re.compile(r"```(?:(?P<language>[\w.+-]*)\n)?(?P<code>.*?[^\n].*?)```", re.DOTALL)
CODE = re.compile(rf"{BLOCK.pattern}|(?<!`)(?P<ticks>`+)(?!`)(?P<span>.+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL)
FLAT = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
INVITE = re.compile(
    r"(?<![</\w.-])(?:https?://)?(?:\w+\.)?discord(?:app)?\.(?:gg|gift|com/invite)/\w+", re.IGNORECASE
)
"""What becomes a card, whatever is said of embeds; not between angle brackets."""
ESCAPED = re.compile(rf"\\.|(?:{CODE.pattern})", re.DOTALL)


def called_by(content: str) -> list[str]:
    """Whom a message calls that allows all mentions, whichever way one reads what is code."""
    plain = [pattern.sub("\n", content) for pattern in (CODE, FLAT)]
    minding = ESCAPED.sub(lambda match: match[0] if match[0].startswith("\\") else "\n", content)
    return [call for read in (*plain, minding) for call in MENTION.findall(read)]


def cards_in(content: str) -> list[str]:
    """The invitations in a message that are shown as cards."""
    return INVITE.findall(CODE.sub("\n", content))


def blocks_in(content: str) -> list[tuple[str, str]]:
    """The blocks of code of a message, also of those in its quotes: language and content."""
    unquoted = re.sub("^> ", "", content, flags=re.MULTILINE)
    found = (match for match in ESCAPED.finditer(unquoted) if match["code"] is not None)
    return [(match["language"] or "", match["code"].strip("\n")) for match in found]


def words(text: str) -> str:
    """What is left of a text for whoever reads it: no marks, and nothing that nobody sees."""
    return "".join(re.findall(r"[^\W_]", text))
