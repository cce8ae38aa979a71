"""Models that say what they have read, so that it can be seen what Parley remembers, and as whom it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.prompt import SHARED
from simulators.openai_api.chat.messages import Message
from tests.conformance.stage import Stage

_DATE = re.compile(r"\s*\[\w+day, [^\]]* UTC\]\Z")
_NAME = re.compile(r"\A(?:Ada|Bob): ")


def knowing(messages: Sequence[Message], model: str) -> str:
    """What was asked, and what had been asked before; who asked does not matter to it."""
    del model
    said = [_NAME.sub("", _DATE.sub("", each.text)) for each in messages if each.role == "user"]
    said = [each.partition("\n")[0] for each in said]
    return f"You asked: {said[-1]} I know of {' '.join(said[:-1]) or 'nothing'} and no more."


def prompt(stage: Stage, number: int = -1) -> list[tuple[str, str]]:
    """What the model was shown, with roles, without the date."""
    body = stage.model.requests_to("chat")[number].body
    return [(str(each["role"]), _DATE.sub("", _text(each["content"]))) for each in body["messages"]]


def asked(stage: Stage) -> str:
    """The last question as the model read it, whoever asked it."""
    return _NAME.sub("", prompt(stage)[-1][1])


def voice(stage: Stage, number: int = -1) -> str:
    """As whom the model was told to answer, without what it is told of those who write there."""
    return prompt(stage, number)[0][1].removesuffix(SHARED).strip()


def _text(content: object) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text") or part["image_url"]["url"]) for part in content)
    return str(content)
