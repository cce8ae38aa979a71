"""The Home of the app: drawn when somebody looks at it, and again after what they do there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.slack.payloads.events import team_of_event, user_of
from adapters.slack.payloads.persona_view import Errand
from adapters.slack.replies.tickets import in_direct
from adapters.slack.surfaces.home_view import CHANNEL, DIRECT, EDIT, NEW, PERSONA, Look, look_in
from adapters.slack.surfaces.homes import Homes
from adapters.slack.surfaces.office import AWAY, Ack, Office, Payload, conversation_in
from adapters.slack.surfaces.persona_form import PersonaForm
from adapters.slack.workspaces import Workspaces
from bot.errors import ParleyError, PlatformError
from bot.messages import IncomingMessage

log = structlog.get_logger()

NOT_OPENED = "Slack did not let me open the form. Please try again."


@dataclass(frozen=True, slots=True)
class Home:
    """Draws the Home when it is opened, and carries out what is chosen there. A Feature."""

    office: Office
    homes: Homes
    form: PersonaForm

    def __call__(self, app: AsyncApp, workspaces: Workspaces) -> None:
        """Listen."""
        del workspaces
        app.event("app_home_opened")(self._opened)
        app.action(CHANNEL)(self._looked_elsewhere)
        app.action(DIRECT)(self._looked_elsewhere)
        app.action(PERSONA)(self._chose)
        app.action(NEW)(self._form_wanted)
        app.action(EDIT)(self._form_wanted)

    async def _opened(self, body: Payload) -> None:
        event = body["event"]
        if event.get("tab") == "home":
            channel = event["channel"]
            await self.homes.draw(
                Look(team_of_event(body), event["user"], channel, channel, float(event["event_ts"]))
            )

    async def _looked_elsewhere(self, ack: Ack, body: Payload) -> None:
        await ack()
        look, action = _clicked(body), body["actions"][0]
        await self.homes.draw(replace(look, channel=action.get("selected_conversation") or look.direct))

    async def _chose(self, ack: Ack, body: Payload) -> None:
        look, name = _clicked(body), str(body["actions"][0]["selected_option"]["value"])
        taken = await self.office.take_in(_command(body, look, name))
        await ack()
        if taken:
            await self.homes.drawn_once(look, lambda outline: outline.persona.name == name)
        else:
            await self.homes.draw(look, AWAY)

    async def _form_wanted(self, ack: Ack, body: Payload) -> None:
        await ack()
        look, action = _clicked(body), body["actions"][0]
        edits = action.get("value", "") if action["action_id"] == EDIT else ""
        errand = Errand(look.direct, edits=edits, home=look.channel)
        try:
            await self.form.open(look.team, body["trigger_id"], errand)
        except ParleyError as error:
            await self.homes.draw(look, error.notice)
        except PlatformError as error:
            log.warning("form_not_opened", reason=str(error))
            await self.homes.draw(look, NOT_OPENED)


def _clicked(body: Payload) -> Look:
    """The look at which something was clicked, as of now."""
    return replace(look_in(body["view"]), at=float(body["actions"][0]["action_ts"]))


def _command(body: Payload, look: Look, name: str) -> IncomingMessage:
    """The choice of a persona as the command for which it stands. What comes of it, only who chose reads."""
    at = body["actions"][0]["action_ts"]
    return IncomingMessage(
        id=f"home-{look.user}-{at}",
        conversation=conversation_in(look.team, look.channel),
        author=user_of(body),
        text=f"/persona use {name}",
        direct=look.channel == look.direct,
        ticket="" if look.channel == look.direct else in_direct(look.direct),
        at=float(at),
    )
