"""What a field of a form has to be; each rule tells what is wrong.

Codes and sentences: (discord.com/developers, "API Reference", Error Messages)
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST_ID = 20
Place = tuple[str, ...]
"""Where a value stands: `("components", "0", "label")`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a form."""

    where: Place
    code: str
    message: str


Problems = Iterator[Problem]
Rule = Callable[[Any, Place], Problems]
"""From a value and where it stands to what is wrong with it."""


def errors_of(problems: list[Problem]) -> dict[str, Any]:
    """The tree of errors that an answer shows, with the fields as branches."""
    tree: dict[str, Any] = {}
    for problem in problems:
        branch = tree
        for name in problem.where:
            branch = branch.setdefault(name, {})
        error = {"code": problem.code, "message": problem.message}
        branch.setdefault("_errors", []).append(error)
    return tree


def required(where: Place) -> Problem:
    """What is not there and has to be."""
    return Problem(where, "BASE_TYPE_REQUIRED", "This field is required")


def too_long(most: int, where: Place) -> Problem:
    """What has more characters or items than it may have."""
    return Problem(where, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def anything(_value: Any, _where: Place) -> Problems:
    """No rule."""
    return iter(())


def string(most: int, least: int = 0) -> Rule:
    """A string of so many characters; Discord counts them after it has trimmed them."""

    def check(value: Any, where: Place) -> Problems:
        if not isinstance(value, str):
            yield Problem(where, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif least and not least <= len(value.strip()) <= most:
            yield _bad_length(least, most, where, empty=not value.strip())
        elif len(value) > most:
            yield too_long(most, where)

    return check


def _bad_length(least: int, most: int, where: Place, *, empty: bool) -> Problem:
    if empty and least == 1:
        return required(where)
    return Problem(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def integer(least: int, most: int) -> Rule:
    """A whole number of this range."""

    def check(value: Any, where: Place) -> Problems:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value > most:
            yield Problem(where, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        elif value < least:
            yield Problem(where, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")

    return check


def snowflake(value: Any, where: Place) -> Problems:
    """An id, as a string or as a number."""
    if isinstance(value, bool) or not str(value).isdecimal() or len(str(value)) > _LONGEST_ID:
        yield Problem(where, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def boolean(value: Any, where: Place) -> Problems:
    """True or false."""
    if not isinstance(value, bool):
        yield Problem(where, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def address(*schemes: str) -> Rule:
    """An address with one of these schemes."""

    def check(value: Any, where: Place) -> Problems:
        scheme = value.partition("://")[0] if isinstance(value, str) and "://" in value else ""
        if not scheme:
            yield Problem(where, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif scheme not in schemes:
            told = ", ".join(f"'{one}'" for one in schemes)
            yield Problem(where, "URL_TYPE_INVALID_SCHEME", f'Scheme "{scheme}" must be one of ({told}).')

    return check


def one_of(*values: Any) -> Rule:
    """One of these values."""

    def check(value: Any, where: Place) -> Problems:
        if value not in values or isinstance(value, bool):
            told = ", ".join(str(value) for value in values)
            yield Problem(where, "BASE_TYPE_CHOICES", f"Value must be one of {{{told}}}.")

    return check


def each(rule: Rule, most: int, least: int = 0) -> Rule:
    """A list of so many of them."""

    def check(value: Any, where: Place) -> Problems:
        if not isinstance(value, list):
            yield Problem(where, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        if least and not least <= len(value) <= most:
            yield Problem(where, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        elif len(value) > most:
            yield too_long(most, where)
        for place, item in enumerate(value):
            yield from rule(item, (*where, str(place)))

    return check


def form(fields: Mapping[str, Rule], *needed: str) -> Rule:
    """An object whose fields are so; some have to be there. What else it has is overlooked, as Discord does."""

    def check(value: Any, where: Place) -> Problems:
        if not isinstance(value, Mapping):
            yield Problem(where, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
            return
        yield from (required((*where, name)) for name in needed if value.get(name) is None)
        for name, rule in fields.items():
            if value.get(name) is not None:
                yield from rule(value[name], (*where, name))

    return check


def by_type(rules: Mapping[int, Rule]) -> Rule:
    """An object whose `type` says which rule is its own."""

    def check(value: Any, where: Place) -> Problems:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if isinstance(kind, int) and kind in rules:
            yield from rules[kind](value, where)
        elif isinstance(value, Mapping):
            told = ", ".join(str(kind) for kind in rules) + ("," if len(rules) == 1 else "")
            message = f'Value of field "type" must be one of ({told}).'
            yield Problem((*where, "type"), "UNION_TYPE_CHOICES", message)
        else:
            yield from form({})(value, where)

    return check


def in_turn(*rules: Rule) -> Rule:
    """What keeps each of these rules; one is asked only of what has kept those before."""

    def check(value: Any, where: Place) -> Problems:
        for rule in rules:
            if problems := list(rule(value, where)):
                yield from problems
                return

    return check
