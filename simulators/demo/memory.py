"""The demo model's answers about what it was told."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulators.demo.conversation import Conversation
from simulators.demo.facts import Fact, facts_in, facts_of, key_of
from simulators.demo.phrases import Language, phrase

_I = re.IGNORECASE
_NAME = re.compile(
    r"what(?:'s| is) my name|who am i\b|my name\s*\?|comment (?:est-ce que )?je m'appelle|"
    r"quel est mon nom|qui suis-je",
    _I,
)
_ALL = re.compile(
    r"what (?:do|can|did) you (?:still )?(?:remember|know)(?: about (?:me|us|this))?(?: so far)?\s*\?*$|"
    r"what have (?:i|we) told you|que sais-tu|qu'est-ce que tu sais|"
    r"de quoi te souviens-tu|what do you know about (?:me|us)",
    _I,
)
_PLACES = (
    ("home", re.compile(r"where do i live|où (?:est-ce que )?j'habite|où habité-je", _I)),
    ("work", re.compile(r"where do i work|who do i work for|où (?:est-ce que )?je travaille", _I)),
    ("likes", re.compile(r"what do i (?:like|love)|qu'est-ce que j'aime", _I)),
)
_OWNED = re.compile(
    r"\b(?:what|when|who|where|which|quelle?s?|quand|qui|où|c'est quoi)(?:'s| is| are| was| est| sont)? "
    r"(my|our|the|mon|ma|mes|notre|nos|le|la|les|l') ?([\w' -]+?)\s*\?*$",
    _I,
)
_KNOWN = re.compile(
    r"\b(?:do you (?:know|remember)|tell me|remind me of|what about) (my|our|the) ([\w' -]+?)\s*[?.!]*$", _I
)
_MINE = {"my", "mon", "ma", "mes"}
_WORD = re.compile(r"\w{3,}")
_QUESTION_WORDS = frozenset(
    """what when where which who whom whose why how does did the our your you are was were can could should
    would tell about please show give know remember said say with from into for and that this there have has
    had will me quel quelle quand comment pourquoi est que les des une""".split()
)
_MARKER = re.compile(r"\[[\w. -]{1,40}\]")
_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Memory:
    """What the model was told, as far as it concerns the author of the question."""

    conversation: Conversation
    facts: tuple[Fact, ...]

    def recalled(self, language: Language) -> str | None:
        """The answer to a question about a name, a place, a fact, or everything; None if it is none."""
        text = self.conversation.question.text
        if _NAME.search(text):
            return self._told("my", "name", language) or phrase("no name", language)
        for kind, pattern in _PLACES:
            if pattern.search(text):
                return self._told(kind, kind, language) or phrase("no place", language)
        if _ALL.search(text):
            return self.everything(language)
        return self._owned(text, language)

    def learned(self, language: Language) -> str | None:
        """The acknowledgement of the facts in the question itself; None if it tells none."""
        new = [fact for part in self.conversation.question.sentences() for fact in facts_in(part)]
        names = [phrase("meet", language, fact.value) for fact in new if fact.is_name]
        others = [
            phrase("noted", language, _lowered(fact.told(language))) for fact in new if not fact.is_name
        ]
        return " ".join(names + others) or None

    def everything(self, language: Language) -> str:
        """All facts, as a list."""
        lines = [f"- {fact.told(language)}" for fact in self.facts]
        return phrase("remembered", language, "\n".join(lines)) if lines else phrase("nothing", language)

    def passage(self, language: Language) -> str | None:
        """The sentence of the prompt that shares most words with the question; None if none shares enough."""
        wanted = _words(self.conversation.question.text)
        best, share = "", 0.0
        for sentence in _readable(self.conversation):
            common = len(wanted & _words(sentence)) / max(1, len(wanted))
            best, share = (sentence, common) if common > share else (best, share)
        if share < _ENOUGH:
            return None
        marker = _MARKER.search(best)
        text = _MARKER.sub("", best).strip(" :-")
        return phrase("passage", language, text, f" {marker[0]}" if marker else "")

    def _owned(self, text: str, language: Language) -> str | None:
        asked = _OWNED.search(text) or _KNOWN.search(text)
        if asked is None:
            return None
        kind, key = ("my" if asked[1].lower() in _MINE else "our"), key_of(asked[2])
        known = self._told(kind, key, language)
        if known is None and kind == "our":
            known = self.passage(language)
        return known or phrase(f"no {kind}", language, key=asked[2].strip())

    def _told(self, kind: str, key: str, language: Language) -> str | None:
        found = [fact for fact in self.facts if (fact.kind, fact.key) == (kind, key)]
        if not found:
            return None
        if kind == "likes":
            return phrase("likes", language, ", ".join(fact.value for fact in found))
        return found[-1].told(language)


def memory_of(conversation: Conversation) -> Memory:
    """What was told by the one who asks, or by nobody in particular, and what is shared."""
    asker = conversation.question.author
    facts = facts_of(conversation.told())
    return Memory(conversation, tuple(fact for fact in facts if _concerns(fact, asker)))


def _concerns(fact: Fact, asker: str | None) -> bool:
    return asker is None or fact.kind == "our" or fact.author in (None, asker)


def _readable(conversation: Conversation) -> Iterator[str]:
    """The sentences that may be quoted: all but the persona's own paragraph and the question itself."""
    texts: Sequence[str] = (*conversation.persona.split("\n\n")[1:], *conversation.notes)
    for text in texts:
        marker = ""
        for line in text.splitlines():
            found = _MARKER.search(line)
            marker = f"{found[0]} " if found else marker
            yield from (marker + _MARKER.sub("", part).strip() for part in re.split(r"(?<=[.!?])\s+", line))
    for one in conversation.said[:-1]:
        yield from (part.text for part in one.sentences() if not part.text.endswith("?"))


def _words(text: str) -> set[str]:
    """The words that carry meaning, cut to their beginnings so that plurals and tenses meet."""
    return {word[:5] for word in _WORD.findall(text.lower()) if word not in _QUESTION_WORDS}


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
