"""An answer in the making: what was asked, what came so far, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from bot.files import material_of, opening_words
from bot.messages import Author, Conversation, File, IncomingMessage
from bot.model import Finished, Prompt
from bot.persona import Persona
from bot.prompt import Draft, Question, Room
from bot.receipts import Receipt
from bot.reply import Ending, Finish
from bot.tokens import Count
from bot.usage import Sums, Usage, to_sums


def hashed(*names: str) -> str:
    """What a provider may know of an id: 32 characters that are the same for the same names."""
    return sha256("\0".join(names).encode()).hexdigest()[:32]


@dataclass(slots=True)
class Answer:
    """What the model has said so far."""

    pieces: list[str] = field(default_factory=list)
    model: str = ""
    """The model that answers; empty until one accepted the request, so that there is nothing to pay."""
    ended: Finished | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    @property
    def finish(self) -> Finish:
        """How it ended; an answer without an end was stopped."""
        if self.ended is None:
            return "stopped"
        return "length" if self.ended.reason == "length" else "complete"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was put to the model, and all that is needed to remember it."""

    message: IncomingMessage
    question: Question
    persona: Persona
    draft: Draft
    count: Count
    model: str
    resets: int = 0
    """How often the conversation had been reset when it was read."""
    kept: int = 0
    """How many exchanges it had."""
    caution: str = ""
    """What the person should know of the judgement, of files that were not read, or of a late answer."""


def ending_of(asked: Asked | None, answer: Answer) -> Ending:
    """How the answer ended, in the words of the person who reads it."""
    if answer.finish == "length" and asked:
        return Ending("length", f"_Cut off at {asked.draft.reply_tokens:,} tokens. `continue` goes on._")
    if answer.finish != "stopped":
        return Ending("complete")
    if not answer.text.strip():
        return Ending("stopped", "_Stopped._")
    again = asked and asked.question.instead_of and not asked.question.onward
    return Ending(
        "stopped", "_Stopped; the answer before it stays._" if again else "_Stopped; `continue` goes on._"
    )


def question_of(message: IncomingMessage) -> Question:
    """The question that a message asks, without what is in its files."""
    return Question(
        text=message.text if message.text.strip() else opening_words(message.files),
        author=message.author.name,
        author_id=message.author.id,
        images=message.images,
        shared=not message.direct,
    )


def with_files(question: Question, files: Sequence[File], room: Room) -> Question:
    """The question with as many of its pictures as there is room for, and behind it what can be read of its files."""
    pictures = question.images[: room.for_pictures(question)]
    missing = len(question.images) - len(pictures)
    unseen = f"_Not looked at: {missing} of the pictures, since there was no room._" if missing else ""
    question = replace(question, images=pictures)
    material = material_of(files, room.for_files(question), room.count)
    return replace(
        question,
        text="\n\n".join(filter(None, (question.text, material.text))),
        note="\n\n".join(filter(None, (unseen, material.note))),
    )


def cautioned(asked: Asked, caution: str) -> Asked:
    """The same with all that the person should know beside the answer, in one text."""
    late = ""
    if asked.message.late:
        at = f" at {datetime.fromtimestamp(asked.message.at, UTC):%H:%M} UTC" if asked.message.at else ""
        late = f"_You wrote this{at}, while I was away._"
    return replace(asked, caution="\n\n".join(filter(None, (late, caution, asked.question.note))))


def written_by(question: Question, message: IncomingMessage) -> IncomingMessage:
    """The message as if the question's own author had sent it: another person may ask it again."""
    if question.author_id in {"", message.author.id}:
        return message
    return replace(message, author=Author(question.author_id, question.author))


def receipt_of(asked: Asked, answer: Answer, sums: Sums) -> Receipt:
    """What the answer saw and cost."""
    draft = asked.draft
    return Receipt(
        model=answer.model,
        persona=asked.persona.name,
        prompt=sums.prompt,
        cached=sums.cached,
        completion=sums.completion,
        limit=draft.reply_tokens,
        micros=sums.micros,
        priced=not sums.unpriced,
        estimated=bool(sums.estimated),
        window=len(draft.window),
        left_out=max(0, asked.kept - len(draft.window) - bool(asked.question.instead_of)),
        images=len(asked.question.images),
        finish=answer.finish,
    )


def kept_in(message: IncomingMessage, question: Question) -> set[Conversation]:
    """Where `retry` may find the question: a thread cannot replace what stands in its channel."""
    return {message.conversation} if question.instead_of else {message.conversation, message.answered_in}


def sums_of(asked: Asked, answer: Answer, earlier: str) -> Sums:
    """What an answer cost, and what an earlier attempt had answered before it came to nothing."""
    usage = answer.ended.usage if answer.ended else None
    sums = to_sums(answer.model, usage or Usage(asked.draft.tokens, asked.count(answer.text), estimated=True))
    if earlier:
        wasted = Usage(asked.draft.tokens, asked.count(earlier), estimated=True)
        sums += replace(to_sums(answer.model, wasted), answers=0)
    return sums


def cache_key(conversation: Conversation) -> str:
    """What stands for a conversation at the provider, so that its prompts meet the same cache."""
    return hashed(conversation.tenant, conversation.channel, conversation.thread or "")


def prompt_of(asked: Asked) -> Prompt:
    """What the model is asked. It learns hashes in place of ids."""
    conversation = asked.message.conversation
    return Prompt(
        messages=asked.draft.messages,
        model=asked.model,
        reply_tokens=asked.draft.reply_tokens,
        temperature=asked.persona.temperature,
        user=hashed(conversation.tenant, asked.message.author.id),
        conversation=cache_key(conversation),
    )
