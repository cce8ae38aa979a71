"""Conversations with the demo model."""

from simulators.demo.model import demo_reply
from simulators.openai_api.chat.messages import Message


def talk(*texts: str, system: str = "You are Parley, an AI teammate. Answer helpfully.") -> list[str]:
    """What the demo model answers to each text in turn, in one conversation."""
    messages = [Message("system", system)]
    replies = []
    for text in texts:
        messages.append(Message("user", text))
        replies.append(demo_reply(messages))
        messages.append(Message("assistant", replies[-1]))
    return replies


def last(*texts: str, system: str = "You are Parley, an AI teammate. Answer helpfully.") -> str:
    """What it answers to the last one."""
    return talk(*texts, system=system)[-1]
