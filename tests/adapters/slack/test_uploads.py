"""Documents that are handed over as files, in the whole service and by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store import Store
from simulators.slack import Fault
from simulators.slack_api.faults import FaultKind
from tests.adapters.answering import answer_to
from tests.adapters.slack.desk import Desk, open_desk
from tests.adapters.slack.office import Office

STEPS = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")


def contents(office: Office, thread: str) -> list[str]:
    """What the files say that Parley has shared in a thread."""
    shared = [file for each in office.replies(thread) for file in each.message.get("files", ())]
    return [office.workspace.files[file["id"]].content.decode() for file in shared]


async def exported(office: Office) -> str:
    """A thread with one exchange in which the history was asked for; returns once it is there."""
    asked = await office.ada.mentions("What is up?", office.general)
    await office.until_answered(asked, answer_to("What is up?"))
    await office.ada.says("!export", office.general, asked)
    await office.until(lambda: bool(contents(office, asked)))
    return asked


async def test_an_export_arrives_whole(office: Office) -> None:
    asked = await exported(office)

    [content] = contents(office, asked)
    assert "What is up?" in content
    assert answer_to("What is up?") in content
    [reply] = [each for each in office.replies(asked) if each.files]
    assert reply.files[0].endswith(".md")


@pytest.mark.parametrize("kind", ["drop-after", "error-before"])
@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_an_export_whose_fate_was_unknown_stands_there_once(office: Office, kind: FaultKind) -> None:
    office.slack.faults = (Fault(kind, STEPS[-1]),)

    asked = await exported(office)
    await office.ada.says("And then?", office.general, asked)
    await office.until_answered(asked, answer_to("And then?"))

    assert not any(office.slack.faults)
    assert len(contents(office, asked)) == 1
    assert office.slack.impatient == []


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """A thread in which only the question stands."""
    async with open_desk(store) as opened:
        yield opened


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "kind",
    ["drop-before", "drop-after", "error-before", "error-after", "garble-after", "delay-answer", "busy"],
)
async def test_whatever_becomes_of_a_step_the_file_stands_there_once(
    desk: Desk, kind: FaultKind, step: str
) -> None:
    desk.slack.faults = (Fault(kind, step, seconds=0.1),)

    async with desk.replying() as reply:
        await reply.attach("talk.md", "# Talk")

    assert not any(desk.slack.faults)
    assert desk.read().strip() == "# Talk"
    assert desk.slack.impatient == []


@pytest.mark.parametrize(
    "content", ["x", "Grüße, 😀 und mehr\n" * 100, "line\n" * 500_000], ids=["small", "beyond ASCII", "large"]
)
async def test_a_document_of_any_size_arrives_as_it_is(desk: Desk, content: str) -> None:
    async with desk.replying() as reply:
        await reply.attach("talk.md", content)

    [file] = desk.slack.workspace.files.values()
    assert file.content.decode() == content
    assert file.name == "talk.md"
    assert len(desk.seen()) == 1


async def test_a_file_is_found_again_by_the_next_worker(desk: Desk) -> None:
    desk.slack.faults = (Fault("drop-after", "files.completeUploadExternal"),)
    posts = desk.posts()
    await desk.journal.about_to_write("", "m1/d0")
    with pytest.raises(Exception, match="ServerDisconnectedError"):
        await posts.attach("m1/d0", "talk.md", "# Talk")

    again = await desk.posts().find("m1/d0")

    [file] = desk.slack.workspace.files.values()
    assert again == f"file:{file.id}"
