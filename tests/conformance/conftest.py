"""What the stories are told with: every platform that has room for one, all at the same time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from bot.store import Store
from simulators.openai_api.chat.messages import Responder
from tests.conformance.in_discord import open_discord
from tests.conformance.in_slack import open_slack
from tests.conformance.in_terminal import open_terminal
from tests.conformance.models import knowing
from tests.conformance.stage import LACKS, Need, Stage

STAGES: Mapping[str, Callable[..., AbstractAsyncContextManager[Stage]]] = {
    "slack": open_slack,
    "slack, directly": partial(open_slack, direct=True),
    "discord": open_discord,
    "discord, directly": partial(open_discord, direct=True),
    "terminal": open_terminal,
}
Story = Callable[[Stage], Awaitable[list[str]]]
_UNSEEN = re.compile(r"[\u200b\u2060]|\\(?=[`*_~|\\])")


def normal(text: str) -> str:
    """A text as it is compared: how it is parted into lines, and what `OTHERWISE` says, is each platform's own."""
    return " ".join(_UNSEEN.sub("", text).replace("`!", "`/").split())


def figures(text: str) -> str:
    """The words of a text, whatever is drawn around them, and its figures without their values."""
    return normal(re.sub(r"\d(?:[\d.,]*\d)?", "0", re.sub(r"[|`\u2500]|-{2,}|\btext\b", " ", normal(text))))


@dataclass(frozen=True, slots=True)
class Play:
    """Tells a story on every platform that has what it needs; what people see is the same on all of them."""

    valkey: str
    shown: Callable[[str], str] = normal

    async def __call__(
        self, story: Story, *needs: Need, responder: Responder = knowing, **settings: Any
    ) -> list[str]:
        """What people see, on whichever platform."""
        names = [name for name in STAGES if not LACKS[name].keys() & set(needs)]
        async with asyncio.TaskGroup() as telling:
            tasks = {
                name: telling.create_task(self._told(name, story, responder, settings)) for name in names
            }
        told = [[self.shown(each) for each in task.result()] for task in tasks.values()]
        for said in zip(*told, strict=True):
            assert dict(zip(names, said, strict=True)) == dict.fromkeys(names, said[0])
        return told[0]

    async def _told(
        self, name: str, story: Story, responder: Responder, settings: Mapping[str, Any]
    ) -> list[str]:
        # Each has a database of its own: a worker of one platform has no settings for the others.
        url = f"{self.valkey.rpartition('/')[0]}/{1 + list(STAGES).index(name)}"
        async with STAGES[name](url, responder, **settings) as stage:
            return await story(stage)


@pytest.fixture
def play(valkey: str, store: Store) -> Play:
    """All platforms, where nothing is kept yet."""
    del store
    return Play(valkey)
