"""What the model answers in tests of platforms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulators.openai_api.chat.messages import Message

_NAME = re.compile(r"\A(?:Ada|Bob|Eve): ")
"""What stands before a question that is asked among several people."""
WORDS = " ".join(f"word{number}" for number in range(20))


def answer_to(question: str) -> str:
    """What the model answers."""
    return f"To {question}: {WORDS}."


def respond(messages: Sequence[Message], model: str) -> str:
    """The answer to the last question, without its author's name."""
    del model
    asked = [message.text for message in messages if message.role == "user"]
    return answer_to(_NAME.sub("", asked[-1].partition("\n")[0]))
