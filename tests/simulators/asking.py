"""Asking the simulator in as few words as a test can read."""

from dataclasses import dataclass

from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

MODEL = "gpt-5.4-mini"


@dataclass(slots=True)
class Streamed:
    """What has arrived of a stream."""

    chunks: list[ChatCompletionChunk]

    @property
    def texts(self) -> list[str]:
        found = (choice.delta.content for chunk in self.chunks for choice in chunk.choices)
        return [text for text in found if text]

    @property
    def finish_reasons(self) -> list[str]:
        found = (choice.finish_reason for chunk in self.chunks for choice in chunk.choices)
        return [reason for reason in found if reason]


async def ask(client: AsyncOpenAI, *texts: str, model: str = MODEL, system: str | None = None) -> str:
    """The reply to a conversation of user and assistant messages in turn, the first from the user."""
    messages: list[ChatCompletionMessageParam] = [{"role": "system", "content": system}] if system else []
    for place, text in enumerate(texts):
        if place % 2:
            messages.append({"role": "assistant", "content": text})
        else:
            messages.append({"role": "user", "content": text})
    completion = await client.chat.completions.create(model=model, messages=messages)
    return completion.choices[0].message.content or ""


async def stream(client: AsyncOpenAI, text: str = "Hello", into: Streamed | None = None) -> Streamed:
    """Read a whole stream; what has arrived before an error is in `into`."""
    streamed = Streamed([]) if into is None else into
    opened = await client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": text}], stream=True
    )
    async with opened:
        async for chunk in opened:
            streamed.chunks.append(chunk)
    return streamed
