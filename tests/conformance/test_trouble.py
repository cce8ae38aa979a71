"""Whatever goes wrong, people read the same about it."""

from __future__ import annotations

from simulators.openai import Behaviour, Fault
from simulators.openai_api.behaviour import FaultKind
from tests.conformance.conftest import Play, figures
from tests.conformance.stage import BOB, Scene, Stage

FLAGGED = "I want to kill them all with violence"


async def test_a_flagged_question_is_refused_and_goes_nowhere(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        first = await scene.ask("Hello.")
        refused = await scene.ask(FLAGGED)
        return [first, refused, await scene.ask("What did I say?"), await scene.ask("!export text")]

    told = await play(story)

    assert told[1].startswith("I can't answer that: the moderation check flagged it (")
    assert "kill" not in " ".join(told[1:])


async def test_only_who_asked_reads_that_a_question_was_flagged(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        refused = await scene.ask(FLAGGED)
        chats = len(stage.model.requests_to("chat"))
        return [refused, scene.text, *(post.text for post in stage.aside(BOB)), str(chats)]

    told = await play(story, "others")

    assert told[1:] == ["", "0"]


async def test_whatever_befalls_the_model_is_told_and_a_retry_answers(play: Play) -> None:
    kinds: tuple[FaultKind, ...] = ("quota", "unauthorized", "not_found", "bad_request", "server_error")

    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        told = []
        for kind in kinds:
            stage.model.behaviour = Behaviour(faults=(Fault(kind, times=4 if kind == "server_error" else 1),))
            told.append(await scene.ask(f"Is this a case of {kind}?"))
        stage.model.behaviour = Behaviour()
        return [*told, await scene.ask("!retry"), await scene.ask("!export text")]

    told = await play(story)

    assert len(set(told)) == len(told)
    assert told[5] == "You asked: Is this a case of server_error? I know of nothing and no more."


async def test_what_a_stream_that_breaks_has_brought_stays(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        stage.model.behaviour = Behaviour(
            reply_tokens=60, tokens_per_second=40.0, faults=(Fault("clean_end", after_tokens=30, times=None),)
        )
        broken = await scene.ask("Tell me much.")
        stage.model.behaviour = Behaviour()
        return [broken, await scene.ask("!retry"), await scene.ask("And now?")]

    told = await play(story)

    assert told[1] == "You asked: Tell me much. I know of nothing and no more."
    assert told[2] == "You asked: And now? I know of Tell me much. and no more."


async def test_nothing_is_answered_that_cannot_be_judged(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        stage.model.behaviour = Behaviour(faults=(Fault("quota", "moderations", times=None),))
        refused = await scene.ask("Hello.")
        return [refused, str(len(stage.model.requests_to("chat")))]

    assert (await play(story))[1] == "0"


async def test_a_question_that_is_too_long_is_measured(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        return [await Scene(stage).ask("word " * 600)]

    [told] = await Play(play.valkey, figures)(story, context_tokens=500, reply_tokens=100)

    assert told.startswith("Your message has 0 tokens; at most 0 fit")
