"""Handlers around handlers: what must hold for every turn, whatever is done in it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog

from bot.errors import ParleyError
from bot.messages import Conversation, IncomingMessage
from bot.reply import Ending, Handler, ReplySink
from bot.running import Stopped
from bot.unicode import well_formed

log = structlog.get_logger()


def only_if_addressed(handler: Handler) -> Handler:
    """Talk among other people is none of our business."""

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        if message.addressed:
            await handler(message, reply)

    return gate


def made_readable(handler: Handler) -> Handler:
    """Whatever comes in can be counted, stored and sent."""

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        # A name stands in front of what its owner says; on a line of its own it could say more.
        author = replace(message.author, name=" ".join(well_formed(message.author.name).split()))
        await handler(replace(message, text=well_formed(message.text), author=author), reply)

    return gate


def errors_told(handler: Handler) -> Handler:
    """Whatever goes wrong, its author reads what happened and what to do."""

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        with structlog.contextvars.bound_contextvars(
            conversation=f"{message.conversation.channel}/{message.conversation.thread or ''}",
            turn=message.id,
        ):
            try:
                await handler(message, reply)
            except Stopped:
                await reply.finish(Ending("stopped", "_Stopped._"))
            except ParleyError as error:
                cause = type(error.__cause__).__name__ if error.__cause__ else None
                log.warning("turn_failed", error=type(error).__name__, cause=cause)
                await reply.fail(error.notice, private=error.private)
            except Exception:
                log.exception("turn_crashed")
                await reply.fail(
                    "Something went wrong on my side, and nothing was kept. Please try again; "
                    f"whoever runs me finds it in the log under `{message.id}`."
                )

    return gate


def in_order(handler: Handler) -> Handler:
    """One turn at a time in a conversation, in the order of arrival; others never wait for it."""
    # A lock lives as long as somebody holds it or waits for it.
    locks: WeakValueDictionary[Conversation, asyncio.Lock] = WeakValueDictionary()

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        async with AsyncExitStack() as turns:
            # A thread's first follow-up must not overtake the reply that opens it.
            for conversation in dict.fromkeys((message.conversation, message.answered_in)):
                await turns.enter_async_context(locks.setdefault(conversation, asyncio.Lock()))
            await handler(message, reply)

    return gate
