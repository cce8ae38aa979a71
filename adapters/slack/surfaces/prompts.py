"""What a person is offered to ask before they know what to ask."""

from __future__ import annotations

DESCRIPTION = (
    "Your team's own AI teammate. It remembers each conversation, answers as the persona that you choose, and "
    "nobody but your team runs it."
)
"""What Slack says of the agent; at most 300 characters."""
HEADING = "What shall we begin with?"
PROMPTS = (
    ("What can you do?", "What can you help me with, and how do I get the best answers from you?"),
    (
        "Draft a message",
        "Help me write a message to my team. First ask me what it is about and who reads it.",
    ),
    (
        "Explain something",
        "Explain something to me step by step. First ask me what, and how much I know already.",
    ),
    ("Change how you answer", "!persona"),
)
"""Titles, and what is asked where one is clicked; Slack shows four at most."""


def suggested() -> list[dict[str, str]]:
    """The prompts as Slack wants them (docs.slack.dev, assistant.threads.setSuggestedPrompts)."""
    return [{"title": title, "message": message} for title, message in PROMPTS]
