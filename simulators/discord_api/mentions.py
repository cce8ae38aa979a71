"""Whom a message calls (discord.com/developers, "Message Resource", Allowed Mentions Object)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulators.discord_api.forms.rules import Problem, Problems, each, errors_of, form, one_of, snowflake
from simulators.discord_api.refusals import invalid_form

_USER = re.compile(r"<@!?(\d{15,20})>")
_ROLE = re.compile(r"<@&(\d{15,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")
_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
_KINDS = ("roles", "users", "everyone")
_MOST = 100
_FORM = form(
    {
        "parse": each(one_of(*_KINDS), len(_KINDS)),
        "users": each(snowflake, _MOST),
        "roles": each(snowflake, _MOST),
    }
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which of the mentions in a text are to call somebody: kinds of them, or some ids."""

    parse: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    replied_user: bool = False

    def user(self, user_id: str) -> bool:
        """Whether this user may be called."""
        return "users" in self.parse or user_id in self.users

    def role(self, role_id: str) -> bool:
        """Whether this role may be called."""
        return "roles" in self.parse or role_id in self.roles


ALL = Allowed(frozenset(_KINDS), replied_user=True)
"""What holds for messages that say nothing of it."""
ONLY_USERS = Allowed(frozenset({"users"}), replied_user=True)
"""What holds for responses to interactions that say nothing of it."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Whom a text names, as far as it is allowed to: ids of users and of roles, and `everyone` or `here`."""

    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    everyone: str = ""


def allowed_of(body: Mapping[str, Any], default: Allowed) -> Allowed:
    """What a form allows, or a refusal."""
    given = body.get("allowed_mentions")
    if given is None:
        return default
    if problems := list(_problems_of(given)):
        raise invalid_form(errors_of(problems))
    return Allowed(
        frozenset(given.get("parse") or ()),
        frozenset(str(user) for user in given.get("users") or ()),
        frozenset(str(role) for role in given.get("roles") or ()),
        bool(given.get("replied_user")),
    )


def mentioned_in(text: str, allowed: Allowed) -> Mentioned:
    """Whom a text calls; what stands in code calls nobody."""
    said = _CODE.sub(" ", text)
    everyone = _EVERYONE.search(said) if "everyone" in allowed.parse else None
    return Mentioned(
        tuple(dict.fromkeys(found for found in _USER.findall(said) if allowed.user(found))),
        tuple(dict.fromkeys(found for found in _ROLE.findall(said) if allowed.role(found))),
        everyone[1] if everyone else "",
    )


def _problems_of(given: Any) -> Problems:
    where = ("allowed_mentions",)
    problems = list(_FORM(given, where))
    yield from problems
    if problems:
        return
    for kind in ("users", "roles"):
        if given.get(kind) and kind in (given.get("parse") or ()):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            yield Problem(where, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
