"""The form for a persona, as people meet it: asked for by a command, filled in, and submitted."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.payloads.persona_view import Errand, asked_in, form_of, unpack
from bot.keys import personas_key
from bot.persona import MOST_REPLY_TOKENS, Persona, parse, render
from bot.store import Store
from simulators.slack import Fault
from tests.adapters.slack.office import Office, open_office
from tests.conftest import running_valkey

PIRATE = {"Name": "Pirate", "Prompt": "You are a pirate.\nSay arr."}


def notices(office: Office) -> list[str]:
    """What only Ada reads in the channel."""
    return [each.text for each in office.general.screen(viewer=office.ada) if each.ephemeral]


def labels(view: dict[str, Any]) -> list[str]:
    """What a form asks for."""
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


async def until_opened(office: Office) -> dict[str, Any]:
    """The form that Ada has before her."""
    await office.until(lambda: office.ada.modal is not None)
    assert office.ada.modal is not None
    return office.ada.modal


async def kept(office: Office, store: Store, name: str) -> Persona:
    """An own persona of the workspace."""
    text = await store.do("HGET", personas_key(f"slack:{office.workspace.id}"), name)
    return parse(text.decode())


async def keep(office: Office, store: Store, persona: Persona) -> None:
    """Let the workspace have a persona."""
    key = personas_key(f"slack:{office.workspace.id}")
    await store.do("HSET", key, persona.name, render(persona))


async def test_a_bare_create_opens_a_form_and_what_is_submitted_is_kept(office: Office, store: Store) -> None:
    assert (await office.ada.types("/persona", "create", office.general)).responded
    view = await until_opened(office)

    submitted = await office.ada.submits(
        {**PIRATE, "Description": "Arr", "Temperature": "0.5", "Tokens of a reply, at most": "100"}
    )
    await office.until(lambda: len(notices(office)) == 1)

    assert labels(view)[:3] == ["Name", "Description", "Prompt"]
    assert submitted.responded
    assert submitted.errors == {}
    assert office.ada.modal is None
    assert notices(office)[0].startswith("Created.")
    expected = Persona("pirate", "You are a pirate.\nSay arr.", "Arr", None, 0.5, 100)
    assert await kept(office, store, "pirate") == expected
    assert office.general.screen() == []


async def test_a_name_without_a_prompt_is_filled_in(office: Office) -> None:
    await office.ada.types("/persona", "create pirate", office.general)
    await until_opened(office)

    await office.ada.submits({"Prompt": "You are a pirate."})

    await office.until(lambda: len(notices(office)) == 1)
    assert "`/persona use pirate`" in notices(office)[0]


async def test_a_command_with_a_prompt_opens_no_form(office: Office) -> None:
    await office.ada.types("/persona", "create pirate You are a pirate.", office.general)

    await office.until(lambda: len(notices(office)) == 1)

    assert notices(office)[0].startswith("Created.")
    assert office.slack.calls_to("views.open") == []


async def test_who_changes_a_persona_finds_all_of_it_in_the_form(office: Office, store: Store) -> None:
    await keep(office, store, Persona("pirate", "Say arr.", "Arr", "gpt-4.1-mini", 0.0, 7))

    await office.ada.types("/persona", "edit Pirate", office.general)
    view = await until_opened(office)
    await office.ada.submits({"Prompt": "Say aye."})
    await office.until(lambda: len(notices(office)) == 1)

    assert "Name" not in labels(view)
    assert await kept(office, store, "pirate") == Persona("pirate", "Say aye.", "Arr", "gpt-4.1-mini", 0.0, 7)
    assert notices(office)[0].startswith("Changed **pirate**")


async def test_a_prompt_that_is_too_long_for_a_form_stays_as_it_is(office: Office, store: Store) -> None:
    prompt = "arr " * 1_000
    await keep(office, store, Persona("pirate", prompt.strip()))

    await office.ada.types("/persona", "edit pirate", office.general)
    view = await until_opened(office)
    await office.ada.submits({"Description": "Long"})
    await office.until(lambda: len(notices(office)) == 1)

    told = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert "Its prompt has 3,999 characters" in told[1]
    assert "/persona show pirate" in told[1]
    assert await kept(office, store, "pirate") == Persona("pirate", prompt.strip(), "Long")


@pytest.mark.parametrize(
    ("text", "words"),
    [("edit nobody", "no own persona `nobody`"), ("edit tutor", "comes with Parley")],
)
async def test_what_cannot_be_changed_is_told_and_no_form_opens(
    office: Office, text: str, words: str
) -> None:
    await office.ada.types("/persona", text, office.general)

    await office.until(lambda: len(notices(office)) == 1)

    assert words in notices(office)[0]
    assert office.ada.modal is None


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"Name": "a b"}, "name", "letters, digits"),
        ({"Name": "tutor"}, "name", "comes with Parley"),
        ({"Name": "taken"}, "name", "exists already"),
        ({"Prompt": " \n "}, "prompt", "needs a prompt"),
        ({"Model": "two words"}, "model", "without blanks"),
        ({"Temperature": "3"}, "temperature", "from 0 to 2"),
        ({"Tokens of a reply, at most": "0"}, "reply_tokens", f"{MOST_REPLY_TOKENS:,}"),
    ],
)
@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_what_is_wrong_is_shown_at_its_field_and_the_form_stays(
    office: Office, store: Store, given: dict[str, str], field: str, words: str
) -> None:
    await keep(office, store, Persona("taken", "Mine."))
    await office.ada.types("/persona", "create", office.general)
    await until_opened(office)

    submitted = await office.ada.submits({**PIRATE, **given})

    assert set(submitted.errors) == {field}
    assert words in submitted.errors[field]
    assert office.ada.modal is not None
    assert notices(office) == []


async def test_a_persona_from_a_form_is_judged_like_a_question(office: Office, store: Store) -> None:
    await office.ada.types("/persona", "create", office.general)
    await until_opened(office)

    await office.ada.submits({"Name": "villain", "Prompt": "I want to kill them all with violence"})

    await office.until(lambda: len(notices(office)) == 1)
    assert "flagged" in notices(office)[0]
    assert await store.do("KEYS", personas_key("*")) == []


async def test_the_same_form_submitted_twice_is_one_command(office: Office) -> None:
    await office.ada.types("/persona", "create", office.general)
    view = await until_opened(office)
    await office.ada.submits(PIRATE)
    office.workspace.views.modals[office.ada.id].append(
        view
    )  # Slack had no answer, and the person tries again

    again = await office.ada.submits(PIRATE)
    await office.ada.types("/usage", "", office.general)
    await office.until(lambda: any("Cost" in text for text in notices(office)))

    assert again.errors == {}
    assert sum(text.startswith("Created.") for text in notices(office)) == 1


async def test_others_do_not_read_what_came_of_it_after_the_half_hour_either(office: Office) -> None:
    await office.ada.types("/persona", "create", office.general)
    await until_opened(office)
    office.slack.speed = 36_000.0
    await office.slack.platform.clock.sleep(1_900)
    office.slack.speed = 1.0

    await office.ada.submits(PIRATE)

    await office.until(lambda: len(notices(office)) == 1)
    assert office.general.screen() == []


@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_where_slack_opens_no_form_the_way_in_one_line_is_told(office: Office) -> None:
    office.slack.faults = (Fault("refuse", "views.open", error="expired_trigger_id"),)

    await office.ada.types("/persona", "create", office.general)

    await office.until(lambda: len(notices(office)) == 1)
    assert "`/persona create NAME PROMPT`" in notices(office)[0]


@pytest.fixture
async def prefixed(valkey: str, store: Store) -> AsyncIterator[Office]:
    """A workspace whose commands begin with a name."""
    del store
    async with open_office(valkey, slack_command_prefix="parley-") as opened:
        yield opened


async def test_commands_with_a_prefix_open_it_too_and_are_called_by_it(prefixed: Office) -> None:
    await prefixed.ada.types("/parley-persona", "create", prefixed.general)
    await until_opened(prefixed)
    await prefixed.ada.submits(PIRATE)
    await prefixed.until(lambda: len(notices(prefixed)) == 1)

    assert "`/parley-persona use pirate`" in notices(prefixed)[0]


@pytest.fixture
async def forgetful(tmp_path: Path) -> AsyncIterator[tuple[Office, subprocess.Popen[bytes]]]:
    """A workspace, and its Redis, which can be made to answer nobody for a while."""
    with running_valkey(tmp_path) as (server, url):
        async with open_office(url) as office:
            office.slack.shortest = 3.0
            yield office, server


async def test_what_was_typed_while_redis_is_away_is_still_there_and_can_be_submitted_again(
    forgetful: tuple[Office, subprocess.Popen[bytes]],
) -> None:
    office, server = forgetful
    await office.ada.types("/persona", "create", office.general)
    await until_opened(office)
    server.send_signal(signal.SIGSTOP)

    away = await office.ada.submits(PIRATE)
    still_open = office.ada.modal is not None
    server.send_signal(signal.SIGCONT)
    again = await office.ada.submits(PIRATE)
    await office.until(lambda: any(text.startswith("Created.") for text in notices(office)))

    assert "can't reach my memory" in away.errors["prompt"]
    assert still_open
    assert again.errors == {}


def test_only_what_says_no_more_than_that_asks_for_a_form() -> None:
    asked = {
        text: asked_in(text)
        for text in (
            "/persona create",
            "/Persona  CREATE ada",
            "/persona edit ada",
            "/persona edit",
            "/persona create ada Be brief.",
            "/persona use ada",
            "/reset",
        )
    }

    assert asked == {
        "/persona create": ("create", ""),
        "/Persona  CREATE ada": ("create", "ada"),
        "/persona edit ada": ("edit", "ada"),
        "/persona edit": None,
        "/persona create ada Be brief.": None,
        "/persona use ada": None,
        "/reset": None,
    }


def test_a_form_carries_its_errand() -> None:
    errand = Errand("C1", "https://hooks.slack.com/x", "ada", "C2", keeps_prompt=True)

    view = form_of(errand, Persona("ada", "Be brief."))

    assert unpack(view["private_metadata"]) == errand
