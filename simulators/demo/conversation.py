"""The conversation as the demo model reads it: who said what, without prefixes and context notes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulators.openai_api.chat.messages import Message

_AUTHOR = re.compile(
    r"(?:\[(?P<boxed>[^\]\n]{1,40})\]|(?P<plain><@!?\w+>|@?\w[\w.'-]*(?: [A-Z][\w.'-]*){0,2})):\s+"
)
_NOTE = re.compile(r"\s*^[ \t]*\[[^\[\]]*\][ \t]*\Z", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•>]|\d+[.)])\s+")
_MODEL_NAMES = {"assistant", "parley", "bot", "you", "ai", "model"}
_SUMMARY_WORDS = re.compile(r"summar|condense|résum", re.IGNORECASE)
_EARLIER = re.compile(r"summar|earlier|so far|résum", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a person said; the author is None where the prompt does not tell."""

    author: str | None
    text: str

    def sentences(self) -> Iterator["Utterance"]:
        """The sentences, each under the author whose name begins its line; the model's are left out."""
        author = self.author
        for line in self.text.splitlines():
            said = utterance_of(_BULLET.sub("", line), author)
            author = said.author
            if author is None or author.lower() not in _MODEL_NAMES:
                yield from (
                    Utterance(author, part) for part in _SENTENCE_END.split(said.text) if part.strip()
                )


@dataclass(frozen=True, slots=True)
class Conversation:
    """`persona` is the first system message, `notes` the others, `contexts` the bracketed last lines."""

    persona: str
    notes: tuple[str, ...]
    contexts: tuple[str, ...]
    said: tuple[Utterance, ...]
    answers: tuple[str, ...]
    tool_result: str | None

    @property
    def question(self) -> Utterance:
        """What was said last."""
        return self.said[-1] if self.said else Utterance(None, "")

    @property
    def wants_summary(self) -> bool:
        """Whether the system prompt itself asks for a summary: nobody is spoken to."""
        return bool(_SUMMARY_WORDS.search(self.persona.split("\n\n")[0]))

    def of_author(self) -> tuple[Utterance, ...]:
        """What the asker has said, the question included; everything where names are unknown."""
        author = self.question.author
        return tuple(one for one in self.said if author is None or one.author in (None, author))

    def told(self) -> Iterator[Utterance]:
        """Every sentence that the model may learn from, oldest first."""
        _, *others = self.persona.split("\n\n")
        earlier = [text for text in others if _EARLIER.search(text)]
        for text in (*earlier, *self.notes):
            yield from Utterance(None, text).sentences()
        for one in self.said:
            yield from one.sentences()


def conversation_of(messages: Sequence[Message]) -> Conversation:
    """Read the messages of a request."""
    system = [one.text for one in messages if one.role in ("system", "developer")]
    people = [one for one in messages if one.role == "user"]
    return Conversation(
        persona=system[0] if system else "",
        notes=tuple(system[1:]),
        contexts=tuple(note for one in people for note in _NOTE.findall(one.text)),
        said=tuple(utterance_of(_NOTE.sub("", one.text), one.name) for one in people),
        answers=tuple(one.text for one in messages if one.role == "assistant" and one.text),
        tool_result=messages[-1].text if messages[-1].role == "tool" else None,
    )


def utterance_of(text: str, author: str | None = None) -> Utterance:
    """`Ada: hello` is hello from Ada; without a prefix it is from `author`."""
    found = _AUTHOR.match(text.strip())
    if found is None or "://" in found[0]:
        return Utterance(author, text.strip())
    return Utterance(found["boxed"] or found["plain"], text.strip()[found.end() :])
