"""Which addresses are Slack's: only these learn what nobody else should."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_slack(address: str, base_url: str) -> bool:
    """Whether an address leads to Slack, or to where its Web API is."""
    try:
        there, known = urlsplit(address), urlsplit(base_url)
    except ValueError:
        return False
    if (there.scheme, there.netloc) == (known.scheme, known.netloc):
        return True
    return there.scheme == "https" and (there.hostname or "").endswith((".slack.com", ".slack-gov.com"))
