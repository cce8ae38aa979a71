"""`parley chat`: an engine and a terminal, put together."""

from __future__ import annotations

from adapters.composition import open_engine, open_memory
from adapters.people import author, input_history, terminal_conversation
from adapters.settings import Settings
from adapters.terminal.adapter import Chat, talk
from bot.engine import Engine
from bot.messages import Conversation


async def converse(settings: Settings, name: str, persona: str | None, *, plain: bool) -> int:
    """Talk until the person leaves; the exit status. Raises ParleyError."""
    conversation = terminal_conversation(name)
    async with open_memory(settings) as store, open_engine(settings, store) as engine:
        if persona:
            chosen = await engine.personas.find(conversation.tenant, persona)
            await engine.history.choose_persona(conversation, chosen.name)
        return await talk(await _chat(engine, conversation, settings), plain=plain)


async def _chat(engine: Engine, conversation: Conversation, settings: Settings) -> Chat:
    async def personas() -> tuple[str, ...]:
        return tuple(persona.name for persona in await engine.personas.all(conversation.tenant))

    return Chat(
        handler=engine.handler,
        stop=engine.running.stop,
        conversation=conversation,
        author=author(),
        personas=personas,
        history_file=input_history(conversation.channel),
        greeting=await _greeting(engine, conversation, settings),
    )


async def _greeting(engine: Engine, conversation: Conversation, settings: Settings) -> str:
    lines = ["**Parley** in the terminal. `/help` shows what I can do, Ctrl-C stops a reply, Ctrl-D leaves."]
    if settings.demo:
        lines.append(
            "The *demo model* answers: it needs no key and only shows how I work. For real answers set "
            "`OPENAI_API_KEY`, or `OPENAI_BASE_URL` for a server of your own."
        )
    last = await engine.history.newest(conversation)
    if last:
        lines.append(f"We go on with the conversation **{conversation.channel}**; `/reset` starts afresh.")
    return "\n\n".join(lines)
