"""Answers that grow before the eyes of those who asked, and what happens to them when Slack fails."""

from __future__ import annotations

import pytest

from bot.store import Store
from simulators.slack import Fault
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office, open_office

SLOWLY = 25.0
"""Tokens a second: an answer takes more than a second."""
WRITES = (
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.postMessage",
    "chat.update",
    "agents.sessions.setStatus",
    "assistant.threads.setStatus",
)


def whole(office: Office, asked: str, question: str) -> bool:
    """Whether exactly one reply stands there, it is complete, and it says all that the model wrote."""
    replies = office.replies(asked)
    return [each.text for each in replies] == [answer_to(question)] and not replies[0].streaming


async def test_an_answer_grows_in_a_stream_and_ends_with_its_buttons(office: Office) -> None:
    office.behave(tokens_per_second=SLOWLY)
    asked = await office.ada.mentions("Slowly?", office.general)

    await office.until(lambda: any(each.streaming and "word2" in each.text for each in office.replies(asked)))
    await office.until(lambda: whole(office, asked, "Slowly?"))

    [reply] = office.replies(asked)
    assert reply.buttons == ("Retry", "Receipt", "Good answer", "Bad answer")
    assert reply.plain == answer_to("Slowly?")
    assert not office.slack.calls_to("chat.postMessage")
    assert not reply.edited


async def test_a_click_on_stop_ends_the_reply(office: Office) -> None:
    office.slack.faults = (Fault("refuse", "chat.startStream", error="channel_type_not_supported"),)
    office.behave(tokens_per_second=SLOWLY)
    asked = await office.ada.mentions("Long?", office.general)
    await office.until(lambda: any("Stop" in each.buttons for each in office.replies(asked)))

    [growing] = office.replies(asked)
    await office.ada.clicks(growing.ts, office.general, "Stop")

    await office.until(lambda: "Stopped" in office.replies(asked)[0].text)
    assert answer_to("Long?") not in office.replies(asked)[0].text
    assert office.replies(asked)[0].buttons[:3] == ("Continue", "Retry", "Receipt")


async def test_a_button_is_for_who_asked_and_others_hear_so_privately(office: Office) -> None:
    asked = await office.ada.mentions("Mine?", office.general)
    await office.until(lambda: whole(office, asked, "Mine?"))
    bob = office.workspace.person("Bob")

    await office.workspace.person("Bob").clicks(office.replies(asked)[0].ts, office.general, "Retry")

    await office.until(lambda: any(each.ephemeral for each in office.general.screen(asked, bob)))
    assert len(office.model.requests_to("chat")) == 1


async def test_a_click_on_retry_answers_anew(office: Office) -> None:
    asked = await office.ada.mentions("Again?", office.general)
    await office.until(lambda: whole(office, asked, "Again?"))

    await office.ada.clicks(office.replies(asked)[0].ts, office.general, "Retry")

    await office.until(lambda: len(office.replies(asked)) == 2)
    assert len(office.model.requests_to("chat")) == 2


async def test_under_an_older_answer_it_does_not_ask_what_somebody_else_asked(office: Office) -> None:
    asked = await office.ada.mentions("Mine?", office.general)
    await office.until(lambda: whole(office, asked, "Mine?"))
    await office.workspace.person("Bob").says("And me?", office.general, asked)
    await office.until(lambda: len([e for e in office.replies(asked) if not e.streaming]) == 2)

    await office.ada.clicks(office.replies(asked)[0].ts, office.general, "Retry")

    await office.until(lambda: any(each.ephemeral for each in office.general.screen(asked, office.ada)))
    assert len(office.model.requests_to("chat")) == 2


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "error-before", "error-after", "garble-after"])
@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_whatever_becomes_of_a_write_the_answer_stands_there_once(
    office: Office, kind: str, method: str
) -> None:
    office.slack.app.agent = method != "assistant.threads.setStatus"
    starting = (
        Fault("refuse", "chat.startStream", error="channel_type_not_supported")
        if method in {"chat.postMessage", "chat.update"}
        else None
    )
    office.slack.faults = tuple(filter(None, (starting, Fault(kind, method))))  # type: ignore[arg-type]
    office.behave(tokens_per_second=SLOWLY)

    asked = await office.ada.mentions("Once?", office.general)
    await office.until(lambda: not office.slack.faults and whole(office, asked, "Once?"))

    assert office.slack.impatient == []


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_whatever_slack_limits_the_answer_comes_and_nothing_is_sent_too_early(
    office: Office, method: str
) -> None:
    office.slack.app.agent = method != "assistant.threads.setStatus"
    starting = (
        Fault("refuse", "chat.startStream", error="channel_type_not_supported")
        if method in {"chat.postMessage", "chat.update"}
        else None
    )
    office.slack.faults = tuple(filter(None, (starting, Fault("busy", method, seconds=1.0))))
    office.behave(tokens_per_second=SLOWLY)

    asked = await office.ada.mentions("Busy?", office.general)
    await office.until(lambda: not office.slack.faults and whole(office, asked, "Busy?"))

    assert office.slack.impatient == []


@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_twenty_streams_in_a_workspace_cause_no_refusal(office: Office) -> None:
    office.behave(tokens_per_second=SLOWLY)
    channels = [office.workspace.channel(f"c{number}") for number in range(5)]
    asked = [
        (await office.ada.mentions(f"Q{number}", channels[number % 5]), channels[number % 5], f"Q{number}")
        for number in range(20)
    ]

    for thread, channel, question in asked:
        await office.until_answered(thread, answer_to(question), channel)

    assert {call.outcome for call in office.slack.calls} == {"ok"}
    assert len(office.slack.calls_to("chat.startStream")) == 20
    assert office.slack.impatient == []


@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_a_stream_that_dies_goes_on_as_edits_of_the_same_message(office: Office) -> None:
    office.behave(tokens_per_second=10.0)
    asked = await office.ada.mentions("Long?", office.general)
    await office.until(lambda: bool(office.replies(asked)))

    office.slack.speed = 1_000.0  # five minutes pass in a third of a second
    await office.until(lambda: not office.replies(asked)[0].streaming)
    office.slack.speed = 1.0
    await office.until(lambda: whole(office, asked, "Long?"))

    assert office.slack.impatient == []


@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_slacks_own_stop_ends_the_reply(office: Office) -> None:
    office.behave(tokens_per_second=SLOWLY)
    asked = await office.ada.mentions("Long?", office.general)
    await office.until(lambda: any(each.streaming for each in office.replies(asked)))

    await office.ada.stops(asked, office.general)

    await office.until(lambda: "Stopped" in office.replies(asked)[0].text)
    assert answer_to("Long?") not in office.replies(asked)[0].text
    assert len(office.replies(asked)) == 1


@pytest.mark.parametrize("office", ["sockets"], indirect=True)
async def test_a_refusal_leaves_the_reply_alone_that_is_being_written(office: Office) -> None:
    office.behave(tokens_per_second=8.0)
    asked = await office.ada.mentions("Long?", office.general)
    await office.until(lambda: any(each.streaming for each in office.replies(asked)))
    for number in range(20):
        await office.ada.says(f"More {number}?", office.general, asked)

    await office.until(lambda: any("messages wait" in each.text for each in office.replies(asked)))
    office.behave()
    await office.until_answered(asked, answer_to("Long?"))

    assert sum(answer_to("Long?") in each.text for each in office.replies(asked)) == 1
    assert not any(call.method == "chat.delete" for call in office.slack.calls)


LONG = "\n\n".join(f"Paragraph {number} is about " + "words " * 60 for number in range(20))


@pytest.mark.parametrize("way", ["stream", "update", "broken"])
async def test_a_long_answer_is_whole_in_every_way_in_which_it_grows(
    valkey: str, store: Store, way: str
) -> None:
    del store
    async with open_office(
        valkey, responder=lambda *_: LONG, context_tokens=20_000, reply_tokens=8_000
    ) as office:
        office.slack.faults = {
            "stream": (),
            "update": (Fault("refuse", "chat.startStream", error="channel_type_not_supported"),),
            "broken": (Fault("error-before", "chat.appendStream"),),
        }[way]
        office.behave(tokens_per_second=2_000.0)

        asked = await office.ada.mentions("Long?", office.general)
        await office.until(
            lambda: bool(office.replies(asked)) and "Retry" in office.replies(asked)[-1].buttons, within=60
        )

        said = "\n".join(each.text for each in office.replies(asked))
        assert [line.strip() for line in said.splitlines() if line.strip()] == [
            line.strip() for line in LONG.splitlines() if line.strip()
        ]
        assert "".join(each.plain for each in office.replies(asked)).count("Paragraph") == 20


async def test_what_a_command_asks_of_the_model_is_answered_whole(office: Office) -> None:
    office.behave(tokens_per_second=100.0)

    await office.ada.types("/what", "is up?", office.general)

    def seen() -> list[str]:
        return [each.text for each in office.general.screen(viewer=office.ada)]

    await office.until(lambda: bool(seen()))
    assert seen() == [answer_to("/what is up?")]


async def test_a_file_that_a_command_hands_over_only_its_author_sees(office: Office) -> None:
    asked = await office.ada.mentions("Hello?", office.general)
    await office.until(lambda: whole(office, asked, "Hello?"))
    later = await office.ada.mentions("Later?", office.general)
    await office.until(lambda: whole(office, later, "Later?"))

    await office.ada.types("/export", "", office.general)

    await office.until(lambda: any(each.files for each in office.ada.dm.screen()))
    assert not any(each.files for each in office.general.screen())
