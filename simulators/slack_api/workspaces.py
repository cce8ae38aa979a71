"""A workspace as a test finds it: its people, its channels, and the app in it."""

from dataclasses import dataclass, field

from simulators.slack_api import events
from simulators.slack_api.channels import Channel
from simulators.slack_api.ids import new_id
from simulators.slack_api.people import Person
from simulators.slack_api.posts import Post
from simulators.slack_api.response_urls import ResponseUrls
from simulators.slack_api.speech import hear
from simulators.slack_api.team import Team, User


@dataclass(slots=True, eq=False)
class OtherBot:
    """A bot of another app."""

    team: Team
    user: User
    bot_id: str
    app_id: str = field(default_factory=lambda: new_id("A"))

    async def says(
        self, text: str, channel: Channel, thread: str | None = None, *, subtype: bool = True
    ) -> str:
        """Post a message, as bots did (`bot_message`, with no user) or as they do now. Its ts."""
        fields = {"bot_id": self.bot_id, "app_id": self.app_id, "text": text}
        if subtype:
            fields |= {"subtype": "bot_message", "username": self.user.name}
        else:
            fields |= {"user": self.user.id}
        post = self.team.add(channel, fields, thread)
        hear(self.team, channel, post)
        return post.ts


@dataclass(slots=True, eq=False, kw_only=True, repr=False)
class Workspace(Team):
    """A workspace in which the app is installed, or may be."""

    urls: ResponseUrls
    _people: dict[str, Person] = field(default_factory=dict)
    _channels: dict[str, Channel] = field(default_factory=dict)

    @property
    def app_id(self) -> str:
        """The app's id."""
        return self.app.id

    @property
    def app_token(self) -> str:
        """The app's own token, for Socket Mode."""
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        """What deliveries by HTTP are signed with."""
        return self.app.signing_secret

    @property
    def request_url(self) -> str:
        """Where deliveries are posted; empty if they go through sockets. The app has one for all workspaces."""
        return self.app.request_url

    @request_url.setter
    def request_url(self, url: str) -> None:
        self.app.request_url = url

    def person(self, name: str) -> Person:
        """The person of that name, who is in all channels."""
        person = self._people.get(name)
        if person is None:
            person = Person(new_id("U"), name, team=self, urls=self.urls)
            self._people[name] = self.users[person.id] = person
            self.directory.names[person.id] = name
            for channel in self._channels.values():
                channel.members.add(person.id)
        return person

    def channel(self, name: str, *, private: bool = False, bot: bool = True) -> Channel:
        """The channel of that name; everybody is in it, and the app if it was invited."""
        channel = self._channels.get(name)
        if channel is None:
            members = {person.id for person in self._people.values()}
            invited = {self.bot_user_id} if bot else set()
            channel = self.open_channel(name, "group" if private else "channel", members | invited)
            self._channels[name] = channel
        return channel

    def other_bot(self, name: str) -> OtherBot:
        """A bot of another app."""
        bot = OtherBot(self, User(new_id("U"), name, is_bot=True), new_id("B"))
        self.users[bot.user.id] = bot.user
        self.bots[bot.bot_id] = name
        self.directory.names |= {bot.user.id: name, bot.bot_id: name}
        return bot

    def authorize(
        self, redirect_uri: str = "", scopes: frozenset[str] | None = None, *, org_wide: bool = False
    ) -> str:
        """What the app is told when somebody allows its installation: a code for `oauth.v2.access`."""
        installer, granted = self.person("Installer").id, scopes or self.app.scopes
        return self.tokens.new_code(self.id, installer, redirect_uri, granted, org_wide=org_wide)

    async def uninstalls(self) -> None:
        """Take the app away: its tokens end, and it hears `tokens_revoked` and `app_uninstalled`."""
        self.uninstall()

    async def revokes_tokens(self) -> None:
        """Take the app's tokens away: it hears `tokens_revoked`."""
        self.tokens.revoke(self.id)
        self.tell(events.tokens_revoked(self.bot_user_id, self.times.next()))

    def find(self, ts: str) -> Post | None:
        """The message of that time, in whichever channel, if everybody sees it."""
        found = (channel.find(ts) for channel in self.channels.values())
        return next((post for post in found if post is not None), None)
