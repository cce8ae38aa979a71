"""Posting, editing and deleting, with the real client."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import SlackSimulator

KEY = {"event_type": "post", "event_payload": {"key": "1"}}
SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "*Hello* <@U1>"}}


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        yield running


@pytest.fixture
def client(slack: SlackSimulator) -> AsyncWebClient:
    return AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


async def refusal(client: AsyncWebClient, method: str, **arguments: Any) -> str:
    """The error that a call ends with."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


async def test_a_post_is_seen_in_its_channel_and_as_it_is_drawn(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    ada = slack.workspace.person("Ada")

    await client.chat_postMessage(channel=general.id, text=f"&lt;hello&gt; <@{ada.id}> <https://a.b|there>")

    [post] = general.screen()
    assert (post.author, post.text) == ("Parley", "<hello> @Ada there")


async def test_blocks_are_drawn_and_the_text_is_what_notifications_say(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Title"}},
        {"type": "markdown", "text": "**Answer**"},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "a source"}]},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}
            ],
        },
    ]

    await client.chat_postMessage(channel=general.id, text="Answer", blocks=blocks)

    [post] = general.screen()
    assert post.text == "Title\n**Answer**\na source"
    assert (post.plain, post.buttons) == ("Answer", ("More",))


async def test_a_reply_stands_in_its_thread_and_not_in_the_channel(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    root = await slack.workspace.person("Ada").says("A question", general)

    await client.chat_postMessage(channel=general.id, text="An answer", thread_ts=root)
    await client.chat_postMessage(channel=general.id, text="For all", thread_ts=root, reply_broadcast=True)

    assert [post.text for post in general.screen()] == ["A question", "For all"]
    assert [post.text for post in general.screen(root)] == ["A question", "An answer", "For all"]
    assert general.transcript().splitlines() == [
        "#general",
        "Ada: A question",
        "    Parley: An answer",
        "    Parley: For all",
    ]


async def test_what_slack_keeps_of_a_text_is_escaped(slack: SlackSimulator, client: AsyncWebClient) -> None:
    general = slack.workspace.channel("general")

    answer = await client.chat_postMessage(channel=general.id, text="a < b & c, see https://a.b/?c=d&e")

    assert answer["message"]["text"] == "a &lt; b &amp; c, see <https://a.b/?c=d&e>"


async def test_an_ephemeral_message_is_seen_by_one_person_and_kept_nowhere(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    ada, bob = slack.workspace.person("Ada"), slack.workspace.person("Bob")

    await client.chat_postEphemeral(channel=general.id, user=ada.id, text="Only you")

    assert [post.text for post in general.screen(viewer=ada)] == ["Only you"]
    assert general.screen(viewer=bob) == general.screen() == []
    history = await client.conversations_history(channel=general.id)
    assert history["messages"] == []


async def test_an_edit_replaces_the_text_and_takes_blocks_away(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    posted = await client.chat_postMessage(channel=general.id, text="One", blocks=[SECTION], metadata=KEY)

    await client.chat_update(channel=general.id, ts=posted["ts"], text="Two")

    [post] = general.screen()
    assert (post.text, post.blocks, post.edited) == ("Two", (), True)
    assert post.message["metadata"] == KEY


async def test_a_deleted_message_is_gone(slack: SlackSimulator, client: AsyncWebClient) -> None:
    general = slack.workspace.channel("general")
    posted = await client.chat_postMessage(channel=general.id, text="One")

    await client.chat_delete(channel=general.id, ts=posted["ts"])

    assert general.screen() == []
    assert await refusal(client, "chat.delete", channel=general.id, ts=posted["ts"]) == "message_not_found"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "a", "channel": "C0UNKNOWN"}, "channel_not_found"),
        ({"text": "a", "channel": None}, "invalid_arguments"),
        ({"text": 1}, "invalid_arguments"),
        ({"text": "a" * 40_001}, "msg_too_long"),
        ({"markdown_text": "a" * 12_001}, "msg_too_long"),
        ({"markdown_text": "a", "text": "a"}, "markdown_text_conflict"),
        ({"text": "a", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "a", "metadata": {"event_type": "post"}}, "invalid_metadata_format"),
        ({"text": "a", "metadata": "no JSON"}, "invalid_metadata_format"),
        ({"text": "a", "blocks": "no JSON"}, "invalid_blocks_format"),
        ({"text": "a", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "a", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "a", "username": "Somebody"}, "missing_scope"),
    ],
)
async def test_a_post_against_the_rules_is_refused(
    slack: SlackSimulator, client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    general = slack.workspace.channel("general")

    assert await refusal(client, "chat.postMessage", **{"channel": general.id, **arguments}) == error
    assert general.screen() == []


async def test_the_app_writes_only_where_it_was_invited(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    public = slack.workspace.channel("public", bot=False)
    private = slack.workspace.channel("private", private=True, bot=False)
    archived = slack.workspace.channel("archived")
    archived.archived = True

    assert await refusal(client, "chat.postMessage", channel=public.id, text="a") == "not_in_channel"
    assert await refusal(client, "chat.postMessage", channel=private.id, text="a") == "channel_not_found"
    assert await refusal(client, "chat.postMessage", channel=archived.id, text="a") == "is_archived"

    slack.workspace.scopes.add("chat:write.public")
    assert (await client.chat_postMessage(channel=public.id, text="a"))["ok"]


async def test_only_own_messages_can_be_changed(slack: SlackSimulator, client: AsyncWebClient) -> None:
    general = slack.workspace.channel("general")
    ts = await slack.workspace.person("Ada").says("Mine", general)
    place = {"channel": general.id, "ts": ts}

    assert await refusal(client, "chat.update", **place, text="a") == "cant_update_message"
    assert await refusal(client, "chat.delete", **place) == "cant_delete_message"
    own = (await client.chat_postMessage(channel=general.id, text="a"))["ts"]
    too_long = await refusal(client, "chat.update", channel=general.id, ts=own, text="a" * 4_001)
    assert too_long == "msg_too_long"


async def test_an_ephemeral_message_is_for_a_member(slack: SlackSimulator, client: AsyncWebClient) -> None:
    general = slack.workspace.channel("general")
    ada = slack.workspace.person("Ada")
    general.members.discard(ada.id)
    place = {"channel": general.id, "text": "a"}

    assert await refusal(client, "chat.postEphemeral", **place, user=ada.id) == "user_not_in_channel"
    assert await refusal(client, "chat.postEphemeral", **place, user="U0") == "user_not_found"


@pytest.mark.parametrize(
    "arguments",
    [
        {"text": "<!channel> hello"},
        {"text": "a", "blocks": [{"type": "markdown", "text": "<!channel|here> hello"}]},
        {"text": "a", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<!channel>"}}]},
        {"text": "@channel", "link_names": True},
        {"markdown_text": "Hello <!channel>"},
    ],
)
async def test_whoever_a_message_calls_is_noted(
    slack: SlackSimulator, client: AsyncWebClient, arguments: dict[str, Any]
) -> None:
    general = slack.workspace.channel("general")

    await client.api_call("chat.postMessage", json={"channel": general.id, **arguments})

    assert [ping.target for ping in slack.workspace.pings] == ["channel"]


@pytest.mark.parametrize(
    "text", ["&lt;!channel&gt;", "@channel", "&lt;@U012345&gt;", "<https://a.b|@channel>"]
)
async def test_what_is_written_as_entities_calls_nobody(
    slack: SlackSimulator, client: AsyncWebClient, text: str
) -> None:
    general = slack.workspace.channel("general")

    await client.chat_postMessage(channel=general.id, text=text)

    assert slack.workspace.pings == []


async def test_an_edit_that_calls_somebody_is_noted_once(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    ts = (await client.chat_postMessage(channel=general.id, text="a"))["ts"]

    for text in ("<!here> a", "<!here> b"):
        await client.chat_update(channel=general.id, ts=ts, text=text)

    assert [ping.target for ping in slack.workspace.pings] == ["here"]


async def test_links_unfurl_unless_both_arguments_say_no(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    general = slack.workspace.channel("general")
    link: dict[str, Any] = {"channel": general.id, "text": "See <https://a.b/c|this>."}

    await client.chat_postMessage(**link, unfurl_links=False, unfurl_media=False)
    assert slack.workspace.unfurls == []

    await client.chat_postMessage(**link, unfurl_links=False)
    assert [unfurl.url for unfurl in slack.workspace.unfurls] == ["https://a.b/c"]


async def test_direct_messages_are_reached_by_the_user_too(
    slack: SlackSimulator, client: AsyncWebClient
) -> None:
    ada = slack.workspace.person("Ada")

    await client.chat_postMessage(channel=ada.id, text="Hello")

    assert [post.text for post in ada.dm.screen()] == ["Hello"]


async def test_arguments_may_come_as_a_form(slack: SlackSimulator, client: AsyncWebClient) -> None:
    general = slack.workspace.channel("general")
    form = {"channel": general.id, "text": "a", "blocks": '[{"type": "divider"}]', "unfurl_links": "0"}

    await client.api_call("chat.postMessage", data=form)

    [post] = general.screen()
    assert [block["type"] for block in post.blocks] == ["divider"]
    assert slack.calls_to("chat.postMessage")[0].arguments["unfurl_links"] == "0"
