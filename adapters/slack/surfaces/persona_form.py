"""The form in which a persona is made or changed: opened by a command or from the Home, submitted as a command."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from zlib import crc32

import structlog
from slack_bolt.async_app import AsyncApp

from adapters.slack.commands import spelled
from adapters.slack.payloads.events import team_of_interaction, user_of
from adapters.slack.payloads.persona_view import (
    FORM,
    Errand,
    anchored,
    asked_in,
    filled_in,
    form_of,
    is_too_long,
    unpack,
)
from adapters.slack.places import Place
from adapters.slack.replies.asides import said_aside
from adapters.slack.surfaces.home_view import Look
from adapters.slack.surfaces.office import AWAY, Ack, Office, Payload, conversation_in, in_time
from adapters.slack.workspaces import Workspaces
from bot.errors import ParleyError, PlatformError, StoreError
from bot.messages import IncomingMessage
from bot.overview import Outline
from bot.persona import Persona, checked, problems_in, render

log = structlog.get_logger()

NOT_OPENED = (
    "Slack did not let me open the form. Please try again, or say it in one line: "
    "`/persona create NAME PROMPT`."
)
NOT_KEPT = f"{AWAY} What you typed is still here."
Redraw = Callable[[Look, Callable[[Outline], bool]], Awaitable[None]]
"""Draws a Home again once its outline is as it is expected to be."""


@dataclass(frozen=True, slots=True)
class PersonaForm:
    """Opens the form, and hands over what was filled in as a command. A Feature."""

    office: Office
    redraw: Redraw

    def __call__(self, app: AsyncApp, workspaces: Workspaces) -> None:
        """Listen."""
        del workspaces
        app.command(f"/{self.office.prefix}persona")(self._asked)
        app.view(FORM)(self._submitted)

    async def open(self, team: str, trigger: str, errand: Errand, name: str = "") -> None:
        """Show the form to whoever caused the trigger, within three seconds. Raises ParleyError or PlatformError."""
        persona = Persona(name, "")
        if errand.edits:
            tenant = conversation_in(team, errand.channel).tenant
            async with in_time():
                persona = await self.office.overview.own(tenant, errand.edits)
            errand = replace(errand, edits=persona.name, keeps_prompt=is_too_long(persona))
        web = await self.office.web(team)
        await web.ask(
            web.client.views_open, trigger_id=trigger, view=form_of(errand, persona, self.office.prefix)
        )

    async def _asked(self, ack: Ack, body: Payload) -> None:
        await ack()
        team = body["team_id"]
        what, name = asked_in(f"/persona {body.get('text') or ''}") or ("create", "")
        errand = Errand(
            channel=body["channel_id"],
            ticket=body.get("response_url") or "",
            edits=name if what == "edit" else "",
            at=time.time(),
        )
        place = Place(team, errand.channel, None, "", body["user_id"], errand.ticket)
        try:
            await self.open(team, body["trigger_id"], errand, name)
        except ParleyError as error:
            await self._tell(place, error.notice)
        except PlatformError as error:
            log.warning("form_not_opened", reason=str(error))
            await self._tell(place, NOT_OPENED)

    async def _tell(self, place: Place, text: str) -> None:
        text = spelled(text, self.office.prefix, threaded=False)
        try:
            await said_aside(await self.office.web(place.team), place, {"text": text})
        except (PlatformError, StoreError) as error:
            log.warning("untold", error=type(error).__name__)

    async def _submitted(self, ack: Ack, body: Payload) -> None:
        view, errand = body["view"], unpack(body["view"]["private_metadata"])
        persona, problems = await self._persona_in(body, errand)
        if persona and not problems and not await self.office.take_in(_command(body, errand, persona)):
            problems = {"prompt": NOT_KEPT}
        if problems:
            await ack(response_action="errors", errors=anchored(problems, view))
            return
        await ack()
        if persona and errand.home:
            look = Look(
                team_of_interaction(body), body["user"]["id"], errand.channel, errand.home, time.time()
            )
            await self.redraw(look, lambda outline: persona in outline.personas)

    async def _persona_in(self, body: Payload, errand: Errand) -> tuple[Persona | None, dict[str, str]]:
        """The persona that was filled in, or what is wrong with it, by field."""
        values, prompt = filled_in(body["view"])
        tenant = conversation_in(team_of_interaction(body), errand.channel).tenant
        overview = self.office.overview
        if errand.edits:
            values["name"] = errand.edits
        try:
            async with in_time():
                if errand.keeps_prompt:
                    prompt = (await overview.own(tenant, errand.edits)).prompt
                if problems := problems_in(values, prompt):
                    return None, problems
                persona = checked(values, prompt)
                await overview.check(tenant, persona, new=not errand.edits)
        except StoreError:
            return None, {"prompt": NOT_KEPT}
        except ParleyError as error:
            return None, {"name": error.notice}
        return persona, {}


def _command(body: Payload, errand: Errand, persona: Persona) -> IncomingMessage:
    """The command for which the form stands."""
    text = f"/persona {'edit' if errand.edits else 'create'} {persona.name} {render(persona).strip()}"
    return IncomingMessage(
        # Submitted again after an answer that was lost, the same is the same message; something else is not.
        id=f"form-{body['view']['id']}-{crc32(text.encode()):08x}",
        conversation=conversation_in(team_of_interaction(body), errand.channel),
        author=user_of(body),
        text=text,
        direct=errand.channel.startswith("D"),
        ticket=errand.ticket,
        at=errand.at,
    )
