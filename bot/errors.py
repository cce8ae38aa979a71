"""Everything that can go wrong, in the words of the person who meets it.

ParleyError
├── BadRequest               the person asked for something that cannot be
│   ├── QuestionTooLong
│   ├── UnknownPersona
│   └── BadPersona
├── QuestionFlagged          the moderation endpoint judged the question
├── ModerationUnavailable    it could not judge
├── ModelError
│   ├── ModelUnavailable     worth another try: time-out, connection, 5xx, 408, 409
│   │   └── ModelBusy        429, with the wait the provider asks for
│   ├── ModelNotFound        404
│   ├── QuotaExhausted       429, but no money is left: never tried again
│   ├── AccessDenied         401, 403
│   ├── RequestRefused       any other 4xx
│   ├── AnswerBroken         the stream ended before the answer did
│   ├── AnswerFiltered       the provider's filter cut the answer
│   └── AnswerEmpty
└── StoreError
    ├── StoreUnavailable     Redis cannot be reached, or is starting
    └── StoreFull            Redis has no memory left

What no person can be told, because the place where it would be said is the trouble, is no ParleyError:

PlatformError                the platform did not do what was asked
├── PlatformUnclear          it may have: time-out, connection, 5xx
├── PlatformBusy             429, with the wait that it asks for
├── PlatformRefused          it never will: any other 4xx
│   └── PlatformGone         the place of the answer was taken away: nobody waits for more of it
└── PlatformUnknown          this process has no settings for it
ClaimLost                    another worker answers the message, or nobody needs to
"""

from __future__ import annotations

MOST_CHARACTERS = 2_000
"""Of a notice: what every platform takes in one message."""


class ParleyError(Exception):
    """Something a person is told. `notice` says what happened and what to do, in Markdown."""

    private = False
    """Whether only the author of the message should read the notice."""

    def __init__(self, notice: str) -> None:
        # A notice may name what a person wrote, and that may be a megabyte.
        self.notice = notice if len(notice) <= MOST_CHARACTERS else notice[: MOST_CHARACTERS - 1] + "…"
        super().__init__(self.notice)


class BadRequest(ParleyError):
    """The person asked for something that cannot be done."""


class QuestionTooLong(BadRequest):
    """The question alone exceeds what a prompt may hold."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(
            f"Your message has {tokens:,} tokens; at most {limit:,} fit beside the persona and the reply. "
            "Please shorten it or send it in parts."
        )
        self.tokens = tokens
        self.limit = limit


class UnknownPersona(BadRequest):
    """No persona of that name exists for the tenant."""


class BadPersona(BadRequest):
    """A persona's text cannot be read, or breaks a limit."""


class QuestionFlagged(ParleyError):
    """The moderation endpoint flagged the question."""

    private = True

    def __init__(self, categories: tuple[str, ...]) -> None:
        named = ", ".join(category.replace("/", ": ").replace("-", " ") for category in categories)
        super().__init__(
            f"I can't answer that: the moderation check flagged it ({named or 'no category given'}). "
            "It was not sent to the model and is not kept. Please put it another way."
        )
        self.categories = categories


class ModerationUnavailable(ParleyError):
    """The moderation endpoint did not answer, and the operator wants silence rather than risk."""


class ModelError(ParleyError):
    """The model gave no usable answer."""


class ModelUnavailable(ModelError):
    """The model could not be reached or failed; another try may succeed."""

    def __init__(self, notice: str, retry_after: float | None = None, *, slow: bool = False) -> None:
        super().__init__(notice)
        self.retry_after = retry_after
        """Seconds that the provider asks to wait, where it said so."""
        self.slow = slow
        """The failure took a long silence, which nobody wants to sit through often."""


class ModelBusy(ModelUnavailable):
    """The provider limits the rate of requests."""


class ModelNotFound(ModelError):
    """The provider does not know the model."""


class QuotaExhausted(ModelError):
    """The account has no credit left, or reached its spending limit."""


class AccessDenied(ModelError):
    """The key is wrong, or may not use this model."""


class RequestRefused(ModelError):
    """The provider refuses the request as it is."""

    def __init__(self, notice: str, detail: str = "") -> None:
        super().__init__(notice)
        self.detail = detail
        """The provider's own words, for deciding what to leave out; never shown."""


class AnswerBroken(ModelError):
    """The stream ended, fell silent or turned to nonsense before the answer was complete."""


class AnswerFiltered(ModelError):
    """The provider's content filter cut the answer."""


class AnswerEmpty(ModelError):
    """The model ended its answer without a word."""


class StoreError(ParleyError):
    """Redis did not do what was asked of it."""


class StoreUnavailable(StoreError):
    """Redis cannot be reached, is loading, or is failing over."""


class StoreFull(StoreError):
    """Redis refuses writes because its memory is full."""


class PlatformError(Exception):
    """The platform did not do what was asked of it."""


class PlatformUnclear(PlatformError):
    """Nobody knows whether it was done: a time-out, a broken connection, a 5xx."""


class PlatformBusy(PlatformError):
    """The platform limits the rate of requests; nothing was done."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"asked to wait {retry_after:g} s")
        self.retry_after = retry_after
        """Seconds that it asks to wait."""


class PlatformRefused(PlatformError):
    """The platform refuses it, and would again: no permission, no such channel, too long."""


class PlatformGone(PlatformRefused):
    """Somebody took away the place in which the answer stood, or was to stand, and with it the wish for one."""


class PlatformUnknown(PlatformError):
    """Nobody here can speak to the platform; another process may."""


class ClaimLost(Exception):
    """The turn is not this worker's any more. It says and remembers nothing from here on."""
