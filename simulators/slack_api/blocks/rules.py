"""What a property of a block has to be; each rule tells what is wrong.

Limits: https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/reference/block-kit/composition-objects
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

Problems = Iterator[str]
Rule = Callable[[Any, str], Problems]
"""From a value and where it stands (`/blocks/0/text`) to what is wrong with it."""
Shape = Mapping[str, Rule]
"""The properties of an object; `type` and `block_id` are everybody's."""


def problem(what: str, where: str) -> str:
    """One thing that is wrong, as Slack says it."""
    return f"{what} [json-pointer:{where}]"


def anything(_value: Any, _where: str) -> Problems:
    """No rule."""
    return iter(())


def string(most: int, least: int = 1) -> Rule:
    """A string of so many characters."""

    def check(value: Any, where: str) -> Problems:
        if not isinstance(value, str):
            yield problem("must be a string", where)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", where)

    return check


def text(most: int, *kinds: str) -> Rule:
    """A text object of so many characters, of one of these kinds (both if none is named)."""

    def check(value: Any, where: str) -> Problems:
        if not isinstance(value, Mapping):
            yield problem("must be a text object", where)
            return
        if value.get("type") not in (kinds or ("plain_text", "mrkdwn")):
            yield problem(f"unsupported type: {value.get('type')}", where)
        yield from string(most)(value.get("text"), f"{where}/text")
        allowed = {"type", "text", "emoji" if value.get("type") == "plain_text" else "verbatim"}
        yield from unknown(value, allowed, where)

    return check


def plain(most: int) -> Rule:
    """A plain text of so many characters."""
    return text(most, "plain_text")


def one_of(*words: str) -> Rule:
    """One of these words."""

    def check(value: Any, where: str) -> Problems:
        if value not in words:
            yield problem(f"must be one of {', '.join(words)}", where)

    return check


def each(rule: Rule, most: int, least: int = 1) -> Rule:
    """A list of so many of them."""

    def check(value: Any, where: str) -> Problems:
        if not isinstance(value, list):
            yield problem("must be an array", where)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", where)
        if len(value) < least:
            yield problem(f"no fewer than {least} items allowed", where)
        for place, item in enumerate(value):
            yield from rule(item, f"{where}/{place}")

    return check


def shape(properties: Shape, *needed: str) -> Rule:
    """An object with these properties and no others, some of which it needs."""

    def check(value: Any, where: str) -> Problems:
        if not isinstance(value, Mapping):
            yield problem("must be an object", where)
            return
        yield from (problem(f"missing required field: {name}", where) for name in needed if name not in value)
        yield from unknown(value, {*properties, "type"}, where)
        for name, rule in properties.items():
            if name in value:
                yield from rule(value[name], f"{where}/{name}")

    return check


def unknown(value: Mapping[str, Any], allowed: Collection[str], where: str) -> Problems:
    """The properties that nobody knows."""
    return (problem(f"invalid additional property: {name}", where) for name in value if name not in allowed)


def by_type(rules: Mapping[str, Rule], what: str) -> Rule:
    """An object whose `type` says which rule is its own."""

    def check(value: Any, where: str) -> Problems:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in rules:
            return iter((problem(f"unsupported {what}: {kind}", where),))
        return rules[kind](value, where)

    return check


CONFIRM = shape(
    {
        "title": plain(100),
        "text": text(300),
        "confirm": plain(30),
        "deny": plain(30),
        "style": one_of("primary", "danger"),
    },
    "title",
    "text",
)
OPTION = shape(
    {"text": text(75), "value": string(150), "description": text(75), "url": string(3000)}, "text", "value"
)
GROUP = shape({"label": plain(75), "options": each(OPTION, 100)}, "label", "options")
