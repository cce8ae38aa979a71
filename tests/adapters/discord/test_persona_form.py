"""The form for a persona, as people meet it: asked for by a command, filled in, and submitted."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.keys import personas_key
from bot.persona import MOST_REPLY_TOKENS, Persona, parse, render
from bot.store import Store
from simulators.discord import Fault, Seen
from tests.adapters.discord.club import Club, open_club
from tests.conftest import running_valkey

CALLBACK = "POST /interactions/{}/{}/callback"
PIRATE = {"Name": "Pirate", "Prompt": "You are a pirate.\nSay arr."}


def said(club: Club) -> list[Seen]:
    """What Ada reads in the channel that is complete."""
    return [each for each in club.replies(club.general) if not each.thinking]


def labels(modal: dict[str, Any] | None) -> list[str]:
    """What a form asks for."""
    assert modal is not None
    return [label["label"] for label in modal["components"]]


async def kept(club: Club, store: Store, name: str) -> Persona:
    """An own persona of the server."""
    text = await store.do("HGET", personas_key(f"discord:{club.guild.id}"), name)
    return parse(text.decode())


async def keep(club: Club, store: Store, persona: Persona) -> None:
    """Let the server have a persona."""
    await store.do("HSET", personas_key(f"discord:{club.guild.id}"), persona.name, render(persona))


async def test_a_bare_create_opens_a_form_and_what_is_submitted_is_kept(club: Club, store: Store) -> None:
    opened = await club.ada.uses("persona create", club.general)
    asked = labels(club.ada.modal)

    submitted = await club.ada.submits({**PIRATE, "Description": "Arr", "Temperature": "0.5"})
    await club.until(lambda: len(said(club)) == 1)

    assert opened.type == 9
    assert asked == ["Name", "Description", "Prompt", "Model", "Temperature"]
    assert submitted.responded
    assert club.ada.modal is None
    assert said(club)[0].text.startswith("Created.")
    assert not said(club)[0].ephemeral
    assert await kept(club, store, "pirate") == Persona("pirate", PIRATE["Prompt"], "Arr", None, 0.5)


async def test_in_direct_messages_a_persona_is_ones_own(club: Club) -> None:
    await club.ada.uses("persona create", club.ada.dm)
    await club.ada.submits(PIRATE)
    await club.until_said(club.ada.dm, "Created.")

    offered = [
        await club.ada.completes("persona use", there, "name", "pir") for there in (club.ada.dm, club.general)
    ]

    assert [list(each) for each in offered] == [["pirate"], []]


async def test_a_name_without_a_prompt_is_filled_in(club: Club) -> None:
    await club.ada.uses("persona create", club.general, name="pirate")

    await club.ada.submits({"Prompt": "You are a pirate."})

    await club.until(lambda: len(said(club)) == 1)
    assert "`/persona use pirate`" in said(club)[0].text


async def test_a_command_with_a_prompt_opens_no_form(club: Club) -> None:
    await club.ada.uses("persona create", club.general, name="pirate", prompt="You are a pirate.")

    await club.until(lambda: len(said(club)) == 1)

    assert said(club)[0].text.startswith("Created.")
    assert club.ada.modal is None


async def test_who_changes_a_persona_finds_all_of_it_in_the_form(club: Club, store: Store) -> None:
    await keep(club, store, Persona("pirate", "Say arr.", "Arr", "gpt-4.1-mini", 0.0, 7))

    await club.ada.uses("persona edit", club.general, name="Pirate")
    asked = labels(club.ada.modal)
    await club.ada.submits({"Prompt": "Say aye."})
    await club.until(lambda: len(said(club)) == 1)

    assert asked == ["Description", "Prompt", "Model", "Temperature", "Tokens of a reply, at most"]
    assert await kept(club, store, "pirate") == Persona("pirate", "Say aye.", "Arr", "gpt-4.1-mini", 0.0, 7)
    assert said(club)[0].text.startswith("Changed **pirate**")


async def test_a_prompt_that_is_too_long_for_a_form_stays_as_it_is(club: Club, store: Store) -> None:
    prompt = ("arr " * 1_001).strip()
    await keep(club, store, Persona("pirate", prompt))

    await club.ada.uses("persona edit", club.general, name="pirate")
    await club.ada.submits({"Description": "Long"})
    await club.until(lambda: len(said(club)) == 1)

    assert await kept(club, store, "pirate") == Persona("pirate", prompt, "Long")


@pytest.mark.parametrize(
    ("name", "words"), [("nobody", "no own persona `nobody`"), ("tutor", "comes with Parley")]
)
async def test_what_cannot_be_changed_is_told_and_no_form_opens(club: Club, name: str, words: str) -> None:
    told = await club.ada.uses("persona edit", club.general, name=name)

    assert words in told.data["content"]
    assert club.ada.modal is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"Name": "a b"}, "letters, digits"),
        ({"Name": "tutor"}, "comes with Parley"),
        ({"Name": "taken"}, "exists already"),
        ({"Prompt": " \n "}, "needs a prompt"),
        ({"Model": "two words"}, "without blanks"),
        ({"Temperature": "3"}, "from 0 to 2"),
    ],
)
async def test_what_is_wrong_is_told_with_the_prompt_that_was_typed(
    club: Club, store: Store, given: dict[str, str], words: str
) -> None:
    await keep(club, store, Persona("taken", "Mine."))
    await club.ada.uses("persona create", club.general)

    told = await club.ada.submits({**PIRATE, **given})

    [notice] = said(club)
    assert told.data["content"] == notice.content
    assert words in notice.text
    assert "Prompt" in given or PIRATE["Prompt"] in notice.text
    assert notice.ephemeral


async def test_what_is_wrong_with_numbers_is_told_too(club: Club, store: Store) -> None:
    await keep(club, store, Persona("pirate", "Say arr."))
    await club.ada.uses("persona edit", club.general, name="pirate")

    told = await club.ada.submits({"Tokens of a reply, at most": "0"})

    assert f"{MOST_REPLY_TOKENS:,}" in told.data["content"]


async def test_a_long_prompt_is_given_back_as_a_file(club: Club) -> None:
    prompt = "Say ```arr``` — always.\n" * 160
    await club.ada.uses("persona create", club.general)

    await club.ada.submits({"Name": "a b", "Prompt": prompt})

    [notice] = said(club)
    assert "letters, digits" in notice.text
    assert [content.decode() for content in notice.files.values()] == [prompt]
    assert notice.ephemeral


async def test_a_persona_from_a_form_is_judged_like_a_question(club: Club, store: Store) -> None:
    await club.ada.uses("persona create", club.general)

    await club.ada.submits({"Name": "villain", "Prompt": "I want to kill them all with violence"})

    await club.until(lambda: any("flagged" in each.text for each in said(club)))
    assert club.replies(club.general, club.bob) == []
    assert await store.do("KEYS", personas_key("*")) == []


async def test_the_same_form_brought_twice_is_one_command(club: Club) -> None:
    await club.ada.uses("persona create", club.general)
    club.discord.faults = (Fault("drop-after", CALLBACK),)

    await club.ada.submits(PIRATE)
    club.discord.drop()
    await club.until(lambda: bool(said(club)))
    await club.ada.uses("usage", club.general)
    await club.until(lambda: any("Cost" in each.text for each in said(club)))

    assert sum(each.text.startswith("Created.") for each in said(club)) == 1


@pytest.fixture
async def forgetful(tmp_path: Path) -> AsyncIterator[tuple[Club, subprocess.Popen[bytes]]]:
    """A server, and its Redis, which can be made to answer nobody for a while."""
    with running_valkey(tmp_path) as (server, url):
        async with open_club(url) as club:
            yield club, server


async def test_what_was_typed_while_redis_is_away_is_not_lost(
    forgetful: tuple[Club, subprocess.Popen[bytes]],
) -> None:
    club, server = forgetful
    await club.ada.uses("persona create", club.general)
    server.send_signal(signal.SIGSTOP)

    await club.ada.submits(PIRATE)
    away = said(club)
    server.send_signal(signal.SIGCONT)
    await club.ada.uses("persona create", club.general)
    await club.ada.submits(PIRATE)
    await club.until(lambda: any(each.text.startswith("Created.") for each in said(club)))

    assert "can't reach my memory" in away[0].text
    assert PIRATE["Prompt"] in away[0].text


async def test_personas_and_commands_are_offered_while_they_are_typed(club: Club, store: Store) -> None:
    await keep(club, store, Persona("tulip", "Bloom."))

    used = await club.ada.completes("persona use", club.general, "name", "tu")
    edited = await club.ada.completes("persona edit", club.general, "name", "")
    commands = await club.ada.completes("help", club.general, "command", "per")

    assert list(used) == ["tutor", "tulip"]
    assert list(edited) == ["tulip"]
    assert list(commands) == ["persona"]


async def test_a_name_that_is_far_too_long_is_told_of_in_one_message(club: Club) -> None:
    edited = await club.ada.uses("persona edit", club.general, name="x" * 5_000)

    assert edited.responded
    [seen] = said(club)
    assert seen.text.startswith("There is no own persona `xxx")
