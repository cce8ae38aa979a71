"""The terminal's conversations as documents: printed, brought back, forgotten."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from adapters.composition import open_memory
from adapters.people import input_history, terminal_conversation
from adapters.settings import Settings
from adapters.terminal.cleaning import clean
from bot.errors import BadRequest
from bot.exports import export, from_json
from bot.history import History
from bot.keys import DAY
from bot.prompt import weighed
from bot.tokens import Tokens


async def print_export(settings: Settings, name: str, form: str) -> int:
    """Print a conversation. Raises BadRequest if there is nothing to print."""
    conversation = terminal_conversation(name)
    async with open_memory(settings) as store:
        exchanges = await History(store).everything(conversation)
    if not exchanges:
        raise BadRequest(f"The conversation {name} is empty. `--conversation NAME` chooses another.")
    _, document = export(form, conversation, exchanges)
    # A file gets exactly what is kept; a terminal obeys what it should only show.
    sys.stdout.write(clean(document) if sys.stdout.isatty() else document)
    return 0


async def bring_back(settings: Settings, name: str, file: Path) -> int:
    """Put the exchanges of an export into an empty conversation. Raises BadRequest, and then nothing is kept."""
    found = from_json(await asyncio.to_thread(file.read_bytes))
    oldest = time.time() - settings.retention_days * DAY
    exchanges = [exchange for exchange in found if exchange.at > oldest]
    if not exchanges:
        raise BadRequest(
            f"This export has no exchanges of the last {settings.retention_days} days (RETENTION_DAYS)."
        )
    count = await Tokens().counter(settings.model)
    weighted = [weighed(exchange, count, shared=False) for exchange in exchanges]
    async with open_memory(settings) as store:
        history = History(store, settings.retention_days)
        if await history.newest(terminal_conversation(name)):
            raise BadRequest(f"The conversation {name} is not empty. `--conversation NAME` chooses another.")
        await history.load(terminal_conversation(name), weighted)
    sys.stdout.write(f"Brought back {len(weighted):,} exchanges into the conversation {name}.\n")
    if len(exchanges) < len(found):
        sys.stdout.write(f"{len(found) - len(exchanges):,} older than RETENTION_DAYS were left out.\n")
    return 0


async def forget_all(settings: Settings, name: str) -> int:
    """Delete all that is kept of a conversation."""
    async with open_memory(settings) as store:
        found = await History(store).forget(terminal_conversation(name))
    await asyncio.to_thread(input_history(name).unlink, missing_ok=True)
    sys.stdout.write(
        f"Forgot the conversation {name}.\n" if found else f"There was no conversation {name}.\n"
    )
    return 0
