"""The gate that carries out commands and lets everything else pass."""

from __future__ import annotations

from bot.commands import conversation, information, persona
from bot.commands.parsing import Call, parse
from bot.commands.parts import Action, Order, Parts
from bot.gates import in_order
from bot.messages import IncomingMessage
from bot.reply import Handler, ReplySink

ACTIONS: dict[tuple[str, ...], Action] = {
    ("help",): information.explain,
    ("model",): information.model,
    ("usage",): information.usage,
    ("reset",): conversation.reset,
    ("export",): conversation.hand_over,
    ("stop",): conversation.stop,
    ("retry",): conversation.retry,
    ("continue",): conversation.go_on,
    ("persona",): persona.current,
    ("persona", "use"): persona.use,
    ("persona", "list"): persona.listing,
    ("persona", "show"): persona.show,
    ("persona", "create"): persona.create,
    ("persona", "edit"): persona.edit,
    ("persona", "delete"): persona.delete,
}


def commands_or(handler: Handler, parts: Parts) -> Handler:
    """Commands are carried out; what is none goes to the handler. Both keep to the order of the conversation.

    `stop` waits for nobody. `reset` ends the running reply, whose exchange it is about to forget, then waits.
    """

    async def carry_out(message: IncomingMessage, reply: ReplySink) -> None:
        call = await _meant(message, parts)
        if call is None:
            await handler(message, reply)
        else:
            await ACTIONS[call.path](parts, Order(call, message, reply))

    ordered = in_order(carry_out)

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        call = parse(message.text)
        if call and call.command.name == "reset":
            parts.turn.running.stop(message.conversation)
        if (
            call
            and call.command.at_once
            and (not call.bare or parts.turn.running.is_running(message.conversation))
        ):
            await ACTIONS[call.path](parts, Order(call, message, reply))
        else:
            await ordered(message, reply)

    return gate


async def _meant(message: IncomingMessage, parts: Parts) -> Call | None:
    """The call of a message. A bare word is one only where there is something for it to act on."""
    call = parse(message.text)
    if call is None or not call.bare:
        return call
    if call.command.name == "continue":
        last = await parts.history.newest(message.conversation)
        return call if last and last.finish != "complete" else None
    return call if call.command.name == "retry" else None
