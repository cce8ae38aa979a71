"""Messages that grow, and what is shown around a thread meanwhile."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import Channel, Person, SlackSimulator

KEY = {"event_type": "post", "event_payload": {"key": "1"}}
FOOTER: dict[str, Any] = {"type": "context", "elements": [{"type": "mrkdwn", "text": "Sources: none"}]}


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        yield running


@pytest.fixture
def client(slack: SlackSimulator) -> AsyncWebClient:
    return AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def general(slack: SlackSimulator) -> Channel:
    return slack.workspace.channel("general")


@pytest.fixture
def ada(slack: SlackSimulator) -> Person:
    return slack.workspace.person("Ada")


async def started(client: AsyncWebClient, channel: Channel, ada: Person, **more: Any) -> dict[str, Any]:
    """A new stream in a thread that Ada began."""
    thread = await ada.says("A question", channel)
    arguments = {"recipient_team_id": ada.team.id, "recipient_user_id": ada.id, **more}
    answer = await client.chat_startStream(channel=channel.id, thread_ts=thread, **arguments)
    return {"channel": channel.id, "ts": answer["ts"]}


async def refusal(client: AsyncWebClient, method: str, **arguments: Any) -> str:
    """The error that a call ends with."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


async def test_a_stream_grows_until_it_stops(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    place = await started(client, general, ada, markdown_text="**One** ")
    await client.chat_appendStream(**place, markdown_text="two")
    growing = general.posts[place["ts"]].streaming
    stopped = await client.chat_stopStream(**place, markdown_text=" three", blocks=[FOOTER], metadata=KEY)

    _, post = general.screen(str(general.posts[place["ts"]].thread))
    assert growing
    assert not post.streaming
    assert post.text == "**One** two three\nSources: none"
    assert post.plain == "*One* two three"
    assert stopped["message"]["metadata"] == KEY


async def test_the_helper_of_the_sdk_streams(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    thread = await ada.says("A question", general)

    stream = await client.chat_stream(
        channel=general.id,
        thread_ts=thread,
        recipient_team_id=ada.team.id,
        recipient_user_id=ada.id,
        buffer_size=4,
    )
    for words in ("Hello ", "dear ", "friend"):
        await stream.append(markdown_text=words)
    await stream.stop()

    assert [post.text for post in general.screen(thread)] == ["A question", "Hello dear friend"]


async def test_tasks_and_blocks_are_drawn_with_the_text(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    task = {"type": "task_update", "id": "1", "title": "Looking", "status": "in_progress"}
    place = await started(client, general, ada, chunks=[task])
    await client.chat_appendStream(**place, chunks=[{**task, "status": "complete"}])
    await client.chat_appendStream(**place, chunks=[{"type": "markdown_text", "text": "Found."}])
    await client.chat_stopStream(**place, chunks=[{"type": "blocks", "blocks": [FOOTER]}])

    [post] = [post for post in general.screen(general.posts[place["ts"]].thread) if post.author == "Parley"]
    assert post.text == "[complete] Looking\nFound.\nSources: none"


async def test_a_stream_in_a_channel_is_for_somebody(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    thread = await ada.says("A question", general)
    place = {"channel": general.id, "thread_ts": thread}
    team, user = {"recipient_team_id": ada.team.id}, {"recipient_user_id": ada.id}

    method = "chat.startStream"
    assert await refusal(client, method, **place, **user) == "missing_recipient_team_id"
    assert await refusal(client, method, **place, **team) == "missing_recipient_user_id"
    assert await refusal(client, method, **place, **team, recipient_user_id="U0") == "user_not_found"
    assert await refusal(client, method, channel=general.id, **team, **user) == "invalid_arguments"
    assert await refusal(client, method, **place | {"thread_ts": "1.0"}, **team, **user) == "thread_not_found"
    assert general.screen(thread)[1:] == []


async def test_a_stream_in_direct_messages_needs_no_recipient(client: AsyncWebClient, ada: Person) -> None:
    thread = await ada.writes("A question")

    assert (await client.chat_startStream(channel=ada.dm.id, thread_ts=thread))["ok"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"markdown_text": "a" * 12_001}, "msg_too_long"),
        (
            {"markdown_text": "a", "chunks": [{"type": "markdown_text", "text": "a"}]},
            "cannot_provide_both_markdown_text_and_chunks",
        ),
        ({"chunks": [{"type": "markdown_text", "text": "a"}]}, "streaming_mode_mismatch"),
        ({"chunks": [{"type": "unknown"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "task_update", "id": "1"}]}, "invalid_chunks"),
        ({"chunks": [{"type": "blocks", "blocks": [{"type": "unknown"}]}]}, "invalid_blocks"),
        ({"markdown_text": "a", "ts": "1.000000"}, "message_not_found"),
    ],
)
async def test_what_may_not_be_appended_is_refused(
    client: AsyncWebClient, general: Channel, ada: Person, arguments: dict[str, Any], error: str
) -> None:
    place = await started(client, general, ada, markdown_text="So far")

    assert await refusal(client, "chat.appendStream", **place | arguments) == error
    assert general.posts[place["ts"]].message["text"] == "So far"


async def test_only_own_streams_can_be_appended_to(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    theirs = {"channel": general.id, "ts": await ada.says("Mine", general), "markdown_text": "a"}
    posted = (await client.chat_postMessage(channel=general.id, text="a"))["ts"]
    place = await started(client, general, ada, markdown_text="Done")
    await client.chat_stopStream(**place)

    over = "message_not_in_streaming_state"
    assert await refusal(client, "chat.appendStream", **theirs) == "message_not_owned_by_app"
    assert await refusal(client, "chat.appendStream", **theirs | {"ts": posted}) == over
    assert await refusal(client, "chat.appendStream", **place, markdown_text="a") == over
    assert await refusal(client, "chat.stopStream", **place) == over


async def test_a_growing_message_cannot_be_edited(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    place = await started(client, general, ada, markdown_text="So far")

    assert await refusal(client, "chat.update", **place, text="New") == "streaming_state_conflict"


async def test_a_streamed_message_keeps_rich_text(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    place = await started(client, general, ada, markdown_text="So far")
    await client.chat_stopStream(**place)

    assert await refusal(client, "chat.update", **place, text="New") == "block_mismatch"
    await client.chat_update(**place, text="New", blocks=[{"type": "markdown", "text": "New"}])
    slack.platform.block_mismatch = False
    assert (await client.chat_update(**place, text="New"))["ok"]


async def test_a_stream_ends_by_itself_after_five_minutes(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    place = await started(client, general, ada, markdown_text="So far")
    slack.speed = 6000
    await slack.platform.clock.sleep(301)

    error = await refusal(client, "chat.appendStream", **place, markdown_text=" and on")
    assert error == "message_not_in_streaming_state"
    assert await refusal(client, "chat.stopStream", **place) == "message_not_in_streaming_state"
    [_, post] = general.screen(general.posts[place["ts"]].thread)
    assert (post.text, post.streaming) == ("So far", False)
    blocks = [{"type": "markdown", "text": "Edited"}]
    assert (await client.chat_update(**place, text="Edited", blocks=blocks))["ok"]


async def test_a_stream_ends_when_it_is_full(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    place = await started(client, general, ada, markdown_text="a" * 11_000)

    for words in ("b" * 1_001, "c"):
        error = await refusal(client, "chat.appendStream", **place, markdown_text=words)
        assert error == "message_not_in_streaming_state"
    assert general.posts[place["ts"]].message["text"] == "a" * 11_000


async def test_who_presses_stop_ends_the_stream(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    place = await started(client, general, ada, markdown_text="So far")
    thread = str(general.posts[place["ts"]].thread)

    streams = await ada.stops(thread, general)

    await slack.until(lambda: slack.deliveries[-1].event.get("type") == "agent_session_stopped")
    assert slack.deliveries[-1].event["streaming_message_ts"] == streams == [place["ts"]]
    assert await refusal(client, "chat.appendStream", **place, markdown_text="a") == "stopped_by_user"
    assert (await client.chat_stopStream(**place, session_status="active"))["ok"]
    assert general.sessions[thread].status == "active"


async def test_a_call_that_is_streamed_in_pieces_is_noted(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    place = await started(client, general, ada, markdown_text="Hello <!chan")
    await client.chat_appendStream(**place, markdown_text="nel>")

    assert [ping.target for ping in slack.workspace.pings] == ["channel"]


async def test_a_status_is_shown_until_the_app_answers(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    thread = await ada.says("A question", general)
    place: dict[str, Any] = {"channel_id": general.id, "thread_ts": thread}

    await client.assistant_threads_setStatus(**place, status="is thinking…")
    shown = general.status(thread)
    await client.chat_postMessage(channel=general.id, thread_ts=thread, text="An answer")

    assert (shown, general.status(thread)) == ("is thinking…", "")


async def test_a_status_fades_after_two_minutes(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    thread = await ada.says("A question", general)
    await client.assistant_threads_setStatus(channel_id=general.id, thread_ts=thread, status="is thinking…")

    slack.speed = 6000
    await slack.platform.clock.sleep(121)

    assert general.status(thread) == ""


async def test_a_status_is_for_a_thread(client: AsyncWebClient, general: Channel) -> None:
    arguments = {"channel_id": general.id, "thread_ts": "1.000000", "status": "a"}

    method = "assistant.threads.setStatus"
    assert await refusal(client, method, **arguments) == "invalid_thread_ts"
    assert await refusal(client, method, **arguments | {"channel_id": "C0"}) == "channel_not_found"


async def test_an_agent_session_says_that_it_works(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    thread = await ada.says("A question", general)
    place = {"channel_id": general.id, "thread_ts": thread}

    answer = await client.agents_sessions_setStatus(**place, status="processing", title="A question")
    working = general.status(thread)
    await client.agents_sessions_setStatus(**place, status="active")

    assert (answer["agent_status"], answer["title"]) == ("processing", "A question")
    assert (working, general.status(thread)) == ("is working…", "")
    error = await refusal(client, "agents.sessions.setStatus", **place, status="is thinking…")
    assert error == "invalid_arguments"


async def test_a_session_without_a_stop_button_is_warned_of(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    slack.app.subscriptions.discard("agent_session_stopped")
    thread = await ada.says("A question", general)

    answer = await client.agents_sessions_setStatus(
        channel_id=general.id, thread_ts=thread, status="processing"
    )

    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_a_session_works_while_a_stream_does(
    client: AsyncWebClient, slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    thread = await ada.says("A question", general)

    begun = await client.chat_startStream(
        channel=general.id,
        thread_ts=thread,
        recipient_team_id=slack.workspace.id,
        recipient_user_id=ada.id,
        markdown_text="A",
    )
    working = general.status(thread)
    await client.chat_stopStream(channel=general.id, ts=str(begun["ts"]))

    assert (working, general.status(thread)) == ("is working…", "")


async def test_a_session_goes_on_working_when_something_is_posted(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    thread = await ada.says("A question", general)
    await client.agents_sessions_setStatus(channel_id=general.id, thread_ts=thread, status="processing")

    await client.chat_postMessage(channel=general.id, thread_ts=thread, text="An answer")

    assert general.status(thread) == "is working…"


async def test_an_app_with_the_older_view_has_no_sessions(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    slack.app.agent = False
    place = {"channel_id": general.id, "thread_ts": await ada.says("A question", general)}

    error = await refusal(client, "agents.sessions.setStatus", **place, status="processing")

    assert error == "not_authorized"


async def test_an_agent_has_prompts_for_all_its_messages_and_no_assistant_threads(
    client: AsyncWebClient, ada: Person
) -> None:
    prompt = {"title": "Summarise", "message": "Summarise the channel"}
    thread = await ada.writes("A question")

    places: list[dict[str, str]] = [{}, {"thread_ts": thread}]
    for place in places:
        await client.assistant_threads_setSuggestedPrompts(channel_id=ada.dm.id, prompts=[prompt], **place)

    assert ada.dm.prompts == {"": {"title": "", "prompts": [prompt]}}
    with pytest.raises(LookupError):
        await ada.opens_assistant()


async def test_prompts_and_titles_are_kept_by_thread(
    slack: SlackSimulator, client: AsyncWebClient, ada: Person
) -> None:
    slack.app.agent = False
    thread = await ada.opens_assistant()
    prompt = {"title": "Summarise", "message": "Summarise the channel"}

    await client.assistant_threads_setSuggestedPrompts(
        channel_id=ada.dm.id, thread_ts=thread, title="Ask me", prompts=[prompt]
    )
    await client.assistant_threads_setTitle(channel_id=ada.dm.id, thread_ts=thread, title="A question")

    assert ada.dm.prompts[thread] == {"title": "Ask me", "prompts": [prompt]}
    assert ada.dm.titles[thread] == "A question"
