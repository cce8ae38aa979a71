"""What is closed to the bot: where it was refused, Discord is not asked again for some minutes."""

from __future__ import annotations

import pytest

from adapters.discord.rest.closed import LASTS, Closed
from adapters.discord.rest.refusals import Refused
from adapters.discord.rest.routes import target_of

CREATE = "POST /channels/{}/messages"
TYPING = "POST /channels/{}/typing"
MESSAGES = "GET /channels/{}/messages"


class Discord:
    """Refuses everything with one code, for whoever asks through what knows what is closed."""

    def __init__(self, code: int = 50_013) -> None:
        self.code, self.asked, self.time = code, 0, 0.0
        self.closed = Closed(lambda: self.time)

    def ask(self, route: str = CREATE, channel: str = "7", *, files: bool = False) -> None:
        """Ask once, and be refused."""
        with pytest.raises(Refused) as told:
            self._refuse(route, channel, files=files)
        assert (told.value.code, told.value.status, str(told.value)) == (self.code, 403, f"{self.code} No.")

    def _refuse(self, route: str, channel: str, *, files: bool) -> None:
        with self.closed.asking(target_of(route, (channel,)), files=files):
            self.asked += 1
            raise Refused(self.code, 403, "No.")


@pytest.mark.parametrize("code", [50_001, 50_013, 160_005])
def test_a_write_that_was_refused_is_refused_again_without_asking(code: int) -> None:
    discord = Discord(code)

    discord.ask()
    discord.ask()

    assert discord.asked == 1


def test_after_some_minutes_it_is_asked_for_again() -> None:
    discord = Discord()
    discord.ask()

    discord.time += LASTS
    discord.ask()

    assert discord.asked == 2


def test_other_channels_and_other_writes_are_not_closed_by_it() -> None:
    discord = Discord()

    discord.ask()
    discord.ask(channel="8")
    discord.ask(TYPING)

    assert discord.asked == 3


def test_a_file_that_is_refused_does_not_close_the_channel_to_words() -> None:
    discord = Discord()

    discord.ask(files=True)
    discord.ask()

    assert discord.asked == 2


@pytest.mark.parametrize(("route", "code"), [(CREATE, 50_035), (CREATE, 50_007), (MESSAGES, 50_001)])
def test_what_may_be_otherwise_in_a_moment_and_what_is_read_is_asked_for_again(route: str, code: int) -> None:
    discord = Discord(code)

    discord.ask(route)
    discord.ask(route)

    assert discord.asked == 2


def test_not_more_is_remembered_than_there_is_room_for() -> None:
    discord = Discord()

    for number in range(10_001):
        discord.ask(channel=str(number))
    discord.ask(channel="0")

    assert discord.asked == 10_002
