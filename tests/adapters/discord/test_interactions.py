"""Interactions, each answered once: taken in first, and acknowledged then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.discord.hearing.interactions import BROKEN, NOT_TAKEN, STOPPED, UNKNOWN
from adapters.discord.payloads.thumbs import THANKS
from bot.errors import StoreUnavailable
from bot.keys import personas_key
from bot.mailbox import Acceptance
from bot.messages import Conversation
from bot.persona import Persona, render
from bot.store import Store, open_store
from tests.adapters.discord.counter import Hall, open_hall
from tests.adapters.discord.payloads import GENERAL, QUESTION, TENANT, THREAD, names, payload
from tests.conftest import running_valkey


@pytest.fixture
def hall(store: Store) -> Hall:
    """An intake, and who stands around it."""
    return open_hall(store)


async def keep(store: Store, persona: Persona) -> None:
    """Let the server have a persona."""
    await store.do("HSET", personas_key(TENANT), persona.name, render(persona))


async def answered(hall: Hall, data: str | dict[str, Any]) -> list[tuple[Any, ...]]:
    """What was done about an interaction."""
    hall.counter.done.clear()
    await hall.intake("INTERACTION_CREATE", payload(data) if isinstance(data, str) else data)
    return list(hall.counter.done)


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("command_reset_in_thread", [("received", "/reset"), ("deferred", False)]),
        ("command_usage_direct", [("received", "/usage"), ("deferred", True)]),
        ("button_retry", [("received", "!retry"), ("acknowledged",)]),
        ("button_receipt", [("received", f"!receipt {QUESTION}"), ("deferred", True)]),
        ("menu_summarize", [("received", f"!summarize {THREAD}"), ("deferred", True)]),
        ("button_thumb_up", [("rated", "up"), ("said", THANKS)]),
        ("modal_reason", [("rated", "down"), ("said", THANKS)]),
        ("button_unknown", [("said", UNKNOWN)]),
    ],
)
async def test_what_is_taken_in_is_acknowledged_after_that(
    hall: Hall, name: str, done: list[tuple[Any, ...]]
) -> None:
    assert await answered(hall, name) == done


@pytest.mark.parametrize("name", names("command_", "button_", "menu_", "modal_", "autocomplete_"))
async def test_every_kind_of_interaction_is_answered_once(hall: Hall, store: Store, name: str) -> None:
    await keep(store, Persona("pirate", "Say arr."))

    done = await answered(hall, name)

    assert len([each for each in done if each[0] not in {"received", "rated"}]) == 1


async def test_a_button_of_another_person_is_refused_for_their_eyes_only(hall: Hall) -> None:
    [(how, text)] = await answered(hall, "button_retry_of_another")

    assert how == "said"
    assert "`!retry`" in text


@pytest.mark.parametrize("name", ["command_persona_use", "button_retry", "modal_question"])
async def test_what_two_sessions_bring_is_answered_once(hall: Hall, name: str) -> None:
    await answered(hall, "menu_ask")  # what the question is about
    hall.counter.acceptance = Acceptance("seen")

    assert [how for how, *_ in await answered(hall, name)] == ["received"]


async def test_what_another_process_answered_is_let_be(hall: Hall) -> None:
    hall.counter.closed = True

    assert await answered(hall, "autocomplete_help") == []


async def test_a_reply_that_was_stopped_at_once_is_told_of(hall: Hall) -> None:
    hall.counter.acceptance = Acceptance("stopped")

    assert await answered(hall, "command_stop") == [("received", "/stop"), ("said", STOPPED)]
    assert await answered(hall, "button_stop") == [("received", "!stop"), ("acknowledged",)]


async def test_what_there_is_no_room_for_is_told(hall: Hall) -> None:
    hall.counter.acceptance = Acceptance("full", "conversation", 20)

    assert await answered(hall, "command_export") == [("received", "/export json"), ("said", NOT_TAKEN)]


@pytest.mark.parametrize("name", ["command_export", "button_retry", "button_thumb_down", "menu_summarize"])
async def test_while_redis_is_away_who_used_it_is_told(hall: Hall, name: str) -> None:
    hall.counter.trouble = StoreUnavailable("Redis is away.")

    assert await answered(hall, name) == [("said", "Redis is away.")]


async def test_what_goes_wrong_on_our_side_is_told_and_logged_as_that(hall: Hall) -> None:
    hall.counter.trouble = AttributeError("ours")
    data = payload("button_retry")

    with capture_logs() as logs:
        done = await answered(hall, data)

    assert done == [("said", BROKEN.format(id=data["id"]))]
    assert [(each["event"], each["log_level"]) for each in logs] == [("interaction_crashed", "error")]


async def test_a_thumb_that_points_down_counts_and_is_asked_why(hall: Hall) -> None:
    done = await answered(hall, "button_thumb_down")

    assert done[0] == ("rated", "down")
    assert done[1][0] == "shown"


async def test_a_question_about_a_message_is_asked_with_that_message(hall: Hall, store: Store) -> None:
    shown = await answered(hall, "menu_ask")
    elsewhere = open_hall(store)

    done = await answered(elsewhere, "modal_question")

    [question] = elsewhere.counter.messages
    assert shown == [("shown", payload("modal_question")["data"]["custom_id"])]
    assert question.answered_in == Conversation(TENANT, GENERAL, THREAD)
    assert question.text.startswith("Where is it?\n\nI ask about this message by @Bobby:\n> Lunch")
    assert done[1] == ("said", f"You asked. I answer in <#{THREAD}>.")


async def test_who_goes_on_where_a_question_was_answered_is_heard_without_a_mention(
    hall: Hall, store: Store
) -> None:
    await answered(hall, "menu_ask")
    await answered(hall, "modal_question")
    after_a_restart = open_hall(store)

    await after_a_restart.intake("MESSAGE_CREATE", payload("message_in_thread"))

    assert [each.conversation.thread for each in after_a_restart.counter.messages] == [THREAD]


async def test_a_persona_is_created_in_a_modal(hall: Hall) -> None:
    shown = await answered(hall, "command_persona_create")
    done = await answered(hall, "modal_persona_create")

    assert shown == [("shown", "parley:persona:create")]
    assert done[0][1].startswith("/persona create pirate ---\nname: pirate\ndescription: Arr\n")
    assert done[1] == ("deferred", False)


async def test_a_persona_whose_prompt_is_left_empty_keeps_it(hall: Hall, store: Store) -> None:
    await keep(store, Persona("pirate", "Say arr."))

    done = await answered(hall, "modal_persona_edit")

    assert done[0][1].endswith("reply_tokens: 100\n---\n\nSay arr.")


async def test_nobody_edits_what_is_not_there(hall: Hall) -> None:
    [(how, text)] = await answered(hall, "command_persona_edit")

    assert how == "said"
    assert "no own persona `pirate`" in text


async def test_what_is_wrong_with_a_persona_is_told_and_its_prompt_is_not_lost(hall: Hall) -> None:
    data = payload("modal_persona_create")
    data["data"]["components"][0]["component"]["value"] = "two words"
    data["data"]["components"][4]["component"]["value"] = "hot"

    [(how, text)] = await answered(hall, data)

    assert how == "said"
    assert "letters, digits" in text
    assert "from 0 to 2" in text
    assert "You are a pirate.\nSay arr." in text


async def test_a_name_that_is_taken_is_told_before_the_command(hall: Hall, store: Store) -> None:
    await keep(store, Persona("pirate", "Say aye."))

    [(how, text)] = await answered(hall, "modal_persona_create")

    assert how == "said"
    assert "exists already" in text
    assert "Say arr." in text


async def test_personas_and_commands_are_offered_while_they_are_typed(hall: Hall, store: Store) -> None:
    await keep(store, Persona("tulip", "Bloom."))

    assert await answered(hall, "autocomplete_persona_use") == [("offered", ["tutor", "tulip"])]
    assert await answered(hall, "autocomplete_persona_delete") == [("offered", ["tulip"])]
    [(_, commands)] = await answered(hall, "autocomplete_help")
    assert commands[:3] == ["reset", "receipt", "retry"]


async def test_while_redis_is_away_the_personas_of_all_are_offered_and_no_form_opens(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as (server, url):
        async with open_store(url) as store:
            hall = open_hall(store.patient(0.01))
            server.kill()

            offered = await answered(hall, "autocomplete_persona_use")
            [(how, text)] = await answered(hall, "command_persona_edit")

    assert offered == [("offered", ["tutor"])]
    assert how == "said"
    assert "Redis" in text
