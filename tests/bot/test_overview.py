from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import BadPersona, UnknownPersona
from bot.overview import Overview
from bot.persona import Persona
from tests.bot.stage import Stage
from tests.fakes import CHANNEL

TENANT = CHANNEL.tenant


async def test_an_untouched_conversation_is_answered_by_the_default_persona_and_has_taken_nothing(
    on: Stage,
) -> None:
    outline = await Overview(on.store).of(CHANNEL)

    assert outline.persona.name == "assistant"
    assert outline.own == ()
    assert [sums.answers for _, sums in outline.usage] == [0, 0, 0]


async def test_the_outline_shows_what_the_commands_did(on: Stage) -> None:
    await on.say("/persona create pirate You are a pirate.")
    await on.say("/persona use pirate")
    await on.say("Hello")

    outline = await Overview(on.store).of(CHANNEL)

    assert outline.persona == Persona("pirate", "You are a pirate.")
    assert outline.own == (outline.persona,)
    assert [sums.answers for _, sums in outline.usage] == [1, 1, 1]


async def test_the_sums_stand_under_the_names_that_people_read(on: Stage) -> None:
    november = Overview(on.store, lambda: datetime(2026, 11, 3, tzinfo=UTC))

    outline = await november.of(CHANNEL)

    assert [name for name, _ in outline.usage] == ["Last reply", "This conversation", "November 2026"]


async def test_other_tenants_see_nothing_of_it(on: Stage) -> None:
    await on.say("/persona create pirate You are a pirate.")
    await on.say("Hello")

    with pytest.raises(UnknownPersona):
        await Overview(on.store).own("test:others", "pirate")
    assert (await Overview(on.store).own(TENANT, " PIRATE ")).prompt == "You are a pirate."


async def test_the_personas_of_a_tenant_are_those_of_all_and_its_own(on: Stage) -> None:
    await on.say("/persona create pirate You are a pirate.")
    overview = Overview(on.store)

    names = [persona.name for persona in await overview.personas(TENANT)]

    assert (names[0], names[-1]) == ("assistant", "pirate")
    assert "pirate" not in [persona.name for persona in await overview.personas("test:others")]


async def test_a_shipped_persona_is_nobodys_own(on: Stage) -> None:
    with pytest.raises(BadPersona, match="comes with Parley"):
        await Overview(on.store).own(TENANT, "tutor")


async def test_what_could_not_be_kept_is_refused_before_anything_is_kept(on: Stage) -> None:
    await on.say("/persona create pirate You are a pirate.")
    overview = Overview(on.store)

    with pytest.raises(BadPersona, match="exists already"):
        await overview.check(TENANT, Persona("pirate", "Another."), new=True)
    with pytest.raises(UnknownPersona):
        await overview.check(TENANT, Persona("nobody", "Another."), new=False)
    await overview.check(TENANT, Persona("nobody", "Another."), new=True)
    assert [persona.name for persona in (await overview.of(CHANNEL)).own] == ["pirate"]
