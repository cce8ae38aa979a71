"""The manner in which the demo model answers, read from the system prompt."""

import re
from dataclasses import dataclass

from simulators.demo.phrases import Language

_I = re.IGNORECASE
_KNOWN = (
    ("french", r"français|\bfrench\b"),
    ("sarcastic", r"sarcas|\bironic\b|dry humou?r"),
    ("reviewer", r"code review|\breviewer\b|reviews? code"),
    ("tutor", r"\btutor\b|\bteacher\b|socratic"),
    ("concise", r"\bconcise\b|\bterse\b|few words|\blaconic\b"),
)
_CAST = re.compile(
    r"\b(?:you are|you're|act as|(?:speak|talk|write|answer|reply)(?: only)? (?:like|as))\s+"
    r"(?:\w+,\s+)?(an?\s[^.,;:!\n]{2,60})",
    _I,
)
_PLAIN = re.compile(r"\bhelp|assistant|teammate|\bbot\b|\bmodel\b|parley", _I)
_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_REMARKS = ("Thrilling, I know.", "Do try to contain your excitement.", "History will remember this moment.")
_SMELLS = (
    ("High", r"\beval\(|\bexec\(", "runs whatever text arrives; parse the input instead"),
    ("High", r"except\s*:|except Exception:\s*pass", "swallows every error; name the one you expect"),
    ("High", r"password\s*=\s*[\"']", "keeps a secret in the code; read it from the environment"),
    ("Medium", r"def \w+\([^)]*=\s*(?:\[\]|\{\})", "shares one default among all calls; use `None`"),
    ("Medium", r"[!=]=\s*None", "compares with `None` by value; use `is`"),
    ("Low", r"\bprint\(", "prints; use the log"),
)
_FIRST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Manner:
    """A known manner, or `custom` with the words that describe it."""

    name: str
    words: str = ""

    @property
    def language(self) -> Language:
        """The language of the answers."""
        return "fr" if self.name == "french" else "en"


def manner_of(persona: str) -> Manner:
    """The manner that a system prompt asks for; a helpful one if it asks for none."""
    for name, pattern in _KNOWN:
        if re.search(pattern, persona, _I):
            return Manner(name)
    casts = [words for words in _CAST.findall(persona) if not _PLAIN.search(words)]
    if casts:
        return Manner("custom", casts[-1].strip())
    if not persona.strip() or _PLAIN.search(persona):
        return Manner("helpful")
    return Manner("custom", " ".join(persona.split()[:_FIRST_WORDS]))


def in_manner(manner: Manner, answer: str, question: str) -> str:
    """The answer, given in that manner."""
    match manner.name:
        case "concise":
            return _shortened(answer)
        case "tutor":
            return f"Let us look at it together. {answer}\n\nWhat do you think the next step is?"
        case "reviewer":
            return _reviewed(answer, question)
        case "sarcastic":
            return f"{answer}\n\n{_REMARKS[len(question) % len(_REMARKS)]}"
        case "custom":
            return f"(Answering as “{manner.words}”.) {answer}"
    return answer


def _shortened(answer: str) -> str:
    """The first sentence; Markdown stays whole, since half a table is none."""
    if "\n" in answer and not answer.startswith("On day"):
        return answer
    first = _SENTENCE.match(answer)
    return first[0] if first is not None else answer


def _reviewed(answer: str, question: str) -> str:
    code = _FENCE.search(question)
    if code is None:
        return f"- **Info:** {answer}\n- **Low:** there is no code in the message; paste some for a review"
    found = [
        f"- **{severity}:** it {text}" for severity, pattern, text in _SMELLS if re.search(pattern, code[0])
    ]
    return "\n".join(found) or "- **Info:** nothing to object to"
