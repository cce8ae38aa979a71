"""What people do by writing; each of their verbs returns what is needed to go on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulators.discord_api import opening, rewriting
from simulators.discord_api.attachments import Upload
from simulators.discord_api.channels import FORUM, MEDIA, PRIVATE_THREAD, THREAD, Channel
from simulators.discord_api.drafts import Draft
from simulators.discord_api.mentions import ALL, Allowed
from simulators.discord_api.posts import Post
from simulators.discord_api.references import FORWARD
from simulators.discord_api.users import User
from simulators.discord_api.world import World
from simulators.discord_api.writing import write

LONGEST = 4_000
"""Characters that people may write who pay for it; others may half as many."""


@dataclass(slots=True, eq=False, repr=False)
class Speaker(User):
    """Somebody who writes: a person, or a bot of another app. ValueError for what no client lets them write."""

    world: World = field(kw_only=True)

    @property
    def dm(self) -> Channel:
        """Their direct messages with the app."""
        return self.world.direct(self)

    async def says(
        self,
        text: str,
        channel: Channel,
        reply_to: str | None = None,
        files: Sequence[Upload] = (),
        *,
        ping: bool = True,
    ) -> str:
        """Post a message, perhaps as a reply that calls whom it answers or does not. Its id.

        `<@…>`, `<@&…>` and `<#…>` are what is picked from a list.
        """
        if len(text) > LONGEST or not (text.strip() or files):
            raise ValueError("A message says something, with at most 4,000 characters.")
        allowed = ALL if ping else Allowed(ALL.parse)
        reference = {"message_id": reply_to, "channel_id": channel.id} if reply_to else None
        draft = Draft(text.strip(), allowed=allowed, files=tuple(files), reference=reference)
        return write(self.world, channel, self, draft).id

    async def mentions(
        self, text: str, channel: Channel, reply_to: str | None = None, files: Sequence[Upload] = ()
    ) -> str:
        """Post a message that begins with the app's name. Its id."""
        return await self.says(f"{self.world.app.user.mention} {text}", channel, reply_to, files)

    async def writes(self, text: str, reply_to: str | None = None, files: Sequence[Upload] = ()) -> str:
        """Write to the app directly. The id of the message."""
        return await self.says(text, self.dm, reply_to, files)

    async def edits(self, message_id: str, channel: Channel, text: str) -> None:
        """Edit an own message."""
        rewriting.change(self.world, self._own(message_id, channel), {"content": text}, {})

    async def deletes(self, message_id: str, channel: Channel) -> None:
        """Delete a message: an own one, or as a moderator one of others."""
        rewriting.remove(channel, channel.find(message_id))

    async def deletes_many(self, message_ids: Sequence[str], channel: Channel) -> None:
        """Delete messages of anybody at once, as bots of moderators do."""
        rewriting.remove_all(channel, [channel.find(each) for each in message_ids])

    async def forwards(self, message_id: str, channel: Channel, to: Channel) -> str:
        """Forward a message to another channel. The id of what stands there."""
        reference = {"type": FORWARD, "message_id": message_id, "channel_id": channel.id}
        return write(self.world, to, self, Draft(reference=reference)).id

    async def opens_thread(
        self, name: str, channel: Channel, message_id: str | None = None, *, private: bool = False
    ) -> Channel:
        """Open a thread, on a message or alone; a private one is seen only by those who are named in it."""
        if message_id is None:
            kind = PRIVATE_THREAD if private else THREAD
            return opening.open_alone(self.world, channel, self, name, kind)
        return opening.open_from(self.world, channel, channel.find(message_id), self, name)

    async def posts_in(self, forum: Channel, title: str, text: str, files: Sequence[Upload] = ()) -> Channel:
        """Post in a forum. The thread that this is."""
        if forum.type not in {FORUM, MEDIA}:
            raise ValueError(f"{forum.name} is no forum.")
        draft = Draft(text.strip(), files=tuple(files))
        return opening.post_in(self.world, forum, self, title, draft)

    async def archives(self, thread: Channel, *, locked: bool = False) -> None:
        """Archive a thread, or as a moderator lock it too."""
        opening.archive(thread, locked=locked)

    async def removes(self, thread: Channel) -> None:
        """Delete a thread, as a moderator may."""
        thread.vanish()
        del self.world.channels[thread.id]

    async def types(self, channel: Channel) -> None:
        """Be seen typing."""
        channel.types(self.id)

    def _own(self, message_id: str, channel: Channel) -> Post:
        post = channel.find(message_id)
        if post.author is not self:
            raise ValueError(f"{self.name} did not write that.")
        return post
