"""The demo model: shows without a key what the bot can do, and knows only the messages it is given."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from simulators.demo.conversation import Conversation, conversation_of
from simulators.demo.manner import Manner, in_manner, manner_of
from simulators.demo.memory import Memory, memory_of
from simulators.demo.phrases import Language, counted, phrase
from simulators.demo.showcase import shown
from simulators.demo.sums import result_of, sum_in
from simulators.demo.transcripts import summed_up, transcript_in
from simulators.openai_api.chat.messages import Message

DEMO_MODEL = "demo"
_I = re.IGNORECASE
_CONTINUE = re.compile(
    r"^\s*(?:please )?(?:continue|go on|carry on|keep going|continue[rz]?)\b\W*$|"
    r"\bcontinue\b.{0,40}(?:exactly|where|stopped|left off|from)|\bcontinue\b.{0,40}exactement",
    _I | re.DOTALL,
)
_DEMO = re.compile(
    r"\bdemo\b|api key|openai_api_key|which model|what model|who are you|what are you|real model|"
    r"are you (?:an? )?(?:ai|bot|gpt|human)|qui es-tu|quel modèle|démo",
    _I,
)
_ABILITIES = re.compile(
    r"^\W*(?:help|aide)\W*$|what can you do|how can you help|que (?:peux|sais)-tu faire", _I
)
_SUMMARY = re.compile(r"\b(?:summar(?:y|i[sz]e)|résume|résumé|recap)\b", _I)
_HOW_MANY = re.compile(r"(?:how many|combien de) (questions|messages)", _I)
_FIRST = re.compile(
    r"what (?:did i|was the first thing i|have i) (?:say|ask|said|asked)? ?(?:you )?first|"
    r"(?:my|the) first (?:question|message|thing i)|(?:ma|mon) premi",
    _I,
)
_LAST = re.compile(
    r"what did i (?:just )?(?:say|ask)|(?:my|the) (?:last|previous) (?:question|message|thing i)|"
    r"(?:ma|mon) derni",
    _I,
)
_TODAY = re.compile(
    r"what(?:'s| is) (?:the date|today)|today's date|what (?:day|date) is|quel jour|date d'aujourd'hui", _I
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:\d{{1,2}} (?:{_MONTHS}),? \d{{4}}|"
    rf"(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{4}}-\d{{2}}-\d{{2}})"
)
_HELLO = re.compile(r"^\W*(?:hi|hello|hey|good (?:morning|evening)|bonjour|salut)\b[\w ]{0,20}\W*$", _I)
_THANKS = re.compile(r"^\W*(?:thanks|thank you|merci)\b", _I)
_LONGEST_QUOTE = 200


@dataclass(frozen=True, slots=True)
class _Reading:
    """The conversation, understood."""

    conversation: Conversation
    memory: Memory
    manner: Manner

    @property
    def text(self) -> str:
        return self.conversation.question.text

    @property
    def language(self) -> Language:
        return self.manner.language


def demo_reply(messages: Sequence[Message]) -> str:
    """The demo model's reply: the same for the same messages. The first of a conversation says what it is."""
    conversation = conversation_of(messages)
    reading = _Reading(conversation, memory_of(conversation), manner_of(conversation.persona))
    if said := transcript_in(reading.text):
        return summed_up(said)
    if conversation.wants_summary:
        return _summary(reading)
    if conversation.answers and conversation.tool_result is None and _CONTINUE.search(reading.text):
        return _remainder(messages)
    answer = _answer(reading, pictures=bool(messages[-1].images))
    reply = in_manner(reading.manner, answer, reading.text)
    notice = phrase("demo", reading.language)
    return reply if conversation.answers or notice in reply else f"{reply}\n\n{notice}"


def _answer(reading: _Reading, *, pictures: bool) -> str:
    if reading.conversation.tool_result is not None:
        return phrase("tool", reading.language, reading.conversation.tool_result)
    for ability in _ABILITIES_IN_ORDER:
        answer = ability(reading)
        if answer is not None:
            return answer
    if pictures:
        return phrase("picture", reading.language)
    if "?" in reading.text:
        return phrase("unknown", reading.language)
    return phrase("heard", reading.language, _quoted(reading.text))


def _remainder(messages: Sequence[Message]) -> str:
    """What is left of the previous answer, found by giving that answer again.

    A remark that was added to the cut answer is no part of what both have in common.
    """
    last = max(
        place for place, message in enumerate(messages) if message.role == "assistant" and message.text
    )
    earlier = messages[:last]
    whole = demo_reply(earlier) if any(message.role == "user" for message in earlier) else ""
    pairs = zip(whole, messages[last].text, strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return (whole[common:] if common else "") or "… and that is all there is to say about it."


def _about_itself(reading: _Reading) -> str | None:
    if _ABILITIES.search(reading.text):
        return phrase("abilities", reading.language)
    if _HELLO.search(reading.text):
        return phrase("hello", reading.language)
    if _THANKS.search(reading.text):
        return phrase("thanks", reading.language)
    return phrase("demo", reading.language) if _DEMO.search(reading.text) else None


def _summarized(reading: _Reading) -> str | None:
    return _summary(reading) if _SUMMARY.search(reading.text) else None


def _summary(reading: _Reading) -> str:
    """What people said, a line each, in their words: so the summary teaches what the conversation taught."""
    facts = [fact.sentence for fact in reading.memory.facts]
    asked = [one.text for one in reading.conversation.said if not _SUMMARY.search(one.text)]
    lines = dict.fromkeys(_quoted(text) for text in (*facts, *(text for text in asked if "\n" not in text)))
    if not lines:
        return phrase("no summary", reading.language)
    return phrase("summary", reading.language, "\n".join(f"- {line}" for line in lines))


def _counts(reading: _Reading) -> str | None:
    asked = _HOW_MANY.search(reading.text)
    if asked is None:
        return None
    said = reading.conversation.of_author()
    if asked[1].lower() == "messages":
        return phrase("messages", reading.language, counted(len(said), "message"))
    number = sum("?" in one.text or one is reading.conversation.question for one in said)
    return phrase("questions", reading.language, counted(number, "question"))


def _quotes(reading: _Reading) -> str | None:
    name = "first" if _FIRST.search(reading.text) else "last" if _LAST.search(reading.text) else None
    if name is None:
        return None
    before = reading.conversation.of_author()[:-1]
    if not before:
        return phrase("nothing said", reading.language)
    return phrase(name, reading.language, _quoted(before[0 if name == "first" else -1].text))


def _today(reading: _Reading) -> str | None:
    if not _TODAY.search(reading.text):
        return None
    for text in (
        *reversed(reading.conversation.contexts),
        *reading.conversation.notes,
        reading.conversation.persona,
    ):
        date = _DATE.search(text)
        if date is not None:
            return phrase("today", reading.language, date[0])
    return phrase("no today", reading.language)


def _sum(reading: _Reading) -> str | None:
    figures = sum_in(reading.text)
    if figures is None:
        return None
    try:
        result = result_of(figures)
    except ZeroDivisionError:
        return phrase("no sum", reading.language)
    return None if result is None else phrase("sum", reading.language, result, figures)


def _shown(reading: _Reading) -> str | None:
    return shown(reading.text, reading.language)


def _recalled(reading: _Reading) -> str | None:
    return reading.memory.recalled(reading.language)


def _learned(reading: _Reading) -> str | None:
    return reading.memory.learned(reading.language)


def _passage(reading: _Reading) -> str | None:
    return reading.memory.passage(reading.language) if "?" in reading.text else None


_ABILITIES_IN_ORDER: tuple[Callable[[_Reading], str | None], ...] = (
    _summarized,
    _counts,
    _quotes,
    _today,
    _sum,
    _recalled,
    _shown,
    _learned,
    _about_itself,
    _passage,
)


def _quoted(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_QUOTE else plain[:_LONGEST_QUOTE] + "…"
