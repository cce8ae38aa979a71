"""The model is just another user: whatever it says, nobody is called, and all of it can be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.replies.dialect.pings import JOINER, defused
from adapters.discord.replies.markup import LIMITS, LONGEST, drawn, in_parts
from tests.adapters.discord.attacks import ATTACKS, FRAMES, HUGE, PINGS
from tests.adapters.discord.eyes import called_by, cards_in, words

PIECES = [
    *["@", "<@", "<@!", "<@&", "everyone", "here", "every", "one", "123", ">", "@everyone", "<@1>", "<@&2>"],
    *[
        "`",
        "``",
        "```",
        "```\n",
        "\n```\n",
        "~~~\n",
        "\\",
        "**",
        "*",
        "__",
        "~~",
        "||",
        "[",
        "](https://x.y)",
    ],
    *[
        "\n",
        "\n\n",
        " ",
        "a",
        "> ",
        "- ",
        "# ",
        "#### ",
        "| a | b |\n|---|---|\n",
        "|",
        "\u200b",
        "\u2060",
        "    ",
    ],
]
BORDERS = (LIMITS.soft, LIMITS.line, LIMITS.word, LIMITS.hard, LIMITS.longest)
LANGUAGES = [FRAMES["in a language"](ping) for ping in PINGS]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(alphabet="<@!&1>evryonh`\\*\n\u200b "),
    st.text(),
)


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 200
    assert sum(bool(called_by(attack)) for attack in ATTACKS) >= 200


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_the_model_says_nobody_is_called(attack: str) -> None:
    shown = drawn(attack)

    assert called_by(shown) == []
    assert len(shown) <= LONGEST
    if attack not in LANGUAGES:  # nobody shows a language
        assert words(shown) == words(attack)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_that_comes_character_by_character_calls_nobody(attack: str) -> None:
    text = f"Look: {attack} there."

    for length in range(1, len(text) + 1):
        for part in in_parts(text[:length]):
            shown = drawn(part, growing=True)
            assert called_by(shown) == []
            assert shown.strip()
            assert called_by(drawn(part)) == []


@pytest.mark.parametrize("attack", HUGE)
def test_however_much_the_model_says_nobody_is_called(attack: str) -> None:
    for part in [attack, *in_parts(attack)]:
        shown = drawn(part)
        assert called_by(shown) == []
        assert cards_in(shown) == []
        assert 0 < len(shown) <= LONGEST


@pytest.mark.parametrize("form", PINGS)
@pytest.mark.parametrize(
    "before", [0, *(limit + more for limit in BORDERS for more in (-20, -9, -5, -2, -1, 0, 1))]
)
def test_no_border_of_a_part_makes_a_form_whole(form: str, before: int) -> None:
    text = "x" * before + f" {form} " + "word " * 500

    assert [called_by(drawn(part)) for part in in_parts(text)] == [[]] * len(in_parts(text))


@settings(deadline=None, max_examples=500)
@given(TEXTS)
def test_no_text_calls_anybody(text: str) -> None:
    assert called_by(drawn(text)) == []
    assert called_by(drawn(text, growing=True)) == []


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_defusing_adds_joiners_only_and_once(text: str) -> None:
    bare = text.replace(JOINER, "")

    assert defused(defused(text)) == defused(text)
    assert defused(bare).replace(JOINER, "") == bare


@pytest.mark.parametrize("form", PINGS)
def test_a_form_stays_as_it_is_where_it_is_code(form: str) -> None:
    assert drawn(f"`{form}`") == f"`{form}`"
    assert (
        drawn(f"Use *it*, `{form}` or\n\n```py\n{form}\n```")
        == f"Use *it*, `{form}` or\n\n```py\n{form}\n```"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<#103735883630395392>",
        "<t:1618953630:R>",
        "</help:816437322781949972>",
        "<:mmLol:216154654256398347>",
        "<id:guide>",
        "ada@example.org",
        "@ada",
        "a <b> c",
        "List<String>",
        "3 @ 4",
    ],
)
def test_what_calls_nobody_stays_as_it_is(text: str) -> None:
    assert drawn(text) == text


@pytest.mark.parametrize("form", ["@everyone", "@here", "<@", "<@!", "<@&", "<"])
def test_the_beginning_of_a_form_is_held_back(form: str) -> None:
    assert {drawn(f"Hi {form[:length]}", growing=True) for length in range(1, len(form))} <= {"Hi "}
