"""Reading back what was posted, among all that others wrote: by what it replies to, its order, and its buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adapters.discord.payloads.buttons import buttons_of
from adapters.discord.replies.finding import PAGE
from adapters.discord.replies.writing import in_reply_to, written
from adapters.discord.rest.rest import Upload
from adapters.discord.routes import CREATE, MESSAGES
from bot.posts import State
from tests.adapters.discord.desk import Desk
from tests.fakes import RecordingJournal


async def begun(desk: Desk) -> Desk:
    """The desk with its thread."""
    await desk.spot.ready()
    return desk


async def posted(
    desk: Desk,
    channel: str,
    *,
    reply_to: str = "",
    state: State = "said",
    of: str = "",
    files: tuple[Upload, ...] = (),
) -> str:
    """The id of a message of ours, as it might stand there after a crash."""
    body: dict[str, Any] = written("Hello.", buttons_of(state, desk.ada.id, of or desk.place.after))
    message = await desk.rest.ask(CREATE, channel, json=body | in_reply_to(reply_to), files=files)
    return str(message["id"])


def key(desk: Desk, number: str | int = 0) -> str:
    """A key of the reply."""
    return f"{desk.journal.name}/{number}"


async def test_where_nothing_was_posted_nothing_is_found(desk: Desk) -> None:
    assert await desk.posts().find(key(desk)) is None

    await begun(desk)
    await desk.bob.says("Hello.", desk.thread)

    assert await desk.posts().find(key(desk)) is None


async def test_in_a_thread_of_its_own_the_first_answer_is_what_replies_to_nothing(desk: Desk) -> None:
    await begun(desk)
    asked = await desk.bob.says("And me?", desk.thread)
    await posted(desk, desk.thread.id, reply_to=asked, of=asked)

    first = await posted(desk, desk.thread.id)
    second = await posted(desk, desk.thread.id, state="complete")

    assert await desk.posts().find(key(desk, 0)) == f"{desk.thread.id}/{first}"
    assert await desk.posts().find(key(desk, 1)) == f"{desk.thread.id}/{second}"
    assert await desk.posts().find(key(desk, 2)) is None


async def test_a_later_answer_is_what_replies_to_its_question(desk: Desk) -> None:
    await begun(desk)
    await posted(desk, desk.thread.id, state="complete")
    asked = [await desk.ada.says(text, desk.thread) for text in ("One?", "Two?")]
    # Both are answered at the same time, as after a crash.
    second = await posted(desk, desk.thread.id, reply_to=asked[1], state="growing", of=asked[1])
    first = await posted(desk, desk.thread.id, reply_to=asked[0], of=asked[0])

    found = [await each.posts().find(key(each)) for each in map(desk.follow_up, asked)]

    assert found == [f"{desk.thread.id}/{first}", f"{desk.thread.id}/{second}"]


async def test_where_no_thread_can_be_it_is_what_replies_in_the_channel(desk: Desk) -> None:
    desk.general.deny("CREATE_PUBLIC_THREADS")
    post = await desk.posts().post(key(desk), "Hello.")

    found = await desk.taken_over().posts().find(key(desk))

    assert found == post == f"{desk.general.id}/{desk.said()[0].id}"


async def test_an_answer_in_the_channel_is_found_although_a_thread_may_be_opened_by_now(desk: Desk) -> None:
    desk.general.deny("CREATE_PUBLIC_THREADS")
    post = await desk.posts().post(key(desk), "Hello.", state="growing")
    desk.general.allow("CREATE_PUBLIC_THREADS")
    await desk.spot.ready()

    assert await desk.taken_over().posts().find(key(desk)) == post


async def test_an_answer_to_a_direct_message_is_found(desk: Desk) -> None:
    direct = desk.in_place(await desk.ada.writes("Hello"), desk.ada.dm)
    other = desk.in_place(await desk.ada.writes("Hello?"), desk.ada.dm)
    post = await direct.posts().post(key(direct), "Hello.")

    assert await direct.taken_over().posts().find(key(direct)) == post
    assert await other.posts().find(key(other)) is None


async def test_documents_are_counted_by_themselves(desk: Desk) -> None:
    posts = desk.posts()
    text = await posts.post(key(desk, 0), "Hello.")
    document = await posts.attach(key(desk, "d0"), "talk.md", "# Talk")
    last = await posts.post(key(desk, 1), "There it is.")

    found = [await desk.taken_over().posts().find(key(desk, number)) for number in (0, "d0", 1, "d1")]

    assert found == [text, document, last, None]


async def test_what_is_known_tells_the_number_of_what_is_not(desk: Desk) -> None:
    await begun(desk)
    second = await posted(desk, desk.thread.id)
    third = await posted(desk, desk.thread.id)
    # Somebody deleted the first one.
    posts = {key(desk, 1): f"{desk.thread.id}/{second}"}
    desk = replace(desk, journal=RecordingJournal(desk.journal.name, resumed=True, posts=posts))

    assert await desk.posts().find(key(desk, 2)) == f"{desk.thread.id}/{third}"


async def test_what_only_one_person_reads_cannot_be_found(desk: Desk) -> None:
    await desk.posts().post(key(desk, "p0"), "Hush.", private=True)

    assert await desk.posts().find(key(desk, "p0")) is None


async def test_the_answer_to_somebody_who_wanted_another_one_is_a_reply_of_its_own(desk: Desk) -> None:
    await begun(desk)
    first = await posted(desk, desk.thread.id, state="complete")
    retried = replace(
        desk,
        place=replace(desk.place, opens=False, trigger=first, after=first),
        journal=RecordingJournal("1573"),
    )
    other = await posted(desk, desk.thread.id, reply_to=first, state="complete", of="1573")

    assert await retried.posts().find("1573/0") == f"{desk.thread.id}/{other}"
    assert await desk.posts().find(key(desk)) == f"{desk.thread.id}/{first}"


async def test_two_who_wanted_another_one_of_the_same_answer_are_told_apart_by_their_buttons(
    desk: Desk,
) -> None:
    await begun(desk)
    first = await posted(desk, desk.thread.id, state="complete")
    names = ("1573", "1574")
    others = {
        name: await posted(desk, desk.thread.id, reply_to=first, state="complete", of=name) for name in names
    }
    place = replace(desk.place, opens=False, trigger=first, after=first)

    for name in names:
        retried = replace(desk, place=place, journal=RecordingJournal(name))
        assert await retried.posts().find(f"{name}/0") == f"{desk.thread.id}/{others[name]}"


async def test_the_reply_to_another_message_is_taken_back_and_nothing_else(desk: Desk) -> None:
    await begun(desk)
    first = await posted(desk, desk.thread.id, state="complete")
    for state in ("said", "complete"):
        await posted(desk, desk.thread.id, reply_to=first, state=state, of="1573")
    kept = await posted(desk, desk.thread.id, reply_to=first, state="complete", of="1574")
    await desk.bob.says("Well.", desk.thread, reply_to=first)

    async with desk.taken_over().replying() as reply:
        await reply.take_back("1573")
        await reply.notice("Hello again.")

    left = [each.id for each in desk.said(desk.thread)]
    assert left == [first, kept]


async def test_an_answer_that_was_not_finished_is_found_by_whoever_finishes_it(desk: Desk) -> None:
    for reply_to in ("", await desk.ada.says("And?", (await begun(desk)).thread)):
        asked = desk.follow_up(reply_to) if reply_to else desk
        post = await asked.posts().post(key(asked), "Hel", state="growing")
        journal = RecordingJournal(asked.journal.name, resumed=True, posts={key(asked): ""})

        async with replace(asked, journal=journal).replying() as reply:
            await reply.notice("Hello.")

        assert journal.posts == {key(asked): post}
    assert desk.texts() == ["Hello.", "Hello."]


async def test_what_stood_before_the_question_is_no_answer_to_it(desk: Desk) -> None:
    await posted(desk, desk.general.id)
    later = desk.in_place(await desk.ada.mentions("Now?", desk.general))

    assert await later.posts().find(key(later)) is None


async def test_it_is_found_behind_many_other_messages(desk: Desk) -> None:
    asked = desk.in_place()
    for number in range(PAGE + 20):
        await desk.bob.says(f"Talk {number}", desk.general)
    post = await posted(desk, desk.general.id, reply_to=asked.place.trigger)

    assert await asked.posts().find(key(asked)) == f"{desk.general.id}/{post}"
    assert len(desk.discord.calls_to(MESSAGES)) == 2


async def test_what_another_bot_says_or_a_command_is_answered_with_is_not_ours(desk: Desk) -> None:
    async with desk.used("usage") as used, used.replying() as reply:
        await reply.notice("So much.")
    bot = desk.discord.guild.bot("Other")
    await bot.says("Hello.", desk.general, reply_to=desk.place.after)

    assert await desk.in_place().posts().find(key(desk)) is None
