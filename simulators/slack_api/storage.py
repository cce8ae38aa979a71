"""Files on the wire: handing one over, and fetching it with a token.

https://docs.slack.dev/messaging/working-with-files
"""

from aiohttp import web

from simulators.slack_api.files import File
from simulators.slack_api.platform import Platform
from simulators.slack_api.refusals import Refusal
from simulators.slack_api.web_api import team_of


def upload(slack: Platform, request: web.Request, content: bytes) -> web.Response:
    """Take what the app hands over under the address that it was given; it is as long as was said."""
    named = request.match_info
    file = _find(slack, named["team"], named["file"])
    if file is None or file.secret != named["secret"]:
        return web.Response(status=404, text="not found")
    if len(content) != file.length or file.uploaded:
        return web.Response(status=400, text="invalid upload")
    file.content, file.uploaded = content, True
    return web.Response(text=f"OK - {len(content)}")


def download(slack: Platform, request: web.Request) -> web.Response:
    """Give a file to who may read it; everybody else is sent to sign in, and gets a page."""
    team, _, key = request.match_info["file"].partition("-")
    header = request.headers.get("Authorization", "")
    file = _find(slack, team, key)
    reader = team_of(slack, header.removeprefix("Bearer ").strip())
    if reader != team or "files:read" not in slack.teams[reader].scopes:
        return _sent_to("/signin")
    if file is None or not file.complete or file.deleted:
        return web.Response(status=404, text="not found")
    if file.moved:
        return _sent_to(file.moved)
    return web.Response(body=file.content, content_type=file.mimetype)


def _sent_to(address: str) -> web.Response:
    return web.Response(status=302, headers={"Location": address})


def sign_in() -> web.Response:
    """What somebody without a token sees instead of a file."""
    return web.Response(text="<!DOCTYPE html><title>Slack</title>", content_type="text/html")


def respond(slack: Platform, request: web.Request, arguments: dict[str, object]) -> web.Response:
    """Do what the app posts to a response URL."""
    try:
        slack.urls.use(request.match_info["key"], arguments)
    except Refusal as refusal:
        gone = refusal.error in {"used_url", "expired_url", "invalid_token"}
        return web.json_response({"ok": False, "error": refusal.error}, status=404 if gone else 400)
    return web.Response(text="ok")


def _find(slack: Platform, team: str, key: str) -> File | None:
    return slack.teams[team].files.get(key) if team in slack.teams else None
