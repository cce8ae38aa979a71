"""What the simulated service is set to, and what it remembers between requests."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from simulators.openai_api.behaviour import Behaviour, FaultCount
from simulators.openai_api.chat.messages import Responder
from simulators.openai_api.chat.usage import PromptCache
from simulators.openai_api.errors import ApiError
from simulators.openai_api.models import MODELS
from simulators.openai_api.moderation import FLAGGED_WORDS


# Not frozen: a test changes the behaviour between two requests, and holds the same service in its hands.
@dataclass(slots=True, kw_only=True)
class Service:
    """The settings, which may be changed at any time and hold for the requests that arrive from then on.

    `models` lists what the key may use (`"*"` is everything), `api_key` the only key accepted (None: any).
    `flagged_words` maps phrases to moderation categories. `compatible` imitates an older compatible server:
    it knows `max_tokens` only and has no moderation endpoint.
    """

    behaviour: Behaviour = field(default_factory=Behaviour)
    responder: Responder
    models: Sequence[str] = MODELS
    flagged_words: Mapping[str, Sequence[str]] = field(default_factory=lambda: FLAGGED_WORDS)
    api_key: str | None = None
    compatible: bool = False
    faults: FaultCount = field(default_factory=FaultCount, init=False)
    cache: PromptCache = field(default_factory=PromptCache, init=False)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), init=False)

    def check_key(self, request: web.Request) -> None:
        """ApiError unless the request carries an accepted key."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key.strip():
            raise ApiError(401, "You didn't provide an API key.")
        if self.api_key is not None and key != self.api_key:
            raise ApiError(401, "Incorrect API key provided.", "invalid_api_key")
