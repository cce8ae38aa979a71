"""Modals and home tabs (https://docs.slack.dev/reference/views)."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from simulators.clock import Clock
from simulators.slack_api.blocks.rules import anything, one_of, plain, problem, shape, string
from simulators.slack_api.blocks.validation import problems_of
from simulators.slack_api.ids import new_id, new_secret
from simulators.slack_api.refusals import Refusal, problems_with

MOST_VIEWS = 3
"""Modals of one person above each other."""
TRIGGER_LIFETIME = 3
_MOST_BYTES = 250_000
_SAID = {
    "callback_id": string(255, 0),
    "private_metadata": string(3000, 0),
    "external_id": string(255, 0),
    "blocks": anything,
}
_HOME = shape({"type": one_of("home"), **_SAID}, "blocks")
_MODAL = shape(
    {
        "type": one_of("modal"),
        **_SAID,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": anything,
        "notify_on_close": anything,
        "submit_disabled": anything,
    },
    "title",
    "blocks",
)


@dataclass(slots=True)
class Views:
    """The views of one workspace: each person's modals, the topmost last, and their home tabs."""

    clock: Clock
    modals: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    _triggers: dict[str, tuple[str, float]] = field(default_factory=dict)
    _exchanged: set[str] = field(default_factory=set)

    def trigger(self, user: str) -> str:
        """What lets the app show a person a modal, within three seconds and once."""
        trigger = f"{time.time_ns() // 10**6}.{time.time_ns() % 10**9}.{new_secret()}"
        self._triggers[trigger] = (user, self.clock.now() + self.clock.lifetime(TRIGGER_LIFETIME))
        return trigger

    def exchange(self, trigger: str) -> str:
        """The person whom a trigger is for. Refusal if it is unknown, used up or too old."""
        if trigger in self._exchanged:
            raise Refusal("exchanged_trigger_id")
        if trigger not in self._triggers:
            raise Refusal("invalid_trigger_id")
        user, expires = self._triggers[trigger]
        if self.clock.now() >= expires:
            raise Refusal("expired_trigger_id")
        self._exchanged.add(trigger)
        return user

    def find(self, view_id: str, external_id: str) -> dict[str, Any]:
        """The view of that id. Refusal if there is none."""
        for view in self._all():
            if view["id"] == view_id or (external_id and view["external_id"] == external_id):
                return view
        raise Refusal("not_found")

    def check_external_id(self, view: Mapping[str, Any], of: str = "") -> None:
        """Refuse what another view is called already."""
        name = view.get("external_id")
        if name and any(other["external_id"] == name and other["id"] != of for other in self._all()):
            raise Refusal("duplicate_external_id")

    def follow(self, user: str, answer: Mapping[str, Any]) -> None:
        """Let a person's modals be as the app answered to a submission: closed, if it said nothing.

        https://docs.slack.dev/surfaces/modals#response_actions
        """
        stack = self.modals[user]
        match answer.get("response_action"):
            case "errors":
                return
            case "clear":
                stack.clear()
            case "update":
                stack[-1] = changed_view(stack[-1], checked_view(answer.get("view"), "modal"))
            case "push":
                stack.append(pushed_view(stack[-1], checked_view(answer.get("view"), "modal")))
            case _:
                stack.pop()

    def _all(self) -> Iterator[dict[str, Any]]:
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()


def checked_view(view: Any, *kinds: str) -> dict[str, Any]:
    """The view that an app gives. Refusal: `invalid_arguments` by a rule, `view_too_large`."""
    if not isinstance(view, dict) or view.get("type") not in kinds:
        raise problems_with("invalid_arguments", [problem(f"unsupported type, not {kinds}", "/view/type")])
    problems = list(_problems_of(view))
    if problems:
        raise problems_with("invalid_arguments", problems)
    if len(orjson.dumps(view)) > _MOST_BYTES:
        raise Refusal("view_too_large")
    return view


def _problems_of(view: dict[str, Any]) -> Iterator[str]:
    modal = view["type"] == "modal"
    yield from (_MODAL if modal else _HOME)(view, "/view")
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        yield problem("must be an array", "/view/blocks")
        return
    yield from problems_of(blocks, "modal" if modal else "home")
    if modal and "submit" not in view and any(_is_input(block) for block in blocks):
        yield problem("missing required field: submit", "/view/submit")


def _is_input(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "input"


def kept_view(view: Mapping[str, Any], team: str, app: str, bot: str) -> dict[str, Any]:
    """A view as Slack keeps and shows it."""
    name = new_id("V")
    blocks = [{**block, "block_id": block.get("block_id") or new_id("b")} for block in view["blocks"]]
    return {
        "id": name,
        "team_id": team,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "title": None,
        "close": None,
        "submit": None,
        "clear_on_close": False,
        "notify_on_close": False,
        "submit_disabled": False,
        **view,
        "blocks": blocks,
        "state": {"values": {}},
        "hash": f"{time.time():.6f}.{new_secret(8)}",
        "previous_view_id": None,
        "root_view_id": name,
        "app_id": app,
        "app_installed_team_id": team,
        "bot_id": bot,
    }


def changed_view(old: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    """What stands for a view that the app replaces: the same id and place, another hash."""
    new = kept_view(view, old["team_id"], old["app_id"], old["bot_id"])
    return new | {name: old[name] for name in ("id", "root_view_id", "previous_view_id")}


def pushed_view(below: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    """A view that the app lays above another."""
    new = kept_view(view, below["team_id"], below["app_id"], below["bot_id"])
    return new | {"root_view_id": below["root_view_id"], "previous_view_id": below["id"]}
