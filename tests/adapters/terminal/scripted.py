"""A process that talks in its terminal, with a handler that answers from a script: `scripted.py FOLDER [--plain]`."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from adapters.terminal.adapter import Chat, talk
from bot.messages import Author, Conversation, IncomingMessage
from bot.reply import Ending, ReplySink

MARKDOWN = """# Title

Some **bold** text and [bold] in brackets.

- one
- two

```python
def answer() -> int:
    return 42
```

| a | b |
|---|---|
| 1 | 2 |

Last words \x1b]52;c;aGFja2Vk\x07 and \x1b[31mred."""
LONG = "\n\n".join(f"paragraph {number}." for number in range(300))
CODE = "Before.\n\n```python\n" + "".join(f"line_{n} = {n}\n" for n in range(300)) + "```\n\nAfter."


@dataclass
class Script:
    """Answers by the text of the message."""

    stops: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    running: bool = False

    async def __call__(self, message: IncomingMessage, reply: ReplySink) -> None:
        await reply.status("Thinking…")
        if message.text in {"forever", "stubborn"}:
            await self.endless(message.text, reply)
        elif message.text == "fail":
            reply.write("Half an ans")
            await reply.fail("The model is **away**.")
        elif message.text == "crash":
            raise RuntimeError(message.text)
        elif message.text == "export":
            await reply.attach("parley-main.md", "# Export\n")
        elif message.text.startswith("/"):
            await reply.notice(f"Command `{message.text}`.")
        else:
            await self.stream(message.text, reply)

    async def stream(self, text: str, reply: ReplySink) -> None:
        answer = {"markdown": MARKDOWN, "long": LONG, "code": CODE}.get(text, f"You said: {text}")
        size = max(7, len(answer) // 500)
        for start in range(0, len(answer), size):
            reply.write(answer[start : start + size])
            await asyncio.sleep(0)
        await reply.finish(Ending("complete"))

    async def endless(self, kind: str, reply: ReplySink) -> None:
        self.running = True
        if kind == "forever":
            reply.write("It never ends")
        await self.stops.get()
        if kind == "stubborn":  # concludes slowly, and is stopped again meanwhile
            for number in (1, 2):
                await reply.status(f"Concluding {number}…")
                await self.stops.get()
        await reply.finish(Ending("stopped", "_Stopped._"))

    def stop(self, conversation: Conversation) -> bool:
        assert conversation.channel == "main"
        self.stops.put_nowait(None)
        running, self.running = self.running, False
        return running


async def personas() -> tuple[str, ...]:
    return ("assistant", "tutor", "sarcastic")


async def main() -> int:
    script = Script()
    folder = Path(sys.argv[1])
    chat = Chat(
        handler=script,
        stop=script.stop,
        conversation=Conversation("terminal:u", "main"),
        author=Author("u", "Ulla"),
        personas=personas,
        history_file=folder / "state" / "history",
        greeting="Hello, I am **Parley**.",
        folder=folder,
    )
    status = await talk(chat, plain="--plain" in sys.argv)
    if "--loaded" in sys.argv:
        sys.stdout.write(f"{sorted({'rich', 'prompt_toolkit', 'markdown_it'} & sys.modules.keys())}\n")
    return status


if __name__ == "__main__":
    sys.exit(uvloop.run(main()) if "--uvloop" in sys.argv else asyncio.run(main()))
