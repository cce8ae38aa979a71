"""Commands, components and modals, through the real library."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine

import discord as library
import pytest
from discord import app_commands, ui

from simulators.discord import Channel, DiscordSimulator, Guild, Person, Upload
from tests.simulators.discord_clients import intents, started


class Bot(library.Client):
    """A bot with commands, which notes what went wrong in them."""

    def __init__(self) -> None:
        super().__init__(intents=intents(), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)
        self.ready = asyncio.Event()

    async def setup_hook(self) -> None:
        self.add_view(Retry())
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.ready.set()


class Retry(ui.View):
    """Two buttons and a menu."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Retry", emoji="🔁", custom_id="retry")
    async def retry(self, interaction: library.Interaction, _button: ui.Button["Retry"]) -> None:
        await interaction.response.edit_message(content="Again", view=None)

    @ui.button(label="Later", custom_id="later")
    async def later(self, interaction: library.Interaction, _button: ui.Button["Retry"]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="Later")

    @ui.button(label="Quietly", custom_id="quietly")
    async def quietly(self, interaction: library.Interaction, _button: ui.Button["Retry"]) -> None:
        await interaction.response.send_message("Hush", ephemeral=True)

    @ui.button(label="Gone", custom_id="gone", disabled=True)
    async def gone(self, interaction: library.Interaction, _button: ui.Button["Retry"]) -> None:
        """Cannot be used."""

    @ui.select(custom_id="persona", options=[library.SelectOption(label="Pirate", value="p1")])
    async def choose(self, interaction: library.Interaction, select: ui.Select["Retry"]) -> None:
        await interaction.response.send_message(f"Chosen: {select.values[0]}")

    @ui.select(cls=ui.UserSelect, custom_id="person", placeholder="Whom?")
    async def pick(self, interaction: library.Interaction, select: ui.UserSelect["Retry"]) -> None:
        await interaction.response.send_message(f"Picked: {select.values[0].display_name}")


class Question(ui.Modal, title="Ask"):
    """A modal with a label and a text."""

    question: ui.Label["Question"] = ui.Label(
        text="Question", component=ui.TextInput(custom_id="question", max_length=10, required=True)
    )

    async def on_submit(self, interaction: library.Interaction) -> None:
        text = self.question.component
        assert isinstance(text, ui.TextInput)
        await interaction.response.send_message(f"You asked: {text.value}", ephemeral=True)


def told(bot: Bot) -> None:
    """Give a bot its commands."""
    persona = app_commands.Group(name="persona", description="Personas")

    @persona.command(name="use", description="Use a persona")
    async def use(interaction: library.Interaction, name: str) -> None:
        await interaction.response.send_message(f"Now {name}")

    @use.autocomplete("name")
    async def names(_interaction: library.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        known = ("tutor", "turtle", "pirate")
        return [
            app_commands.Choice(name=name.title(), value=name) for name in known if name.startswith(typed)
        ]

    @bot.tree.command(description="Think about it")
    async def think(interaction: library.Interaction, hidden: bool = False) -> None:  # noqa: FBT001, FBT002
        await interaction.response.defer(thinking=True, ephemeral=hidden)
        bot.dispatch("thinking", interaction)

    @bot.tree.command(description="Who is it")
    async def who(
        interaction: library.Interaction, person: library.Member, place: library.TextChannel
    ) -> None:
        await interaction.response.send_message(f"{person.display_name} in {place.name}")

    @bot.tree.command(description="Read")
    async def read(interaction: library.Interaction, file: library.Attachment) -> None:
        await interaction.response.send_message(f"{file.filename}: {(await file.read()).decode()}")

    @bot.tree.command(description="Ask")
    async def ask(interaction: library.Interaction) -> None:
        await interaction.response.send_modal(Question())

    @bot.tree.command(description="Show buttons")
    async def buttons(interaction: library.Interaction) -> None:
        await interaction.response.send_message("Here", view=Retry())

    @bot.tree.command(description="Say nothing")
    async def silence(_interaction: library.Interaction) -> None:
        """Say nothing."""

    @bot.tree.context_menu(name="Ask Parley about this")
    async def about(interaction: library.Interaction, message: library.Message) -> None:
        await interaction.response.send_message(f"It says: {message.content}", ephemeral=True)

    bot.tree.add_command(persona)


def _named(
    name: str, future: "asyncio.Future[library.Interaction]"
) -> Callable[..., Coroutine[None, None, None]]:
    """A listener of that name, which says once what it was told."""

    async def heard(interaction: library.Interaction) -> None:
        future.set_result(interaction)

    heard.__name__ = name
    return heard


@pytest.fixture
async def discord() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator() as running:
        yield running


@pytest.fixture
def general(discord: DiscordSimulator) -> Channel:
    return discord.guild.channel("general")


@pytest.fixture
def ada(discord: DiscordSimulator) -> Person:
    return discord.guild.person("Ada")


@pytest.fixture
async def bot(discord: DiscordSimulator, general: Channel) -> AsyncIterator[Bot]:
    assert general.type == 0
    client = Bot()
    told(client)
    async with started(discord, client):
        await client.ready.wait()
        yield client


async def test_a_slash_command_is_answered(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    reaction = await ada.uses("persona use", general, name="tutor")

    [seen] = general.screen()
    assert (reaction.responded, reaction.type) == (True, 4)
    assert (seen.author, seen.text) == ("Parley", "Now tutor")
    assert seen.message["interaction_metadata"]["user"]["id"] == ada.id
    assert seen.message["interaction_metadata"]["name"] == "persona use"


async def test_options_are_completed(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    choices = await ada.completes("persona use", general, "name", "tu")

    assert choices == {"Tutor": "tutor", "Turtle": "turtle"}


async def test_people_and_channels_are_options(
    bot: Bot, discord: DiscordSimulator, general: Channel, ada: Person
) -> None:
    assert bot.is_ready()
    await ada.uses("who", general, person=discord.guild.person("Bob"), place=general)

    assert general.screen()[0].text == "Bob in general"


async def test_files_are_options(bot: Bot, discord: DiscordSimulator, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    await ada.uses("read", general, file=Upload("a.txt", b"A lighthouse", "text/plain"))

    await discord.until(lambda: bool(general.screen()))
    assert general.screen()[0].text == "a.txt: A lighthouse"


async def test_an_answer_may_come_later(bot: Bot, general: Channel, ada: Person) -> None:
    thinking = asyncio.get_running_loop().create_future()
    bot.event(_named("on_thinking", thinking))

    reaction = await ada.uses("think", general)
    [before] = general.screen()
    interaction = await thinking
    await interaction.edit_original_response(content="Thought")
    [after] = general.screen()

    assert (reaction.type, before.thinking, before.text) == (5, True, "")
    assert (after.thinking, after.text, after.edited) == (False, "Thought", False)


async def test_the_first_follow_up_is_the_answer_that_was_deferred(
    bot: Bot, general: Channel, ada: Person
) -> None:
    thinking = asyncio.get_running_loop().create_future()
    bot.event(_named("on_thinking", thinking))

    await ada.uses("think", general, hidden=True)
    interaction = await thinking
    await interaction.followup.send("First")
    second = await interaction.followup.send("Second", wait=True)
    await second.edit(content="Second, better")

    assert [seen.text for seen in general.screen()] == ["Second, better"]
    first, other = general.screen(viewer=ada)
    assert (first.text, first.ephemeral) == ("First", True)
    assert (other.text, other.ephemeral, other.reply_to) == ("Second, better", False, first.id)


async def test_an_answer_may_be_taken_back(bot: Bot, general: Channel, ada: Person) -> None:
    thinking = asyncio.get_running_loop().create_future()
    bot.event(_named("on_thinking", thinking))
    await ada.uses("think", general)
    interaction = await thinking

    await interaction.delete_original_response()

    assert general.screen() == []
    with pytest.raises(library.NotFound, match="Unknown Message"):
        await interaction.original_response()


async def test_only_one_sees_an_ephemeral_answer(
    bot: Bot, discord: DiscordSimulator, general: Channel, ada: Person
) -> None:
    assert bot.is_ready()
    asked = await discord.guild.person("Bob").says("A lighthouse", general)

    reaction = await ada.uses_menu("Ask Parley about this", asked, general)

    assert reaction.responded
    assert [seen.text for seen in general.screen()] == ["A lighthouse"]
    mine = general.screen(viewer=ada)[-1]
    assert (mine.text, mine.ephemeral) == ("It says: A lighthouse", True)


async def test_a_button_changes_its_message(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    await ada.uses("buttons", general)
    [shown] = general.screen()

    reaction = await ada.clicks(shown.id, general, "Retry")

    [after] = general.screen()
    assert reaction.type == 7
    assert shown.buttons == ("🔁 Retry", "Later", "Quietly", "Gone")
    assert (after.text, after.buttons) == ("Again", ())


async def test_a_button_is_found_by_its_emoji_and_its_id(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    for name in ("🔁", "retry"):
        await ada.uses("buttons", general)
        assert (await ada.clicks(general.screen()[-1].id, general, name)).responded


async def test_a_button_may_change_its_message_later(
    bot: Bot, discord: DiscordSimulator, general: Channel, ada: Person
) -> None:
    assert bot.is_ready()
    await ada.uses("buttons", general)

    reaction = await ada.clicks(general.screen()[0].id, general, "Later")
    await discord.until(lambda: general.screen()[0].text == "Later")

    assert reaction.type == 6
    assert not general.screen()[0].thinking


async def test_a_button_may_be_answered_quietly(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    await ada.uses("buttons", general)
    [shown] = general.screen()

    await ada.clicks(shown.id, general, "Quietly")

    hush = general.screen(viewer=ada)[-1]
    assert (hush.text, hush.reply_to, hush.ephemeral) == ("Hush", shown.id, True)
    assert len(general.screen()) == 1


async def test_a_menu_says_what_was_chosen(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    await ada.uses("buttons", general)

    await ada.clicks(general.screen()[0].id, general, "persona", "Pirate")

    assert general.screen()[-1].text == "Chosen: p1"


async def test_a_person_is_chosen_from_a_menu(
    bot: Bot, discord: DiscordSimulator, general: Channel, ada: Person
) -> None:
    assert bot.is_ready()
    await ada.uses("buttons", general)

    await ada.clicks(general.screen()[0].id, general, "Whom?", discord.guild.person("Bob"))

    assert general.screen()[-1].text == "Picked: Bob"


async def test_a_modal_is_filled_in(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    opened = await ada.uses("ask", general)
    before = ada.modal

    await ada.submits({"Question": "Why?"})

    assert opened.type == 9
    assert before is not None
    assert (before["title"], ada.modal) == ("Ask", None)
    assert general.screen(viewer=ada)[-1].text == "You asked: Why?"


async def test_a_modal_keeps_its_rules(bot: Bot, general: Channel, ada: Person) -> None:
    assert bot.is_ready()
    await ada.uses("ask", general)

    for values in ({}, {"question": ""}, {"question": "x" * 11}, {"question": "a", "other": "b"}):
        with pytest.raises(LookupError):
            await ada.submits(values)
    await ada.dismisses()

    assert ada.modal is None


async def test_who_does_not_answer_in_time_is_not_heard_any_more(
    bot: Bot, discord: DiscordSimulator, general: Channel, ada: Person
) -> None:
    assert bot.is_ready()
    discord.speed = 600

    reaction = await ada.uses("silence", general)

    assert (reaction.responded, reaction.type) == (False, None)
    assert [interaction.response for interaction in discord.interactions] == [None]
    assert general.screen() == []


async def test_commands_work_in_direct_messages(bot: Bot, ada: Person) -> None:
    assert bot.is_ready()
    await ada.uses("persona use", ada.dm, name="pirate")

    assert ada.dm.screen()[0].text == "Now pirate"


@pytest.mark.parametrize(
    ("command", "values"),
    [
        ("nothing", {}),
        ("persona", {}),
        ("persona use", {}),
        ("persona use", {"name": 3}),
        ("persona use", {"name": "a", "other": "b"}),
        ("persona drop", {"name": "a"}),
        ("think", {"hidden": "yes"}),
        ("read", {"file": "a.txt"}),
    ],
)
async def test_a_client_refuses_what_no_person_can_send(
    bot: Bot, general: Channel, ada: Person, command: str, values: dict[str, str]
) -> None:
    assert bot.is_ready()
    with pytest.raises(LookupError):
        await ada.uses(command, general, **values)


async def test_what_is_not_there_cannot_be_clicked(
    bot: Bot, discord: DiscordSimulator, general: Channel, ada: Person
) -> None:
    assert bot.is_ready()
    await ada.uses("buttons", general)
    shown = general.screen()[0].id

    for name in ("Nothing", "Gone"):
        with pytest.raises(LookupError):
            await ada.clicks(shown, general, name)
    await ada.clicks(shown, general, "Quietly")
    with pytest.raises(LookupError):
        await discord.guild.person("Eve").clicks(general.screen(viewer=ada)[-1].id, general, "x")


async def test_commands_are_not_for_guilds_without_the_app(
    bot: Bot, discord: DiscordSimulator, ada: Person
) -> None:
    assert bot.is_ready()
    other: Guild = discord.add_guild("Other", installed=False)

    with pytest.raises(LookupError):
        await other.person("Ada").uses("ask", other.channel("general"))
    assert ada.modal is None
