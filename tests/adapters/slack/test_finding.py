"""Reading back what was posted: by its key, or as what an attempt had begun."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack.replies.finding import PAGE, Sought, found, metadata_of
from adapters.slack.replies.stream import started
from adapters.slack.replies.uploads import uploaded
from bot.store import Store
from tests.adapters.slack.desk import Desk, open_desk

KEY = "m1/0"


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """A thread in which only the question stands."""
    async with open_desk(store) as opened:
        opened.slack.limits = False
        yield opened


async def posted(desk: Desk, key: str = "", text: str = "Hello.") -> str:
    """The `ts` of a post of ours in the thread."""
    web = desk.workspace.web
    extra = {"metadata": metadata_of(key)} if key else {}
    there = {"channel": desk.place.channel, "thread_ts": desk.place.thread}
    return str((await web.ask(web.client.chat_postMessage, **there, text=text, **extra))["ts"])


async def looked_for(
    desk: Desk, key: str = KEY, known: dict[str, str] | None = None, *, in_doubt: bool = True
) -> str | None:
    sought = Sought(key, known or {}, in_doubt=in_doubt)
    return await found(desk.workspace.web, desk.place, desk.workspace.bot, sought)


async def test_a_post_is_found_by_its_key_among_others(desk: Desk) -> None:
    await posted(desk, "m1/1")
    ts = await posted(desk, KEY)
    await posted(desk, "m0/0")

    assert await looked_for(desk) == ts


async def test_where_nothing_was_posted_nothing_is_found(desk: Desk) -> None:
    await desk.ada.says("Are you there?", desk.general, desk.thread)

    assert await looked_for(desk) is None


async def test_what_was_posted_under_other_keys_is_something_else(desk: Desk) -> None:
    await posted(desk, "m1/1")

    assert await looked_for(desk) is None


async def test_what_others_wrote_is_not_ours_although_it_has_our_key(desk: Desk) -> None:
    bot = desk.slack.workspace.other_bot("Other")
    await bot.says("Hello.", desk.general, desk.thread, subtype=False)

    assert await looked_for(desk) is None


async def test_a_stream_that_was_begun_is_found_where_the_journal_is_in_doubt(desk: Desk) -> None:
    stream = await started(desk.workspace.web, desk.place, "As far as it")

    assert await looked_for(desk) == stream.ts
    assert await looked_for(desk, in_doubt=False) is None
    assert await looked_for(desk, known={stream.ts: "m1/1"}) is None


async def test_a_stream_that_was_stopped_is_found_by_its_key(desk: Desk) -> None:
    stream = await started(desk.workspace.web, desk.place, "Whole.")
    await stream.stop(metadata=metadata_of(KEY))

    assert await looked_for(desk, in_doubt=False) == stream.ts
    assert await looked_for(desk, "m1/1") is None


async def test_a_key_is_worth_more_than_an_orphan(desk: Desk) -> None:
    await started(desk.workspace.web, desk.place, "An orphan")
    ts = await posted(desk, KEY)

    assert await looked_for(desk) == ts


async def test_an_orphan_of_before_the_question_is_somebody_elses(desk: Desk) -> None:
    await started(desk.workspace.web, desk.place, "To an earlier question")
    later = await desk.ada.says("And this?", desk.general, desk.thread)
    place = replace(desk.place, after=later)

    sought = Sought(KEY, {}, in_doubt=True)
    assert await found(desk.workspace.web, place, desk.workspace.bot, sought) is None


async def test_a_file_is_the_orphan_of_a_document_and_a_text_that_of_a_text(desk: Desk) -> None:
    text = await posted(desk)
    file = await uploaded(desk.workspace.web, desk.place, "talk.md", "# Talk")

    assert await looked_for(desk, "m1/d0") == f"file:{file}"
    assert await looked_for(desk, "m1/0") == text


@pytest.mark.parametrize("in_a_thread", [True, False])
async def test_it_is_found_on_a_later_page(desk: Desk, *, in_a_thread: bool) -> None:
    ts = ""
    place = desk.place if in_a_thread else replace(desk.place, thread=None)
    desk = replace(desk, thread=desk.thread)
    for number in range(PAGE + 60):
        await desk.ada.says(f"Talk {number}", desk.general, place.thread)
        # A channel is read from its newest message on, a thread from its oldest.
        if number == (PAGE + 30 if in_a_thread else 20):
            web = desk.workspace.web
            post = await web.ask(
                web.client.chat_postMessage,
                channel=place.channel,
                thread_ts=place.thread,
                text="Hello.",
                metadata=metadata_of(KEY),
            )
            ts = str(post["ts"])

    sought = Sought(KEY, {}, in_doubt=False)
    assert await found(desk.workspace.web, place, desk.workspace.bot, sought) == ts
    method = "conversations.replies" if in_a_thread else "conversations.history"
    assert len(desk.slack.calls_to(method)) == 2
