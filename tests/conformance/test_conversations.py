"""Talking with Parley is the same wherever one talks."""

from __future__ import annotations

from tests.conformance.conftest import Play
from tests.conformance.models import prompt, voice
from tests.conformance.stage import BOB, Scene, Stage


async def test_a_question_is_answered(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        return [await Scene(stage).ask("What is up?")]

    assert await play(story) == ["You asked: What is up? I know of nothing and no more."]


async def test_who_follows_up_need_not_say_it_again(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        return [await scene.ask("I am 36."), await scene.ask("How old am I?")]

    told = await play(story)

    assert told[1] == "You asked: How old am I? I know of I am 36. and no more."


async def test_of_two_people_the_model_learns_who_says_what(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        told = [await scene.ask("I am 36."), await scene.ask("I am 40. Who is older?", BOB)]
        return [*told, *(f"{role}: {text}" for role, text in prompt(stage))]

    told = await play(story, "others")

    assert [each for each in told if each.startswith("user: ")] == [
        "user: Ada: I am 36.",
        "user: Bob: I am 40. Who is older?",
    ]


async def test_a_thread_begins_with_what_the_channel_knows_and_goes_its_own_way(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        first, second = Scene(stage), Scene(stage)
        return [
            await first.ask("In the channel."),
            await second.ask("Second thread."),
            await first.ask("Only in the first."),
            await second.ask("Only in the second."),
            await Scene(stage).ask("Third thread."),
        ]

    told = await play(story, "threads")

    assert [each.partition(" I know of ")[2].removesuffix(" and no more.") for each in told] == [
        "nothing",
        "In the channel.",
        "In the channel.",
        "In the channel. Second thread.",
        "In the channel. Second thread.",
    ]


async def test_what_is_forgotten_is_forgotten_here(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("I am 36.")
        return [await scene.ask("!reset"), await scene.ask("How old am I?"), await scene.ask("!reset now")]

    told = await play(story)

    assert told[0] == "I have forgotten this conversation (one exchange). We start afresh."
    assert "36" not in told[1]


async def test_what_is_forgotten_here_is_remembered_there(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        here, there = Scene(stage), Scene(stage)
        await here.ask("I am 36.")
        await there.ask("I like tea.")
        await here.ask("!reset")
        return [await here.ask("Who am I?"), await there.ask("Who am I?")]

    told = await play(story, "threads")

    assert "36" not in told[0]
    assert "36" in told[1]


async def test_questions_at_once_are_answered_one_after_the_other(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("Zero.")
        for question in ("One.", "Two.", "Three."):
            await scene.begin(question)
        await stage.until(lambda: len(stage.read(scene.talk)) == 4)
        await stage.idle()
        return [post.text for post in stage.read(scene.talk)]

    told = await play(story)

    assert told[3] == "You asked: Three. I know of Zero. One. Two. and no more."


async def test_a_persona_changes_the_voice_and_outlives_what_was_said(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("Hello.")
        told = [await scene.ask("!persona use tutor"), await scene.ask("Hello again.")]
        voices = [voice(stage, 0), voice(stage)]
        await scene.ask("!reset")
        return [*told, *voices, await scene.ask("!persona")]

    told = await play(story)

    assert "**tutor**" in told[0]
    assert told[2] != told[3]
    assert "Here I answer as **tutor**" in told[4]


async def test_a_persona_that_is_chosen_in_the_channel_answers_in_its_new_threads(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        old, new = Scene(stage), Scene(stage)
        await old.ask("Hello.")
        told = [await Scene(stage).ask("!persona use tutor"), await new.ask("Hello.")]
        return [*told, voice(stage), await old.ask("!persona"), await new.ask("!persona")]

    told = await play(story, "threads")

    assert [each.partition(".")[0] for each in told[3:]] == [
        "Here I answer as **assistant**",
        "Here I answer as **tutor**",
    ]
