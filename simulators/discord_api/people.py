"""The people: besides writing they press buttons, use commands, and fill in forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulators.discord_api.channels import Channel
from simulators.discord_api.interactions import answers, elements, invoking
from simulators.discord_api.interactions.register import COMPONENT, SUBMISSION, Deed
from simulators.discord_api.interactions.resolving import choice_of
from simulators.discord_api.reactions import Reaction, looked_at, modal_of, reaction_to
from simulators.discord_api.speakers import Speaker

__all__ = ["Person", "Reaction"]


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
        post = await looked_at(message_id, channel, self)
        choice = choice_of({str(place): value for place, value in enumerate(values)}, self, channel)
        data = elements.used(post.components, name, tuple(choice.plain.values()))
        data |= {"resolved": choice.told} if choice.told else {}
        return await reaction_to(Deed(COMPONENT, data, self, channel, post), self.world)

    async def uses(self, command: str, channel: Channel, /, **values: Any) -> Reaction:
        """Use a slash command, such as `persona use`, with options by their names."""
        deed = invoking.command(self.world.commands, self, channel, (command, values))
        return await reaction_to(deed, self.world)

    async def completes(
        self, command: str, channel: Channel, option: str, text: str, /, **values: Any
    ) -> dict[str, Any]:
        """Type into an option of a slash command. The choices that appear: their values by their names."""
        typed = (command, {**values, option: text})
        deed = invoking.completion(self.world.commands, self, channel, typed, option)
        reaction = await reaction_to(deed, self.world)
        return {choice["name"]: choice["value"] for choice in reaction.data.get("choices", ())}

    async def uses_menu(self, command: str, message_id: str, channel: Channel) -> Reaction:
        """Use a command of a message's context menu."""
        post = await looked_at(message_id, channel, self)
        deed = invoking.on_message(self.world.commands, self, channel, command, post)
        return await reaction_to(deed, self.world)

    async def submits(self, values: Mapping[str, Any]) -> Reaction:
        """Fill in the modal before them, by custom id or label, and submit it; it goes if the app responds."""
        laid = await modal_of(self, self.world)
        components = answers.submitted(laid.answer["components"], values)
        data = {"custom_id": laid.answer["custom_id"], "components": components}
        deed = Deed(SUBMISSION, data, self, laid.deed.channel, laid.deed.post, laid)
        reaction = await reaction_to(deed, self.world)
        if reaction.responded:
            self.world.interactions.modals.pop(self.id, None)
        return reaction

    async def dismisses(self) -> None:
        """Close the modal before them, of which the app does not hear."""
        await modal_of(self, self.world)
        del self.world.interactions.modals[self.id]
