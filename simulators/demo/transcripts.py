"""Summing up a conversation that stands between two rules of `=`: who wrote, and how it began and ended."""

import re

_BETWEEN_RULES = re.compile(r"^={12}\n(.+)\n={12}$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"(?m)^([^\s:][^:\n]{0,80}): (.*)$")
_LONGEST = 120


def transcript_in(text: str) -> list[tuple[str, str]]:
    """Who said what, if a question has a conversation to sum up."""
    found = _BETWEEN_RULES.search(text)
    return _LINE.findall(found[1]) if found else []


def summed_up(said: list[tuple[str, str]]) -> str:
    """A summary as a machine makes it that understands none of it."""
    names = list(dict.fromkeys(name for name, _ in said))
    people = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    messages = "One message" if len(said) == 1 else f"{len(said)} messages"
    first, last = (f"{name} wrote “{_short(text)}”" for name, text in (said[0], said[-1]))
    return f"{messages} by {people}.\n\n- It began when {first}.\n- It ended when {last}."


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
