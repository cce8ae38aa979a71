"""Personas: a name, a manner and a few settings, written as front matter above a prompt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.errors import BadPersona

DEFAULT = "assistant"
MOST_CHARACTERS = 8_000
"""Of a persona's prompt; about a quarter of the default context."""
MOST_REPLY_TOKENS = 128_000
MOST_DESCRIBED = 200
"""Characters of a persona's description."""
HOTTEST = 2

LONGEST_NAME = 32
_LONGEST_MODEL = 100
_FIELDS = ("name", "description", "model", "temperature", "reply_tokens")


@dataclass(frozen=True, slots=True)
class Persona:
    """A manner of answering. What is None follows the operator's settings."""

    name: str
    prompt: str
    description: str = ""
    model: str | None = None
    temperature: float | None = None
    reply_tokens: int | None = None


def normal(name: str) -> str:
    """A name as names are compared: however it was typed, in capitals or with accents of their own."""
    return unicodedata.normalize("NFC", name.strip().casefold())


def name_of(text: str) -> str:
    """The name as it is stored: letters, digits, `-` and `_`, in lower case. Raises BadPersona."""
    name = normal(text)
    # Letters of many scripts carry marks, which `\w` leaves out.
    kinds = "".join(unicodedata.category(each)[0] if each not in "-_" else "-" for each in name)
    if not re.fullmatch(r"[LN][LMN-]*", kinds) or len(name) > LONGEST_NAME:
        raise BadPersona(
            "A persona's name has 1 to 32 letters, digits, `-` or `_` and starts with a letter or digit, "
            "such as `release-notes`."
        )
    return name


def parse(text: str, name: str = "") -> Persona:
    """The persona that `render` wrote, or a person: `key: value` lines between `---` lines, then the prompt.

    A `name` given here wins. Raises BadPersona, naming the line.
    """
    lines = _lines(text.strip())
    if lines[0].strip() != "---":
        raise BadPersona("A persona begins with a line `---`, then `name: …`, another `---`, and the prompt.")
    try:
        end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "---")
    except StopIteration:
        raise BadPersona("The front matter of a persona ends with a line `---`; it is missing.") from None
    values: dict[str, str] = {}
    for number, line in enumerate(lines[1:end], 2):
        key, colon, value = line.partition(":")
        key = key.strip().lower().replace(" ", "_").replace("-", "_")
        if line.strip() and not (colon and key in _FIELDS):
            raise BadPersona(
                f"Line {number} of the persona is not one of {', '.join(_FIELDS)}, with a value."
            )
        values[key] = value.strip()
    if name:
        values["name"] = name
    return checked(values, "\n".join(lines[end + 1 :]).strip())


def _lines(text: str) -> list[str]:
    """The lines of a text, whichever line ends it has."""
    return "\n".join(line.rstrip("\r") for line in text.split("\n")).replace("\r", "\n").split("\n")


def checked(values: Mapping[str, str], prompt: str) -> Persona:
    """The persona whose fields have these values, and this prompt. Raises BadPersona at the first that is wrong."""
    return Persona(
        name=_name(values),
        prompt=checked_prompt(prompt),
        description=_description(values),
        model=_model(values),
        temperature=_temperature(values),
        reply_tokens=_reply_tokens(values),
    )


def problems_in(values: Mapping[str, str], prompt: str) -> dict[str, str]:
    """What is wrong, in words, for each field that is; `prompt` is one of them."""
    problems = {}
    for key, read in _READERS.items():
        try:
            read(values)
        except BadPersona as error:
            problems[key] = error.notice
    try:
        checked_prompt(prompt)
    except BadPersona as error:
        problems["prompt"] = error.notice
    return problems


def checked_prompt(prompt: str) -> str:
    """The prompt without blanks around it. Raises BadPersona if nothing is left, or too much."""
    prompt = prompt.strip()
    if not prompt:
        raise BadPersona("A persona needs a prompt: say in a sentence or more how it should answer.")
    if len(prompt) > MOST_CHARACTERS:
        raise BadPersona(
            f"A persona's prompt has at most {MOST_CHARACTERS:,} characters, this has {len(prompt):,}."
        )
    return prompt


def _name(values: Mapping[str, str]) -> str:
    return name_of(values.get("name", ""))


def _description(values: Mapping[str, str]) -> str:
    return _short(values, "description", rf".{{0,{MOST_DESCRIBED}}}", f"at most {MOST_DESCRIBED} characters")


def _model(values: Mapping[str, str]) -> str | None:
    return (
        _short(values, "model", rf"[\w.:/@+-]{{0,{_LONGEST_MODEL}}}", "a model's name, without blanks")
        or None
    )


def _temperature(values: Mapping[str, str]) -> float | None:
    return _number(values, "temperature", 0, HOTTEST)


def _reply_tokens(values: Mapping[str, str]) -> int | None:
    number = _number(values, "reply_tokens", 1, MOST_REPLY_TOKENS)
    if number is not None and number != int(number):
        raise BadPersona(f"`reply_tokens` of a persona is a whole number, not `{values['reply_tokens']}`.")
    return None if number is None else int(number)


_READERS: dict[str, Callable[[Mapping[str, str]], object]] = {
    "name": _name,
    "description": _description,
    "model": _model,
    "temperature": _temperature,
    "reply_tokens": _reply_tokens,
}


def _short(values: Mapping[str, str], key: str, pattern: str, promise: str) -> str:
    value = values.get(key, "")
    if not re.fullmatch(pattern, value):
        raise BadPersona(f"`{key}` of a persona is {promise}.")
    return value


def _number(values: Mapping[str, str], key: str, low: float, high: float) -> float | None:
    if not values.get(key):
        return None
    try:
        number = float(values[key])
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise BadPersona(f"`{key}` of a persona is a number from {low:g} to {high:,}, not `{values[key]}`.")
    return number


def render(persona: Persona) -> str:
    """The persona as text that `parse` reads back."""
    values = [(key, getattr(persona, key)) for key in _FIELDS]
    matter = "\n".join(f"{key}: {value}" for key, value in values if value not in {None, ""})
    return f"---\n{matter}\n---\n\n{persona.prompt}\n"


@cache
def shipped() -> dict[str, Persona]:
    """The personas that come with Parley, by name, the default first."""
    texts = (
        file.read_text("utf-8") for file in (files("bot") / "personas").iterdir() if file.name.endswith(".md")
    )
    personas = sorted(map(parse, texts), key=lambda persona: (persona.name != DEFAULT, persona.name))
    return {persona.name: persona for persona in personas}
