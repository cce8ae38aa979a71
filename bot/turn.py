"""The turn: one message, answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from bot.answer import (
    Answer,
    Asked,
    cautioned,
    ending_of,
    kept_in,
    prompt_of,
    question_of,
    receipt_of,
    sums_of,
    with_files,
    written_by,
)
from bot.conclusion import Concluding, Conclusion
from bot.errors import ClaimLost, QuestionFlagged, StoreError
from bot.exchanges import Exchange
from bot.history import History, Turned
from bot.judge import Judge
from bot.messages import IncomingMessage
from bot.model import Model
from bot.persona import Persona
from bot.persona_store import Personas
from bot.prompt import PromptBuilder, Question, weighed
from bot.relay import Unseen, relay
from bot.reply import ReplySink
from bot.running import Running, Stopped
from bot.together import together
from bot.tokens import Tokens, encoding_name
from bot.unanswered import NOT_KEPT, Unanswered

log = structlog.get_logger()

THINKING = "Thinking…"


def utc_now() -> datetime:
    """The time of day that a prompt ends with."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    """Judges, recalls, asks, relays and remembers."""

    judge: Judge
    history: History
    personas: Personas
    prompts: PromptBuilder
    model: Model
    model_name: str
    tokens: Tokens
    running: Running
    unanswered: Unanswered
    concluding: Concluding
    personas_choose: bool = True
    """A persona may name the model that answers."""
    now: Callable[[], datetime] = utc_now

    async def __call__(self, message: IncomingMessage, reply: ReplySink) -> None:
        """Answer what the message asks."""
        await self.answer(message, await self._question(message), reply)

    async def answer(self, message: IncomingMessage, question: Question, reply: ReplySink) -> None:
        """Answer a question in the name of a message. Raises ParleyError; the history has then no trace of it."""
        await reply.status(THINKING)
        answer = Answer()
        asked = None
        try:
            async with self.running.stoppable(*{message.conversation, message.answered_in}):
                asked = await self._prepare(message, question)
                reply.expect()
                await relay(self.model.stream(prompt_of(asked)), reply, answer)
        except Stopped:
            log.info("stopped")
        except ClaimLost:
            raise
        except Exception as error:
            await self._fail(message, question, asked, answer, error)
            raise
        await self._conclude(message, question, asked, answer, reply)

    async def answer_alone(self, message: IncomingMessage, question: Question, reply: ReplySink) -> str:
        """The answer to a question that stands alone, for who says it in words of their own. Raises ParleyError."""
        await reply.status(THINKING)
        answer = Answer()
        async with self.running.stoppable(*{message.conversation, message.answered_in}):
            asked = await self._prepare(message, question)
            try:
                await relay(self.model.stream(prompt_of(asked)), Unseen(reply), answer)
            finally:
                if answer.model:
                    await self.concluding.owe(self._turned(asked, answer, None))
        return "\n\n".join(filter(None, (answer.text.strip(), asked.caution)))

    def model_of(self, persona: Persona) -> str:
        """The model that answers as this persona."""
        return (persona.model if self.personas_choose else None) or self.model_name

    async def _prepare(self, message: IncomingMessage, question: Question) -> Asked:
        if await self._is_far_too_long(question):
            # Nobody needs to judge it: drafting refuses it with its exact size.
            await self._drafted(message, question)
        # The verdict comes first. Beside it runs only what stays here: reading, and counting.
        judged = self.judge(written_by(question, message), question.text, question.images)
        caution, asked = await together(judged, self._drafted(message, question))
        return cautioned(asked, caution)

    async def _question(self, message: IncomingMessage) -> Question:
        question = question_of(message)
        if not message.files:
            return question
        # What is judged is what the model reads, so what fits must be known before.
        recall = await self.history.recall(message.conversation, 0)
        persona = await self.personas.chosen(message.conversation.tenant, recall.persona)
        count = await self.tokens.counter(self.model_of(persona))
        room = self.prompts.room(persona, self.now(), count)
        return await asyncio.to_thread(with_files, question, message.files, room)

    async def _is_far_too_long(self, question: Question) -> bool:
        limit = self.prompts.context_tokens
        if len(question.text) <= limit:
            return False
        count = await self.tokens.counter(self.model_name)
        return await asyncio.to_thread(count, question.text) > limit

    async def _drafted(self, message: IncomingMessage, question: Question) -> Asked:
        recall = await self.history.recall(message.conversation, self.prompts.context_tokens)
        persona = await self.personas.chosen(message.conversation.tenant, recall.persona)
        model = self.model_of(persona)
        count = await self.tokens.counter(model)
        exchanges = () if question.alone else recall.exchanges
        if encoding_name(model) != encoding_name(self.model_name):
            # They were counted with the vocabulary of the model that usually answers.
            exchanges = tuple(weighed(each, count, shared=question.shared) for each in exchanges)
        draft = self.prompts.draft(persona, exchanges, question, self.now(), count)
        return Asked(message, question, persona, draft, count, model, recall.resets, recall.kept)

    async def _conclude(
        self,
        message: IncomingMessage,
        question: Question,
        asked: Asked | None,
        answer: Answer,
        reply: ReplySink,
    ) -> None:
        writing = exchange = None
        if asked and answer.model:
            exchange = await self._exchange(asked, answer)
            writing = self.history.writing(self._turned(asked, answer, exchange))
        if exchange is None:
            await self.concluding.hold()
            await self._keep(message, question)
        caution = asked.caution if asked else ""
        conclusion = Conclusion(answer.text, ending_of(asked, answer), caution, writing)
        await self.concluding.conclude(conclusion)
        await conclusion.show_end(reply)

    async def _exchange(self, asked: Asked, answer: Answer) -> Exchange | None:
        """What is to be remembered: nothing of an answer without text, or stopped in place of a better one."""
        question, text = asked.question, answer.text
        before = question.instead_of
        if not text.strip() or (before and not question.onward and answer.finish == "stopped"):
            return None
        if before and question.onward:
            text = before.answer + text
        images = len(question.images) + question.lost_images
        exchange = Exchange(
            question.text, text, 0, question.author, question.author_id, images, answer.finish
        )
        exchange = replace(exchange, answers=(*question.answers, asked.message.origin))
        return weighed(exchange, await self.tokens.counter(self.model_name), shared=question.shared)

    async def _keep(self, message: IncomingMessage, question: Question) -> None:
        """Let `retry` find the question."""
        if question != NOT_KEPT:
            question = replace(question, answers=(*question.answers, message.origin))
        await self.unanswered.keep(question, kept_in(message, question))

    async def _fail(
        self,
        message: IncomingMessage,
        question: Question,
        asked: Asked | None,
        answer: Answer,
        error: Exception,
    ) -> None:
        """Keep the question for `retry`, and book what the answer cost. What failed first is what the person hears."""
        if isinstance(error, StoreError):
            return  # the person has waited for Redis long enough
        again = NOT_KEPT if isinstance(error, QuestionFlagged) else question
        with suppress(StoreError):
            await self.concluding.hold()
            await self._keep(message, again)
            if asked and answer.model:
                await self.concluding.owe(self._turned(asked, answer, None))

    def _turned(self, asked: Asked, answer: Answer, exchange: Exchange | None) -> Turned:
        """What is to be kept: exchange and usage, or after a failure only what it cost."""
        window = asked.draft.window
        sums = sums_of(asked, answer, self.concluding.earlier)
        log.info(
            "turn",
            model=answer.model,
            finish=answer.finish,
            prompt=sums.prompt,
            cached=sums.cached,
            completion=sums.completion,
            window=len(window),
            kept=exchange is not None,
        )
        return Turned(
            turn=asked.message.id,
            conversation=asked.message.conversation,
            sums=sums,
            exchange=exchange,
            reply=asked.message.origin,
            receipt=receipt_of(asked, answer, sums) if exchange else None,
            opens=asked.message.opens,
            window=window,
            replaces=asked.question.instead_of.id if asked.question.instead_of else "",
            resets=asked.resets,
        )
