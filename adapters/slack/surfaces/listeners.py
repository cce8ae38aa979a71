"""What happens beside taking a payload in, after its acknowledgement: modals open, and people see what was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.slack.payloads.shortcuts import ASK, QUESTION, asked_in, asks_what, question_in
from adapters.slack.payloads.thumbs import ACTION, asks_why, rating_in
from adapters.slack.replies.markup import defused, plain, to_blocks
from adapters.slack.workspaces import Workspace, Workspaces
from bot.errors import PlatformError
from bot.messages import IncomingMessage

log = structlog.get_logger()

Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]


def forms_opened(app: AsyncApp, workspaces: Workspaces) -> None:
    """Let a thumb that points down and the shortcut "Ask Parley about this" open their modals."""

    async def why(ack: Ack, body: Body) -> None:
        await ack()
        if rating := rating_in(body):
            await _open(await workspaces.find(body["team"]["id"]), body, asks_why(rating))

    async def what(ack: Ack, body: Body) -> None:
        await ack()
        await _open(await workspaces.find(body["team"]["id"]), body, asks_what(body))

    async def asked(ack: Ack, body: Body) -> None:
        await ack()
        workspace = await workspaces.find(body["team"]["id"])
        if question := question_in(body, workspace.bot):
            await _show(workspace, question, asked_in(body))

    app.action(ACTION)(why)
    app.shortcut(ASK)(what)
    app.view(QUESTION)(asked)


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
            unfurl_links=False,
            unfurl_media=False,
        )
    except PlatformError as error:
        log.warning("question_not_shown", reason=str(error))
