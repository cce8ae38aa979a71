"""What is edited or deleted has the same effect wherever that can be done."""

from __future__ import annotations

from tests.conformance.conftest import Play
from tests.conformance.stage import Scene, Stage


async def test_an_edited_question_is_answered_anew_in_place(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("My number is 4711.")
        await stage.edits(scene.talk, "Never mind.")
        await stage.until(lambda: "Never mind." in scene.text)
        await stage.idle()
        return [scene.text, await scene.ask("What do you know?")]

    assert await play(story, "changes") == [
        "You asked: Never mind. I know of nothing and no more.",
        "You asked: What do you know? I know of Never mind. and no more.",
    ]


async def test_a_deleted_question_is_forgotten_with_its_answer(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("My number is 4711.")
        await stage.deletes(scene.talk)
        await stage.until(lambda: not stage.read(scene.talk))
        await stage.idle()
        return [await Scene(stage).ask("What do you know?")]

    assert await play(story, "changes") == ["You asked: What do you know? I know of nothing and no more."]


async def test_an_edit_that_is_flagged_takes_the_answer_away(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("Hello.")
        await stage.edits(scene.talk, "I want to kill them all with violence")
        await stage.until(lambda: not stage.read(scene.talk))
        await stage.idle()
        return [post.text for post in stage.aside("Ada")]

    [told] = await play(story, "changes", "others")

    assert "flagged" in told
