"""How the OpenAI simulator behaves: its pace, its replies, and the faults it shows."""

from dataclasses import dataclass, field
from typing import Literal

Endpoint = Literal["chat", "moderations", "embeddings", "models"]
FinishReason = Literal["stop", "length", "content_filter"]
FaultKind = Literal[
    "none",
    "rate_limited",
    "quota",
    "server_error",
    "unauthorized",
    "not_found",
    "bad_request",
    "reset",
    "silence",
    "clean_end",
    "malformed",
    "stream_error",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next `times` requests to `endpoint`; `times=None` is every one from then on.

    `none` lets a request through, so that a later one fails. `rate_limited`, `quota`, `server_error`,
    `unauthorized`, `not_found` and `bad_request` are refusals with a status; `status`, `code`, `param`
    and `message` override what the kind usually says, `retry_after` (seconds) and `retry_after_ms` become
    headers.

    The others break an answer. In a stream they strike after `after_tokens` tokens, or before the headers if
    that is None. An answer in one piece is reset or silent before its headers, `malformed` is half its JSON,
    `clean_end` one without results (chat: without finish_reason), `stream_error` an error with status 200.
    """

    kind: FaultKind
    endpoint: Endpoint = "chat"
    times: int | None = 1
    after_tokens: int | None = 0
    retry_after: float | None = None
    retry_after_ms: int | None = None
    status: int | None = None
    code: str | None = None
    param: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The pace and content of the answers; times are in seconds.

    `tokens_per_second=0` sends as fast as possible. `reply_tokens` is an exact number of tokens of filler
    text, one chunk each; `answer` a fixed text; `refusal` a text that arrives as a refusal; with none of them
    the responder decides. `finish_reason` overrides the one that the reply would end with.
    """

    first_token: float = 0.0
    tokens_per_second: float = 0.0
    reply_tokens: int | None = None
    answer: str | None = None
    refusal: str | None = None
    finish_reason: FinishReason | None = None
    empty_deltas: bool = False
    moderation_latency: float = 0.0
    embedding_latency: float = 0.0
    faults: tuple[Fault, ...] = ()


AT_ONCE = Behaviour()
DEMO = Behaviour(first_token=0.3, tokens_per_second=40, moderation_latency=0.1)


@dataclass(slots=True)
class FaultCount:
    """Which fault a request meets: counted by endpoint, and anew whenever the behaviour is replaced."""

    behaviour: Behaviour = AT_ONCE
    seen: dict[Endpoint, int] = field(default_factory=dict)

    def next(self, behaviour: Behaviour, endpoint: Endpoint) -> Fault | None:
        """The fault of the request that has just arrived at `endpoint`, if it meets one."""
        if behaviour is not self.behaviour:
            self.behaviour, self.seen = behaviour, {}
        place = self.seen.get(endpoint, 0)
        self.seen[endpoint] = place + 1
        for fault in behaviour.faults:
            if fault.endpoint != endpoint:
                continue
            if fault.times is None or place < fault.times:
                return None if fault.kind == "none" else fault
            place -= fault.times
        return None
