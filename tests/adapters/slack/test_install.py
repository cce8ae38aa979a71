"""Installing the app: a person's browser goes to Slack and back, and the workspace is answered from then on."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.slack.installing.install import COOKIE, Installer, InstallPages
from adapters.slack.installing.oauth import oauth_of
from adapters.slack.installing.sealing import Seal
from adapters.slack.installing.states import LIFE, States
from adapters.slack.scopes import BOT_SCOPES
from adapters.slack.web import open_session
from bot.store import Store
from simulators.slack import Consent, Fault
from tests.adapters.answering import answer_to
from tests.adapters.slack.many import SECRET, Many, installation_in, kept_of, open_many, until_remembered

BACK = "/slack/oauth_redirect"


@pytest.fixture
async def many(valkey: str, store: Store) -> AsyncIterator[Many]:
    """Parley for workspaces that install it; none has yet."""
    del store
    async with open_many(valkey) as opened:
        yield opened


async def test_a_workspace_that_installs_the_app_is_answered(many: Many) -> None:
    workspace = many.workspace("Beta")
    general = workspace.channel("general")

    page = await many.installs(workspace)
    asked = await workspace.person("Ada").mentions("What is up?", general)
    await many.office.until_answered(asked, answer_to("What is up?"), general)

    assert page.status == 200
    assert "Parley is in Beta" in page.text
    assert "/invite @Parley" in page.text


async def test_its_slash_commands_and_direct_messages_work_too(many: Many) -> None:
    workspace = await many.installed("Beta")
    ada = workspace.person("Ada")

    asked = await ada.writes("Hello")
    await many.office.until_answered(asked, answer_to("Hello"), ada.dm)
    reaction = await ada.types("/persona", "list", workspace.channel("general"))

    assert reaction.responded
    await many.office.until(lambda: len(workspace.channel("general").screen(viewer=ada)) == 1)


async def test_slack_is_asked_for_the_installation_and_never_for_an_event(many: Many) -> None:
    workspace = await many.installed("Beta")
    await many.asks(workspace, "One?")

    await many.asks(workspace, "Two?")

    assert len(many.slack.calls_to("oauth.v2.access")) == 1
    assert len(many.slack.calls_to("auth.test")) == 1


async def test_the_secret_of_the_app_is_not_among_the_arguments(many: Many) -> None:
    await many.installed("Beta")

    (call,) = many.slack.calls_to("oauth.v2.access")
    assert set(call.arguments) == {"code", "redirect_uri"}
    assert call.headers["authorization"].startswith("Basic ")


async def test_workspaces_do_not_see_each_other(many: Many) -> None:
    many.office.behave()
    beta, gamma = await many.installed("Beta"), await many.installed("Gamma")
    await many.asks(beta, "The secret of Beta?")
    ada = beta.person("Ada")
    await ada.types("/persona", "create pirate You are a pirate.", beta.channel("general"))
    await many.office.until(lambda: len(beta.channel("general").screen(viewer=ada)) == 2)

    await many.asks(gamma, "What do you know?")
    eve, general = gamma.person("Eve"), gamma.channel("general")
    await eve.types("/persona", "list", general)
    await many.office.until(lambda: len(general.screen(viewer=eve)) == 2)
    await eve.types("/usage", "", general)
    await many.office.until(lambda: len(general.screen(viewer=eve)) == 3)

    assert "Beta" not in str(many.office.model.requests_to("chat")[-1].body)
    _, personas, usage = [each.text for each in general.screen(viewer=eve)]
    assert "tutor" in personas
    assert "pirate" not in personas
    month = usage.splitlines()[-1]
    assert f"{datetime.now(UTC):%B %Y} | 1 |" in month


async def test_one_process_may_listen_and_another_one_answer(valkey: str, store: Store) -> None:
    del store
    async with (
        open_many(valkey, serving=False) as many,
        many.serving(working=False),
        many.serving(listening=False),
    ):
        workspace = await many.installed("Beta")

        await many.asks(workspace, "Together?")

        assert len(many.office.model.requests_to("chat")) == 1


async def test_what_is_installed_outlives_the_process(valkey: str, store: Store) -> None:
    del store
    async with open_many(valkey, serving=False) as many:
        async with many.serving():
            workspace = await many.installed("Beta")

        async with many.serving():
            await many.asks(workspace, "Still there?")

            assert len(many.office.model.requests_to("chat")) == 1


async def test_a_workspace_that_has_not_installed_the_app_is_told_so_and_nothing_ends(many: Many) -> None:
    stranger, workspace = many.slack.workspace, await many.installed("Beta")

    reaction = await stranger.person("Eve").types("/help", "", stranger.channel("general"))
    await stranger.person("Eve").mentions("Hello?", stranger.channel("general"))

    assert "not set up for this workspace" in str(reaction.payload)
    await many.asks(workspace, "And here?")


async def test_a_person_is_led_to_slack_with_what_is_asked_for(many: Many) -> None:
    async with many.browser() as browser:
        first, second = await browser.begins(), await browser.begins()

    asked = [parse_qs(urlsplit(each.headers["Location"]).query) for each in (first, second)]
    assert first.status == 302
    assert first.headers["Location"].startswith(
        many.slack.api_url.removesuffix("api") + "oauth/v2/authorize?"
    )
    assert asked[0]["client_id"] == [many.slack.app.client_id]
    assert set(asked[0]["scope"][0].split(",")) == BOT_SCOPES
    assert asked[0]["redirect_uri"] == [f"{many.url}{BACK}"]
    assert asked[0]["state"] != asked[1]["state"]
    assert len(asked[0]["state"][0]) >= 43


async def test_no_script_reads_the_cookie_and_no_page_frames_ours(many: Many) -> None:
    async with many.browser() as browser:
        begun = await browser.begins()
        page = await browser.opens(BACK)

    cookie = begun.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "600")
    assert not cookie["secure"]
    assert cookie.value not in begun.headers["Location"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


async def refused(many: Many, back: str) -> None:
    """Open where Slack leads back to, in another browser; nothing may come of it."""
    async with aiohttp.ClientSession() as other, other.get(back) as response:
        page = await response.text()

    assert response.status == 400
    assert "in the browser in which it began" in page
    assert many.slack.calls_to("oauth.v2.access") == []


async def test_a_state_works_only_in_the_browser_in_which_it_began(many: Many, store: Store) -> None:
    workspace = many.workspace("Beta")
    many.slack.consent = Consent(workspace)
    async with many.browser() as browser:
        back = await browser.is_led_back()

        await refused(many, back)

        async with browser.session.get(back) as response:
            assert response.status == 400  # and not there any more, either
    assert await installation_in(store, workspace) is None


async def test_one_browsers_state_is_of_no_use_in_another_one_that_began_too(many: Many) -> None:
    many.slack.consent = Consent(many.workspace("Beta"))
    async with many.browser() as eve, many.browser() as ada:
        back = await eve.is_led_back()
        await ada.begins()

        async with ada.session.get(back) as response:
            assert response.status == 400

    assert many.slack.calls_to("oauth.v2.access") == []


async def test_a_state_works_once(many: Many) -> None:
    many.slack.consent = Consent(many.workspace("Beta"))
    async with many.browser() as browser:
        began = await browser.begins()
        cookie = began.cookies[COOKIE].value
        async with browser.session.get(began.headers["Location"], allow_redirects=False) as response:
            back = response.headers["Location"]
        statuses = []
        for _ in range(2):
            async with (
                aiohttp.ClientSession(cookies={COOKIE: cookie}) as again,
                again.get(back) as response,
            ):
                statuses.append(response.status)

    assert statuses == [200, 400]
    assert len(many.slack.calls_to("oauth.v2.access")) == 1


@pytest.mark.parametrize(("seconds", "works"), [(LIFE - 30, True), (LIFE + 1, False)])
async def test_a_state_works_for_ten_minutes(many: Many, seconds: int, *, works: bool) -> None:
    async with many.browser() as browser:
        began = await browser.begins()
        state = _sealed_ago(began.cookies[COOKIE].value, seconds)

        page = await browser.opens(BACK, state=state, error="access_denied")

    assert ("ten minutes" in page.text) is not works


def _sealed_ago(browser: str, seconds: int) -> str:
    """The state of somebody who began so many seconds ago."""
    fernet = Seal(SECRET)._fernet("state")  # noqa: SLF001 - the one place where time is a parameter
    return fernet.encrypt_at_time(browser.encode(), int(time.time()) - seconds).decode()


@pytest.mark.parametrize("state", ["", "forged", "*", "x" * 5_000, "\x00\r\n", "{0}:ready", "é漢"])
async def test_a_state_that_was_never_given_leads_nowhere(many: Many, state: str) -> None:
    async with many.browser() as browser:
        await browser.begins()

        page = await browser.opens(BACK, state=state, code="c")

    assert page.status == 400
    assert many.slack.calls_to("oauth.v2.access") == []


async def test_who_only_looks_whether_the_page_is_there_uses_nothing_up(many: Many) -> None:
    many.slack.consent = Consent(many.workspace("Beta"))
    async with many.browser() as browser:
        back = await browser.is_led_back()
        async with browser.session.head(back) as looked:
            assert looked.status == 405

        async with browser.session.get(back) as response:
            assert response.status == 200


async def test_who_cancels_reads_that_nothing_has_changed(many: Many, store: Store) -> None:
    workspace = many.workspace("Beta")

    page = await many.installs(workspace, answer="cancel")

    assert page.status == 403
    assert "nothing has changed" in page.text
    assert await installation_in(store, workspace) is None


async def test_what_comes_with_the_address_is_not_taken_for_html(many: Many) -> None:
    script = "<script>alert(1)</script>"
    async with many.browser() as browser:
        state = parse_qs(urlsplit((await browser.begins()).headers["Location"]).query)["state"][0]

        page = await browser.opens(BACK, state=state, error=script)
    named = await many.installs(many.workspace(script))

    assert page.status == 403
    assert script not in page.text
    assert named.status == 200
    assert script not in named.text
    assert "&lt;script&gt;" in named.text


async def test_a_whole_organization_is_asked_to_choose_a_workspace(many: Many, store: Store) -> None:
    workspace = many.workspace("Beta")

    page = await many.installs(workspace, org_wide=True)

    assert page.status == 403
    assert "choose a workspace" in page.text
    assert await installation_in(store, workspace) is None
    assert len(many.slack.calls_to("auth.revoke")) == 1


async def test_a_scope_that_was_not_granted_is_named_with_what_does_not_work(
    many: Many, store: Store
) -> None:
    workspace = many.workspace("Beta")

    page = await many.installs(workspace, scopes=BOT_SCOPES - {"files:write", "im:history"})

    assert page.status == 200
    assert "without files:write it cannot hand over documents" in page.text
    assert "without im:history it cannot hear direct messages" in page.text
    installation = await installation_in(store, workspace)
    assert installation
    assert BOT_SCOPES - installation.scopes == {"files:write", "im:history"}


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (Fault("refuse", "oauth.v2.access", error="invalid_code"), 400, "try again"),
        (Fault("refuse", "oauth.v2.access", error="bad_client_secret"), 502, "installation_refused"),
        (Fault("drop-before", "oauth.v2.access"), 503, "in a minute"),
        (Fault("busy", "oauth.v2.access"), 503, "in a minute"),
        (Fault("drop-after", "auth.test"), 503, "in a minute"),
    ],
    ids=lambda value: f"{value.kind} {value.error}" if isinstance(value, Fault) else None,
)
async def test_what_goes_wrong_between_slack_and_us_is_a_page_with_a_next_step(
    many: Many, store: Store, fault: Fault, status: int, words: str
) -> None:
    workspace = many.workspace("Beta")
    many.slack.faults = (fault,)

    page = await many.installs(workspace)

    assert page.status == status
    assert words in page.text
    assert await installation_in(store, workspace) is None


async def test_after_what_went_wrong_a_second_try_works(many: Many) -> None:
    workspace = many.workspace("Beta")
    many.slack.faults = (Fault("drop-after", "oauth.v2.access"),)
    await many.installs(workspace)

    page = await many.installs(workspace)

    assert page.status == 200
    await many.asks(workspace, "Now?")


async def test_a_token_is_nowhere_in_redis(many: Many, store: Store) -> None:
    workspace = await many.installed("Beta")
    await many.asks(workspace, "Hello?")

    held = [await store.do("DUMP", key) or b"" async for key in store.keys("*")]

    assert await kept_of(store, workspace)
    assert not any(workspace.bot_token.encode() in each for each in held)


async def test_installing_again_forgets_nothing(many: Many, store: Store) -> None:
    workspace = await many.installed("Beta")
    await many.asks(workspace, "First?")
    await until_remembered(store, workspace)
    before = await kept_of(store, workspace)

    page = await many.installs(workspace)

    assert page.status == 200
    assert await kept_of(store, workspace) == before
    await many.asks(workspace, "Second?")
    assert "First?" in str(many.office.model.requests_to("chat")[-1].body)


async def test_over_https_the_cookie_goes_nowhere_else(store: Store) -> None:
    async with open_session() as session:
        oauth = oauth_of(session, "https://slack.com/api", "1.2", "secret")
        # Only the way there is looked at: nobody comes back.
        nobody: Installer = Installer(oauth, session, None, None, None)  # type: ignore[arg-type]
        app = web.Application()
        app.add_routes(
            InstallPages(nobody, States(store, Seal(SECRET)), "https://parley.example.com").routes()
        )
        async with TestClient(TestServer(app)) as client:
            begun = await client.get("/slack/install", allow_redirects=False)

    assert begun.cookies[COOKIE]["secure"]
    assert begun.headers["Location"].startswith("https://slack.com/oauth/v2/authorize?client_id=1.2&")
    assert "redirect_uri=https://parley.example.com/slack/oauth_redirect" in begun.headers["Location"]
