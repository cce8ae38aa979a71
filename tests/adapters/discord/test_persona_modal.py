"""The modal for a persona: when it is asked for, what stands in it, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord.payloads.modals import form_of, values_in
from adapters.discord.payloads.persona_modal import (
    Errand,
    asked_in,
    command_of,
    errand_in,
    filled_in,
    form_for,
)
from adapters.discord.tickets import ticket_of
from bot.commands.parsing import parse
from bot.persona import Persona
from bot.persona import parse as parsed
from tests.adapters.discord.payloads import payload

PIRATE = Persona("pirate", "Say arr.", "Arr", "gpt-4.1-mini", 0.0, 7)


def fields(modal: dict[str, Any]) -> dict[str, Any]:
    """The inputs of a modal, by name."""
    return {label["component"]["custom_id"]: label["component"] for label in modal["components"]}


@pytest.mark.parametrize(
    ("name", "errand"),
    [
        ("command_persona_create", Errand(name="pirate")),
        ("command_persona_edit", Errand(edits="pirate")),
        ("command_persona_create_in_one_line", None),
        ("command_persona_use", None),
        ("command_stop", None),
        ("autocomplete_persona_use", None),
        ("button_retry", None),
        ("menu_ask", None),
    ],
)
def test_only_what_has_no_prompt_asks_for_the_modal(name: str, errand: Errand | None) -> None:
    assert asked_in(payload(name)) == errand


def test_a_new_persona_has_its_name_and_most_of_what_it_may_have() -> None:
    modal = form_for(Errand(name="pirate"), Persona("pirate", ""))

    assert list(fields(modal)) == ["name", "description", "prompt", "model", "temperature"]
    assert fields(modal)["name"]["value"] == "pirate"
    assert modal["custom_id"] == form_of(payload("modal_persona_create"))


def test_who_changes_a_persona_finds_all_of_it_in_the_modal() -> None:
    modal = form_for(Errand(edits="pirate"), PIRATE)

    values = {name: field["value"] for name, field in fields(modal).items()}
    assert values == {
        "description": "Arr",
        "prompt": "Say arr.",
        "model": "gpt-4.1-mini",
        "temperature": "0",
        "reply_tokens": "7",
    }
    assert modal["custom_id"] == form_of(payload("modal_persona_edit"))


def test_a_prompt_that_is_too_long_for_a_modal_may_stay_as_it_is() -> None:
    prompt = fields(form_for(Errand(edits="pirate"), Persona("pirate", "a" * 4_001)))["prompt"]

    assert "value" not in prompt
    assert "4,001 characters" in prompt["placeholder"]
    assert (prompt["required"], prompt["max_length"]) == (False, 4_000)


@pytest.mark.parametrize("errand", [Errand(name="n" * 50), Errand(edits="n" * 32)])
def test_whatever_a_persona_is_like_its_modal_fits(errand: Errand) -> None:
    modal = form_for(
        errand, Persona(errand.name or errand.edits, "p" * 8_000, "d" * 200, "m" * 100, 1.5, 128_000)
    )

    assert len(modal["components"]) == 5
    assert len(modal["title"]) <= 45
    assert len(modal["custom_id"]) <= 100
    for label in modal["components"]:
        assert len(label["label"]) <= 45
        assert len(label.get("description", "")) <= 100
        assert len(label["component"].get("placeholder", "")) <= 100
        assert len(label["component"].get("value", "")) <= label["component"]["max_length"] <= 4_000


def test_what_was_filled_in_is_the_command_that_everybody_reads_of() -> None:
    data = payload("modal_persona_create")
    errand = errand_in(data)
    assert errand == Errand()
    values, prompt = filled_in(data, errand)

    message = command_of(data, errand, Persona("pirate", prompt, values["description"], None, 0.5))

    call = parse(message.text)
    assert call
    assert (call.path, call.values["name"]) == (("persona", "create"), "pirate")
    assert parsed(call.values["prompt"]) == Persona("pirate", "You are a pirate.\nSay arr.", "Arr", None, 0.5)
    assert (ticket_of(message.ticket).whole, ticket_of(message.ticket).private) == (True, False)


def test_an_empty_prompt_is_none_and_the_name_that_of_the_errand() -> None:
    data = payload("modal_persona_edit")
    errand = errand_in(data)
    assert errand == Errand(edits="pirate")

    assert filled_in(data, errand) == (
        {"name": "pirate", "description": "Arr", "model": "", "temperature": "", "reply_tokens": "100"},
        "",
    )


def test_what_stands_in_rows_is_read_like_what_stands_in_labels() -> None:
    assert values_in(payload("modal_in_rows")) == {"name": "pirate", "prompt": "Say arr."}


def test_other_modals_are_for_no_persona() -> None:
    assert errand_in(payload("modal_reason")) is errand_in(payload("button_retry")) is None
