"""`views.open`, `views.push`, `views.update`, `views.publish`."""

from typing import Any

from simulators.slack_api.methods.invocation import Answer, Invocation
from simulators.slack_api.refusals import Refusal
from simulators.slack_api.views import MOST_VIEWS, changed_view, checked_view, kept_view, pushed_view


def open_view(invocation: Invocation) -> Answer:
    """Show a modal (https://docs.slack.dev/reference/methods/views.open)."""
    views, view = invocation.team.views, _view(invocation, "modal")
    user = views.exchange(invocation.arguments.needed("trigger_id"))
    opened = _kept(invocation, view)
    views.modals[user] = [opened]
    return _answer(invocation, opened)


def push(invocation: Invocation) -> Answer:
    """Lay a modal above another (https://docs.slack.dev/reference/methods/views.push)."""
    views, view = invocation.team.views, _view(invocation, "modal")
    stack = views.modals.get(views.exchange(invocation.arguments.needed("trigger_id")))
    if not stack:
        raise Refusal("not_found")
    if len(stack) >= MOST_VIEWS:
        raise Refusal("push_limit_reached")
    stack.append(pushed_view(stack[-1], view))
    return _answer(invocation, stack[-1])


def update(invocation: Invocation) -> Answer:
    """Replace a view (https://docs.slack.dev/reference/methods/views.update)."""
    arguments, team = invocation.arguments, invocation.team
    old = team.views.find(arguments.text("view_id"), arguments.text("external_id"))
    view = checked_view(arguments.structure("view"), old["type"])
    team.views.check_external_id(view, of=old["id"])
    _check_hash(invocation, old)
    new = changed_view(old, view)
    for stack in team.views.modals.values():
        stack[:] = [new if view["id"] == old["id"] else view for view in stack]
    for user, home in team.views.homes.items():
        team.views.homes[user] = new if home["id"] == old["id"] else home
    return _answer(invocation, new)


def publish(invocation: Invocation) -> Answer:
    """Show a home tab (https://docs.slack.dev/reference/methods/views.publish)."""
    user, views = invocation.user("user_id"), invocation.team.views
    old = views.homes.get(user.id)
    view = checked_view(invocation.arguments.structure("view"), "home")
    views.check_external_id(view, of=old["id"] if old else "")
    if old is not None:
        _check_hash(invocation, old)
    views.homes[user.id] = _kept(invocation, view) if old is None else changed_view(old, view)
    return _answer(invocation, views.homes[user.id])


def _view(invocation: Invocation, kind: str) -> dict[str, Any]:
    view = checked_view(invocation.arguments.structure("view"), kind)
    invocation.team.views.check_external_id(view)
    return view


def _kept(invocation: Invocation, view: dict[str, Any]) -> dict[str, Any]:
    team = invocation.team
    return kept_view(view, team.id, team.app.id, team.bot_id)


def _check_hash(invocation: Invocation, old: dict[str, Any]) -> None:
    given = invocation.arguments.text("hash")
    if given and given != old["hash"]:
        raise Refusal("hash_conflict")


def _answer(invocation: Invocation, view: dict[str, Any]) -> Answer:
    invocation.team.changes.tell()
    return {"view": view}
