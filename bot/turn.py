"""The turn: one message, answered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

import structlog

from bot.errors import AnswerEmpty, ModelError, ModerationUnavailable, StoreError
from bot.exchanges import Exchange
from bot.history import History, Turned
from bot.judge import Judge
from bot.messages import Conversation, IncomingMessage
from bot.model import Finished, Model, Prompt, Waiting
from bot.persona import Persona
from bot.persona_store import Personas
from bot.prompt import Draft, PromptBuilder, Question, weighed
from bot.reply import Ending, Finish, ReplySink
from bot.running import Running, Stopped
from bot.together import together
from bot.tokens import Count, Tokens
from bot.usage import Usage, to_sums

log = structlog.get_logger()

THINKING = "Thinking…"


def utc_now() -> datetime:
    """The time of day that a prompt ends with."""
    return datetime.now(UTC)


def hashed(*names: str) -> str:
    """What a provider may know of an id: 32 characters that are the same for the same names."""
    return sha256("\0".join(names).encode()).hexdigest()[:32]


@dataclass(slots=True)
class Answer:
    """What the model has said so far."""

    pieces: list[str] = field(default_factory=list)
    ended: Finished | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    @property
    def finish(self) -> Finish:
        """How it ended; an answer without an end was stopped."""
        return "stopped" if self.ended is None else self.ended.reason


@dataclass(frozen=True, slots=True)
class Asked:
    """What was put to the model, and all that is needed to remember it."""

    message: IncomingMessage
    question: Question
    persona: Persona
    draft: Draft
    count: Count
    model: str
    caution: str = ""
    """What the person should know of the judgement."""


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
    now: Callable[[], datetime] = utc_now

    async def __call__(self, message: IncomingMessage, reply: ReplySink) -> None:
        """Answer what the message asks."""
        await self.answer(message, question_of(message), reply)

    async def answer(self, message: IncomingMessage, question: Question, reply: ReplySink) -> None:
        """Answer a question in the name of a message. Raises ParleyError; the history has then no trace of it."""
        await reply.status(THINKING)
        answer = Answer()
        asked = None
        try:
            async with self.running.stoppable(*{message.conversation, message.answered_in}):
                asked = await self._prepare(message, question)
                await self._relay(asked, reply, answer)
        except Stopped:
            log.info("stopped")
        except (ModelError, ModerationUnavailable, StoreError):
            self.running.keep_failed(message.answered_in, question)
            await self._pay(asked, answer)
            raise
        self.running.take_failed(message.answered_in)
        await self._conclude(asked, answer, reply)

    async def _prepare(self, message: IncomingMessage, question: Question) -> Asked:
        # The verdict comes first. Beside it runs only what stays here: reading, and counting.
        caution, recall = await together(
            self.judge(message, question.text, question.images),
            self.history.recall(message.conversation, self.prompts.context_tokens),
        )
        persona = await self.personas.chosen(message.conversation.tenant, recall.persona)
        model = persona.model or self.model_name
        count = await self.tokens.counter(model)
        draft = self.prompts.draft(persona, recall.exchanges, question, self.now(), count)
        return Asked(message, question, persona, draft, count, model, caution)

    async def _relay(self, asked: Asked, reply: ReplySink, answer: Answer) -> None:
        async with aclosing(self.model.stream(_prompt(asked))) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    answer.pieces.append(piece)
                    reply.write(piece)
                elif isinstance(piece, Waiting):
                    await reply.status(f"The model is busy; asking again in {piece.seconds:.0f} s…")
                else:
                    answer.ended = piece
        if not answer.text.strip():
            raise AnswerEmpty("The model gave an empty answer. Nothing of it was kept; `retry` asks again.")

    async def _conclude(self, asked: Asked | None, answer: Answer, reply: ReplySink) -> None:
        text = answer.text
        if asked:
            await self._remember(asked, answer, _exchange(asked, answer, text) if text.strip() else None)
        await reply.finish(_ending(asked, answer))
        if asked and asked.caution:
            await reply.notice(asked.caution)

    async def _pay(self, asked: Asked | None, answer: Answer) -> None:
        """Add up what a failed answer cost. What failed first is what the person needs to hear of."""
        if asked and (answer.pieces or answer.ended):
            with suppress(StoreError):
                await self._remember(asked, answer, None)

    async def _remember(self, asked: Asked, answer: Answer, exchange: Exchange | None) -> None:
        """Exchange and usage in one write; after a failure only what it cost."""
        usage = answer.ended.usage if answer.ended else None
        used = usage or Usage(asked.draft.tokens, asked.count(answer.text), estimated=True)
        turned = Turned(
            turn=asked.message.id,
            conversation=asked.message.conversation,
            sums=to_sums(answer.ended.model if answer.ended else asked.model, used),
            exchange=exchange,
            opens=asked.message.opens,
            window=asked.draft.window,
            replaces=asked.question.instead_of.id if asked.question.instead_of else "",
        )
        await self.history.remember(turned)
        log.info(
            "turn",
            model=asked.model,
            finish=answer.finish,
            prompt=used.prompt,
            cached=used.cached,
            completion=used.completion,
            window=len(turned.window),
            kept=exchange is not None,
        )


def question_of(message: IncomingMessage) -> Question:
    """The question that a message asks."""
    return Question(
        text=message.text,
        author=message.author.name,
        author_id=message.author.id,
        images=message.images,
        shared=not message.direct,
    )


def _exchange(asked: Asked, answer: Answer, text: str) -> Exchange:
    question = asked.question
    if question.onward and question.instead_of:
        text = question.instead_of.answer + text
    exchange = Exchange(
        question.text, text, 0, question.author, question.author_id, len(question.images), answer.finish
    )
    return weighed(exchange, asked.count, shared=question.shared)


def _ending(asked: Asked | None, answer: Answer) -> Ending:
    if answer.finish == "length" and asked:
        return Ending("length", f"_Cut off at {asked.draft.reply_tokens:,} tokens. `continue` goes on._")
    if answer.finish == "stopped":
        written = answer.text.strip()
        return Ending("stopped", "_Stopped; `continue` goes on._" if written else "_Stopped._")
    return Ending("complete")


def cache_key(conversation: Conversation) -> str:
    """What stands for a conversation at the provider, so that its prompts meet the same cache."""
    return hashed(conversation.tenant, conversation.channel, conversation.thread or "")


def _prompt(asked: Asked) -> Prompt:
    conversation = asked.message.conversation
    return Prompt(
        messages=asked.draft.messages,
        model=asked.model,
        reply_tokens=asked.draft.reply_tokens,
        temperature=asked.persona.temperature,
        user=hashed(conversation.tenant, asked.message.author.id),
        conversation=cache_key(conversation),
    )
