"""Which parameters a model understands: a guess by its name, corrected by what the server refuses."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parameters that a model takes, as far as is known."""

    limits: tuple[str, ...]
    """Names for the limit of reply tokens, the next one to try first; never empty."""
    refused: frozenset[str] = frozenset()

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """The request in this dialect."""
        options = {"include_usage": True, "include_obfuscation": False}
        wanted: dict[str, Any] = {
            "temperature": prompt.temperature,
            "safety_identifier": prompt.user or None,
            "prompt_cache_key": prompt.conversation or None,
            "stream_options": {name: value for name, value in options.items() if name not in self.refused},
        }
        return {
            "model": prompt.model,
            "messages": prompt.messages,
            "stream": True,
            self.limits[0]: prompt.reply_tokens,
            **{
                name: value
                for name, value in wanted.items()
                if value is not None and name not in self.refused
            },
        }

    def without(self, error: RequestRefused) -> Dialect | None:
        """The dialect without what the refusal names; None if it names nothing that was sent and can be left out."""
        names = _NAMED.findall(error.detail)
        if not names or not _UNKNOWN.search(error.detail):
            return None
        # "stream_options.include_obfuscation" refuses the part, not the whole.
        name = "include_obfuscation" if "include_obfuscation" in names else names[0]
        if name == self.limits[0] and len(self.limits) > 1:
            return replace(self, limits=self.limits[1:])
        if name not in _OPTIONAL or name in self.refused:
            return None
        return replace(self, refused=self.refused | {name})


def dialect_of(model: str) -> Dialect:
    """What a model's name lets one expect."""
    if _REASONING.match(model):
        return Dialect(("max_completion_tokens", "max_tokens"), frozenset({"temperature"}))
    return Dialect(("max_tokens", "max_completion_tokens"))
