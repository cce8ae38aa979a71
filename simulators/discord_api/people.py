"""The people: besides writing they press buttons, use commands, and fill in forms."""

from dataclasses import dataclass

from simulators.discord_api.speakers import Speaker


@dataclass(slots=True, eq=False, repr=False)
class Person(Speaker):
    """A person, in whichever guilds they are."""
