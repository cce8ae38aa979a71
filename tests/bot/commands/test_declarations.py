from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.declarations import COMMANDS, Argument, Command
from bot.commands.dispatch import ACTIONS, kind_of
from bot.exports import FORMATS
from bot.mailbox import Kind
from tests.fakes import incoming

GROUPS = [command for command in COMMANDS if command.commands]
ALL = [*COMMANDS, *(each for group in GROUPS for each in group.commands)]


def named(name: str) -> Command:
    return next(command for command in COMMANDS if command.name == name)


def test_every_declared_path_has_an_action_and_no_other_has_one() -> None:
    paths: list[tuple[str, ...]] = [(command.name,) for command in COMMANDS]

    paths += [(group.name, each.name) for group in GROUPS for each in group.commands]

    assert sorted(ACTIONS) == sorted(paths)


def test_no_two_commands_of_a_group_share_a_name() -> None:
    for commands in (COMMANDS, *(group.commands for group in GROUPS)):
        names = [command.name for command in commands]

        assert len(names) == len(set(names))


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.usage)
def test_every_command_is_one_lower_case_word_with_a_help_text(command: Command) -> None:
    assert command.name.isalpha()
    assert command.name.islower()
    assert command.help


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.usage)
def test_a_help_text_fits_the_100_characters_that_discord_shows(command: Command) -> None:
    # discord.com/developers/docs/interactions/application-commands#application-command-object
    helps = [command.help, *(argument.help for argument in command.arguments)]

    assert max(map(len, helps)) <= 100


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.usage)
def test_no_argument_that_may_be_left_out_stands_before_one_that_may_not(command: Command) -> None:
    required = [argument.required for argument in command.arguments]

    assert required == sorted(required, reverse=True)


def test_only_commands_that_make_sense_as_an_answer_to_a_reply_may_be_a_bare_word() -> None:
    bare = {command.name for command in COMMANDS if command.bare}

    assert bare == {"continue", "stop", "retry"}


def test_the_formats_to_choose_for_an_export_are_those_that_can_be_written() -> None:
    (form,) = named("export").arguments

    assert form.choices == FORMATS == ("markdown", "text", "json")


def test_usage_shows_what_must_be_said_in_capitals_and_what_may_be_in_brackets() -> None:
    command = Command(
        "put", "keep it", (Argument("name", "its name"), Argument("place", "where", required=False))
    )

    assert command.usage == "put NAME [place]"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("/stop", "stop"),
        ("!stop", "stop"),
        (" /STOP\n", "stop"),
        ("stop", "bare"),
        (" Stop\n", "bare"),
        ("/reset", "reset"),
        ("!reset ", "reset"),
    ],
)
def test_a_stop_and_a_reset_do_not_wait_in_line(text: str, kind: Kind) -> None:
    assert kind_of(incoming(text)) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Stop the music.",
        "stop!",
        "reset",
        "How do I /reset my router?",
        "/stop the music",  # a misunderstanding, which is explained in its turn
        "/reset everything",
        "/sotp",
        "/help stop",
        "/retry",
        "retry",
        "continue",
        "/persona use stop",
    ],
)
def test_everything_else_waits_in_line(text: str) -> None:
    assert kind_of(incoming(text)) == "turn"


@pytest.mark.parametrize("text", ["/stop", "stop", "/reset"])
def test_what_people_say_to_each_other_ends_no_reply(text: str) -> None:
    assert kind_of(incoming(text, addressed=False)) == "turn"


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_no_other_command_goes_before_what_was_asked_earlier(name: str) -> None:
    kinds = {kind_of(incoming(f"{prefix}{name}")) for prefix in "/!"}

    assert kinds == {name if name in {"stop", "reset"} else "turn"}


@pytest.mark.parametrize("text", ["!stop", "!reset", "stop"])
def test_a_command_that_was_found_afterwards_waits_for_its_turn(text: str) -> None:
    assert kind_of(replace(incoming(text), late=True)) == "turn"
