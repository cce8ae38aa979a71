"""Reading the files of messages when a platform is slow, fails, or many are read at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest

from adapters.attachments.contents import NotRead
from adapters.attachments.files import AT_ONCE, Files
from bot.errors import PlatformBusy, PlatformRefused, PlatformUnclear
from bot.messages import Author, Conversation, File, IncomingMessage
from tests.adapters.virtual import virtually

PNG = b"\x89PNG\r\n\x1a\n"
NOTES = b"The meeting is on Tuesday."


@dataclass(slots=True)
class Shelf:
    """A Source of what a test put there: bytes, or what happens instead."""

    contents: dict[str, bytes]
    troubles: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What happens first when a file is fetched, once each."""
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def described(self, file: File) -> File:
        return file

    async def fetched(self, file: File) -> bytes:
        self.asked.append(file.name)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0.01)
            if self.troubles:
                await self.troubles.pop(0)()
            return self.contents[file.name]
        finally:
            self.at_once -= 1


def raising(error: Exception) -> Callable[[], Awaitable[None]]:
    async def trouble() -> None:
        raise error

    return trouble


def lasting(seconds: float) -> Callable[[], Awaitable[None]]:
    return lambda: asyncio.sleep(seconds)


def message(*files: File, name: str = "1") -> IncomingMessage:
    return IncomingMessage(name, Conversation("x:1", "C1"), Author("U1", "Ada"), "See this", files=files)


def notes(name: str = "notes.txt") -> File:
    return File(name, "text/plain", len(NOTES), f"https://files.example/{name}")


def test_texts_and_pictures_are_read() -> None:
    picture = File("cat.png", "image/png", 8, "https://files.example/cat.png")
    shelf = Shelf({"notes.txt": NOTES, "cat.png": PNG})

    read = virtually(Files("Shelf").read(message(notes(), picture), shelf))

    assert [file.text for file in read.files] == [NOTES.decode(), ""]
    assert [image.url[:22] for image in read.images] == ["data:image/png;base64,"]


def test_a_file_that_is_not_to_be_read_is_not_asked_for() -> None:
    shelf = Shelf({"notes.txt": NOTES})
    clip = File("clip.mp4", unread="a video")

    read = virtually(Files("Shelf").read(message(clip, notes()), shelf))

    assert shelf.asked == ["notes.txt"]
    assert read.files[0] == clip


def test_what_the_platform_describes_late_is_called_by_its_name() -> None:
    class Late(Shelf):
        async def described(self, file: File) -> File:
            return replace(file, name="clip.mp4", unread="a video")

    read = virtually(Files("Shelf").read(message(File("", url="late:1")), Late({})))

    assert read.files == (File("clip.mp4", url="late:1", unread="a video"),)


def test_why_a_file_cannot_be_read_is_told() -> None:
    shelf = Shelf({}, [raising(NotRead("it was deleted"))])

    read = virtually(Files("Shelf").read(message(notes()), shelf))

    assert read.files[0].unread == "it was deleted"
    assert len(shelf.asked) == 1


@pytest.mark.parametrize("error", [PlatformUnclear("answered 503"), PlatformBusy(1.0)])
def test_a_fetch_that_fails_for_a_moment_is_tried_once_more(error: Exception) -> None:
    shelf = Shelf({"notes.txt": NOTES}, [raising(error)])

    read = virtually(Files("Shelf").read(message(notes()), shelf))

    assert read.files[0].text == NOTES.decode()


@pytest.mark.parametrize(
    "errors",
    [[PlatformUnclear("answered 503")] * 2, [PlatformBusy(1.0)] * 2, [PlatformRefused("no")]],
)
def test_a_platform_that_does_not_hand_a_file_over_is_named(errors: list[Exception]) -> None:
    shelf = Shelf({}, [raising(error) for error in errors])

    read = virtually(Files("Shelf").read(message(notes()), shelf))

    assert read.files[0].unread == "Shelf did not hand it over"
    assert len(shelf.asked) == len(errors)


def test_a_file_that_is_slow_once_is_read() -> None:
    shelf = Shelf({"notes.txt": NOTES}, [lasting(60.0)])

    read = virtually(Files("Shelf").read(message(notes()), shelf))

    assert read.files[0].text == NOTES.decode()


def test_a_slow_file_is_waited_for_no_longer_than_the_patience_of_a_turn() -> None:
    async def work() -> tuple[IncomingMessage, float]:
        shelf = Shelf({"notes.txt": NOTES, "slow.txt": NOTES}, [lasting(0.0), lasting(60.0), lasting(60.0)])
        read = await Files("Shelf", patience=5.0, once=3.0).read(message(notes(), notes("slow.txt")), shelf)
        return read, asyncio.get_running_loop().time()

    read, seconds = virtually(work())

    assert seconds < 5.1
    assert [file.unread for file in read.files] == ["", "it did not arrive in time"]


def test_only_so_many_are_fetched_at_once() -> None:
    shelf = Shelf({"notes.txt": NOTES})

    virtually(Files("Shelf").read(message(*[notes()] * (3 * AT_ONCE)), shelf))

    assert shelf.most_at_once == AT_ONCE


def test_of_pictures_that_are_too_large_together_the_first_are_kept() -> None:
    large = File("large.png", "image/png", 4_000_000, "https://files.example/large.png")
    shelf = Shelf({"large.png": PNG.ljust(4_000_000, b"x"), "notes.txt": NOTES})

    read = virtually(Files("Shelf").read(message(large, large, large, notes()), shelf))

    assert len(read.images) == 2
    assert [file.unread for file in read.files] == [
        "",
        "",
        "the pictures are larger than 10 MB together",
        "",
    ]


def test_turns_wait_for_each_other_when_too_much_is_in_hand() -> None:
    async def work() -> None:
        files, shelf = Files("Shelf", in_hand=60), Shelf({"notes.txt": NOTES})
        one, two, three = [message(notes(), name=name) for name in "123"]
        await files.read(one, shelf)
        await files.read(two, shelf)

        waiting = asyncio.create_task(files.read(three, shelf))
        done, _ = await asyncio.wait([waiting], timeout=0.1)
        files.let_go(one)
        read = await waiting

        assert not done
        assert [file.unread for file in read.files] == [""]

    virtually(work())


def test_who_waits_too_long_for_the_files_of_others_goes_on_without_its_own() -> None:
    async def work() -> None:
        files, shelf = Files("Shelf", in_hand=30), Shelf({"notes.txt": NOTES})
        one, two = [message(notes(), name=name) for name in "12"]
        await files.read(one, shelf)

        read = await files.read(two, shelf)

        assert [file.unread for file in read.files] == ["I have too many files in hand at the moment"]
        files.let_go(two)
        files.let_go(one)
        assert (await files.read(two, shelf)).files[0].text

    virtually(work())


def test_what_was_not_read_is_not_in_hand() -> None:
    async def work() -> None:
        files, shelf = Files("Shelf", in_hand=60), Shelf({"notes.txt": NOTES}, [raising(NotRead("no"))])
        await files.read(message(replace(notes(), size=50), name="1"), shelf)

        read = await files.read(message(replace(notes(), size=50), name="2"), shelf)

        assert read.files[0].text
        assert asyncio.get_running_loop().time() < 1.0

    virtually(work())


def test_a_message_without_files_asks_nobody() -> None:
    shelf, silent = Shelf({}), message(File("clip.mp4", unread="a video"))

    assert virtually(Files("Shelf").read(silent, shelf)) == silent
    assert shelf.asked == []
