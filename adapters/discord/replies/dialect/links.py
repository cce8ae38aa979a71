"""Links, as Discord draws them: nothing unfolds that can be helped, and nobody is misled about where one leads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from urllib.parse import urlsplit

from adapters.markdown.unseen import UNSEEN

INVITE = (
    r"(?<![\w./@-])(?:https?://)?(?:(?:www|ptb|canary)\.)?"
    r"(?:discord\.(?:gg|gift|new)|discord(?:app)?\.com/(?:invite|gifts|template|events))/[\w-]+(?:[/?#][^\s<>()]*)?"
)
"""The pattern of what Discord's clients draw as a card, whatever a message's flags say."""
LINK = (
    r"!?\[(?P<label>(?:\\.|\[(?:\\.|[^\[\]\\])*\]|[^\[\]\\])*)\]"
    r"\([ \t]*\n?[ \t]*(?:<(?P<angled>[^<>\n]*)>|(?P<plain>(?:\\.|\([^\s()]*\)|[^\s()\\])*))"
    r"(?P<title>[ \t]+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
"""The pattern of a link under a label, or of a picture."""
_INVITE = re.compile(INVITE, re.IGNORECASE)
_OTHER_DOT = "\u2024"
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HIDDEN = re.compile(f"[{UNSEEN}*_~`]")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?P<last>[^\W\d_]{2,})(?!\w|\.\w)")
"""A host's name as people write it, or something like it."""
_FILES = re.compile(
    "cpp|cs|css|csv|env|go|html|ini|java|jsx?|json|kt|log|lua|mjs|pdf|php|png|jpg|svg|sql|toml|tsx?|txt|xml|ya?ml"
)
"""What ends the names of files and no host's."""
_BOTH = re.compile("cc|md|pl|ps|py|rs|sh|so")
"""What ends the names of files and of hosts."""


def drawn_link(match: re.Match[str], drawn: Callable[[str], str]) -> str:
    """A link under its label, unless the label is an address too; a picture as a link to it."""
    label, address = match["label"], match["angled"] or match["plain"] or ""
    if not _SCHEME.match(address):
        return match[0]
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", label).replace("\u3002", ".")).strip()
    if not plain or _is_same(plain, address):
        return drawn_address(address)
    if _is_misleading(plain, address):
        return f"{drawn(label)} (<{address}>)"
    address = f"<{address}>" if match["angled"] or _INVITE.search(address) else address
    return f"[{drawn(label)}]({address}{match['title'] or ''})"


def drawn_address(address: str) -> str:
    """An address that stands for itself; one that would become a card in brackets, which prevent that."""
    if not _INVITE.match(address):
        return address
    return f"<{address}>" if _SCHEME.match(address) else f"<https://{address}>"


def without_cards(text: str) -> str:
    """The text with invitations that lead nowhere, since another dot stands in them: not a character longer."""
    return _INVITE.sub(lambda match: match[0].replace(".", _OTHER_DOT), text)


def _is_same(label: str, address: str) -> bool:
    return _SCHEME.sub("", label).rstrip("/") == _SCHEME.sub("", address).rstrip("/")


def _is_misleading(label: str, address: str) -> bool:
    """Whether a label names another host than the one to which its link leads."""
    try:
        parts = urlsplit(address)
        host = f".{parts.hostname or ''}"
    except ValueError:
        return True
    if "://" in label or "](" in label:
        return True  # nor would Discord draw it as a link
    is_file = parts.path.endswith(f"/{label}")
    return any(
        not host.endswith(f".{match[0].casefold()}")
        for match in _HOST.finditer(label)
        if not _FILES.fullmatch(ending := match["last"].casefold())
        and not (is_file and _BOTH.fullmatch(ending))
    )
