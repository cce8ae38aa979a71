"""The prompt: persona, window, question, in an order that keeps its beginning the same from turn to turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.errors import BadRequest, QuestionTooLong
from bot.exchanges import Exchange
from bot.messages import Image
from bot.model import ChatMessage
from bot.persona import Persona
from bot.tokens import TOKENS_PER_IMAGE, TOKENS_PER_MESSAGE, TOKENS_PER_REPLY, Count
from bot.window import fit

SHARED = "Several people write here; each of their messages begins with its author's name. Don't begin yours with one."
CONTINUE = (
    "Your last message was cut off. Continue exactly where it stopped, without repeating any of it "
    "and without an introduction."
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by whom, and in place of which exchange."""

    text: str
    author: str = ""
    author_id: str = ""
    images: tuple[Image, ...] = ()
    lost_images: int = 0
    """Pictures that came with the question once and are not there any more."""
    shared: bool = False
    """Others read and write in the conversation too, so the model is told who speaks."""
    instead_of: Exchange | None = None
    """The exchange that the answer will replace; it is not part of the window."""
    onward: bool = False
    """The answer goes on from the one it replaces."""
    alone: bool = False
    """The model sees nothing of the conversation but the question, and neither is remembered."""
    answers: tuple[str, ...] = ()
    """The ids of the messages that asked it before: the first one, and those that asked again."""
    note: str = ""
    """What the person should know of the files that came with it."""

    @property
    def content(self) -> str:
        """The text as the model reads it."""
        return _said(self.author, self.text, self.lost_images, shared=self.shared)


@dataclass(frozen=True, slots=True)
class Draft:
    """The messages of a prompt, the window among them, and their tokens together."""

    messages: tuple[ChatMessage, ...]
    window: tuple[Exchange, ...]
    tokens: int
    reply_tokens: int
    """What is left for the answer."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much may come with a question that this persona answers."""

    prompts: PromptBuilder
    persona: Persona
    now: datetime
    count: Count

    def for_pictures(self, question: Question) -> int:
        """How many pictures fit beside the words of a question."""
        return max(0, self._left(replace(question, images=()))) // TOKENS_PER_IMAGE

    def for_files(self, question: Question) -> int:
        """Tokens of files that fit beside a question and its pictures.

        At most half of what question and history have: when it is followed up, the exchange must fit the window.
        """
        everything = self._left(replace(question, text="", author="", images=()))
        return max(0, min(everything // 2, self._left(question)))

    def _left(self, question: Question) -> int:
        frame = _tokens_of_frame(_opening(self.persona, question) + _closing(question, self.now), self.count)
        return self.prompts.context_tokens - self.prompts.reply_of(self.persona) - frame


@dataclass(frozen=True, slots=True)
class PromptBuilder:
    """Builds prompts of at most `context_tokens`, the reply's tokens included."""

    context_tokens: int
    reply_tokens: int

    def draft(
        self,
        persona: Persona,
        exchanges: tuple[Exchange, ...],
        question: Question,
        now: datetime,
        count: Count,
    ) -> Draft:
        """The prompt with as much of the history as fits. Raises QuestionTooLong."""
        opening, closing = _opening(persona, question), _closing(question, now)
        frame = _tokens_of_frame(opening + closing, count)
        reply = self.reply_of(persona)
        room = self.context_tokens - reply - frame
        if room < 0:
            raise _too_long(question, room, count)
        kept = [
            each for each in exchanges if question.instead_of is None or each.id != question.instead_of.id
        ]
        window = fit(kept, room)
        remembered = [message for each in window for message in _remembered(each, shared=question.shared)]
        tokens = frame + sum(exchange.tokens for exchange in window)
        return Draft((*opening, *remembered, *closing), window, tokens, reply)

    def room(self, persona: Persona, now: datetime, count: Count) -> Room:
        """What there is for the pictures and files of a question."""
        return Room(self, persona, now, count)

    def reply_of(self, persona: Persona) -> int:
        """The most tokens of an answer; a persona may ask for up to half of the context."""
        return min(persona.reply_tokens or self.reply_tokens, self.context_tokens // 2)


def _too_long(question: Question, room: int, count: Count) -> BadRequest:
    if question.onward:
        return BadRequest(
            "The answer so far fills the whole context, so I can't go on with it. "
            "Ask for the rest in a new question."
        )
    asked = count(question.content) + len(question.images) * TOKENS_PER_IMAGE
    return QuestionTooLong(asked, max(asked + room, 0))


def _said(author: str, text: str, images: int, *, shared: bool) -> str:
    said = f"{author}: {text}" if shared and author else text
    return f"{said}\n[{images} image(s), not shown again]" if images else said


def _remembered(exchange: Exchange, *, shared: bool) -> list[dict[str, Any]]:
    question = _said(exchange.author, exchange.question, exchange.images, shared=shared)
    return [{"role": "user", "content": question}, {"role": "assistant", "content": exchange.answer}]


def _opening(persona: Persona, question: Question) -> list[dict[str, Any]]:
    system = persona.prompt + ("\n\n" + SHARED if question.shared else "")
    return [{"role": "system", "content": system}]


def _closing(question: Question, now: datetime) -> list[dict[str, Any]]:
    # The date stands at the very end: whatever follows a change is not found in the provider's cache.
    date = f"[{now:%A}, {now.day} {now:%B %Y, %H:%M} UTC]"
    if question.onward and question.instead_of:
        return [
            {"role": "user", "content": question.content},
            {"role": "assistant", "content": question.instead_of.answer},
            {"role": "user", "content": CONTINUE},
        ]
    text = f"{question.content}\n\n{date}"
    if not question.images:
        return [{"role": "user", "content": text}]
    pictures = [{"type": "image_url", "image_url": {"url": image.url}} for image in question.images]
    return [{"role": "user", "content": [{"type": "text", "text": text}, *pictures]}]


def _tokens_of_frame(messages: list[dict[str, Any]], count: Count) -> int:
    return TOKENS_PER_REPLY + sum(tokens_of(message, count) for message in messages)


def tokens_of(message: ChatMessage, count: Count) -> int:
    """The tokens of one message with its frame, as OpenAI's cookbook counts them."""
    content = message["content"]
    if isinstance(content, str):
        return TOKENS_PER_MESSAGE + count(content)
    parts = sum(count(part["text"]) if part["type"] == "text" else TOKENS_PER_IMAGE for part in content)
    return TOKENS_PER_MESSAGE + parts


def weighed(exchange: Exchange, count: Count, *, shared: bool) -> Exchange:
    """The exchange with the tokens that it will take in the window."""
    tokens = sum(tokens_of(message, count) for message in _remembered(exchange, shared=shared))
    return replace(exchange, tokens=tokens)
