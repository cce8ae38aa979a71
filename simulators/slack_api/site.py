"""Where Slack runs."""

from dataclasses import dataclass


@dataclass(slots=True)
class Site:
    """The address of this Slack, known once it runs."""

    base_url: str = ""
