"""Tokens, scopes, installations and their ends."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulators.slack import Consent, SlackSimulator

# The SDK sends the client's id and secret in a way that aiohttp is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator() as running:
        yield running


def client_of(slack: SlackSimulator, token: str | None = None) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])


async def test_a_token_tells_whose_it_is_and_what_it_may_do(slack: SlackSimulator) -> None:
    answer = await client_of(slack, slack.workspace.bot_token).auth_test()

    assert (answer["team_id"], answer["user_id"]) == (slack.workspace.id, slack.workspace.bot_user_id)
    assert set(answer.headers["x-oauth-scopes"].split(",")) == slack.workspace.scopes


@pytest.mark.parametrize(("token", "error"), [(None, "not_authed"), ("xoxb-unknown", "invalid_auth")])
async def test_a_wrong_token_is_refused(slack: SlackSimulator, token: str | None, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client_of(slack, token).auth_test()


async def test_the_apps_token_posts_nothing(slack: SlackSimulator) -> None:
    general = slack.workspace.channel("general")

    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await client_of(slack, slack.app.app_token).chat_postMessage(channel=general.id, text="a")


async def test_a_missing_scope_is_named(slack: SlackSimulator) -> None:
    general = slack.workspace.channel("general")
    slack.workspace.scopes = {"users:read"}

    with pytest.raises(SlackApiError) as caught:
        await client_of(slack, slack.workspace.bot_token).chat_postMessage(channel=general.id, text="a")

    answer = caught.value.response
    assert (answer["error"], answer["needed"], answer["provided"]) == (
        "missing_scope",
        "chat:write",
        "users:read",
    )


async def test_an_unknown_method_is_refused(slack: SlackSimulator) -> None:
    with pytest.raises(SlackApiError, match="unknown_method"):
        await client_of(slack, slack.workspace.bot_token).api_call("chat.shout")


async def test_what_is_no_json_is_refused(slack: SlackSimulator) -> None:
    async def asked(content_type: str, body: bytes) -> str:
        url, headers = f"{slack.api_url}/auth.test", {"Content-Type": content_type}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as answer,
        ):
            return str((await answer.json())["error"])

    assert await asked("application/json", b"{") == "invalid_json"
    assert await asked("application/json", b"[]") == "json_not_object"
    assert await asked("application/xml", b"<a/>") == "invalid_post_type"


async def test_workspaces_do_not_see_each_other(slack: SlackSimulator) -> None:
    other = slack.add_workspace("Other")
    general = slack.workspace.channel("general")

    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client_of(slack, other.bot_token).chat_postMessage(channel=general.id, text="a")


async def test_a_code_is_exchanged_once(slack: SlackSimulator) -> None:
    other = slack.add_workspace("Other", installed=False)
    code = other.authorize(scopes=frozenset({"chat:write", "commands"}))
    client, app = client_of(slack), slack.app

    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.oauth_v2_access(client_id=app.client_id, client_secret="wrong", code=code)
    answer = await client.oauth_v2_access(client_id=app.client_id, client_secret=app.client_secret, code=code)
    with pytest.raises(SlackApiError, match="invalid_code"):
        await client.oauth_v2_access(client_id=app.client_id, client_secret=app.client_secret, code=code)

    assert (answer["team"]["id"], answer["scope"]) == (other.id, "chat:write,commands")
    assert (await client_of(slack, answer["access_token"]).auth_test())["team_id"] == other.id


async def test_a_redirect_uri_has_to_be_the_same(slack: SlackSimulator) -> None:
    code = slack.workspace.authorize("https://a.b/oauth")
    app = slack.app

    with pytest.raises(SlackApiError, match="bad_redirect_uri"):
        await client_of(slack).oauth_v2_access(
            client_id=app.client_id, client_secret=app.client_secret, code=code, redirect_uri="https://c.d"
        )


BACK = "https://a.b/oauth"


async def led_back(slack: SlackSimulator, **changes: str) -> tuple[int, str]:
    """Where a person is led who is asked to install the app, and with which status."""
    slack.app.redirect_urls = {BACK}
    asked = {"client_id": slack.app.client_id, "scope": "chat:write", "redirect_uri": BACK, "state": "s&t"}
    url = f"{slack.api_url.removesuffix('/api')}/oauth/v2/authorize"
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, params=asked | changes, allow_redirects=False) as response,
    ):
        return response.status, response.headers.get("Location") or await response.text()


async def test_allowing_an_installation_leads_back_with_a_code(slack: SlackSimulator) -> None:
    status, location = await led_back(slack)

    assert status == 302
    assert location.startswith(f"{BACK}?code=")
    assert location.endswith("&state=s%26t")


async def test_a_person_may_cancel(slack: SlackSimulator) -> None:
    slack.consent = Consent(slack.workspace, "cancel")

    assert await led_back(slack) == (302, f"{BACK}?error=access_denied&state=s%26t")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "https://a.b/oauth-evil"}, "bad_redirect_uri"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "chat:write,admin"}, "invalid_scope"),
    ],
)
async def test_an_app_that_asks_wrongly_does_not_get_anybody_back(
    slack: SlackSimulator, changes: dict[str, str], error: str
) -> None:
    status, page = await led_back(slack, **changes)

    assert status == 400
    assert error in page


async def test_an_installation_for_an_organization_is_of_no_workspace(slack: SlackSimulator) -> None:
    app = slack.app
    code = slack.workspace.authorize(org_wide=True)

    answer = await client_of(slack).oauth_v2_access(
        client_id=app.client_id, client_secret=app.client_secret, code=code
    )

    assert (answer["is_enterprise_install"], answer["team"]) == (True, None)


async def test_a_second_installation_gives_the_same_token_unless_it_was_taken_away(
    slack: SlackSimulator,
) -> None:
    async def installed() -> str:
        answer = await client_of(slack).oauth_v2_access(
            client_id=slack.app.client_id,
            client_secret=slack.app.client_secret,
            code=slack.workspace.authorize(),
        )
        return str(answer["access_token"])

    first, again = await installed(), await installed()
    await slack.workspace.uninstalls()
    later = await installed()

    assert first == again
    assert later != first
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client_of(slack, first).auth_test()


async def test_rotating_tokens_live_twelve_hours_and_refresh_once(slack: SlackSimulator) -> None:
    slack.app.rotates_tokens = True
    app, client = slack.app, client_of(slack)
    first = await client.oauth_v2_access(
        client_id=app.client_id, client_secret=app.client_secret, code=slack.workspace.authorize()
    )
    slack.speed = 1_000_000
    await slack.platform.clock.sleep(43_201)

    with pytest.raises(SlackApiError, match="token_expired"):
        await client_of(slack, first["access_token"]).auth_test()
    slack.speed = 1
    refreshed = await client.oauth_v2_access(
        client_id=app.client_id,
        client_secret=app.client_secret,
        grant_type="refresh_token",
        refresh_token=first["refresh_token"],
    )
    assert (await client_of(slack, refreshed["access_token"]).auth_test())["ok"]
    assert (first["expires_in"], refreshed["expires_in"]) == (43_200, 43_200)
    with pytest.raises(SlackApiError, match="invalid_refresh_token"):
        await client.oauth_v2_access(
            client_id=app.client_id,
            client_secret=app.client_secret,
            grant_type="refresh_token",
            refresh_token=first["refresh_token"],
        )


async def test_an_uninstalled_app_is_told_and_locked_out(slack: SlackSimulator) -> None:
    await slack.workspace.uninstalls()

    await slack.until(lambda: len(slack.deliveries) >= 2)
    first = [delivery.event["type"] for delivery in slack.deliveries if not delivery.payload.attempt]
    assert first == ["tokens_revoked", "app_uninstalled"]
    assert slack.deliveries[0].event["tokens"]["bot"] == [slack.workspace.bot_user_id]
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client_of(slack, slack.workspace.bot_token).auth_test()


async def test_revoked_tokens_end(slack: SlackSimulator) -> None:
    await slack.workspace.revokes_tokens()

    await slack.until(lambda: bool(slack.deliveries))
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client_of(slack, slack.workspace.bot_token).auth_test()


async def test_an_app_revokes_and_uninstalls_itself(slack: SlackSimulator) -> None:
    slack.limits = False
    other, app = slack.add_workspace("Other"), slack.app

    assert (await client_of(slack, slack.workspace.bot_token).auth_revoke())["revoked"]
    with pytest.raises(SlackApiError, match="invalid_client_id"):
        await client_of(slack, other.bot_token).apps_uninstall(client_id="1", client_secret="2")
    await client_of(slack, other.bot_token).apps_uninstall(
        client_id=app.client_id, client_secret=app.client_secret
    )

    assert not slack.workspace.installed
    assert not other.installed
