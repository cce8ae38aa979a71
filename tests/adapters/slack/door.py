"""The door at which Slack knocks over HTTP, and anybody else."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from tests.adapters.slack.ears import Ears, open_door, open_ears
from tests.adapters.slack.payloads import payload

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Door:
    """Where anybody may knock."""

    ears: Ears
    url: str
    session: aiohttp.ClientSession

    def headers(self, body: bytes, at: float = 0.0) -> dict[str, str]:
        """What proves that a body came from Slack, at that time."""
        moment = str(int(at or time.time()))
        secret = self.ears.slack.app.signing_secret.encode()
        digest = hmac.new(secret, b"v0:%s:%s" % (moment.encode(), body), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}

    async def knock(self, body: bytes, headers: Mapping[str, str], content_type: str = JSON) -> int:
        """The status that a request is answered with."""
        sent = {"Content-Type": content_type, **headers}
        async with self.session.post(self.url, data=io.BytesIO(body), headers=sent) as response:
            return response.status

    def event(self, text: str = "Hello?") -> bytes:
        """A direct message, as Slack brings it."""
        body = payload("message_im")
        body |= {
            "team_id": self.ears.workspace.team,
            "authorizations": [{"team_id": self.ears.workspace.team}],
        }
        body["event"]["text"] = text
        return json.dumps(body).encode()

    async def lives(self) -> bool:
        """Whether an event is taken in now."""
        before = len(self.ears.messages)
        body = self.event()
        return await self.knock(body, self.headers(body)) == 200 and len(self.ears.messages) == before + 1


@asynccontextmanager
async def opened() -> AsyncIterator[Door]:
    """A door, open."""
    async with open_ears() as ears, open_door(ears) as url, aiohttp.ClientSession() as session:
        yield Door(ears, url, session)
