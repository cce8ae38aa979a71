"""The people of a workspace, and what they do; each of their verbs returns what is needed to go on."""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from simulators.slack_api import choosing, events, interactions
from simulators.slack_api.channels import Channel
from simulators.slack_api.deliveries import Acknowledged
from simulators.slack_api.files import File, Upload, shared, uploaded
from simulators.slack_api.posts import Post, Seen
from simulators.slack_api.refusals import Refusal
from simulators.slack_api.response_urls import ResponseUrl, ResponseUrls, respond
from simulators.slack_api.speech import hear, spoken, tombstone
from simulators.slack_api.team import Team, Unanswered, User


@dataclass(frozen=True, slots=True)
class Reaction:
    """What became of something that a person did: whether the app responded in time, and with what.

    `errors` are those that a modal shows beside its inputs. `body` is what the app got.
    """

    responded: bool
    payload: Mapping[str, Any]
    body: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def trigger_id(self) -> str:
        """What lets the app show a modal."""
        return str(self.body.get("trigger_id", ""))

    @property
    def response_url(self) -> str:
        """Where the app may answer."""
        return str(self.body.get("response_url", ""))


@dataclass(slots=True, eq=False, repr=False)
class Person(User):
    """A person in a workspace."""

    team: Team = field(kw_only=True)
    urls: ResponseUrls = field(kw_only=True)

    @property
    def dm(self) -> Channel:
        """Their direct messages with the app."""
        return self.team.direct(self)

    @property
    def modal(self) -> dict[str, Any] | None:
        """The modal that they have before them."""
        stack = self.team.views.modals.get(self.id)
        return stack[-1] if stack else None

    @property
    def home(self) -> dict[str, Any] | None:
        """The app's home tab, if the app published one for them."""
        return self.team.views.homes.get(self.id)

    async def says(
        self, text: str, channel: Channel, thread: str | None = None, files: Sequence[Upload] = ()
    ) -> str:
        """Post a message as typed; `<@U…>`, `<#C…>` and `<!…>` are what is picked from a list. Its ts."""
        fields = {"user": self.id, "client_msg_id": str(uuid.uuid4()), **spoken(text)}
        if files:
            fields |= {"subtype": "file_share", "upload": False, "display_as_bot": False}
            fields["files"] = [shared(self._file(upload), self.team.site.base_url) for upload in files]
        post = self.team.add(channel, fields, thread)
        hear(self.team, channel, post)
        return post.ts

    async def mentions(
        self, text: str, channel: Channel, thread: str | None = None, files: Sequence[Upload] = ()
    ) -> str:
        """Post a message that begins with the app's name. Its ts."""
        return await self.says(f"<@{self.team.bot_user_id}> {text}", channel, thread, files)

    async def writes(self, text: str, thread: str | None = None, files: Sequence[Upload] = ()) -> str:
        """Write to the app directly. The ts of the message."""
        return await self.says(text, self.dm, thread, files)

    async def edits(self, ts: str, channel: Channel, text: str) -> str:
        """Edit an own message. The ts of the edit."""
        post = self._own(ts, channel)
        previous, now = channel.shown(post), self.team.times.next()
        post.message = {**post.message, **spoken(text), "edited": {"user": self.id, "ts": now}}
        self.team.changes.tell()
        self.team.tell_message(channel, events.changed(channel, now, channel.shown(post), previous))
        return now

    async def deletes(self, ts: str, channel: Channel) -> str:
        """Delete an own message; if there are replies, it is said that one was deleted. The ts of that."""
        post = self._own(ts, channel)
        previous, now = channel.shown(post), self.team.times.next()
        if post.thread is None and channel.replies(ts):
            post.message = tombstone(post)
            event = events.changed(channel, now, channel.shown(post), previous)
        else:
            channel.remove(ts)
            event = events.deleted(channel, now, previous)
        self.team.changes.tell()
        self.team.tell_message(channel, event)
        return now

    async def deletes_file(self, name: str) -> None:
        """Delete an own file; the messages that shared it stay."""
        mine = (file for file in self.team.files.values() if file.user == self.id and not file.deleted)
        file = next(file for file in mine if file.name == name)
        file.deleted = True
        for post in (post for channel in self.team.channels.values() for post in channel.posts.values()):
            if files := post.message.get("files"):
                gone = shared(file, self.team.site.base_url)
                post.message["files"] = [gone if each["id"] == file.id else each for each in files]
        self.team.changes.tell()

    async def types(self, command: str, text: str, channel: Channel) -> Reaction:
        """Use a slash command. What the app answers at once is seen in the channel, as later answers are."""
        url = self.urls.new(self.team, channel, self.id)
        body = interactions.command(self.team, self, channel, (command, text), url)
        acknowledged = await self.team.deliveries.ask("slash_commands", body)
        if acknowledged is not None and acknowledged.payload:
            with suppress(Refusal):
                respond(ResponseUrl(self.team, channel, self.id, 0.0), acknowledged.payload)
        return self._reaction(command, body, acknowledged)

    async def clicks(self, ts: str, channel: Channel, name: str, choice: str | None = None) -> Reaction:
        """Use an element of a message by its `action_id` or label, an option of it by its value or text."""
        post = channel.posts[ts]
        if post.reader not in (None, self.id):
            raise LookupError(f"{self.name} does not see this message.")
        url = self.urls.new(self.team, channel, self.id, post)
        action = choosing.action_on(post.blocks, name, choice)
        place = interactions.in_message(channel, post, url)
        return await self._interacts(interactions.block_actions(self.team, self, action) | place)

    async def clicks_in(self, view: Mapping[str, Any], name: str, choice: str | None = None) -> Reaction:
        """Use an element of a modal or the home tab."""
        action = choosing.action_on(view["blocks"], name, choice)
        place = interactions.in_view(view)
        return await self._interacts(interactions.block_actions(self.team, self, action) | place)

    async def submits(self, values: Mapping[str, Any]) -> Reaction:
        """Fill in the topmost modal, by block, action or label, and submit it."""
        view = self._topmost()
        view["state"] = {"values": choosing.answers_to(view["blocks"], values)}
        body = interactions.submission(self.team, self, view)
        acknowledged = await self.team.deliveries.ask("interactive", body)
        if acknowledged is not None:
            try:
                self.team.views.follow(self.id, acknowledged.payload or {})
            except Refusal:
                # What Slack does not understand is the same as nothing: the modal stays.
                acknowledged = None
        return self._reaction("view_submission", body, acknowledged)

    async def closes(self) -> None:
        """Close the topmost modal."""
        view = self._topmost()
        self.team.views.modals[self.id].pop()
        self.team.changes.tell()
        if view["notify_on_close"]:
            await self._interacts(interactions.closing(self.team, self, view))

    async def opens_home(self) -> dict[str, Any] | None:
        """Look at the app's home tab: what had been published of it before."""
        home = self.home
        self.team.tell(events.home_opened(self.id, self.dm.id, "home", self.team.times.next(), home))
        return home

    async def opens_messages(self) -> None:
        """Look at their messages with the app, where apps with the agent view talk."""
        now = self.team.times.next()
        self.team.tell(events.home_opened(self.id, self.dm.id, "messages", now, None))

    async def uses_shortcut(self, callback_id: str, message: Seen | None = None) -> Reaction:
        """Use a shortcut, on a message or without one."""
        if message is None:
            return await self._interacts(interactions.shortcut(self.team, self, callback_id))
        channel, post = self._find(message.ts)
        url = self.urls.new(self.team, channel, self.id, post)
        body = interactions.message_action(self.team, self, callback_id, (channel, post), url)
        return await self._interacts(body)

    async def stops(self, thread: str, channel: Channel) -> list[str]:
        """Press Stop in a thread. The streams that this ended."""
        posts = [post for post in channel.replies(thread) if post.streaming]
        for post in posts:
            if post.stream is not None:
                post.stream.ended = post.stream.stopped_by_user = True
        streams, now = [post.ts for post in posts], self.team.times.next()
        self.team.changes.tell()
        self.team.tell(events.session_stopped(self.id, channel.id, thread, now, streams))
        return streams

    async def opens_assistant(self, beside: Channel | None = None) -> str:
        """Open a new assistant thread, perhaps beside a channel that they look at. Its ts.

        LookupError if the app has the agent view, where there are none.
        """
        if self.team.app.agent:
            raise LookupError("An app with the agent view has no assistant threads.")
        fields = {**self.team.as_app(), "subtype": "assistant_app_thread", "text": "New Assistant Thread"}
        post = self.team.add(self.dm, fields)
        context = {} if beside is None else {"channel_id": beside.id, "team_id": self.team.id}
        thread = {
            "user_id": self.id,
            "context": {**context, "enterprise_id": None},
            "channel_id": self.dm.id,
            "thread_ts": post.ts,
        }
        event = events.assistant_started(thread, self.team.times.next())
        self.team.tell(event, scope="assistant:write")
        return post.ts

    def _own(self, ts: str, channel: Channel) -> Post:
        post = channel.find(ts)
        if post is None or post.message.get("user") != self.id:
            raise LookupError(f"{self.name} has no message of {ts} here.")
        return post

    def _find(self, ts: str) -> tuple[Channel, Post]:
        for channel in self.team.channels.values():
            if self.id in channel.members and (post := channel.find(ts)) is not None:
                return channel, post
        raise LookupError(f"{self.name} sees no message of {ts}.")

    def _topmost(self) -> dict[str, Any]:
        if self.modal is None:
            raise LookupError(f"{self.name} has no modal before them.")
        return self.modal

    def _file(self, upload: Upload) -> File:
        file = uploaded(upload, self.team.id, self.id)
        self.team.files[file.id] = file
        return file

    async def _interacts(self, body: dict[str, Any]) -> Reaction:
        return self._reaction(body["type"], body, await self.team.deliveries.ask("interactive", body))

    def _reaction(self, what: str, body: dict[str, Any], acknowledged: Acknowledged | None) -> Reaction:
        if acknowledged is None:
            self.team.unanswered.append(Unanswered(self.id, what, body))
        self.team.changes.tell()
        payload = (acknowledged.payload if acknowledged is not None else None) or {}
        return Reaction(acknowledged is not None, payload, body, payload.get("errors") or {})
