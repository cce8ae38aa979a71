"""The Home of the app, as people meet it: looked at, changed, and drawn again."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.surfaces.home_view import Look, home_of
from bot.keys import personas_key
from bot.overview import Outline
from bot.persona import MOST_DESCRIBED, Persona, render, shipped
from bot.persona_store import MOST
from bot.store import Store
from bot.usage import Sums
from simulators.slack import Channel, Fault
from simulators.slack_api.views import checked_view
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office, open_office
from tests.conftest import running_valkey

PERSONA, CHANNEL, DIRECT = "home_persona", "home_channel", "Direct messages with me"
NEW, EDIT = "New persona", "Edit persona"


def texts(view: dict[str, Any]) -> str:
    """All that is read in a Home."""
    return "\n".join(block["text"]["text"] for block in view["blocks"] if "text" in block)


def options(view: dict[str, Any]) -> list[str]:
    """The personas that can be chosen in a Home."""
    [select] = [block["accessory"] for block in view["blocks"] if _kind(block) == "static_select"]
    return [option["value"] for option in select["options"]]


def _kind(block: dict[str, Any]) -> str:
    return str(block.get("accessory", {}).get("type", ""))


@dataclass(frozen=True, slots=True)
class Visit:
    """Ada at the Home of the app."""

    office: Office

    @property
    def view(self) -> dict[str, Any]:
        """What she sees."""
        home = self.office.ada.home
        assert home is not None
        return home

    async def until(self, *words: str) -> None:
        """Return once she reads all of this."""
        await self.office.until(
            lambda: self.office.ada.home is not None and all(word in texts(self.view) for word in words)
        )

    async def clicks(self, name: str, choice: str | None = None) -> None:
        """Use an element of it."""
        assert (await self.office.ada.clicks_in(self.view, name, choice)).responded

    async def looks_at(self, channel: Channel) -> None:
        """Choose a channel."""
        await self.clicks(CHANNEL, channel.id)
        await self.until("This is about the channel below.")


async def opened(office: Office) -> Visit:
    """Ada, looking at the Home."""
    await office.ada.opens_home()
    visit = Visit(office)
    await visit.until("Where", "Commands")
    return visit


async def keep(office: Office, store: Store, persona: Persona) -> None:
    """Let the workspace have a persona."""
    key = personas_key(f"slack:{office.workspace.id}")
    await store.do("HSET", key, persona.name, render(persona))


async def test_it_shows_who_answers_in_direct_messages_and_what_one_can_say(office: Office) -> None:
    visit = await opened(office)

    read = texts(visit.view)
    assert "your direct messages with me" in read
    assert "Here I answer as assistant" in read
    assert "Last reply: 0 replies" in read
    assert "/persona: choose how I answer here" in read
    assert "!reset" in read
    assert options(visit.view) == list(shipped())


async def test_choosing_a_persona_changes_it_there_and_in_the_home(office: Office) -> None:
    visit = await opened(office)

    await visit.clicks(PERSONA, "tutor")
    await visit.until("Here I answer as tutor")

    await office.until(lambda: any("**tutor**" in each.text for each in office.ada.dm.screen()))
    assert len(office.ada.dm.screen()) == 1


async def test_the_persona_of_a_channel_is_changed_so_that_only_who_did_it_reads_so(office: Office) -> None:
    await office.ada.mentions("Hello", office.general)
    visit = await opened(office)
    await visit.looks_at(office.general)

    await visit.clicks(PERSONA, "sarcastic")
    await visit.until("Here I answer as sarcastic")
    await office.until(lambda: any("**sarcastic**" in each.text for each in office.ada.dm.screen()))
    asked = await office.ada.mentions("Who are you?", office.general)
    await office.until_answered(asked, answer_to("Who are you?"))

    assert len(office.general.screen(viewer=office.ada)) == 2
    assert "sarcastic" in office.model.requests_to("chat")[-1].body["messages"][0]["content"]
    await visit.clicks(DIRECT)
    await visit.until("Here I answer as assistant")


async def test_it_shows_what_the_chosen_channel_has_taken(office: Office) -> None:
    asked = await office.ada.mentions("Hello", office.general)
    await office.until_answered(asked, answer_to("Hello"))
    visit = await opened(office)

    await visit.looks_at(office.general)

    assert "This conversation: 1 replies" in texts(visit.view)
    assert "$0.000" in texts(visit.view)


@pytest.mark.parametrize("private", [False, True])
async def test_of_a_channel_without_the_app_it_says_that_it_must_be_invited(
    office: Office, *, private: bool
) -> None:
    elsewhere = office.workspace.channel("elsewhere", private=private, bot=False)
    visit = await opened(office)

    await visit.looks_at(elsewhere)

    assert "Invite me there first" in texts(visit.view)
    assert "Usage" not in texts(visit.view)


async def test_a_new_persona_is_made_in_a_form_and_can_be_chosen_then(office: Office) -> None:
    visit = await opened(office)
    await visit.clicks(NEW)
    await office.until(lambda: office.ada.modal is not None)

    await office.ada.submits({"Name": "pirate", "Prompt": "Say arr.", "Description": "Arr"})
    await visit.until("pirate: Arr")
    await office.until(lambda: any("Created." in each.text for each in office.ada.dm.screen()))

    assert "pirate" in options(visit.view)


async def test_an_own_persona_is_changed_from_the_home(office: Office, store: Store) -> None:
    await keep(office, store, Persona("pirate", "Say arr."))
    visit = await opened(office)
    await visit.clicks(EDIT)
    await office.until(lambda: office.ada.modal is not None)

    await office.ada.submits({"Description": "Polite"})

    await visit.until("pirate: Polite")

    assert office.ada.modal is None


async def test_shipped_personas_cannot_be_changed_there(office: Office) -> None:
    visit = await opened(office)

    with pytest.raises(LookupError):
        await visit.clicks(EDIT)


async def test_a_persona_that_is_gone_by_now_is_said_to_be(office: Office, store: Store) -> None:
    await keep(office, store, Persona("pirate", "Say arr."))
    visit = await opened(office)
    await store.do("FLUSHALL")

    await visit.clicks(EDIT)

    await visit.until("no own persona `pirate`")

    assert office.ada.modal is None


async def test_what_people_wrote_pings_nobody_and_is_no_link(office: Office, store: Store) -> None:
    await keep(office, store, Persona("evil", "Say.", "<!channel> <@U1> *bold* :boom: <https://x.example|y>"))

    visit = await opened(office)

    assert "<!channel>" in texts(visit.view)
    assert office.workspace.pings == []
    assert "mrkdwn" not in str(visit.view["blocks"])
    assert "'emoji': True" not in str(visit.view["blocks"])


async def test_the_last_of_many_clicks_counts(office: Office) -> None:
    channels = [office.workspace.channel(f"c{number}") for number in range(6)]
    visit = await opened(office)
    office.slack.faults = (
        Fault("delay-work", "views.publish", seconds=0.2),
        Fault("delay-answer", "conversations.info", seconds=0.3),
    )

    seen = visit.view
    for channel in channels:
        assert (await office.ada.clicks_in(seen, CHANNEL, channel.id)).responded
    await office.until(
        lambda: (
            channels[-1].id in visit.view["private_metadata"]
            and all(call.outcome for call in office.slack.calls)
        )
    )

    assert channels[-1].id in visit.view["private_metadata"]
    assert not office.slack.faults


async def test_an_older_change_does_not_bring_an_older_look_back(office: Office) -> None:
    visit = await opened(office)
    await visit.looks_at(office.general)
    before = visit.view

    assert (await office.ada.clicks_in(before, PERSONA, "tutor")).responded
    assert (await office.ada.clicks_in(before, DIRECT)).responded
    await visit.until("your direct messages with me")
    await office.until(lambda: any("**tutor**" in each.text for each in office.ada.dm.screen()))
    await office.until(lambda: all(call.outcome for call in office.slack.calls))

    assert "your direct messages with me" in texts(visit.view)


async def test_somebody_else_sees_their_own(office: Office) -> None:
    visit = await opened(office)
    await visit.looks_at(office.general)
    bob = office.workspace.person("Bob")

    await bob.opens_home()
    await office.until(lambda: bob.home is not None)

    assert bob.home is not None
    assert "your direct messages with me" in texts(bob.home)


@pytest.mark.parametrize("kind", ["drop-before", "error-before", "refuse"])
@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_a_home_that_could_not_be_drawn_is_drawn_at_the_next_look(office: Office, kind: str) -> None:
    office.slack.faults = (Fault(kind, "views.publish"),)  # type: ignore[arg-type]
    await office.ada.opens_home()
    await office.until(lambda: not office.slack.faults)

    visit = await opened(office)

    assert "Here I answer as assistant" in texts(visit.view)


@pytest.fixture
async def forgetful(tmp_path: Path) -> AsyncIterator[tuple[Office, subprocess.Popen[bytes]]]:
    """A workspace, and its Redis, which can be made to answer nobody for a while."""
    with running_valkey(tmp_path) as (server, url):
        async with open_office(url) as office:
            office.slack.shortest = 3.0
            yield office, server


async def test_while_redis_is_away_it_says_so_in_a_sentence(
    forgetful: tuple[Office, subprocess.Popen[bytes]],
) -> None:
    office, server = forgetful
    visit = await opened(office)
    server.send_signal(signal.SIGSTOP)

    await visit.clicks(PERSONA, "tutor")
    await visit.until("can't reach my memory")
    away = texts(visit.view)
    server.send_signal(signal.SIGCONT)
    await office.ada.opens_home()
    await visit.until("Here I answer as")

    assert "Usage" not in away
    assert "can't reach" not in texts(visit.view)


def test_the_largest_home_keeps_to_the_limits_of_slack() -> None:
    personas = (
        *shipped().values(),
        *(Persona(f"{'x' * 29}{number:03}", "x", "y" * MOST_DESCRIBED) for number in range(MOST)),
    )
    usage = (("Last reply", Sums(10**9, 10**9, 10**9, 10**9, 10**12)),) * 3
    outline = Outline(personas[-1], personas, usage)

    view = home_of(Look("T1", "U1", "D1", "C1", 1.5), outline, "A note.", "p" * 20)

    assert checked_view(view, "home") is view
    assert len(view["blocks"]) <= 100
    assert len(options(view)) == len(personas)
