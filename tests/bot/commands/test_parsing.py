from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.declarations import COMMANDS
from bot.commands.parsing import Call, parse
from bot.errors import BadRequest

WRITTEN = [
    ("help", ("help",), {}),
    ("help persona", ("help",), {"command": "persona"}),
    ("help persona use", ("help",), {"command": "persona use"}),
    ("ask What is that?", ("ask",), {"question": "What is that?"}),
    ("privacy", ("privacy",), {}),
    ("reset", ("reset",), {}),
    ("persona", ("persona",), {}),
    ("persona use tutor", ("persona", "use"), {"name": "tutor"}),
    ("persona list", ("persona", "list"), {}),
    ("persona show tutor", ("persona", "show"), {"name": "tutor"}),
    ("persona create ada Be brief.", ("persona", "create"), {"name": "ada", "prompt": "Be brief."}),
    ("persona edit ada Be long.", ("persona", "edit"), {"name": "ada", "prompt": "Be long."}),
    ("persona delete ada", ("persona", "delete"), {"name": "ada"}),
    ("model", ("model",), {}),
    ("usage", ("usage",), {}),
    ("receipt", ("receipt",), {}),
    ("receipt 1732180000.000100", ("receipt",), {"id": "1732180000.000100"}),
    ("summarize", ("summarize",), {}),
    ("summarize 1732180000.000100", ("summarize",), {"from": "1732180000.000100"}),
    ("export", ("export",), {}),
    ("export json", ("export",), {"format": "json"}),
    ("continue", ("continue",), {}),
    ("stop", ("stop",), {}),
    ("retry", ("retry",), {}),
]
PATHS = {(command.name,) for command in COMMANDS} | {
    (command.name, each.name) for command in COMMANDS for each in command.commands
}
NOTHING_AFTER = ["reset", "privacy", "model", "usage", "continue", "stop", "retry", "persona list"]


def called(text: str) -> Call:
    call = parse(text)
    assert call is not None
    return call


def refusal_of(text: str) -> str:
    with pytest.raises(BadRequest) as refused:
        parse(text)
    return refused.value.notice


def test_every_declared_command_stands_among_the_examples_of_this_file() -> None:
    examples = {path for _, path, _ in WRITTEN}

    assert examples == PATHS


@pytest.mark.parametrize("prefix", ["/", "!"])
@pytest.mark.parametrize(("text", "path", "values"), WRITTEN)
def test_a_command_is_called_with_a_slash_and_with_an_exclamation_mark(
    prefix: str, text: str, path: tuple[str, ...], values: dict[str, str]
) -> None:
    call = called(prefix + text)

    assert (call.path, call.values, call.bare) == (path, values, False)
    assert call.command.name == path[-1]


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
@pytest.mark.parametrize("written", ["/{} help", "!{} help", "/{}  HELP "])
def test_help_behind_a_command_asks_for_its_explanation(written: str, name: str) -> None:
    call = called(written.format(name))

    assert (call.path, call.values) == (("help",), {"command": name})


def test_a_persona_may_be_called_help() -> None:
    assert called("/persona use help").path == ("persona", "use")


@pytest.mark.parametrize(
    ("text", "path"),
    [("/RESET", ("reset",)), ("!Persona USE tutor", ("persona", "use")), ("/Export", ("export",))],
)
def test_a_command_may_be_written_in_any_case(text: str, path: tuple[str, ...]) -> None:
    assert called(text).path == path


def test_the_value_of_an_argument_keeps_its_case() -> None:
    assert called("/persona show Tutor").values == {"name": "Tutor"}


@pytest.mark.parametrize("text", ["  /reset", "/reset  ", "\n!reset\n", "/reset\t"])
def test_blanks_around_a_command_do_not_matter(text: str) -> None:
    assert called(text).path == ("reset",)


def test_a_choice_may_be_written_in_any_case() -> None:
    assert called("/export JSON").path == ("export",)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("/rest", "/reset"), ("!resett", "!reset"), ("/personas", "/persona"), ("/exprot", "/export")],
)
def test_a_misspelt_command_is_answered_with_what_was_probably_meant(text: str, meant: str) -> None:
    notice = refusal_of(text)

    assert f"`{text}`" in notice
    assert f"`{meant}`" in notice


@pytest.mark.parametrize("text", ["/xyzzy", "/s", " /PLUGH "])
def test_a_word_with_a_slash_that_is_like_no_command_is_refused_with_where_to_look(text: str) -> None:
    notice = refusal_of(text)

    assert f"`{text.strip().lower()}`" in notice
    assert "`/help`" in notice


@pytest.mark.parametrize(
    "text",
    [
        "What is a monad?",
        "/etc/passwd is what?",
        "/usr is full, why?",
        "!important: tell me the time",
        "! hello",
        "/ hello",
        "!",
        "/",
        "",
        "   ",
        "!!",
        "!!reset",
        "/reset!",
        "!=",
        "!s",
        "!xyzzy",
        "!true is false, right?",
        "/r/python is what?",
        "please /reset",
        "reset",
        "help",
        "/shrug nobody knows",
    ],
)
def test_what_only_looks_like_a_command_is_a_question(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("prefix", ["/", "!"])
@pytest.mark.parametrize("command", NOTHING_AFTER)
def test_text_after_a_command_that_takes_none_is_refused_rather_than_ignored(
    prefix: str, command: str
) -> None:
    notice = refusal_of(f"{prefix}{command} the music")

    assert f"`{prefix}{command}`" in notice


@pytest.mark.parametrize(
    ("text", "usage", "missing"),
    [
        ("/persona use", "/persona use NAME", "the persona's name"),
        ("!persona show  ", "!persona show NAME", "the persona's name"),
        ("/persona delete", "/persona delete NAME", "the persona's name"),
        ("/persona create", "/persona create NAME PROMPT", "the persona's name"),
        ("/persona create ada", "/persona create NAME PROMPT", "how it should answer"),
        ("/persona edit ada", "/persona edit NAME PROMPT", "how it should answer"),
    ],
)
def test_a_missing_argument_is_named_with_how_the_command_is_written(
    text: str, usage: str, missing: str
) -> None:
    notice = refusal_of(text)

    assert f"`{usage}`" in notice
    assert missing in notice


def test_a_choice_that_does_not_exist_is_answered_with_those_that_do() -> None:
    notice = refusal_of("/export pdf")

    assert "markdown, text, json" in notice
    assert "`pdf`" in notice


def test_more_words_than_a_choice_are_refused() -> None:
    assert "`json please`" in refusal_of("/export json please")


def test_an_unknown_word_after_a_group_is_answered_with_the_groups_commands() -> None:
    notice = refusal_of("/persona ues tutor")

    assert "`use`, `list`, `show`, `create`, `edit`, `delete`" in notice
    assert "`ues`" in notice


def test_a_prompt_of_several_lines_keeps_them() -> None:
    call = called("/persona create ada Be brief.\n\n- No greetings\n    - none at all\n")

    assert call.values == {"name": "ada", "prompt": "Be brief.\n\n- No greetings\n    - none at all"}


def test_a_prompt_may_begin_on_the_next_line_with_front_matter() -> None:
    call = called("!persona edit ada\n---\ntemperature: 0\n---\nBe exact.")

    assert call.values == {"name": "ada", "prompt": "---\ntemperature: 0\n---\nBe exact."}


@pytest.mark.parametrize("text", ["continue", "Stop", " RETRY\n"])
def test_a_single_word_can_call_the_commands_that_act_on_a_reply(text: str) -> None:
    call = called(text)

    assert (call.path, call.values, call.bare) == ((text.strip().lower(),), {}, True)


@pytest.mark.parametrize("text", ["continue please", "stop it", "retry?", "don't stop"])
def test_more_than_the_single_word_is_a_question(text: str) -> None:
    assert parse(text) is None


anything = st.text(max_size=80)
starts = st.sampled_from([f"{prefix}{text}" for prefix in "/!" for text, _, _ in WRITTEN] + ["/", "!", ""])


@given(st.builds(str.__add__, starts, anything) | st.builds("{} {}".format, starts, anything))
def test_any_text_is_a_question_a_declared_command_or_refused_with_a_notice(text: str) -> None:
    try:
        call = parse(text)
    except BadRequest as refused:
        assert refused.notice  # noqa: PT017 - all three outcomes are right
    else:
        assert call is None or call.path in PATHS


@given(anything.filter(lambda text: not text.lstrip().startswith(("/", "!"))))
def test_a_text_without_a_prefix_is_never_refused(text: str) -> None:
    call = parse(text)

    assert call is None or call.bare
