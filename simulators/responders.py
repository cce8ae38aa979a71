"""Who writes the replies: the demo model under its own name, a plain echo under every other."""

from collections.abc import Sequence

from simulators.demo.model import DEMO_MODEL, demo_reply
from simulators.openai_api.chat.messages import Message


def respond(messages: Sequence[Message], model: str) -> str:
    """The reply of the model with that name."""
    return demo_reply(messages) if model == DEMO_MODEL else echo(messages, model)


def echo(messages: Sequence[Message], model: str) -> str:
    """A reply that names the model, the last question and the number of messages."""
    last = messages[-1]
    if last.role == "tool":
        return f"{model} was told by a tool: {last.text}"
    questions = [message.text for message in messages if message.role == "user"]
    question = questions[-1] if questions else last.text
    return f"{model} was asked: {question} (message {len(messages)})"
