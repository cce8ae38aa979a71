"""The facts that the demo model finds in what people say: names, places, likes, `my X is Y`, `the X is Y`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from simulators.demo.conversation import Utterance
from simulators.demo.phrases import Language, phrase


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was said: `my` or `our` key, `home`, `work`, `likes` or `memo`; a name is my `name`."""

    kind: str
    key: str
    value: str
    author: str | None
    sentence: str

    def told(self, language: Language) -> str:
        """The fact, said back."""
        name = "name" if self.is_name else self.kind
        return phrase(name, language, self.value, self.key)

    @property
    def is_name(self) -> bool:
        """Whether this is somebody's name."""
        return (self.kind, self.key) == ("my", "name")


_I = re.IGNORECASE
_NO_NAMES = {
    "French",
    "German",
    "English",
    "American",
    "Spanish",
    "Italian",
    "British",
    "Working",
    "Not",
    "In",
}
_NAMES = (
    re.compile(r"\b(?:my name is|my name's|(?:i am|i'm) called|call me)\s+([^\W\d_][\w'-]*)", _I),
    re.compile(r"\b(?:je m'appelle|mon nom est|moi,? c'est|appelle-moi)\s+([^\W\d_][\w'-]*)", _I),
    re.compile(
        r"\b(?:[Ii]'m|[Ii] am|[Tt]his is|[Jj]e suis)\s+([A-Z][\w'-]+)(?=\s*(?:[,.!]|$|and\b|et\b|from\b))"
    ),
)
_SIMPLE = (
    ("home", re.compile(r"\b(?:i|we) live (?:in|at) (.+)", _I)),
    ("home", re.compile(r"\b(?:j'habite|je vis) (?:à |a |en |au )?(.+)", _I)),
    ("work", re.compile(r"\bi work ((?:at|for|as|in|on) .+)", _I)),
    ("work", re.compile(r"\bje travaille ((?:chez|à|comme|en|pour) .+)", _I)),
    ("likes", re.compile(r"\bi (?:really )?(?:like|love) (.+)", _I)),
    ("likes", re.compile(r"\bj'(?:aime|adore) (.+)", _I)),
)
_OWNED = (
    ("my", re.compile(r"\bmy ([\w' -]{2,40}?) (?:is|are|=) (.+)", _I)),
    ("my", re.compile(r"\b(?:mon|ma|mes) ([\w' -]{2,40}?) (?:est|sont|c'est) (.+)", _I)),
    ("our", re.compile(r"\b(?:our|the) ([\w' -]{2,40}?) (?:is|are|=) (.+)", _I)),
    ("our", re.compile(r"(?:\b(?:notre|nos|le|la|les) |\bl')([\w' -]{2,40}?) (?:est|sont|c'est) (.+)", _I)),
)
_MEMO = re.compile(
    r"\b(?:remember|note|keep in mind|souviens-toi|retiens|note bien)(?: that| que|:)? (.+)", _I
)
_CLAUSE = re.compile(
    r",? (?:and|et|but|mais) (?=(?:my|our|the|i|we|mon|ma|notre|le|la|je|j')\b)|, (?=(?:my|our|i)\b)", _I
)


def facts_of(told: Iterable[Utterance]) -> tuple[Fact, ...]:
    """The facts in those sentences, oldest first; of facts about the same thing only the last."""
    known: dict[tuple[str, str, str | None], Fact] = {}
    for sentence in told:
        for fact in facts_in(sentence):
            who = fact.author if fact.kind != "our" else None
            # One can like several things, and remember several; but there is one name, home or deploy day.
            key = fact.value.lower() if fact.kind in ("likes", "memo") else fact.key
            known.pop((fact.kind, key, who), None)
            known[fact.kind, key, who] = fact
    return tuple(known.values())


def facts_in(sentence: Utterance) -> list[Fact]:
    """The facts in one sentence; a question tells none."""
    if sentence.text.rstrip().endswith("?"):
        return []
    clauses = _CLAUSE.split(sentence.text)
    facts = [fact for clause in clauses if (fact := _fact_in(clause, sentence.author)) is not None]
    memo = _MEMO.search(sentence.text)
    if memo is None or facts or memo[1].lower().startswith(("me", "my", "what")):
        return facts
    return [Fact("memo", "memo", _clean(memo[1]), sentence.author, sentence.text)]


def key_of(noun: str) -> str:
    """The form under which a noun is remembered and asked for."""
    return re.sub(r"\s+", " ", noun.lower().strip()).replace("favourite", "favorite")


def _fact_in(clause: str, author: str | None) -> Fact | None:
    for pattern in _NAMES:
        name = pattern.search(clause)
        if name is not None and name[1] not in _NO_NAMES:
            return Fact("my", "name", name[1], author, clause)
    for kind, pattern in _OWNED:
        found = pattern.search(clause)
        if found is not None:
            return Fact(kind, key_of(found[1]), _clean(found[2]), author, clause)
    for kind, pattern in _SIMPLE:
        found = pattern.search(clause)
        if found is not None:
            return Fact(kind, kind, _clean(found[1]), author, clause)
    return None


def _clean(value: str) -> str:
    return value.strip().rstrip(".!;, ").removesuffix(" now").removesuffix(" too")
