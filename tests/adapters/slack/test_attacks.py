"""The model is just another user: whatever it says, nobody is called, nothing unfolds, and all of it can be read."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from adapters.slack.places import Place
from adapters.slack.replies.pace import EDITED, STREAMS, Growth, Way
from adapters.slack.replies.posts import SlackPosts
from adapters.slack.web import Web
from bot.allowance import Allowance
from bot.keys import allowance_key
from bot.store import Store
from simulators.openai_api.chat.messages import Message
from simulators.slack import Fault
from tests.adapters.slack.attacks import ATTACKS, FRAMES, HUGE, LINKS, PINGS
from tests.adapters.slack.ears import Ears, open_ears
from tests.adapters.slack.office import Office, open_office
from tests.fakes import RecordingJournal

AT_ONCE = 12
ALLOWANCES = ("stream", "edited", "append", "edit")
Sayings = Sequence[str]


def words(text: str) -> str:
    """What is left of a text for whoever reads it: no marks, no entities, nothing that nobody sees."""
    while (read := html.unescape(text)) != text:
        text = read
    return "".join(re.findall(r"\w", text))


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 200


class Obedient:
    """A model that says what it is told to."""

    def __init__(self, sayings: Sayings) -> None:
        self.sayings = sayings

    def __call__(self, messages: Sequence[Message], model: str) -> str:
        del model
        asked = [message.text for message in messages if message.role == "user"][-1]
        return self.sayings[int(re.findall(r"Attack (\d+)", asked)[-1])]


@pytest.fixture
async def office(valkey: str, store: Store) -> AsyncIterator[Office]:
    """Parley at work with a model that obeys the attacker."""
    del store
    async with open_office(valkey, responder=Obedient(ATTACKS)) as opened:
        yield opened


async def attacked(office: Office, store: Store, sayings: Sayings, way: Way) -> list[str]:
    """What Parley says to each attack, some at a time."""
    office.slack.limits = False
    office.slack.app.echoes = False
    channels = [office.workspace.channel(f"c{number}") for number in range(AT_ONCE)]
    answers = []
    for numbers in batches(len(sayings)):
        await allow(office, store, way)
        asked = [
            (await office.ada.mentions(f"Attack {number}", channel), channel)
            for number, channel in zip(numbers, channels, strict=False)
        ]
        for thread, channel in asked:
            await office.until(lambda: is_whole(office, thread, channel))  # noqa: B023 - asked at once
            answers.append("".join(each.text for each in office.replies(thread, channel)))
    return answers


def batches(count: int) -> Iterator[range]:
    return (range(start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE))


def is_whole(office: Office, thread: str, channel: object) -> bool:
    """Whether a reply has the button that its end has."""
    replies = office.replies(thread, channel)  # type: ignore[arg-type]
    return bool(replies) and not replies[-1].streaming and "Retry" in replies[-1].buttons


async def allow(office: Office, store: Store, way: Way) -> None:
    """Let a minute pass for what Slack allows; leave no place for replies that are not to grow."""
    tenant = f"slack:{office.workspace.id}"
    for name in ALLOWANCES:
        await store.do("DEL", allowance_key(tenant, name))
    taken = {"stream": 0, "update": 0, "end": 1}[way]
    for name, most in (("stream", STREAMS), ("edited", EDITED)):
        for number in range(most * taken):
            assert await Allowance(store, tenant).hold(name, f"other{number}", 600.0, most)


def assert_harmless(office: Office, answers: Sequence[str], sayings: Sayings) -> None:
    assert office.workspace.pings == []
    assert office.workspace.unfurls == []
    assert [words(answer) for answer in answers] == [words(saying) for saying in sayings]


@pytest.mark.parametrize("way", ["stream", "update", "end"])
async def test_whatever_the_model_says_nobody_is_called_and_nothing_unfolds(
    office: Office, store: Store, way: Way
) -> None:
    if way == "update":
        refused = Fault("refuse", "chat.startStream", times=None, error="channel_type_not_supported")
        office.slack.faults = (refused,)
    office.behave(tokens_per_second=60.0 if way != "end" else 0.0)

    answers = await attacked(office, store, ATTACKS, way)

    assert_harmless(office, answers, ATTACKS)
    updated = len(office.slack.calls_to("chat.update"))
    streamed = sum(call.ok for call in office.slack.calls_to("chat.startStream"))
    assert (streamed > 0, updated > 0) == {
        "stream": (True, updated > 0),
        "update": (False, True),
        "end": (False, False),
    }[way]


@pytest.mark.parametrize("way", ["stream", "end"])
async def test_however_much_the_model_says_nobody_is_called(valkey: str, store: Store, way: Way) -> None:
    saying = open_office(valkey, responder=Obedient(HUGE), reply_tokens=30_000, context_tokens=100_000)
    async with saying as office:
        answers = await attacked(office, store, HUGE, way)

        assert_harmless(office, answers, HUGE)


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    """A workspace in which a test says what it likes."""
    async with open_ears() as opened:
        opened.slack.limits = False
        yield opened


@pytest.mark.parametrize("way", ["stream", "update"])
async def test_an_attack_that_comes_character_by_character_calls_nobody(
    ears: Ears, store: Store, way: Way
) -> None:
    workspace = ears.slack.workspace
    general, ada = workspace.channel("general"), workspace.person("Ada")
    frames = [FRAMES[name] for name in ("bare", "half as entities", "as numbers", "nested")]
    sayings = [frame(form) for frame, form in itertools.product(frames, PINGS + LINKS)]

    for number, saying in enumerate(sayings):
        thread = await ada.says("Attack", general)
        place = Place(workspace.id, general.id, thread, thread, ada.id, "")
        growth = Growth(Allowance(store, f"slack:T{number}"), "m1", way)
        await grown(ears.workspace.web, place, growth, saying)
        shown = [each.text for each in general.screen(thread) if each.author == ears.slack.app.name]
        assert words("".join(shown)) == words(saying)

    assert workspace.pings == []
    assert workspace.unfurls == []


async def grown(web: Web, place: Place, growth: Growth, saying: str) -> None:
    """Say something character by character."""
    posts = SlackPosts(web, "", place, RecordingJournal(), growth)
    post = ""
    for end in range(1, len(saying) + 1):
        text = "".join(posts.split(saying[:end]))
        if post:
            await posts.edit(post, text, state="growing")
        elif text.strip():
            post = await posts.post("m1/0", text, state="growing")
    await posts.edit(post, "".join(posts.split(saying)), state="complete")
