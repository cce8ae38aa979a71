"""The prompt: a line that is edited, completed and remembered."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from adapters.terminal.cleaning import clean, whole
from adapters.terminal.prompt.completion import Personas, Suggestion, suggestions


class Cleared(Exception):
    """The line was given up."""


class _PrivateHistory(FileHistory):
    """What was typed, in a file that nobody else reads."""

    def store_string(self, string: str) -> None:
        with suppress(OSError):  # a full disk is no reason not to answer
            super().store_string(whole(string))


def history_in(path: Path) -> History:
    """The history in a file, made with its folder if missing; in memory where neither can be made."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(descriptor, 0o600)
        os.close(descriptor)
    except OSError:
        return InMemoryHistory()
    return _PrivateHistory(path)


class Commands(Completer):
    """Completes commands, and the names of personas."""

    def __init__(self, personas: Personas) -> None:
        self._personas = personas

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Nothing without waiting."""
        del document, complete_event
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """The suggestions for the text before the cursor, as prompt_toolkit asks for them."""
        del complete_event
        line = document.text_before_cursor
        begun = len(line.rpartition(" ")[2])
        found: tuple[Suggestion, ...] = ()
        with suppress(Exception):  # whatever keeps the names from us, the line can be written without them
            found = await suggestions(line, self._personas)
        for each in found:
            yield Completion(clean(each.word), -begun, display_meta=each.help)


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


class Prompt:
    """Asks for lines. Enter sends, Alt-Enter begins a new line, a pasted text stays one."""

    def __init__(self, history: History, personas: Personas) -> None:
        self._session: PromptSession[str] = PromptSession(
            FormattedText([("bold ansicyan", "> ")]),
            history=history,
            completer=Commands(personas),
            complete_while_typing=False,
            key_bindings=_keys(),
            prompt_continuation="  ",
            interrupt_exception=Cleared,
        )

    async def line(self) -> str | None:
        """The next line; None if the person leaves by Ctrl-D. Raises Cleared if it was given up by Ctrl-C."""
        try:
            # Signals are ours, all the time and not only here; and a person has no use for "Press ENTER to
            # continue" below an error of something that runs beside.
            return await self._session.prompt_async(handle_sigint=False, set_exception_handler=False)
        except EOFError:
            return None
