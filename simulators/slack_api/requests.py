"""Deliveries by HTTP, signed (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson

from simulators.slack_api.apps import App
from simulators.slack_api.deliveries import Acknowledged, Payload, Unanswered
from simulators.slack_api.ids import new_secret

_MOST_REDIRECTS = 2
_DONE = 2
"""The hundreds of a status that acknowledges."""
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Requests:
    """Posts payloads to the app's request URL."""

    app: App
    session: aiohttp.ClientSession | None = None

    async def carry(self, payload: Payload) -> Acknowledged:
        """Post it; any 2xx acknowledges. Raises Unanswered."""
        body, content_type = _written(payload)
        headers = {"Content-Type": content_type, **_retried(payload), **signed(self.app, body)}
        try:
            return await self._posted(body, headers)
        except aiohttp.TooManyRedirects as error:
            raise Unanswered("too_many_redirects") from error
        except aiohttp.ClientConnectorError as error:
            raise Unanswered("connection_failed") from error
        except aiohttp.ClientError as error:
            raise Unanswered("unknown_error") from error

    async def verify(self) -> bool:
        """Whether the app answers the challenge that Slack sends when a request URL is set.

        https://docs.slack.dev/reference/events/url_verification
        """
        challenge = new_secret()
        body = {"token": self.app.verification_token, "challenge": challenge, "type": "url_verification"}
        try:
            answer = await self.carry(Payload("events_api", body))
        except Unanswered:
            return False
        told = answer.payload or {}
        return challenge in (told.get("challenge"), told.get("text"))

    async def _posted(self, body: bytes, headers: Mapping[str, str]) -> Acknowledged:
        if self.session is None:
            raise Unanswered("connection_failed")
        post = self.session.post(
            self.app.request_url, data=body, headers=headers, max_redirects=_MOST_REDIRECTS
        )
        async with post as response:
            answer = await response.read()
            if response.status // 100 != _DONE:
                final = response.headers.get("X-Slack-No-Retry") == "1"
                raise Unanswered("http_error", final=final)
            return Acknowledged(_read(answer, response.content_type))


def signed(app: App, body: bytes) -> dict[str, str]:
    """The headers that prove that this body came from Slack, now."""
    at = str(int(time.time()))
    digest = hmac.new(app.signing_secret.encode(), b"v0:%s:%s" % (at.encode(), body), hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    }


def _written(payload: Payload) -> tuple[bytes, str]:
    match payload.kind:
        case "events_api":
            return orjson.dumps(payload.body), _JSON
        case "interactive":
            return urlencode({"payload": orjson.dumps(payload.body)}).encode(), _FORM
        case "slash_commands":
            return urlencode(payload.body).encode(), _FORM


def _retried(payload: Payload) -> dict[str, str]:
    if not payload.attempt:
        return {}
    return {"X-Slack-Retry-Num": str(payload.attempt), "X-Slack-Retry-Reason": payload.reason}


def _read(answer: bytes, content_type: str) -> Mapping[str, Any] | None:
    if not answer.strip():
        return None
    if content_type != _JSON:
        return {"text": answer.decode(errors="replace")}
    try:
        value = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
