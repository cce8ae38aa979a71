"""What happens beside taking a payload in, after its acknowledgement: modals open, and people see what was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.slack.payloads.buttons import NOT_YOURS, OWN, place_of_click, word_of
from adapters.slack.payloads.events import team_of_interaction
from adapters.slack.payloads.forms import words_in
from adapters.slack.payloads.shortcuts import ASK, QUESTION, asks_what, question_in
from adapters.slack.payloads.thumbs import ACTION, asks_why, rating_in
from adapters.slack.replies.asides import said_aside
from adapters.slack.replies.finding import metadata_of
from adapters.slack.replies.markup import defused, plain, to_blocks
from adapters.slack.workspaces import Workspace, Workspaces
from bot.errors import PlatformError, PlatformRefused
from bot.messages import IncomingMessage

log = structlog.get_logger()

INVITE = "I am not in this channel, so I can't answer there. Invite me with `/invite`, and ask again."

Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]


def forms_opened(app: AsyncApp, workspaces: Workspaces) -> None:
    """Let a thumb that points down and the shortcut "Ask Parley about this" open their modals."""

    async def why(ack: Ack, body: Body) -> None:
        await ack()
        if rating := rating_in(body):
            await _open(await workspaces.find(team_of_interaction(body)), body, asks_why(rating))

    async def what(ack: Ack, body: Body) -> None:
        await ack()
        workspace = await workspaces.find(team_of_interaction(body))
        if await _is_there(workspace, body):
            await _open(workspace, body, asks_what(body))
        else:
            await said_aside(workspace.web, place_of_click(body), {"text": INVITE})

    async def asked(ack: Ack, body: Body) -> None:
        await ack()
        workspace = await workspaces.find(team_of_interaction(body))
        if question := question_in(body, workspace.bot):
            await _show(workspace, question, words_in(body))

    async def not_yours(ack: Ack, body: Body) -> None:
        await ack()
        workspace = await workspaces.find(team_of_interaction(body))
        message = {"text": NOT_YOURS.format(word=word_of(body))}
        with suppress(PlatformError):
            await said_aside(workspace.web, place_of_click(body), message)

    for action in OWN:
        app.action(action)(not_yours)  # what somebody may do was taken in before
    app.action(ACTION)(why)
    app.shortcut(ASK)(what)
    app.view(QUESTION)(asked)


async def _is_there(workspace: Workspace, body: Body) -> bool:
    """Whether the app is in the channel, so that it can answer there. One that it cannot see it is not in."""
    web = workspace.web
    try:
        answer = await web.ask(web.client.conversations_info, channel=body["channel"]["id"])
    except PlatformRefused:
        return False
    except PlatformError:
        return True  # nobody knows, and the answer will show it
    channel = answer.get("channel") or {}
    return bool(channel.get("is_member") or channel.get("is_im") or channel.get("is_mpim"))


async def _open(workspace: Workspace, body: Body, view: Body) -> None:
    """Open a modal, for which there are three seconds (docs.slack.dev, views.open)."""
    web = workspace.web
    try:
        await web.ask(web.client.views_open, trigger_id=body["trigger_id"], view=view)
    except PlatformError as error:
        log.warning("no_modal", reason=str(error))


async def _show(workspace: Workspace, question: IncomingMessage, words: str) -> None:
    """Let the people of a thread read what is answered there."""
    author = question.author
    names = await workspace.people.names({author.id})
    quoted = "\n".join(f"> {line}" for line in words.splitlines())
    text = defused(f"**{names.get(author.id) or author.name}** asks about this message:\n{quoted}")
    web = workspace.web
    try:
        await web.ask(
            web.client.chat_postMessage,
            channel=question.conversation.channel,
            thread_ts=question.answered_in.thread,
            text=plain(text),
            blocks=to_blocks(text),
            # Without a key it could be taken for the reply, when Slack's answer to that is lost.
            metadata=metadata_of(f"{question.id}/shown"),
            unfurl_links=False,
            unfurl_media=False,
        )
    except PlatformError as error:
        log.warning("question_not_shown", reason=str(error))
