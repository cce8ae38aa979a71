"""However an answer ends, it goes on and is asked for again in the same way everywhere."""

from __future__ import annotations

import re

from simulators.openai import Behaviour
from tests.conformance.conftest import Play
from tests.conformance.stage import Scene, Stage

COUNTED = " ".join(f"n{number}" for number in range(400))


def whole(text: str) -> str:
    """A text in which it does not count how far it came."""
    return re.sub(r"(?:\bn\d+\s*)+", "n0 n1 … ", " ".join(text.split()))


async def test_what_is_stopped_stays_and_says_so_and_goes_on(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        await scene.ask("Hello.")
        stage.model.behaviour = Behaviour(answer=COUNTED, tokens_per_second=100.0)
        await scene.begin("Count.")
        await stage.until(lambda: "n5" in scene.text)
        await stage.stops(scene.talk)
        await stage.until(lambda: "Stopped" in scene.text)
        await stage.idle()
        stopped = stage.read(scene.talk)[1].text
        stage.model.behaviour = Behaviour(answer="And so on.")
        return [stopped, await scene.ask("continue"), await scene.ask("!retry"), await scene.ask("stop")]

    told = await Play(play.valkey, whole)(story)

    assert told[0] == "n0 n1 … _Stopped; `continue` goes on._"
    assert told[1:3] == ["And so on.", "And so on."]


async def test_what_is_cut_at_its_limit_says_so_and_goes_on(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        stage.model.behaviour = Behaviour(answer=COUNTED)
        cut = await scene.ask("Count.")
        stage.model.behaviour = Behaviour(answer=" And so on.")
        return [
            cut,
            await scene.ask("continue"),
            await scene.ask("!continue"),
            await scene.ask("!export text"),
        ]

    told = await play(story, reply_tokens=100)

    assert told[0].endswith("_Cut off at 100 tokens. `continue` goes on._")
    assert told[1] == "And so on."
    assert told[2].startswith("There is nothing to continue")


async def test_a_retry_answers_anew_in_place_of_the_first_answer(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        stage.model.behaviour = Behaviour(answer="One.")
        await scene.ask("Say something.")
        stage.model.behaviour = Behaviour(answer="Two.")
        return [await scene.ask("!retry"), await scene.ask("!export text")]

    assert await play(story) == ["Two.", "[user] Say something. [assistant] Two."]


async def test_there_is_nothing_to_do_again_before_a_question(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        return [await scene.ask(f"!{word}") for word in ("retry", "continue", "stop", "reset", "receipt")]

    assert len(set(await play(story))) >= 4
