from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear
from bot.posts import Posts
from simulators.noticeboard import Document, Fault, NoticeBoard
from simulators.noticeboard_api.faults import FaultKind, Operation
from tests.noticeboard.posts import BoardPosts, parts_of

Act = Callable[[BoardPosts, str], Awaitable[object]]
ACTS: dict[Operation, Act] = {
    "post": lambda posts, _: posts.post("k", "Hello"),
    "edit": lambda posts, post: posts.edit(post, "Changed"),
    "delete": lambda posts, post: posts.delete(post),
    "find": lambda posts, _: posts.find("k"),
}
SOON = 0.3
"""Seconds after which a client that hears nothing gives up."""
LIMIT = 8
"""Characters of a part, so few that every rule of splitting is met."""
TEXTS = st.text(alphabet="ab \n", max_size=60)


@pytest.fixture
async def noticeboard() -> AsyncIterator[NoticeBoard]:
    async with NoticeBoard() as running:
        yield running


@pytest.fixture
async def posts(noticeboard: NoticeBoard) -> AsyncIterator[BoardPosts]:
    async with aiohttp.ClientSession() as session:
        yield BoardPosts(session, noticeboard.base_url, "general", "ada")


@pytest.fixture(params=list(ACTS))
def operation(request: pytest.FixtureRequest) -> Operation:
    chosen: Operation = request.param
    return chosen


async def test_a_reply_can_be_posted_found_edited_and_deleted(noticeboard: NoticeBoard, posts: Posts) -> None:
    created = await posts.post("k", "Hello")
    found = await posts.find("k")
    await posts.edit(created, "Bye")
    edited = [post.text for post in noticeboard.posts("general")]
    await posts.delete(created)

    assert found == created
    assert edited == ["Bye"]
    assert noticeboard.posts("general") == []
    assert await posts.find("k") is None


async def test_of_two_posts_under_a_key_the_first_is_found(posts: BoardPosts) -> None:
    first, _ = await posts.post("k", "One"), await posts.post("k", "Two")

    assert await posts.find("k") == first


async def test_a_key_and_a_board_may_have_any_characters(noticeboard: NoticeBoard, posts: BoardPosts) -> None:
    odd = replace(posts, board="café/50% ?#")

    created = await odd.post("a&b=ü/+ %2F", "Hello")

    assert await odd.find("a&b=ü/+ %2F") == created
    assert [post.id for post in noticeboard.posts("café/50% ?#")] == [created]


async def test_a_private_post_only_the_author_reads(noticeboard: NoticeBoard, posts: BoardPosts) -> None:
    await posts.post("k", "Psst", private=True)

    assert noticeboard.posts("general") == noticeboard.read_by("general", "bob") == []
    assert [post.text for post in noticeboard.read_by("general", "ada")] == ["Psst"]


async def test_a_document_is_handed_over_and_found_by_its_key(
    noticeboard: NoticeBoard, posts: BoardPosts
) -> None:
    created = await posts.attach("k", "chat.md", "# Chat")

    assert await posts.find("k") == created
    assert noticeboard.posts("general")[0].document == Document("chat.md", "# Chat")


async def test_a_document_may_be_as_large_as_the_board_takes(
    noticeboard: NoticeBoard, posts: BoardPosts
) -> None:
    largest = "é" * 500_000

    await posts.attach("k", "chat.md", largest)

    assert noticeboard.posts("general")[0].document == Document("chat.md", largest)


async def test_deleting_what_is_gone_is_no_error(posts: BoardPosts) -> None:
    created = await posts.post("k", "Hello")

    await posts.delete(created)
    await posts.delete(created)


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "error-before", "error-after", "delay-answer"])
async def test_where_no_answer_says_whether_it_was_done_that_is_unclear(
    noticeboard: NoticeBoard, posts: BoardPosts, kind: FaultKind, operation: Operation
) -> None:
    created = await posts.post("k", "Hello")
    noticeboard.faults = (Fault(kind, operation, seconds=60),)

    with pytest.raises(PlatformUnclear):
        await ACTS[operation](replace(posts, timeout=SOON), created)

    assert noticeboard.requests == 2


@pytest.mark.parametrize("operation", ["post", "edit", "find"], indirect=True)
async def test_an_answer_that_cannot_be_read_is_unclear(
    noticeboard: NoticeBoard, posts: BoardPosts, operation: Operation
) -> None:
    created = await posts.post("k", "Hello")
    noticeboard.faults = (Fault("garble-after", operation),)

    with pytest.raises(PlatformUnclear):
        await ACTS[operation](posts, created)


async def test_a_platform_that_is_not_there_is_unclear(posts: BoardPosts, operation: Operation) -> None:
    async with NoticeBoard() as gone:
        nowhere = replace(posts, base_url=gone.base_url)

    with pytest.raises(PlatformUnclear):
        await ACTS[operation](nowhere, "post-1")


async def test_a_busy_platform_says_how_long_to_wait(
    noticeboard: NoticeBoard, posts: BoardPosts, operation: Operation
) -> None:
    created = await posts.post("k", "Hello")
    noticeboard.faults = (Fault("busy", operation, seconds=0.25),)

    with pytest.raises(PlatformBusy) as caught:
        await ACTS[operation](posts, created)

    assert caught.value.retry_after == 0.25
    assert noticeboard.requests == 2


async def test_a_refusal_stays_one(noticeboard: NoticeBoard, posts: BoardPosts, operation: Operation) -> None:
    created = await posts.post("k", "Hello")
    noticeboard.faults = (Fault("refuse", operation),)

    with pytest.raises(PlatformRefused, match="403"):
        await ACTS[operation](posts, created)

    assert noticeboard.requests == 2


async def test_editing_what_is_gone_and_posting_too_much_are_refused(posts: BoardPosts) -> None:
    with pytest.raises(PlatformRefused, match="404"):
        await posts.edit("post-99", "Hello")
    with pytest.raises(PlatformRefused, match="413"):
        await posts.post("k", "x" * 2001)


async def test_what_a_text_is_split_into_can_be_posted(noticeboard: NoticeBoard, posts: BoardPosts) -> None:
    text = "A line of a rather long answer.\n" * 200

    for number, part in enumerate(posts.split(text)):
        await posts.post(f"k/{number}", part)

    assert "".join(post.text for post in noticeboard.posts("general")) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("12345678", ["12345678"]),
        ("12\n45\n789", ["12\n45\n", "789"]),
        ("12 45 789", ["12 45 ", "789"]),
        ("123\n5 789", ["123\n", "5 789"]),
        ("123456789", ["12345678", "9"]),
        ("\n23456789", ["\n2345678", "9"]),
    ],
)
def test_a_text_is_cut_after_a_line_or_else_a_word_or_else_anywhere(text: str, parts: list[str]) -> None:
    assert parts_of(text, LIMIT) == parts


@given(TEXTS)
def test_parts_join_to_the_text_and_none_is_too_long_or_empty(text: str) -> None:
    parts = parts_of(text, LIMIT)

    assert "".join(parts) == text
    assert all(0 < len(part) <= LIMIT for part in parts)


@given(TEXTS, TEXTS)
def test_a_text_that_grows_keeps_all_parts_but_the_last(text: str, more: str) -> None:
    before, after = parts_of(text, LIMIT), parts_of(text + more, LIMIT)

    assert after[: len(before[:-1])] == before[:-1]


@given(st.text(alphabet="ab \n", min_size=1, max_size=LIMIT - 1).map(lambda blanks: "a" + blanks), TEXTS)
def test_a_part_that_begins_with_a_word_is_never_blank(start: str, more: str) -> None:
    first, *_ = parts_of(start + more, LIMIT)

    assert first.strip()
