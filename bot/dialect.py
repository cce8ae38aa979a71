"""Which parameters a model understands: a guess by its name, corrected by what the server refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.errors import RequestRefused
from bot.model import Prompt

# gpt-5 and later and the o-series refuse `max_tokens`, and most of them `temperature`
# (platform.openai.com/docs/guides/reasoning); compatible servers may know nothing newer than `max_tokens`.
_REASONING = re.compile(r"^(?:[\w.-]+/)?(?:o\d|gpt-(?!35)(?:[5-9]|\d\d))")

_OPTIONAL = ("temperature", "safety_identifier", "prompt_cache_key", "include_obfuscation", "stream_options")
_NAMED = re.compile(rf"\b(max_tokens|max_completion_tokens|{'|'.join(_OPTIONAL)})\b")
_UNKNOWN = re.compile(
    r"unsupported|unknown|unrecogni[sz]ed|unexpected|extra|not (?:support|permitted|allowed)", re.IGNORECASE
)


@dataclass(slots=True)
class _Dialect:
    limits: list[str]
    """Names for the limit of reply tokens, the next one to try first."""
    refused: set[str]


class Dialects:
    """What each model refused so far, for the life of the process."""

    def __init__(self) -> None:
        self._known: dict[str, _Dialect] = {}

    def _of(self, model: str) -> _Dialect:
        if model not in self._known:
            limits = ["max_tokens", "max_completion_tokens"]
            newer = bool(_REASONING.match(model))
            self._known[model] = _Dialect(
                limits[::-1] if newer else limits, {"temperature"} if newer else set()
            )
        return self._known[model]

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """The request as the model understands it, as far as is known."""
        dialect = self._of(prompt.model)
        options = {"include_usage": True, "include_obfuscation": False}
        wanted: dict[str, Any] = {
            "temperature": prompt.temperature,
            "safety_identifier": prompt.user or None,
            "prompt_cache_key": prompt.conversation or None,
            "stream_options": {name: value for name, value in options.items() if name not in dialect.refused},
        }
        return {
            "model": prompt.model,
            "messages": prompt.messages,
            "stream": True,
            **dict.fromkeys(dialect.limits[:1], prompt.reply_tokens),
            **{
                name: value
                for name, value in wanted.items()
                if value is not None and name not in dialect.refused
            },
        }

    def learn(self, model: str, error: RequestRefused) -> bool:
        """Whether the refusal names a parameter that was sent and can be left out or replaced from now on."""
        names = _NAMED.findall(error.detail)
        if not names or not _UNKNOWN.search(error.detail):
            return False
        # "stream_options.include_obfuscation" refuses the part, not the whole.
        name = "include_obfuscation" if "include_obfuscation" in names else names[0]
        dialect = self._of(model)
        if name in dialect.limits[:1]:
            dialect.limits.pop(0)
            return True
        if name not in _OPTIONAL or name in dialect.refused:
            return False
        dialect.refused.add(name)
        return True
