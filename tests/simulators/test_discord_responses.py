"""What Discord refuses of those who respond to interactions, and what it tells of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from simulators.discord import Channel, DiscordSimulator, Person, Reaction
from tests.simulators.discord_sockets import Socket, identified

COMMANDS: list[dict[str, Any]] = [
    {"name": "ask", "description": "Ask"},
    {
        "name": "find",
        "description": "Find",
        "options": [{"type": 3, "name": "what", "description": "What", "autocomplete": True}],
    },
    {"name": "About this", "type": 3},
    {"name": "here", "description": "Not in direct messages", "contexts": [0]},
    {"name": "rule", "description": "For those who manage", "default_member_permissions": "32"},
]
BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
ROWS = [{"type": 1, "components": [BUTTON]}]
MODAL = {
    "custom_id": "m",
    "title": "Ask",
    "components": [{"type": 1, "components": [{"type": 4, "custom_id": "q", "style": 1, "label": "Q"}]}],
}


@dataclass
class App:
    """An app that does by hand what a test says."""

    discord: DiscordSimulator
    session: aiohttp.ClientSession
    socket: Socket

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the body of an answer."""
        url = self.discord.api_url + path
        async with self.session.request(method, url, json=body) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def heard(self) -> dict[str, Any]:
        """The next interaction."""
        return await self.socket.event("INTERACTION_CREATE")

    async def responds(self, to: dict[str, Any], kind: int, **data: Any) -> tuple[int, Any]:
        """Give the first response."""
        path = f"/interactions/{to['id']}/{to['token']}/callback"
        return await self.ask("POST", path, {"type": kind, "data": data} if data else {"type": kind})

    def hook(self, to: dict[str, Any], message: str = "@original") -> str:
        """Where a message that answers stands."""
        return f"/webhooks/{self.discord.app.id}/{to['token']}/messages/{message}"

    def hooks(self, to: dict[str, Any]) -> str:
        """Where follow-ups are written."""
        return f"/webhooks/{self.discord.app.id}/{to['token']}"


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator(limits=False) as running:
        yield running


@pytest.fixture
async def app(discord: DiscordSimulator) -> AsyncIterator[App]:
    headers = {
        "Authorization": f"Bot {discord.app.token}",
        "User-Agent": "DiscordBot (https://parley.example, 1)",
    }
    async with aiohttp.ClientSession(headers=headers) as session, identified(discord) as (socket, _):
        made = App(discord, session, socket)
        await made.ask("PUT", f"/applications/{discord.app.id}/commands", COMMANDS)
        yield made


@pytest.fixture
def general(discord: DiscordSimulator) -> Channel:
    return discord.guild.channel("general")


@pytest.fixture
def ada(discord: DiscordSimulator) -> Person:
    return discord.guild.person("Ada")


@asynccontextmanager
async def used(app: App, ada: Person, place: Channel) -> AsyncIterator[dict[str, Any]]:
    """An interaction that waits for its first response."""
    asking: asyncio.Task[Reaction] = asyncio.create_task(ada.uses("ask", place))
    yield await app.heard()
    asking.cancel()
    await asyncio.wait([asking])


def codes(errors: dict[str, Any], *path: str) -> list[str]:
    for name in path:
        errors = errors[name]
    return [error["code"] for error in errors["_errors"]]


async def test_an_interaction_says_who_did_what_where(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        assert (heard["type"], heard["version"], heard["context"]) == (2, 1, 0)
        assert (heard["application_id"], heard["guild_id"]) == (app.discord.app.id, app.discord.guild.id)
        assert heard["member"]["user"]["id"] == ada.id
        assert int(heard["member"]["permissions"]) & 1 << 11
        assert int(heard["app_permissions"]) & 1 << 11
        assert (heard["channel"]["id"], heard["channel"]["type"]) == (general.id, 0)
        assert heard["authorizing_integration_owners"] == {"0": app.discord.guild.id}
        assert (heard["data"]["name"], heard["data"]["type"]) == ("ask", 1)
        assert heard["attachment_size_limit"] == 10 * 1024 * 1024
        assert "user" not in heard


async def test_one_in_direct_messages_names_no_guild(app: App, ada: Person) -> None:
    async with used(app, ada, ada.dm) as heard:
        assert (heard["user"]["id"], heard["context"]) == (ada.id, 1)
        assert heard["authorizing_integration_owners"] == {"0": "0"}
        assert not {"guild_id", "guild", "member"} & set(heard)


async def test_every_session_hears_of_it(app: App, ada: Person, general: Channel) -> None:
    async with identified(app.discord, intents=0) as (other, _), used(app, ada, general) as heard:
        assert (await other.event("INTERACTION_CREATE"))["id"] == heard["id"]


async def test_there_is_one_first_response(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        assert (await app.responds(heard, 4, content="Yes")) == (204, None)

        status, body = await app.responds(heard, 4, content="Yes")

    assert (status, body["code"]) == (400, 40060)
    assert [seen.text for seen in general.screen()] == ["Yes"]


async def test_an_interaction_that_nobody_had_is_unknown(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        other = heard | {"token": "other"}

        assert (await app.responds(other, 4, content="Yes"))[1]["code"] == 10062
        assert (await app.ask("GET", app.hook(other)))[1]["code"] == 10015
        assert (await app.ask("GET", app.hook(heard)))[1]["code"] == 10015


async def test_after_three_seconds_it_is_too_late(app: App, ada: Person, general: Channel) -> None:
    app.discord.speed = 100
    async with used(app, ada, general) as heard:
        await app.discord.platform.clock.sleep(26)

        status, body = await app.responds(heard, 4, content="Yes")

    assert (status, body["code"]) == (404, 10062)
    assert (await app.ask("POST", app.hooks(heard), {"content": "Yes"}))[1]["code"] == 10015


async def test_after_fifteen_minutes_the_token_is_gone(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 4, content="Yes")
        assert (await app.ask("GET", app.hook(heard)))[0] == 200
        app.discord.speed = 100_000

        await app.discord.platform.clock.sleep(90_000)

    assert await app.ask("GET", app.hook(heard)) == (401, {"message": "Invalid Webhook Token", "code": 50027})


async def test_a_first_response_may_be_shown_to_the_app(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        path = f"/interactions/{heard['id']}/{heard['token']}/callback?with_response=true"
        status, body = await app.ask("POST", path, {"type": 4, "data": {"content": "Yes", "flags": 64}})

    assert (status, body["resource"]["type"], body["resource"]["message"]["content"]) == (200, 4, "Yes")
    assert body["interaction"]["response_message_ephemeral"] is True
    assert body["interaction"]["response_message_id"] == body["resource"]["message"]["id"]


async def test_a_message_says_what_it_answers(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 4, content="Yes", components=ROWS)
        told = await app.socket.event("MESSAGE_CREATE")
        clicking = asyncio.create_task(ada.clicks(told["id"], general, "Go"))
        clicked = await app.heard()
        await app.responds(clicked, 4, content="Gone")
        await clicking

    answer = await app.socket.event("MESSAGE_CREATE")
    assert (told["type"], told["webhook_id"], told["application_id"]) == (20, *[app.discord.app.id] * 2)
    assert told["interaction_metadata"]["id"] == heard["id"]
    assert (told["interaction"]["name"], told["interaction"]["user"]["id"]) == ("ask", ada.id)
    assert (clicked["type"], clicked["data"]["custom_id"]) == (3, "go")
    assert clicked["data"]["component_type"] == 2
    assert clicked["message"]["id"] == told["id"]
    assert (answer["type"], answer["message_reference"]["message_id"]) == (19, told["id"])
    assert answer["interaction_metadata"]["interacted_message_id"] == told["id"]


@pytest.mark.parametrize("kind", [1, 2, 6, 7, 8, 10, 13])
async def test_a_command_is_not_answered_as_something_else(
    app: App, ada: Person, general: Channel, kind: int
) -> None:
    async with used(app, ada, general) as heard:
        status, body = await app.responds(heard, kind, content="Yes")

        assert (status, body["code"]) == (400, 50035)
        assert codes(body["errors"], "type") == ["BASE_TYPE_CHOICES"]
        assert (await app.responds(heard, 4, content="Yes"))[0] == 204


@pytest.mark.parametrize(
    ("data", "where", "code"),
    [
        ({"content": "x" * 2001}, ("data", "content"), "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "components": [BUTTON]}, ("data", "components", "0", "type"), "UNION_TYPE_CHOICES"),
        ({"embeds": [{}]}, ("data", "embeds", "0", "description"), "BASE_TYPE_REQUIRED"),
    ],
)
async def test_a_response_keeps_the_rules_of_messages(
    app: App, ada: Person, *, data: dict[str, Any], where: tuple[str, ...], code: str
) -> None:
    general = app.discord.guild.channel("general")
    async with used(app, ada, general) as heard:
        status, body = await app.responds(heard, 4, **data)

    assert (status, body["code"], codes(body["errors"], *where)) == (400, 50035, [code])


async def test_a_response_says_something(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        assert (await app.responds(heard, 4, content=" "))[1]["code"] == 50006


async def test_a_modal_keeps_its_rules_and_has_no_message(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        _, body = await app.responds(heard, 9, **MODAL | {"title": "x" * 46})
        assert codes(body["errors"], "data", "title") == ["BASE_TYPE_BAD_LENGTH"]

        assert (await app.responds(heard, 9, **MODAL))[0] == 204
        assert (await app.ask("GET", app.hook(heard)))[1]["code"] == 10008


async def test_what_is_submitted_says_what_was_written(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 9, **MODAL)

    submitting = asyncio.create_task(ada.submits({"Q": "Why?"}))
    submitted = await app.heard()
    status, _ = await app.responds(submitted, 9, **MODAL)
    await app.responds(submitted, 5)
    await submitting

    [part] = submitted["data"]["components"]
    assert (submitted["type"], submitted["data"]["custom_id"], status) == (5, "m", 400)
    assert part["components"][0] == {"type": 4, "custom_id": "q", "id": 2, "value": "Why?"}
    metadata = general.screen()[0].message["interaction_metadata"]
    assert metadata["triggering_interaction_metadata"]["id"] == heard["id"]


async def test_choices_are_twenty_five_at_most(app: App, ada: Person, general: Channel) -> None:
    choices = [{"name": str(n), "value": str(n)} for n in range(26)]
    completing = asyncio.create_task(ada.completes("find", general, "what", "li"))
    heard = await app.heard()

    status, body = await app.responds(heard, 8, choices=choices)
    refused = await app.responds(heard, 4, content="Yes")
    await app.responds(heard, 8, choices=choices[:25])

    assert heard["type"] == 4
    assert heard["data"]["options"] == [{"name": "what", "type": 3, "value": "li", "focused": True}]
    assert (status, codes(body["errors"], "data", "choices")) == (400, ["BASE_TYPE_MAX_LENGTH"])
    assert refused[0] == 400
    assert len(await completing) == 25


async def test_a_menu_brings_the_whole_message(app: App, ada: Person, general: Channel) -> None:
    said = await app.discord.guild.person("Bob").says("A lighthouse", general)
    async with identified(app.discord, intents=0) as (blind, _):
        using = asyncio.create_task(ada.uses_menu("About this", said, general))
        heard = await blind.event("INTERACTION_CREATE")
        await app.responds(heard, 4, content="It is one", flags=64)
        await using

    assert heard["data"]["target_id"] == said
    assert heard["data"]["resolved"]["messages"][said]["content"] == "A lighthouse"
    assert general.screen(viewer=ada)[-1].message["type"] == 23


async def test_an_ephemeral_message_is_for_one_and_for_the_app(
    app: App, ada: Person, general: Channel
) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 4, content="Hush", flags=64)
        told = await app.socket.event("MESSAGE_CREATE")

    _, shown = await app.ask("GET", app.hook(heard))
    assert (told["content"], told["flags"]) == ("Hush", 64)
    assert "guild_id" not in told
    assert shown["id"] == told["id"]
    assert (await app.ask("GET", f"/channels/{general.id}/messages"))[1] == []
    assert (await app.ask("GET", f"/channels/{general.id}/messages/{told['id']}"))[1]["code"] == 10008
    edit = await app.ask("PATCH", f"/channels/{general.id}/messages/{told['id']}", {"content": "Loud"})
    assert edit[1]["code"] == 10008


async def test_a_message_stays_as_hidden_as_it_was(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 5)

    status, shown = await app.ask("PATCH", app.hook(heard), {"content": "Yes", "flags": 64})

    assert (status, shown["flags"], shown["content"]) == (200, 0, "Yes")
    assert general.screen()[0].text == "Yes"


async def test_an_edit_can_be_repeated(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 5)

    for _ in range(2):
        assert (await app.ask("PATCH", app.hook(heard), {"content": "Yes"}))[0] == 200

    assert [seen.text for seen in general.screen()] == ["Yes"]


async def test_a_refused_edit_leaves_the_message_thinking(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 5)

    status, _ = await app.ask("PATCH", app.hook(heard), {"content": "x" * 2001})

    assert status == 400
    assert general.screen()[0].thinking


async def test_follow_ups_are_read_and_deleted_by_their_ids(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 4, content="First")
    _, made = await app.ask("POST", app.hooks(heard), {"content": "Second", "flags": 64})

    assert (await app.ask("GET", app.hook(heard, made["id"])))[1]["content"] == "Second"
    assert (await app.ask("DELETE", app.hook(heard, made["id"])))[0] == 204
    assert (await app.ask("GET", app.hook(heard, made["id"])))[1]["code"] == 10008
    assert (await app.ask("GET", app.hook(heard, "1")))[1]["code"] == 10008


async def test_a_follow_up_says_what_it_goes_on_with(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 4, content="First")
    _, first = await app.ask("GET", app.hook(heard))
    _, second = await app.ask("POST", app.hooks(heard), {"content": "Second"})

    assert second["interaction_metadata"]["original_response_message_id"] == first["id"]
    assert "original_response_message_id" not in first["interaction_metadata"]
    assert {first["interaction_metadata"]["id"], second["interaction_metadata"]["id"]} == {heard["id"]}


async def test_after_a_deferred_response_was_deleted_a_follow_up_is_a_message_of_its_own(
    app: App, ada: Person, general: Channel
) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 5)
    await app.ask("DELETE", app.hook(heard))

    status, _ = await app.ask("POST", app.hooks(heard), {"content": "For you", "flags": 64})

    assert status == 200
    assert [(each.text, each.ephemeral) for each in general.screen(ada)] == [("For you", True)]
    assert general.screen() == []


async def test_the_original_of_a_click_is_the_message_that_was_clicked(
    app: App, ada: Person, general: Channel
) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 4, content="Yes", components=ROWS)
    clicking = asyncio.create_task(ada.clicks(general.screen()[0].id, general, "Go"))
    clicked = await app.heard()
    await app.responds(clicked, 6)
    reaction = await clicking

    _, original = await app.ask("GET", app.hook(clicked))
    await app.ask("PATCH", app.hook(clicked), {"content": "Done", "components": []})

    assert (reaction.responded, reaction.type, reaction.id) == (True, 6, clicked["id"])
    assert original["id"] == general.screen()[0].id
    assert [(seen.text, seen.buttons, seen.edited) for seen in general.screen()] == [("Done", (), True)]


async def test_a_response_needs_no_permission_to_write(app: App, ada: Person, general: Channel) -> None:
    general.deny("SEND_MESSAGES", "READ_MESSAGE_HISTORY")
    async with used(app, ada, general) as heard:
        assert (await app.responds(heard, 4, content="Yes"))[0] == 204
    assert (await app.ask("POST", app.hooks(heard), {"content": "More"}))[0] == 200


async def test_a_response_calls_nobody_but_users_unless_it_may(
    app: App, ada: Person, general: Channel
) -> None:
    async with used(app, ada, general) as heard:
        await app.responds(heard, 4, content=f"@everyone {ada.mention}")

    assert [ping.who for ping in app.discord.pings] == ["Ada"]


async def test_a_response_may_bring_files(app: App, ada: Person, general: Channel) -> None:
    async with used(app, ada, general) as heard:
        form = aiohttp.FormData()
        form.add_field(
            "payload_json", '{"type": 4, "data": {"attachments": [{"id": 0, "filename": "a.txt"}]}}'
        )
        form.add_field("files[0]", b"Hello", filename="a.txt", content_type="text/plain")
        url = f"{app.discord.api_url}/interactions/{heard['id']}/{heard['token']}/callback"
        async with app.session.post(url, data=form) as response:
            assert response.status == 204

    assert general.screen()[0].files == {"a.txt": b"Hello"}


async def test_a_command_is_offered_where_it_is_meant_to_be(app: App, ada: Person, general: Channel) -> None:
    assert len(app.discord.platform.commands.of()) == len(COMMANDS)

    with pytest.raises(LookupError):
        await ada.uses("here", ada.dm)
    with pytest.raises(LookupError):
        await ada.uses("rule", general)
    general.deny("USE_APPLICATION_COMMANDS", who=ada.id)
    with pytest.raises(LookupError):
        await ada.uses("here", general)


async def test_commands_are_registered_as_a_set(app: App) -> None:
    path = f"/applications/{app.discord.app.id}/commands"
    _, before = await app.ask("GET", path)

    _, after = await app.ask("PUT", path, [COMMANDS[0] | {"description": "Otherwise"}])

    assert [command["name"] for command in before] == ["ask", "find", "About this", "here", "rule"]
    assert [(command["id"], command["description"]) for command in after] == [(before[0]["id"], "Otherwise")]
    assert after[0]["version"] != before[0]["version"]
    assert app.discord.platform.commands.puts == 2


async def test_commands_may_be_made_one_by_one(app: App) -> None:
    path = f"/applications/{app.discord.app.id}/guilds/{app.discord.guild.id}/commands"

    status, made = await app.ask("POST", path, COMMANDS[0])
    again, _ = await app.ask("POST", path, COMMANDS[0])
    _, edited = await app.ask("PATCH", f"{path}/{made['id']}", {"description": "Otherwise"})
    gone, _ = await app.ask("DELETE", f"{path}/{made['id']}")

    assert (status, again, gone) == (201, 200, 204)
    assert (made["guild_id"], edited["description"]) == (app.discord.guild.id, "Otherwise")
    assert (await app.ask("GET", f"{path}/{made['id']}"))[1]["code"] == 10063


async def test_wrong_commands_are_refused(app: App) -> None:
    path = f"/applications/{app.discord.app.id}/commands"

    _, wrong = await app.ask("PUT", path, [{"name": "Ask", "description": ""}])
    _, many = await app.ask("PUT", path, [{"name": f"c{n}", "description": "C"} for n in range(101)])
    _, menus = await app.ask("PUT", path, [{"name": f"c{n}", "type": 3} for n in range(16)])
    _, another = await app.ask("PUT", "/applications/1/commands", COMMANDS)

    assert codes(wrong["errors"], "0", "name") == ["APPLICATION_COMMAND_INVALID_NAME"]
    assert codes(wrong["errors"], "0", "description") == ["BASE_TYPE_REQUIRED"]
    assert (many["code"], menus["code"], another["code"]) == (30032, 30032, 20012)
    assert len((await app.ask("GET", path))[1]) == len(COMMANDS)


async def test_answers_to_interactions_need_no_token_of_the_bot(
    app: App, ada: Person, general: Channel
) -> None:
    async with used(app, ada, general) as heard, aiohttp.ClientSession() as anybody:
        path = f"/interactions/{heard['id']}/{heard['token']}/callback"
        async with anybody.post(
            app.discord.api_url + path, json={"type": 4, "data": {"content": "Yes"}}
        ) as said:
            assert said.status == 204


async def test_the_shard_of_a_guild_hears_of_its_interactions(
    app: App, ada: Person, general: Channel
) -> None:
    own = (int(app.discord.guild.id) >> 22) % 2
    async with (
        identified(app.discord, shard=[own, 2]) as (mine, _),
        identified(app.discord, shard=[0, 2]) as (first, _),
    ):
        async with used(app, ada, general) as heard:
            assert (await mine.event("INTERACTION_CREATE"))["id"] == heard["id"]
        async with used(app, ada, ada.dm) as direct:
            # The first shard brings direct messages; if it is also the guild's, that came before.
            told = await first.event("INTERACTION_CREATE")
            told = await first.event("INTERACTION_CREATE") if own == 0 else told
            assert told["id"] == direct["id"]


async def test_a_deferred_response_may_have_components_of_the_second_version(
    app: App, ada: Person, general: Channel
) -> None:
    parts = [{"type": 17, "components": [{"type": 10, "content": "# Yes"}, *ROWS]}]
    async with used(app, ada, general) as heard:
        await app.responds(heard, 5)

    status, _ = await app.ask("PATCH", app.hook(heard), {"flags": 1 << 15, "components": parts})
    clicking = asyncio.create_task(ada.clicks(general.screen()[0].id, general, "Go"))
    clicked = await app.heard()
    refused = await app.responds(clicked, 7, content="More")
    await app.responds(clicked, 7, components=[{"type": 10, "content": "Done"}])
    await clicking

    assert status == 200
    assert (refused[0], clicked["data"]["id"]) == (400, 4)
    assert [(seen.text, seen.buttons) for seen in general.screen()] == [("Done", ())]


async def test_two_that_hear_of_an_interaction_cannot_both_respond(
    app: App, ada: Person, general: Channel
) -> None:
    async with used(app, ada, general) as heard:
        answers = await asyncio.gather(*(app.responds(heard, 5) for _ in range(2)))

    assert sorted(status for status, _ in answers) == [204, 400]
    assert len(general.screen()) == 1


async def test_interactions_work_in_threads(app: App, ada: Person, general: Channel) -> None:
    thread = await ada.opens_thread("A thread", general)
    async with used(app, ada, thread) as heard:
        await app.responds(heard, 4, content="Yes")

    assert (heard["channel"]["type"], heard["channel"]["parent_id"]) == (11, general.id)
    assert thread.screen()[-1].text == "Yes"
