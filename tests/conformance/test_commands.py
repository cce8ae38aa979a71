"""Commands say the same wherever they are written."""

from __future__ import annotations

from bot.persona import shipped
from tests.conformance.conftest import Play, figures
from tests.conformance.stage import Scene, Stage

TELLING = (
    *("!help", "!help persona", "!help nonsense", "!persona help", "!persona list", "!persona", "!model"),
    *("!persona show tutor", "!privacy", "/help", "/persona list"),
)
MISTAKES = (
    *(
        "!persona use nobody",
        "!persona show `x`",
        "!persona delete tutor",
        "!persona edit tutor x",
        "!persona x",
    ),
    *("!persona use", "!persona create two words", "!persona create !! Be brief.", "!persona edit mine x"),
    *("!resett", "/nonsense", "!reset the music", "!usage now", "!export pdf", "!help x y", "!receipt 12"),
    *("!continue", "!summarize yesterday", "!ask", f"!persona use {'long ' * 600}"),
)


async def test_what_commands_tell_is_the_same(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("Hello.")
        return [await scene.ask(command) for command in TELLING]

    told = await Play(play.valkey, figures)(story)

    assert all(name in told[4] for name in shipped())


async def test_who_makes_a_mistake_reads_what_to_do(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("Hello.")
        told = [await scene.ask(command) for command in MISTAKES]
        return [*told, str(len(stage.model.requests_to("chat")))]

    told = await play(story)

    assert told[0].startswith("There is no persona `nobody`. There are `assistant`, ")
    assert told[MISTAKES.index("!resett")] == "There is no command `/resett`. Did you mean `/reset`?"
    assert told[-1] == "1"


async def test_a_persona_is_made_used_and_deleted(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        commands = (
            "create pirate Say arr.",
            "use pirate",
            "show pirate",
            "edit pirate Say aye.",
            "create pirate x",
        )
        told = [await scene.ask(f"!persona {command}") for command in commands]
        answer = await scene.ask("Hello.")
        return [*told, answer, await scene.ask("!persona delete pirate"), await scene.ask("!persona")]

    told = await play(story)

    assert told[1] == "From now on I answer here as **pirate**."
    assert "**assistant**" in told[-1]


async def test_the_usage_is_counted_alike(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        before = await scene.ask("!usage")
        await scene.ask("Hello.")
        return [before, await scene.ask("!usage"), await scene.ask("!receipt")]

    told = await Play(play.valkey, figures)(story)

    assert "This conversation 0 0 0 0 $0" in told[1]
    assert "It wrote 0 tokens of at most 0 and was complete." in told[2].replace("0 ,", "0").replace(
        "0, ", "0 "
    )


async def test_a_conversation_is_handed_over_with_all_of_its_questions(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        empty = await scene.ask("!export")
        await scene.ask("First?")
        await scene.ask("Second?")
        return [empty, await scene.ask("!export text")]

    told = await play(story)

    assert told[0] == "There is nothing to export yet: this conversation is empty."
    assert told[1].startswith("[user] First? [assistant] You asked: First? ")
    assert "[user] Second? [assistant] You asked: Second? " in told[1]
