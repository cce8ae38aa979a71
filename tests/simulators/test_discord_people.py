"""What people do, as the app hears of it, through the real library."""

from collections.abc import AsyncIterator

import discord as library
import pytest

from simulators.discord import Channel, DiscordSimulator, Person, Upload
from tests.simulators.discord_clients import Listening, intents, started


class Hearing(Listening):
    """A client that also notes what is edited, deleted and opened, and who types."""

    def __init__(self) -> None:
        super().__init__(intents=intents())
        self.noted: list[str] = []

    async def on_message_edit(self, before: library.Message, after: library.Message) -> None:
        self.noted.append(f"{before.content} → {after.content}")
        self.dispatch("noted")

    async def on_message_delete(self, message: library.Message) -> None:
        self.noted.append(f"{message.content} ✗")
        self.dispatch("noted")

    async def on_bulk_message_delete(self, messages: list[library.Message]) -> None:
        self.noted.append(f"{' '.join(each.content for each in messages)} ✗")
        self.dispatch("noted")

    async def on_thread_create(self, thread: library.Thread) -> None:
        self.noted.append(f"thread {thread.name}")
        self.dispatch("noted")

    async def on_typing(
        self, _channel: library.abc.Messageable, user: library.User | library.Member, _when: object
    ) -> None:
        self.noted.append(f"{user.display_name} types")
        self.dispatch("noted")


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as running:
        yield running


@pytest.fixture
async def client(discord: DiscordSimulator, general: Channel, ada: Person) -> AsyncIterator[Hearing]:
    """The real library, connected, in a guild with a channel and a person."""
    assert (general.name, ada.name) == ("general", "Ada")
    hearing = Hearing()
    async with started(discord, hearing):
        await hearing.until(lambda: "ready" in hearing.events)
        yield hearing


async def heard(client: Hearing) -> library.Message:
    """The first message that the client hears of."""
    await client.until(lambda: bool(client.heard))
    return client.heard[0]


async def test_a_mention_names_the_app(
    discord: DiscordSimulator, client: Hearing, general: Channel, ada: Person
) -> None:
    said = await ada.mentions("What is a lighthouse?", general)

    message = await heard(client)
    assert str(message.id) == said
    assert client.user in message.mentions
    assert message.content == f"<@{discord.app.id}> What is a lighthouse?"
    assert message.author.display_name == "Ada"
    assert message.guild is not None
    assert message.guild.name == "Acme"
    assert general.screen()[0].text == "@Parley What is a lighthouse?"


async def test_a_direct_message_comes_without_a_guild(client: Hearing, ada: Person) -> None:
    await ada.writes("Hello.")

    message = await heard(client)
    assert (message.content, message.guild) == ("Hello.", None)
    assert isinstance(message.channel, library.DMChannel)


async def test_a_reply_tells_what_it_answers(client: Hearing, general: Channel, ada: Person) -> None:
    channel = client.get_channel(int(general.id))
    assert isinstance(channel, library.TextChannel)
    sent = await channel.send("Hello, Ada.")
    await client.until(lambda: bool(client.heard))

    await ada.says("Hello.", general, reply_to=str(sent.id))
    await ada.says("Hush.", general, reply_to=str(sent.id), ping=False)
    await client.until(lambda: len(client.heard) == 3)

    loud, quiet = client.heard[1:]
    assert loud.reference is not None
    assert loud.reference.message_id == sent.id
    assert (client.user in loud.mentions, client.user in quiet.mentions) == (True, False)


async def test_files_come_with_what_is_said(client: Hearing, general: Channel, ada: Person) -> None:
    await ada.says("Look.", general, files=[Upload("a.txt", b"here")])

    [attachment] = (await heard(client)).attachments
    assert (attachment.filename, await attachment.read()) == ("a.txt", b"here")


async def test_edits_and_deletions_are_told(client: Hearing, general: Channel, ada: Person) -> None:
    said = await ada.says("Helo.", general)
    await heard(client)

    await ada.edits(said, general, "Hello.")
    await ada.deletes(said, general)
    await client.until(lambda: len(client.noted) == 2)

    assert client.noted == ["Helo. → Hello.", "Hello. ✗"]
    assert general.screen() == []


async def test_messages_that_are_deleted_at_once_are_told_of_at_once(
    client: Hearing, general: Channel, ada: Person
) -> None:
    said = [await ada.says(text, general) for text in ("One", "Two")]
    await client.until(lambda: len(client.heard) == 2)

    await ada.deletes_many(said, general)
    await client.until(lambda: bool(client.noted))

    assert client.noted == ["One Two ✗"]
    assert general.screen() == []


async def test_threads_and_typing_are_told(client: Hearing, general: Channel, ada: Person) -> None:
    thread = await ada.opens_thread("Buoys", general, await ada.says("Buoys?", general))
    await ada.types(general)
    await ada.says("Red ones.", thread)
    await client.until(lambda: "Ada types" in client.noted and len(client.heard) >= 3)

    assert "thread Buoys" in client.noted
    assert isinstance(client.heard[-1].channel, library.Thread)
    assert [message.type.name for message in client.heard] == [
        "default",
        "thread_starter_message",
        "default",
    ]


async def test_a_forward_carries_what_was_said(
    discord: DiscordSimulator, client: Hearing, general: Channel, ada: Person
) -> None:
    said = await ada.says("The lamp turns.", general)
    await ada.forwards(said, general, to=discord.guild.channel("elsewhere"))
    await client.until(lambda: len(client.heard) == 2)

    [snapshot] = client.heard[1].message_snapshots
    assert (client.heard[1].content, snapshot.content) == ("", "The lamp turns.")
    [seen] = discord.guild.channel("elsewhere").screen()
    assert (seen.text, seen.forwarded, seen.reply_to) == ("The lamp turns.", True, None)
    assert seen.reference == (general.id, said)


async def test_the_app_is_seen_typing_for_ten_seconds(
    discord: DiscordSimulator, client: Hearing, general: Channel
) -> None:
    channel = client.get_channel(int(general.id))
    assert isinstance(channel, library.TextChannel)

    await channel.typing()
    assert general.typing == ["Parley"]
    discord.speed = 1000
    await discord.platform.clock.sleep(11)

    assert general.typing == []


async def test_the_app_ceases_to_type_when_it_posts(client: Hearing, general: Channel) -> None:
    channel = client.get_channel(int(general.id))
    assert isinstance(channel, library.TextChannel)

    await channel.typing()
    await channel.send("Hello.")

    assert general.typing == []


async def test_what_happens_where_the_app_sees_nothing_is_not_told(
    discord: DiscordSimulator, client: Hearing, general: Channel, ada: Person
) -> None:
    hidden = discord.guild.channel("hidden")
    hidden.deny("VIEW_CHANNEL")

    await ada.says("secret", hidden)
    await ada.says("open", general)

    assert (await heard(client)).content == "open"


async def test_the_library_edits_and_opens_threads(client: Hearing, general: Channel, ada: Person) -> None:
    await ada.mentions("What is a lighthouse?", general)
    question = await heard(client)

    thread = await question.create_thread(name="Lighthouses")
    answer = await thread.send("A", allowed_mentions=library.AllowedMentions.none())
    await answer.edit(content="A tower.", suppress=True)

    place = general.thread_of(str(question.id))
    assert place is not None
    [seen] = place.screen()
    assert (seen.text, seen.edited) == ("A tower.", True)


async def test_bots_of_others_are_heard_as_bots(
    discord: DiscordSimulator, client: Hearing, general: Channel
) -> None:
    await discord.guild.bot("Dyno").says("Beep.", general)

    message = await heard(client)
    assert (message.author.name, message.author.bot) == ("Dyno", True)
