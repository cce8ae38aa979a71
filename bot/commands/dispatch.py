"""The gate that carries out commands and lets everything else pass."""

from __future__ import annotations

from bot.commands import conversation, information, persona, privacy, summary
from bot.commands.parsing import Call, parse
from bot.commands.parts import Action, Order, Parts
from bot.errors import BadRequest
from bot.mailbox import Kind
from bot.messages import IncomingMessage
from bot.reply import Handler, ReplySink

ACTIONS: dict[tuple[str, ...], Action] = {
    ("help",): information.explain,
    ("ask",): conversation.ask,
    ("model",): information.model,
    ("usage",): information.usage,
    ("receipt",): information.receipt,
    ("privacy",): privacy.tell,
    ("reset",): conversation.reset,
    ("export",): conversation.hand_over,
    ("summarize",): summary.summarize,
    ("stop",): conversation.stop,
    ("retry",): conversation.retry,
    ("continue",): conversation.go_on,
    ("persona",): persona.listing,
    ("persona", "use"): persona.use,
    ("persona", "list"): persona.listing,
    ("persona", "show"): persona.show,
    ("persona", "create"): persona.create,
    ("persona", "edit"): persona.edit,
    ("persona", "delete"): persona.delete,
}


def commands_or(handler: Handler, parts: Parts) -> Handler:
    """Commands are carried out; what is none goes to the handler."""

    async def gate(message: IncomingMessage, reply: ReplySink) -> None:
        call = await _meant(message, parts)
        if call is None:
            await handler(message, reply)
        else:
            await parts.turn.concluding.hold()
            await ACTIONS[call.path](parts, Order(call, message, reply))

    return gate


def kind_of(message: IncomingMessage) -> Kind:
    """How a message stands in line: a stop or a reset waits for no reply that is being written.

    A late one waits for its turn: what is being written now is not what it meant.
    """
    if message.late:
        return "turn"
    try:
        call = parse(message.text) if message.addressed else None
    except BadRequest:
        return "turn"
    name = call.command.name if call else ""
    if name == "stop":
        return "bare" if call and call.bare else "stop"
    return "reset" if name == "reset" else "turn"


async def _meant(message: IncomingMessage, parts: Parts) -> Call | None:
    """The call of a message. A bare word is one only where there is something for it to act on."""
    call = parse(message.text)
    if call is None or not call.bare:
        return call
    if call.command.name == "continue":
        last = await parts.history.newest(message.conversation)
        return call if last and last.finish != "complete" else None
    if call.command.name == "stop":
        return call if parts.turn.running.is_running(message.conversation) else None
    return call if call.command.name == "retry" else None
