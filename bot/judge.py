"""The judgement before everything else: whether a question may go to the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import structlog

from bot.errors import ModelError, ModerationUnavailable, QuestionFlagged
from bot.incidents import Incidents
from bot.messages import Image, IncomingMessage
from bot.moderation import Moderation

log = structlog.get_logger()

UNCHECKED = "_The moderation check was not available, so this went through without it._"


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks moderation, records incidents, and knows what to do when there is no verdict."""

    moderation: Moderation | None
    """None if the operator switched moderation off."""
    incidents: Incidents
    failure: Literal["closed", "open"] = "closed"

    async def __call__(self, message: IncomingMessage, text: str, images: tuple[Image, ...] = ()) -> str:
        """Return when the text may go to the model; with what the person should know of it, if anything.

        Raises QuestionFlagged after the incident was recorded, and ModerationUnavailable.
        """
        if self.moderation is None:
            return ""
        try:
            verdict = await self.moderation.judge(text, images)
        except ModelError as error:
            return self._without_verdict(error)
        if verdict.flagged:
            log.info("question_flagged", categories=verdict.categories)
            await self.incidents.record(message, text, verdict)
            raise QuestionFlagged(verdict.categories)
        return ""

    def _without_verdict(self, error: ModelError) -> str:
        log.warning("moderation_unavailable", error=type(error).__name__, failure=self.failure)
        if self.failure == "open":
            return UNCHECKED
        raise ModerationUnavailable(
            "I can't answer now, because the moderation check that comes before every answer is not available: "
            f"{error.notice} Your message was not sent to the model and is not kept."
        ) from error
