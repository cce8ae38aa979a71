"""The commands, declared once: names, arguments and help, for every platform to present in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.exports import FORMATS


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. The last one of a command takes all the words that are left."""

    name: str
    help: str
    choices: tuple[str, ...] = ()
    required: bool = True
    names: Literal["", "persona", "command", "message"] = ""
    """What it names that exists already, so that platforms can offer it."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or a group of them: `persona use` is the command `use` of the group `persona`."""

    name: str
    help: str
    arguments: tuple[Argument, ...] = ()
    commands: tuple[Command, ...] = ()
    bare: bool = False
    """The word alone, without a prefix, means it too where there is something for it to act on."""
    shared: bool = False
    """What comes of it concerns everybody in the conversation, and not only who called it."""

    @property
    def usage(self) -> str:
        """How it is written, without a prefix: `persona use NAME`."""
        names = (
            argument.name.upper() if argument.required else f"[{argument.name}]"
            for argument in self.arguments
        )
        return " ".join((self.name, *names))


_NAME = Argument("name", "the persona's name", names="persona")
_NEW_NAME = Argument("name", "the persona's name")
_PROMPT = Argument("prompt", "how it should answer, or a whole persona with front matter")

COMMANDS = (
    Command(
        "help",
        "show what I can do",
        (Argument("command", "the command to explain", required=False, names="command"),),
    ),
    Command("ask", "ask me something", (Argument("question", "what you want to know"),), shared=True),
    Command("reset", "forget this conversation and start afresh", shared=True),
    Command(
        "persona",
        "choose how I answer here, or show the choice",
        commands=(
            Command("use", "answer as this persona from now on", (_NAME,), shared=True),
            Command("list", "list all personas, and say which one answers here"),
            Command("show", "show a persona's settings and prompt", (_NAME,)),
            Command("create", "create a persona of your own", (_NEW_NAME, _PROMPT), shared=True),
            Command("edit", "change the prompt of an own persona", (_NAME, _PROMPT), shared=True),
            Command("delete", "delete an own persona", (_NAME,), shared=True),
        ),
    ),
    Command("model", "show which model answers, and its limits"),
    Command("usage", "show the tokens and the cost of this conversation and this month"),
    Command(
        "receipt",
        "show what an answer saw and cost",
        (
            Argument(
                "id", "that of the message that was answered; without it, the last answer", required=False
            ),
        ),
    ),
    Command(
        "export",
        "hand over this conversation as a document",
        (Argument("format", "the kind of document", FORMATS, required=False),),
    ),
    Command("privacy", "show what I keep of you, for how long, and who else sees it"),
    Command("continue", "go on with an answer that was cut", bare=True, shared=True),
    Command(
        "summarize",
        "sum up what was said in this thread or channel",
        (Argument("from", "the id of the message to begin with", required=False, names="message"),),
    ),
    Command("stop", "stop the reply that is being written", bare=True),
    Command("retry", "answer the last question anew", bare=True, shared=True),
)
