"""The people: besides writing they press buttons, use commands, and fill in forms."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from simulators.discord_api.channels import Channel
from simulators.discord_api.interactions import answers, elements, invoking, payloads
from simulators.discord_api.interactions.register import (
    COMPONENT,
    PATIENCE,
    SUBMISSION,
    Deed,
    Interaction,
)
from simulators.discord_api.interactions.resolving import choice_of
from simulators.discord_api.posts import Post
from simulators.discord_api.speakers import Speaker

_GLANCE = 0.05
"""Real seconds in which nobody uses what has just appeared; an app may still be putting down that it showed it."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What became of something that a person did: whether the app responded in time, and how.

    `type` is that of its first response, `data` what it said. With `id` and `token` the app may go on.
    """

    responded: bool
    type: int | None
    data: Mapping[str, Any]
    token: str
    id: str


@dataclass(slots=True, eq=False, repr=False)
class Person(Speaker):
    """A person, in whichever guilds they are. LookupError for what their client does not let them do."""

    @property
    def modal(self) -> dict[str, Any] | None:
        """The modal that they have before them."""
        laid = self.world.interactions.modals.get(self.id)
        return None if laid is None else dict(laid.answer)

    async def clicks(self, message_id: str, channel: Channel, name: str, *values: Any) -> Reaction:
        """Use a button or a menu of a message, by its label, emoji, placeholder or custom id.

        `values` are what is chosen from the menu: options by label or value, people, or channels.
        """
        await asyncio.sleep(_GLANCE)
        post = self._seen(message_id, channel)
        choice = choice_of({str(place): value for place, value in enumerate(values)}, self, channel)
        data = elements.used(post.components, name, tuple(choice.plain.values()))
        data |= {"resolved": choice.told} if choice.told else {}
        return await self._does(Deed(COMPONENT, data, self, channel, post))

    async def uses(self, command: str, channel: Channel, /, **values: Any) -> Reaction:
        """Use a slash command, such as `persona use`, with options by their names."""
        return await self._does(invoking.command(self.world.commands, self, channel, (command, values)))

    async def completes(
        self, command: str, channel: Channel, option: str, text: str, /, **values: Any
    ) -> dict[str, Any]:
        """Type into an option of a slash command. The choices that appear: their values by their names."""
        typed = (command, {**values, option: text})
        deed = invoking.completion(self.world.commands, self, channel, typed, option)
        reaction = await self._does(deed)
        return {choice["name"]: choice["value"] for choice in reaction.data.get("choices", ())}

    async def uses_menu(self, command: str, message_id: str, channel: Channel) -> Reaction:
        """Use a command of a message's context menu."""
        post = self._seen(message_id, channel)
        return await self._does(invoking.on_message(self.world.commands, self, channel, command, post))

    async def submits(self, values: Mapping[str, Any]) -> Reaction:
        """Fill in the modal before them, by custom id or label, and submit it; it goes if the app responds."""
        await asyncio.sleep(_GLANCE)
        laid = self._modal()
        components = answers.submitted(laid.answer["components"], values)
        data = {"custom_id": laid.answer["custom_id"], "components": components}
        deed = Deed(SUBMISSION, data, self, laid.deed.channel, laid.deed.post, laid)
        reaction = await self._does(deed)
        if reaction.responded:
            self.world.interactions.modals.pop(self.id, None)
        return reaction

    async def dismisses(self) -> None:
        """Close the modal before them, of which the app does not hear."""
        self._modal()
        del self.world.interactions.modals[self.id]

    async def _does(self, deed: Deed) -> Reaction:
        if deed.channel.home is not None and not deed.channel.home.installed:
            raise LookupError("The app is not here.")
        world = self.world
        interaction = world.interactions.begin(deed)
        world.gateway.tell("INTERACTION_CREATE", payloads.created(interaction), deed.channel.guild_id)
        world.changes.tell()
        with suppress(TimeoutError):
            async with asyncio.timeout(world.clock.patience(PATIENCE)):
                await world.changes.until(lambda: interaction.response is not None)
        return _reaction(interaction)

    def _seen(self, message_id: str, channel: Channel) -> Post:
        post = channel.posts.get(message_id)
        if post is None or post.reader not in (None, self.id) or not channel.visible_to(self.id):
            raise LookupError(f"{self.name} sees no message of {message_id}.")
        return post

    def _modal(self) -> Interaction:
        laid = self.world.interactions.modals.get(self.id)
        if laid is None:
            raise LookupError(f"{self.name} has no modal before them.")
        return laid


def _reaction(interaction: Interaction) -> Reaction:
    responded = interaction.response is not None
    return Reaction(responded, interaction.response, interaction.answer, interaction.token, interaction.id)
