"""Handlers around handlers: what must hold for every turn, whatever is done in it."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.conclusion import Conclusion
from bot.errors import ClaimLost, ParleyError, PlatformError
from bot.keys import ConversationKeys
from bot.messages import IncomingMessage
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
            conversation=ConversationKeys(message.conversation).lane,
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
            except (ClaimLost, PlatformError):
                raise  # there is nobody to tell, or no way to
            except Exception:
                log.exception("turn_crashed")
                await reply.fail(
                    "Something went wrong on my side, and nothing was kept. Please try again; "
                    f"whoever runs me finds it in the log under `{message.id}`."
                )

    return gate


def concluded_once(handler: Handler, conclusion: Conclusion | None) -> Handler:
    """An answer that was complete before is shown; nobody is asked for it again."""
    if conclusion is None:
        return handler

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        del message
        reply.write(conclusion.text)
        await conclusion.show_end(reply)

    return gate
