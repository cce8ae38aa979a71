from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import BadPersona
from bot.persona import (
    DEFAULT,
    MOST_CHARACTERS,
    MOST_REPLY_TOKENS,
    Persona,
    checked_prompt,
    name_of,
    parse,
    problems_in,
    render,
    shipped,
)

words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60).map(str.strip)
names = st.text("abcdefghijklmnopqrstuvwxyz0123456789éçøñ漢字-_", min_size=1, max_size=32).filter(
    lambda name: name[0] not in "-_"
)
prompts = (
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=500).map(str.strip).filter(bool)
)
personas = st.builds(
    Persona,
    name=names,
    prompt=prompts,
    description=words,
    model=st.none() | st.from_regex(r"\A[a-z0-9._:/@+-]{1,100}\Z"),
    temperature=st.none() | st.floats(0, 2),
    reply_tokens=st.none() | st.integers(1, MOST_REPLY_TOKENS),
)


def refusal_of(text: str) -> str:
    with pytest.raises(BadPersona) as refused:
        parse(text)
    return refused.value.notice


def with_line(line: str) -> str:
    return f"---\nname: pirate\n{line}\n---\nTalk like a pirate."


@given(personas)
def test_a_persona_is_read_back_as_it_was_written(persona: Persona) -> None:
    text = render(persona)

    assert parse(text) == persona


@given(personas)
def test_a_persona_sent_with_windows_line_ends_is_the_same_persona(persona: Persona) -> None:
    text = render(persona).replace("\n", "\r\n")

    assert parse(text) == persona


@example("---\nname: pirate\n---\nA line end\r\r\nthat some editors write.")
@given(st.text() | st.text().map(lambda text: f"---\n{text}") | st.text().map(with_line))
def test_any_text_is_a_persona_that_can_be_written_again_or_is_refused(text: str) -> None:
    try:
        persona = parse(text)
    except BadPersona as refused:
        assert refused.notice  # noqa: PT017 - both outcomes are right
    else:
        assert parse(render(persona)) == persona


def test_fields_are_read_in_any_case_with_blanks_or_dashes() -> None:
    text = "---\nName:  Pirate \nReply-Tokens: 50\n\nTEMPERATURE: 0.5\nmodel: gpt-4o\n---\n\nArr.\n"

    assert parse(text) == Persona("pirate", "Arr.", "", "gpt-4o", 0.5, 50)


def test_a_description_may_contain_a_colon() -> None:
    assert parse(with_line("description: Sea: far and wide")).description == "Sea: far and wide"


def test_a_prompt_may_contain_a_line_of_dashes() -> None:
    persona = Persona("pirate", "Before\n---\nafter")

    assert parse(render(persona)) == persona


def test_an_empty_field_follows_the_settings() -> None:
    persona = parse(with_line("temperature:\nmodel:\nreply_tokens:"))

    assert (persona.temperature, persona.model, persona.reply_tokens) == (None, None, None)


def test_an_unknown_field_is_refused_with_its_line() -> None:
    notice = refusal_of(with_line("mood: salty"))

    assert "Line 3" in notice
    assert "name, description, model, temperature, reply_tokens" in notice


def test_a_line_without_a_colon_is_refused_with_its_line() -> None:
    assert "Line 3" in refusal_of(with_line("salty"))


@pytest.mark.parametrize("value", ["-0.1", "2.1", "nan", "inf", "warm", "1,0"])
def test_a_temperature_outside_0_to_2_is_refused_with_its_name_and_value(value: str) -> None:
    notice = refusal_of(with_line(f"temperature: {value}"))

    assert "`temperature`" in notice
    assert f"`{value}`" in notice


@pytest.mark.parametrize("value", ["0", "-5", "1.5", "128001", "nan", "inf", "many"])
def test_reply_tokens_that_are_no_whole_number_in_range_are_refused_with_name_and_value(value: str) -> None:
    notice = refusal_of(with_line(f"reply_tokens: {value}"))

    assert "`reply_tokens`" in notice
    assert f"`{value}`" in notice


def test_a_text_without_front_matter_is_refused_with_what_is_missing() -> None:
    assert "`---`" in refusal_of("Talk like a pirate.")


def test_an_empty_text_is_refused_with_what_is_missing() -> None:
    assert "`---`" in refusal_of("")


def test_front_matter_without_an_end_is_refused_with_what_is_missing() -> None:
    assert "ends with a line `---`" in refusal_of("---\nname: pirate\nTalk like a pirate.")


def test_a_persona_without_a_name_is_refused_with_an_example() -> None:
    assert "`release-notes`" in refusal_of("---\ndescription: x\n---\nTalk.")


def test_a_persona_without_a_prompt_is_refused() -> None:
    assert "needs a prompt" in refusal_of("---\nname: pirate\n---\n \n")


def test_a_prompt_has_at_most_8000_characters() -> None:
    longest = "x" * MOST_CHARACTERS

    assert checked_prompt(f" {longest}\n") == longest
    with pytest.raises(BadPersona, match=r"8,000 characters, this has 8,001"):
        checked_prompt(longest + "x")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_accented_name_is_one_name_however_its_letters_are_composed(form: Literal["NFC", "NFD"]) -> None:
    typed = unicodedata.normalize(form, " Français ")

    assert name_of(typed) == unicodedata.normalize("NFC", "français")


@pytest.mark.parametrize("name", ["", " ", "-x", "_x", "a b", "a/b", "a" * 33, "a\nb", "{x}", "a:b"])
def test_a_name_of_other_characters_or_lengths_is_refused(name: str) -> None:
    with pytest.raises(BadPersona, match="1 to 32 letters"):
        name_of(name)


@pytest.mark.parametrize("name", ["a", "7of9", "release-notes", "日本語", "hörnchen", "a" * 32])
def test_letters_and_digits_of_any_script_make_a_name(name: str) -> None:
    assert name_of(name) == name


@pytest.mark.parametrize("name", ["हिन्दी", "ไทยนี้", "தமிழ்"])
def test_scripts_whose_letters_carry_marks_make_a_name_too(name: str) -> None:
    assert name_of(name) == unicodedata.normalize("NFC", name)


@given(st.text(max_size=40))
def test_a_name_that_is_stored_is_found_again_under_itself(text: str) -> None:
    try:
        name = name_of(text)
    except BadPersona:
        name = "refused"

    assert name_of(name) == name


def test_the_shipped_personas_are_all_there_and_the_default_comes_first() -> None:
    french = unicodedata.normalize("NFC", "français")

    assert list(shipped()) == [DEFAULT, "code-reviewer", "concise", french, "sarcastic", "tutor"]


def test_every_shipped_persona_says_what_it_is_for_and_is_read_back_as_written() -> None:
    for persona in shipped().values():
        assert persona.description
        assert parse(render(persona)) == persona


def test_the_code_reviewer_answers_the_same_each_time() -> None:
    assert shipped()["code-reviewer"].temperature == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("description: " + "x" * 201, "at most 200 characters"),
        ("model: the best one", "a model's name"),
        ("model: " + "x" * 101, "a model's name"),
    ],
)
def test_a_setting_that_could_hold_anything_is_refused(line: str, words: str) -> None:
    with pytest.raises(BadPersona, match=words):
        parse(f"---\nname: x\n{line}\n---\nBe short.")


def test_a_megabyte_of_line_ends_is_read_at_once() -> None:
    with pytest.raises(BadPersona, match="8,000 characters"):
        parse("---\nname: x\n---\nBe" + "\r" * 1_000_000 + "short.")


def test_each_field_tells_what_is_wrong_with_it() -> None:
    values = {
        "name": "a b",
        "description": "x" * 201,
        "model": "two words",
        "temperature": "hot",
        "reply_tokens": "1.5",
    }

    problems = problems_in(values, " ")

    assert set(problems) == {*values, "prompt"}
    assert "letters, digits" in problems["name"]
    assert "whole number" in problems["reply_tokens"]


def test_nothing_is_wrong_with_a_persona_of_a_name_and_a_prompt() -> None:
    assert problems_in({"name": "pirate", "temperature": ""}, "Say arr.") == {}
