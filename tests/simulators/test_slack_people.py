"""What people do, as the app hears of it, through the real framework."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from simulators.slack import Channel, Person, SlackSimulator, Upload

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "edit",
    "title": {"type": "plain_text", "text": "Edit"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
    ],
}
HOME: dict[str, Any] = {
    "type": "home",
    "blocks": [
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "start", "text": {"type": "plain_text", "text": "Start"}}
            ],
        }
    ],
}
BUTTONS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "go",
                "value": "1",
                "text": {"type": "plain_text", "text": "Go on"},
            },
            {
                "type": "static_select",
                "action_id": "persona",
                "options": [
                    {"text": {"type": "plain_text", "text": "Pirate"}, "value": "pirate"},
                    {"text": {"type": "plain_text", "text": "Poet"}, "value": "poet"},
                ],
            },
        ],
    }
]


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        yield running


@pytest.fixture
def client(slack: SlackSimulator) -> AsyncWebClient:
    return AsyncWebClient(token=slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
async def app(slack: SlackSimulator, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    """The real framework, connected by Socket Mode."""
    bolt = AsyncApp(client=client, signing_secret=slack.workspace.signing_secret)
    handler = AsyncSocketModeHandler(bolt, slack.workspace.app_token)
    await handler.connect_async()
    await slack.until(lambda: slack.sockets == 1)
    yield bolt
    await handler.close_async()


@pytest.fixture
def general(slack: SlackSimulator) -> Channel:
    return slack.workspace.channel("general")


@pytest.fixture
def ada(slack: SlackSimulator) -> Person:
    return slack.workspace.person("Ada")


async def told(slack: SlackSimulator, count: int = 1) -> list[dict[str, Any]]:
    """The events that were brought to the app, so many at least, without those that were brought again."""

    def first() -> list[dict[str, Any]]:
        return [dict(one.event) for one in slack.deliveries if one.event and not one.payload.attempt]

    await slack.until(lambda: len(first()) >= count)
    return first()


async def test_a_mention_is_two_events_of_one_message(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    ts = await ada.mentions("Is 1 < 2 & https://a.b/c true?", general)

    heard = await told(slack, 2)
    events = {event["type"]: event for event in heard}
    bot = slack.workspace.bot_user_id
    assert set(events) == {"app_mention", "message"}
    assert {event["ts"] for event in events.values()} == {ts}
    assert events["message"]["text"] == f"<@{bot}> Is 1 &lt; 2 &amp; <https://a.b/c> true?"
    assert (events["message"]["channel_type"], events["message"]["user"]) == ("channel", ada.id)
    assert "channel_type" not in events["app_mention"]
    assert events["message"]["blocks"][0]["elements"][0]["elements"] == [
        {"type": "user", "user_id": bot},
        {"type": "text", "text": " Is 1 < 2 & "},
        {"type": "link", "url": "https://a.b/c"},
        {"type": "text", "text": " true?"},
    ]


async def test_an_event_says_from_where_it_comes(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    await ada.says("Hello", general)

    await told(slack)
    body = slack.deliveries[0].payload.body
    workspace = slack.workspace
    assert (body["type"], body["team_id"], body["api_app_id"]) == (
        "event_callback",
        workspace.id,
        workspace.app_id,
    )
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == workspace.bot_user_id


async def test_a_reply_names_its_thread_and_who_began_it(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    thread = await ada.says("Hello", general)
    await slack.workspace.person("Bob").says("Hi", general, thread)

    heard = await told(slack, 2)
    [_, reply] = heard
    assert (reply["thread_ts"], reply["parent_user_id"]) == (thread, ada.id)


async def test_direct_messages_mention_nobody(slack: SlackSimulator, ada: Person) -> None:
    await ada.writes(f"<@{slack.workspace.bot_user_id}> hello")

    heard = await told(slack)
    [event] = heard
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", ada.dm.id)


async def test_edits_and_deletions_are_told(slack: SlackSimulator, general: Channel, ada: Person) -> None:
    first, second = await ada.says("One", general), await ada.says("Two", general)

    await ada.edits(first, general, "Three")
    await ada.deletes(second, general)

    heard = await told(slack, 4)
    changed, deleted = heard[2:]
    assert changed["subtype"] == "message_changed"
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("Three", "One")
    assert changed["message"]["edited"]["user"] == ada.id
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", second)
    assert [post.text for post in general.screen()] == ["Three"]


async def test_a_deleted_message_with_replies_leaves_a_tombstone(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    thread = await ada.says("One", general)
    await ada.says("Two", general, thread)

    await ada.deletes(thread, general)

    heard = await told(slack, 3)
    assert heard[2]["message"]["subtype"] == "tombstone"
    assert [post.text for post in general.screen(thread)] == ["This message was deleted.", "Two"]


async def test_files_come_with_a_message(slack: SlackSimulator, general: Channel, ada: Person) -> None:
    await ada.mentions("Read this", general, files=[Upload("notes.pdf", b"%PDF")])

    heard = await told(slack, 2)
    for event in heard:
        [file] = event["files"]
        assert (file["name"], file["mimetype"], file["size"]) == ("notes.pdf", "application/pdf", 4)
    assert {event.get("subtype") for event in heard} == {None, "file_share"}


async def test_other_bots_are_heard_as_bots(slack: SlackSimulator, general: Channel) -> None:
    jenkins = slack.workspace.other_bot("Jenkins")

    await jenkins.says("Built", general)
    await jenkins.says("Built again", general, subtype=False)

    heard = await told(slack, 2)
    old, new = heard
    assert (old["subtype"], "user" in old, old["bot_id"]) == ("bot_message", False, jenkins.bot_id)
    assert ("subtype" in new, new["user"], new["bot_id"]) == (False, jenkins.user.id, jenkins.bot_id)
    assert [post.author for post in general.screen()] == ["Jenkins", "Jenkins"]


async def test_the_app_hears_of_its_own_messages_too(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel
) -> None:
    await client.chat_postMessage(channel=general.id, text="Hello")
    slack.app.echoes = False
    await client.chat_postMessage(channel=general.id, text="Hello again")

    heard = await told(slack)
    [event] = heard
    assert (event["text"], event["bot_id"]) == ("Hello", slack.workspace.bot_id)


async def test_what_the_app_is_not_subscribed_to_or_may_not_read_is_not_told(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    slack.app.subscriptions.discard("app_mention")
    slack.workspace.scopes.discard("channels:history")
    outside = slack.workspace.channel("outside", bot=False)

    await ada.mentions("Hello", general)
    await ada.mentions("Hello", outside)
    await ada.writes("Hello")

    heard = await told(slack)
    assert [event["channel_type"] for event in heard] == ["im"]


async def test_a_command_is_answered_at_once_and_later(app: AsyncApp, general: Channel, ada: Person) -> None:
    @app.command("/reset")
    async def reset(ack: Any, command: dict[str, str]) -> None:
        await ack(f"Forgot {command['text']}.")

    reaction = await ada.types("/reset", "everything", general)
    later = AsyncWebhookClient(reaction.response_url)
    await later.send(text="Really.")
    await later.send(text="For all.", response_type="in_channel")

    assert reaction.responded
    assert [post.text for post in general.screen(viewer=ada)] == ["Forgot everything.", "Really.", "For all."]
    assert [post.text for post in general.screen()] == ["For all."]


@pytest.mark.usefixtures("app")
async def test_a_command_nobody_knows_is_not_answered(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    slack.speed = 100
    reaction = await ada.types("/unknown", "", general)

    assert not reaction.responded
    assert slack.workspace.unanswered[0].user == ada.id


async def test_a_response_url_is_good_for_five_answers_and_half_an_hour(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    first = AsyncWebhookClient((await ada.types("/a", "", general)).response_url)
    second = AsyncWebhookClient((await ada.types("/b", "", general)).response_url)

    answers = [await first.send(text="a") for _ in range(6)]
    empty = await second.send(text="")
    slack.speed = 36_000
    await slack.platform.clock.sleep(1801)
    late = await second.send(text="a")

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5].body
    assert (empty.status_code, late.status_code) == (400, 404)
    assert "expired_url" in late.body


async def test_a_click_says_what_was_pressed_and_where(
    slack: SlackSimulator, app: AsyncApp, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    pressed: list[dict[str, Any]] = []

    @app.action("go")
    async def go(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        pressed.append(body)
        await respond("Gone.", replace_original=True)

    ts = (await client.chat_postMessage(channel=general.id, text="Go?", blocks=BUTTONS))["ts"]
    reaction = await ada.clicks(ts, general, "Go on")
    await slack.until(lambda: any(call.outcome for call in slack.calls_to("response_url")))

    assert reaction.responded
    [body] = pressed
    assert body["actions"][0]["value"] == "1"
    assert body["message"]["ts"] == body["container"]["message_ts"] == ts
    assert body["channel"]["id"] == general.id
    assert [(post.text, post.buttons) for post in general.screen()] == [("Gone.", ())]


async def test_an_option_is_chosen_by_its_text(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    ts = (await client.chat_postMessage(channel=general.id, text="Who?", blocks=BUTTONS))["ts"]

    reaction = await ada.clicks(ts, general, "persona", "Poet")

    [action] = reaction.body["actions"]
    assert action["selected_option"]["value"] == "poet"
    with pytest.raises(LookupError):
        await ada.clicks(ts, general, "Stay")


async def test_a_click_on_an_ephemeral_message_brings_no_message(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    answer = await client.chat_postEphemeral(channel=general.id, user=ada.id, text="Go?", blocks=BUTTONS)

    reaction = await ada.clicks(answer["message_ts"], general, "go")

    assert reaction.body["container"]["is_ephemeral"]
    assert "message" not in reaction.body
    await AsyncWebhookClient(reaction.response_url).send_dict({"delete_original": True})
    assert general.screen(viewer=ada) == []


async def test_a_modal_is_opened_filled_in_and_closed(
    slack: SlackSimulator, app: AsyncApp, general: Channel, ada: Person
) -> None:
    names: list[str] = []

    @app.command("/persona")
    async def persona(ack: Any, client: AsyncWebClient, command: dict[str, str]) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    @app.view("edit")
    async def edit(ack: Any, view: dict[str, Any]) -> None:
        name = view["state"]["values"]["name"]["value"]["value"]
        names.append(name)
        await ack(response_action="errors", errors={"name": "Too short"}) if len(name) < 3 else await ack()

    await ada.types("/persona", "edit", general)
    await slack.until(lambda: ada.modal is not None)
    with pytest.raises(LookupError):
        await ada.submits({"name": ""})
    refused = await ada.submits({"Name": "Al"})
    still = ada.modal
    accepted = await ada.submits({"name": "Alan"})

    assert refused.errors == {"name": "Too short"}
    assert still is not None
    assert (accepted.responded, ada.modal, names) == (True, None, ["Al", "Alan"])


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackSimulator, client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    async def refusal(method: str = "views.open", **arguments: Any) -> str:
        with pytest.raises(SlackApiError) as caught:
            await client.api_call(method, json=arguments)
        return str(caught.value.response["error"])

    first = (await ada.types("/a", "", general)).trigger_id
    slack.shortest = 0.01
    second = (await ada.types("/b", "", general)).trigger_id
    wrong = {**MODAL, "title": {"type": "plain_text", "text": "a" * 25}}

    assert await refusal(trigger_id=first, view=wrong) == "invalid_arguments"
    assert await refusal(trigger_id=first, view={**MODAL, "submit": 1}) == "invalid_arguments"
    opened = await client.views_open(trigger_id=first, view=MODAL)
    assert await refusal(trigger_id=first, view=MODAL) == "exchanged_trigger_id"
    assert await refusal(trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"
    slack.speed = 1000
    await slack.platform.clock.sleep(20)
    assert await refusal(trigger_id=second, view=MODAL) == "expired_trigger_id"
    assert await refusal("views.update", view_id="V0", view=MODAL) == "not_found"
    old = opened["view"]
    updated = await client.views_update(view_id=old["id"], view=MODAL, hash=old["hash"])
    assert updated["view"]["id"] == old["id"]
    assert await refusal("views.update", view_id=old["id"], view=MODAL, hash=old["hash"]) == "hash_conflict"


async def test_modals_lie_above_each_other(client: AsyncWebClient, general: Channel, ada: Person) -> None:
    await client.views_open(trigger_id=(await ada.types("/a", "", general)).trigger_id, view=MODAL)
    for _ in range(2):
        await client.views_push(trigger_id=(await ada.types("/a", "", general)).trigger_id, view=MODAL)

    with pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=(await ada.types("/a", "", general)).trigger_id, view=MODAL)
    await ada.closes()
    assert ada.modal is not None


async def test_the_home_tab_shows_what_was_published(
    slack: SlackSimulator, app: AsyncApp, client: AsyncWebClient, ada: Person
) -> None:
    started: list[str] = []

    @app.event("app_home_opened")
    async def opened(event: dict[str, str]) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    @app.action("start")
    async def start(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        started.append(body["view"]["type"])

    assert await ada.opens_home() is None
    await slack.until(lambda: ada.home is not None)
    home = await ada.opens_home()
    assert home is not None
    assert (await ada.clicks_in(home, "Start")).responded
    assert started == ["home"]


async def test_a_shortcut_on_a_message_brings_the_message(
    app: AsyncApp, general: Channel, ada: Person
) -> None:
    asked: list[str] = []

    @app.shortcut("ask")
    async def ask(ack: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        asked.append(shortcut["message"]["text"])

    await ada.says("Something", general)

    assert (await ada.uses_shortcut("ask", general.screen()[0])).responded
    assert asked == ["Something"]


async def test_an_assistant_thread_begins_with_an_event(
    slack: SlackSimulator, general: Channel, ada: Person
) -> None:
    slack.app.agent = False
    thread = await ada.opens_assistant(general)

    heard = await told(slack)
    [event] = heard
    assert event["assistant_thread"]["thread_ts"] == thread
    assert event["assistant_thread"]["context"]["channel_id"] == general.id


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": {**MODAL, "callback_id": "b"}}, ["b"]),
        ({"response_action": "push", "view": {**MODAL, "callback_id": "b"}}, ["edit", "b"]),
        ({"response_action": "push", "view": {"type": "modal"}}, ["edit"]),
    ],
)
async def test_a_submission_is_answered_with_other_modals(
    slack: SlackSimulator, app: AsyncApp, ada: Person, answer: dict[str, Any], shown: list[str]
) -> None:
    @app.shortcut("open")
    async def open_modal(ack: Any, client: AsyncWebClient, body: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("edit")
    async def edit(ack: Any) -> None:
        await ack(**answer)

    await ada.uses_shortcut("open")
    await slack.until(lambda: ada.modal is not None)
    reaction = await ada.submits({"name": "Alan"})

    assert [view["callback_id"] for view in slack.workspace.views.modals[ada.id]] == shown
    assert reaction.responded is (shown != ["edit"])


async def test_feedback_says_which_side_was_pressed(
    client: AsyncWebClient, general: Channel, ada: Person
) -> None:
    sides = {
        side: {"text": {"type": "plain_text", "text": word}, "value": word.lower()}
        for side, word in (("positive_button", "Good"), ("negative_button", "Bad"))
    }
    pair = {"type": "feedback_buttons", "action_id": "feedback", **sides}
    blocks = [{"type": "context_actions", "elements": [pair]}]
    ts = (await client.chat_postMessage(channel=general.id, text="Well?", blocks=blocks))["ts"]

    reaction = await ada.clicks(ts, general, "Bad")

    assert reaction.body["actions"][0]["value"] == "bad"
    assert general.screen()[0].buttons == ("Good", "Bad")
