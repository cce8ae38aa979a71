"""Commands about the conversation itself: forgetting it, handing it over, stopping and asking again."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.parts import Order, Parts
from bot.errors import BadRequest
from bot.exchanges import Exchange
from bot.exports import export
from bot.prompt import Question
from bot.unanswered import NOT_KEPT

OLDER = "That is not the last answer here any more. If you mean the last one, write `!{word}`."


async def ask(parts: Parts, order: Order) -> None:
    """Answer a question, like one that is asked without a command."""
    await parts.turn(replace(order.message, text=order.call.values["question"]), order.reply)


async def reset(parts: Parts, order: Order) -> None:
    """Forget the conversation, and end the replies that would bring it back."""
    parts.turn.running.stop(order.message.conversation)
    count = await parts.history.reset(order.message.conversation, order.message.id)
    exchanges = "one exchange" if count == 1 else f"{count:,} exchanges"
    forgotten = (
        f"I have forgotten this conversation ({exchanges})." if count else "There was nothing to forget."
    )
    await order.reply.notice(f"{forgotten} We start afresh.")


async def hand_over(parts: Parts, order: Order) -> None:
    """Hand over the conversation as a document."""
    exchanges = await parts.history.everything(order.message.conversation)
    if not exchanges:
        raise BadRequest("There is nothing to export yet: this conversation is empty.")
    form = order.call.values.get("format", "markdown").lower()
    await order.reply.attach(*export(form, order.message.conversation, exchanges))


async def stop(parts: Parts, order: Order) -> None:
    """Stop the reply that is being written; it says so itself."""
    if not parts.turn.running.stop(order.message.conversation):
        await order.reply.notice("Nothing is being written here.", private=True)


async def retry(parts: Parts, order: Order) -> None:
    """Answer anew what failed, or else the last question."""
    question = await parts.turn.unanswered.find(order.message.conversation)
    if question and order.message.pressed not in {"", *question.answers}:
        question = None  # another one than that under whose answer the button stands
    if question == NOT_KEPT:
        raise BadRequest("Your last message was not kept, so I can't ask it again. Please write it anew.")
    if question is None or question.onward:  # what a `continue` left behind is answered anew, too
        last = await _newest(parts, order)
        if not await _is_meant(last, order):
            return
        question = _again(last, order)
    if question.lost_images:
        await order.reply.notice("The picture is not there any more, so I answer without it.")
    await parts.turn.answer(order.message, question, order.reply)


async def go_on(parts: Parts, order: Order) -> None:
    """Go on with an answer that was cut."""
    last = await _newest(parts, order)
    if not await _is_meant(last, order):
        return
    if last.finish == "complete":
        raise BadRequest(
            "There is nothing to continue: the last answer was complete. `/retry` answers it anew."
        )
    await parts.turn.answer(order.message, _again(last, order, onward=True), order.reply)


async def _newest(parts: Parts, order: Order) -> Exchange:
    last = await parts.history.newest(order.message.conversation)
    if last is None:
        raise BadRequest("There is no question here yet that I could answer again.")
    return last


async def _is_meant(last: Exchange, order: Order) -> bool:
    """Whether this is the answer that is to be given anew, or more of it; who pressed a button elsewhere is told."""
    if order.message.pressed in {"", *last.answers[-1:]}:
        return True
    word = order.call.command.name
    await order.reply.notice(OLDER.format(word=word), private=True)
    return False


def _again(last: Exchange, order: Order, *, onward: bool = False) -> Question:
    return Question(
        text=last.question,
        author=last.author,
        author_id=last.author_id,
        lost_images=last.images,
        shared=not order.message.direct,
        instead_of=last,
        onward=onward,
        answers=last.answers,
    )
