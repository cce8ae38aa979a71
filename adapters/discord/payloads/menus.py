"""The menu of a message: summing up from there, and asking about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from adapters.discord.payloads.grounds import Data, opened_on
from adapters.discord.payloads.interactions import (
    ground_in,
    is_openable,
    is_written,
    menu_of,
    path_of,
    said_by,
    ticket_in,
)
from adapters.discord.payloads.modals import Field, form_of, modal, values_in
from adapters.discord.payloads.people import called, user_of
from adapters.discord.payloads.words import about, forwarded_in, said_in
from adapters.discord.tickets import ticket_of
from bot.messages import IncomingMessage

SUMMARIZE = "Summarize from here"
ASK = "Ask Parley about this"
LIFETIME = 900
"""Seconds for which is kept what somebody asks about, while they write the question."""
ANSWERED_IN = "You asked. I answer in <#{thread}>."
ANSWERED_HERE = "You asked. I answer here."
_QUESTION, _FIELD = "parley:question", "question"
_LONGEST = 2_000
"""Characters of a question."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The message that somebody asks about."""

    by: str
    text: str
    asker: str = ""
    """The id of who asks about it."""

    def pack(self) -> str:
        """The form in which it is kept."""
        return orjson.dumps(asdict(self)).decode()


def subject_of(packed: str) -> Subject:
    """The subject that `pack` wrote."""
    return Subject(**orjson.loads(packed))


def summary_in(data: Data, bot: str) -> IncomingMessage | None:
    """The command that "Summarize from here" stands for; only who used it reads the answer.

    It brings along the message from which it goes, which the app might not be able to read otherwise.
    """
    if menu_of(data) != SUMMARIZE:
        return None
    target, subject = str(data["data"]["target_id"]), subject_in(data, bot)
    message = said_by(data, f"!summarize {target}", ticket_in(data, whole=True, private=True))
    return replace(message, transcript=(f"{subject.by}: {subject.text}",) if subject.text else ())


def sums_up(data: Data) -> bool:
    """Whether somebody wants to have summed up what was said."""
    return menu_of(data) == SUMMARIZE or (is_written(data) and path_of(data) == ("summarize",))


def subject_in(data: Data, bot: str) -> Subject:
    """The message in whose menu something was chosen."""
    message = data["data"]["resolved"]["messages"][str(data["data"]["target_id"])]
    parts = [message, *forwarded_in(message)]
    text = "\n".join(filter(None, (said_in(part, bot) for part in parts)))
    members = data["data"]["resolved"].get("members") or {}
    author = message["author"]
    return Subject(called(author, members.get(str(author["id"]))), text, user_of(data).id)


def asks_what(data: Data) -> dict[str, Any]:
    """The modal that asks for the question about a message. `note_of` says under which name that is to be kept."""
    field = Field(
        _FIELD,
        "Your question",
        hint="The thread of the message gets the answer.",
        most=_LONGEST,
        long=True,
    )
    return modal(f"{_QUESTION}:{data['data']['target_id']}:{data['id']}", "Ask about this", [field])


def note_of(form: str) -> str:
    """The name under which is kept what the question in a modal is about; empty if it is another modal."""
    return form.removeprefix("parley:") if form.startswith(f"{_QUESTION}:") else ""


def is_question(data: Data) -> bool:
    """Whether a question was submitted."""
    return bool(note_of(form_of(data)))


def question_in(data: Data, subject: Subject) -> IncomingMessage | None:
    """The question that somebody has asked about a message, in the thread of that message."""
    if not note_of(form_of(data)):
        return None
    target = form_of(data).removeprefix(f"{_QUESTION}:").partition(":")[0]
    words = values_in(data).get(_FIELD, "").strip()
    ticket = replace(ticket_in(data, whole=False, private=True, about=target), asked=words)
    message = said_by(data, about(words, subject.text, subject.by), ticket)
    return replace(message, opens=opened_on(ground_in(data), data.get("guild_id"), target))


def asked_aloud(question: IncomingMessage) -> str:
    """What others read before the answer to a question that only its author saw; empty for any other message."""
    words = ticket_of(question.ticket).asked if question.ticket else ""
    quoted = "\n".join(f"> {line}" for line in words.splitlines())
    return f"**{question.author.name}** asks about this message:\n{quoted}" if words else ""


def answered_where(data: Data, question: IncomingMessage) -> str:
    """What is said to who asks about a message."""
    thread = question.answered_in.thread
    if question.opens and not is_openable(data):
        return ANSWERED_HERE
    return ANSWERED_IN.format(thread=thread) if thread else ANSWERED_HERE
