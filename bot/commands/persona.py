"""`persona`: choosing, showing and keeping them."""

from __future__ import annotations

import re
from dataclasses import replace

from bot import persona as text
from bot.commands.parts import Order, Parts
from bot.persona import Persona


async def listing(parts: Parts, order: Order) -> None:
    """Say who answers here, and who else could."""
    persona = await parts.persona_of(order.message)
    personas = await parts.personas.all(order.message.conversation.tenant)
    listed = "\n".join(f"- **{each.name}**: {each.description or 'your own'}" for each in personas)
    await order.reply.notice(
        f"Here I answer as **{persona.name}**. `/persona use NAME` changes that. There are:\n\n{listed}"
    )


async def use(parts: Parts, order: Order) -> None:
    """Choose a persona for the conversation."""
    conversation = order.message.conversation
    persona = await parts.personas.find(conversation.tenant, order.call.values["name"])
    await parts.history.choose_persona(conversation, persona.name)
    described = f" ({persona.description})" if persona.description else ""
    await order.reply.notice(f"From now on I answer here as **{persona.name}**{described}.")


async def show(parts: Parts, order: Order) -> None:
    """Show a persona as it is written."""
    persona = await parts.personas.find(order.message.conversation.tenant, order.call.values["name"])
    written = text.render(persona).strip()
    # A prompt may contain fences of its own, so ours is longer than any of them.
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", written + "``")))
    await order.reply.notice(f"{fence}text\n{written}\n{fence}")


async def create(parts: Parts, order: Order) -> None:
    """Keep a new persona."""
    await _keep(parts, order, new=True)
    await order.reply.notice(
        f"Created. `/persona use {text.name_of(order.call.values['name'])}` lets it answer here."
    )


async def edit(parts: Parts, order: Order) -> None:
    """Change an own persona."""
    await _keep(parts, order, new=False)
    await order.reply.notice(
        f"Changed **{text.name_of(order.call.values['name'])}**; it counts from the next answer on."
    )


async def delete(parts: Parts, order: Order) -> None:
    """Delete an own persona."""
    name = text.name_of(order.call.values["name"])
    await parts.personas.delete(order.message.conversation.tenant, name)
    await order.reply.notice(f"Deleted **{name}**. Where it answered, **{text.DEFAULT}** does now.")


async def _keep(parts: Parts, order: Order, *, new: bool) -> None:
    name = text.name_of(order.call.values["name"])
    written = order.call.values["prompt"]
    if written.startswith("---"):
        persona = text.parse(written, name)
    else:
        before = (
            Persona(name, "") if new else await parts.personas.find(order.message.conversation.tenant, name)
        )
        persona = replace(before, prompt=text.checked_prompt(written))
    # A prompt goes to the model with every question, so it is judged like one.
    async with parts.turn.running.stoppable(order.message.conversation):
        caution = await parts.judge(order.message, written)
    await parts.personas.keep(order.message.conversation.tenant, persona, new=new)
    if caution:
        await order.reply.notice(caution)
