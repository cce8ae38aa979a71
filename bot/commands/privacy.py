"""`privacy`: what is kept of whoever writes here, for how long, and who else sees it."""

from __future__ import annotations

from bot.commands.parts import Order, Parts


async def tell(parts: Parts, order: Order) -> None:
    """Say it, as this installation is set up."""
    days = parts.history.retention_days
    kept = f"{days:,} days" if days > 1 else "a day"
    talk = "Of what people say to each other I keep nothing."
    undo = "If you delete a question, I forget it with its answer."
    lines = [
        f"I keep your questions and my answers for {kept} after the last one in a conversation. {talk}",
        f"What you ask me goes to the model **{parts.turn.model_name}**, with as much of the conversation as fits.",
        *_moderation(parts),
        "I count tokens and costs, by conversation and month. Thumbs that you press I keep with your reasons.",
        "Nobody in another workspace or server sees any of it. Whoever runs me can.",
        f"`/reset` forgets this conversation, and `/export` hands it to you. {undo}",
    ]
    await order.reply.notice("\n".join(f"- {line}" for line in lines))


def _moderation(parts: Parts) -> list[str]:
    if parts.judge.moderation is None:
        return []
    kept = "and its text" if parts.judge.incidents.keep_text else "but not its text"
    goes = "Before that a moderation service judges it. What it flags goes no further:"
    return [f"{goes} I keep who wrote it, when, and why it was flagged, {kept}."]
