"""Commands that tell: help, the model, the usage."""

from __future__ import annotations

from bot.commands.declarations import COMMANDS, Command
from bot.commands.parts import Order, Parts
from bot.errors import BadRequest
from bot.prices import price_of
from bot.receipts import Receipt


async def explain(parts: Parts, order: Order) -> None:
    """List the commands, or explain one."""
    del parts
    asked = order.call.values.get("command", "").lstrip("/!").lower().split()
    await order.reply.notice(_one(asked[0]) if asked else _all())


def _all() -> str:
    lines = [f"- `/{command.usage}`: {command.help}" for command in COMMANDS]
    return (
        "Write to me and I answer; I remember this conversation. I also know these commands "
        "(`!` in place of `/` does the same):\n\n"
        + "\n".join(lines)
        + "\n\n`/help COMMAND`, or `help` behind a command, says more about one."
    )


def _one(name: str) -> str:
    command = next((command for command in COMMANDS if command.name == name), None)
    if command is None:
        raise BadRequest(f"There is no command `{name}`. `/help` lists them.")
    parts = [f"`/{command.usage}`: {command.help}."]
    parts += [f"- `/{command.name} {each.usage}`: {each.help}" for each in command.commands]
    parts += [_argument(command, index) for index in range(len(command.arguments))]
    return "\n".join(parts)


def _argument(command: Command, index: int) -> str:
    argument = command.arguments[index]
    choices = f": {', '.join(argument.choices)}" if argument.choices else ""
    return f"- {argument.name}: {argument.help}{choices}"


async def model(parts: Parts, order: Order) -> None:
    """Say which model answers here, within which limits, at which price."""
    persona = await parts.persona_of(order.message)
    name = parts.turn.model_of(persona)
    prompts = parts.turn.prompts
    lines = [
        f"**{name}** answers here, as the persona **{persona.name}**.",
        f"- Context: {prompts.context_tokens:,} tokens, of which up to {prompts.reply_of(persona):,} for the reply.",
    ]
    price = price_of(name)
    if price is None:
        lines.append("- Price: not known to me.")
    else:
        lines.append(
            f"- Price of a million tokens: ${price.prompt:g} for prompts (${price.cached:g} if cached), "
            f"${price.completion:g} for replies."
        )
    if parts.fallback:
        lines.append(f"- **{parts.fallback}** answers if it fails.")
    await order.reply.notice("\n".join(lines))


async def usage(parts: Parts, order: Order) -> None:
    """Tokens and money of the last reply, the conversation and the month."""
    rows = await parts.ledger.account(order.message.conversation, parts.turn.now())
    table = "\n".join(
        f"| {name} | {sums.answers:,} | {sums.prompt:,} | {sums.cached:,} | {sums.completion:,} | {sums.cost} |"
        for name, sums in rows
    )
    month = rows[-1][1]
    note = "\n\nSome of it was estimated, since the provider did not report it." if month.estimated else ""
    await order.reply.notice(
        "| | Replies | Prompt tokens | of them cached | Reply tokens | Cost |\n|---|---|---|---|---|---|\n"
        + table
        + note
    )


async def receipt(parts: Parts, order: Order) -> None:
    """Say what an answer saw, and what it cost. Only who asks reads it."""
    named = order.call.values.get("id", "")
    found = await parts.receipts.find(order.message.conversation, named)
    if found is None:
        raise BadRequest(
            "I have no receipt of that answer any more."
            if named
            else "There is no answer here yet to show a receipt of."
        )
    await order.reply.notice("\n".join(_lines(found)), private=True)


def _lines(found: Receipt) -> list[str]:
    about = " (estimated, since the provider did not report it)" if found.estimated else ""
    seen = [
        f"the persona **{found.persona}**",
        f"{_counted(found.window, 'earlier exchange')}",
        "the question",
    ]
    if found.images:
        seen.append(_counted(found.images, "picture"))
    tokens = f"{found.prompt:,} tokens, {found.cached:,} of them from the provider's cache{about}"
    ends = {"complete": "complete", "length": "cut at its limit", "stopped": "stopped"}
    cost = f"${found.micros / 1_000_000:.4f}" if found.priced else "not known, since the model's price is not"
    return [
        f"**{found.model}** wrote this answer.",
        f"- It saw {', '.join(seen[:-1])} and {seen[-1]}: {tokens}.",
        *(
            [f"- It did not see {_counted(found.left_out, 'older exchange')}: the window is full."]
            if found.left_out
            else []
        ),
        f"- It wrote {found.completion:,} tokens of at most {found.limit:,}, and was {ends[found.finish]}.",
        f"- It cost {cost}.",
    ]


def _counted(count: int, thing: str) -> str:
    return f"{'no' if count == 0 else f'{count:,}'} {thing}{'' if count == 1 else 's'}"
