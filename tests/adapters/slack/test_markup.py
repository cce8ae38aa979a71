from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.markdown.parts import parts_of
from adapters.slack.replies.markup import defused, plain, to_blocks
from tests.adapters.markdown.texts import EXAMPLES, SMALL

JOINER = "\u2060"

FORMS = [
    *["<!channel>", "<!here>", "<!everyone>", "<!group>", "<!channel|x>", "<!here|@here>", "<!everyone|all>"],
    *[
        "<!subteam^S123>",
        "<!subteam^S123|@x>",
        "<!date^1392734382^{date}|now>",
        "<!date^1^{date}^https://a.b|x>",
    ],
    *[
        "<@U123>",
        "<@W123|name>",
        "<@U0LAN0Z89>",
        "<@UABCDEF>",
        "<@B0123>",
        "<@user.name>",
        "<#C123>",
        "<#C123|name>",
    ],
    *["<#D1>", "<https://evil.example|text>", "<http://evil.example/a?b=c&d#e|my bank>"],
    *[
        "<mailto:x@evil.example|y>",
        "<tel:123|y>",
        "<slack://channel?team=T1>",
        "<slack://user|x>",
        "<www.a.example|b>",
    ],
    *["<app+1.2-x://y|z>", "<javascript:alert(1)|z>", "<ftp://a|>"],
]


def mixed(form: str) -> str:
    return "".join(character.swapcase() if at % 2 else character for at, character in enumerate(form))


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda form: form,
    "in upper case": str.upper,
    "in lower case": str.lower,
    "in mixed case": mixed,
    "after a blank": lambda form: form.replace("<", "< ", 1),
    "after tabs": lambda form: form.replace("<", "<\t\t", 1),
    "after a wide blank": lambda form: form.replace("<", "<\u3000", 1),
    "nested": lambda form: f"<<{form}>>",
    "nested in a link": lambda form: f"[{form}]({form})",
    "escaped": lambda form: form.replace("<", "\\<", 1),
    "escaped within": lambda form: form.replace("<", "<\\", 1),
    "with entities": html.escape,
    "with numbers": lambda form: form.replace("<", "&#60;", 1),
    "with hexadecimal numbers": lambda form: form.replace("<", "&#x003C;", 1),
    "with a zero-width space": lambda form: form.replace("<", "<\u200b", 1),
    "with a zero-width joiner after each": "\u200d".join,
    "with soft hyphens after each": "\xad".join,
    "with word joiners within": lambda form: f"{form[:2]}\u2060{form[2:]}",
    "with a byte order mark": lambda form: f"{form[:3]}\ufeff{form[3:]}",
    "in code": lambda form: f"`{form}`",
    "in a fence": lambda form: f"```\n{form}\n```",
    "in an item": lambda form: f"- **{form}**",
    "twice": lambda form: form * 2,
}
UNTOUCHED = [
    *[
        "<!DOCTYPE html>",
        "<!-- x -->",
        "<![CDATA[x]]>",
        "<!ELEMENT a (b|c)>",
        "<!ENTITY here 'x'>",
        "#include <stdio.h>",
    ],
    *[
        "Vec<&str>",
        "a < b",
        "a<b && c>d",
        "<https://x.y>",
        "<https://x.y/?a=b&c#d>",
        "<mail@example.org>",
        "<br/>",
    ],
    *[
        "<mailto:a@b.example>",
        "</div>",
        "List<@NonNull String>",
        "tags <@ names || more",
        "<#list items as item>",
    ],
    *[
        "<#compress>",
        "<# comment #>",
        "<@ page.url />",
        "std::vector<std::string>",
        "Map<String, A | B>",
        "x <- 1",
    ],
    *[
        "cat <file | grep x",
        "if (a <!b)",
        "1 <2 |3",
        "<->",
        "<=>",
        "<|",
        "<$>",
        "&lt;div&gt;",
        "&lt;https://x.y&gt;",
    ],
    *[
        "@channel @here",
        "!channel",
        "channel>",
        "\uff1c!channel\uff1e",
        "T<K: Ord | U>",
        "\u2039!here\u203a",
        "a<\u2060b",
    ],
]
PIECES = [
    *[
        "<",
        "<!",
        "!",
        "@",
        "#",
        "&",
        "&lt;",
        "&#60;",
        "channel",
        "here",
        "subteam",
        "date",
        "^",
        "U123",
        "C123",
        "|",
    ],
    *[
        ">",
        "&gt;",
        "https",
        ":",
        "/",
        "//",
        "slack",
        "mailto",
        "www",
        ".",
        "x",
        " ",
        "\n",
        "\\",
        "\u200b",
        "chan",
        "nel",
    ],
    *["word", "`", "```", "| a |", *FORMS],
]
ATTACKS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
TEXTS = st.one_of(ATTACKS, st.text(), st.text(alphabet="<!@#&|>:/\u2060\u200b Uu1c\n;lt"))

# Slack's own reading: docs.slack.dev, "Formatting message text". It takes no blanks at all.
BLANKS = "[ \t\u3000]*"
READ = re.compile(
    rf"<{BLANKS}(?:!{BLANKS}(?:channel|here|everyone|group|subteam\^|date\^)"
    rf"|@{BLANKS}[uwb][a-z]*\d[a-z0-9]*{BLANKS}[>|]|@[\w.-]+[>|]|#{BLANKS}[cgd][a-z]*\d[a-z0-9]*{BLANKS}[>|]"
    r"|slack://|(?:[a-z][a-z0-9+.-]*://|mailto:|tel:|javascript:)[^<>|\n]*\|)",
    re.IGNORECASE | re.ASCII,
)


def read_by_slack(text: str) -> list[str]:
    """What Slack might take for its own, were it to look through entities, escapes and what nobody sees."""
    seen = (
        html.unescape(text)
        .replace("\u200b", "")
        .replace("\u200d", "")
        .replace("\xad", "")
        .replace("\ufeff", "")
    )
    return READ.findall(re.sub(r"(?<=[^<])\u2060|\\", "", seen))


@pytest.mark.parametrize(("form", "way"), [*product(FORMS, WAYS)])
def test_what_pings_or_lies_is_defused(form: str, way: str) -> None:
    attack = WAYS[way](form)

    text = defused(f"Look: {attack} there.")

    assert not read_by_slack(text)
    assert JOINER in text
    assert text.replace(JOINER, "") == f"Look: {attack} there.".replace(JOINER, "")
    assert defused(text) == text


@pytest.mark.parametrize("form", FORMS)
def test_the_joiner_stands_after_the_angle_bracket(form: str) -> None:
    assert defused(form) == f"<{JOINER}{form[1:]}"
    assert defused(form.replace("<", "&lt;")) == f"&lt;{JOINER}{form[1:]}"


def test_a_channel_may_have_an_id_of_letters() -> None:
    assert defused("<#CABCDEF> <#CABCDEF|name>") == f"<{JOINER}#CABCDEF> <{JOINER}#CABCDEF|name>"


@pytest.mark.parametrize("text", UNTOUCHED)
def test_all_else_stays_as_it_is(text: str) -> None:
    assert defused(text) == text
    assert defused(f"```cpp\n{text}\n```") == f"```cpp\n{text}\n```"
    assert defused(f"{text}\n", growing=True) == f"{text}\n"


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_specification_of_commonmark_stays_as_it_is(example: str) -> None:
    assert defused(example) == example


@settings(deadline=None, max_examples=500)
@given(TEXTS)
def test_nothing_defused_is_read_by_slack(text: str) -> None:
    assert not read_by_slack(defused(text))


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_defusing_adds_joiners_only_and_once(text: str) -> None:
    bare = text.replace(JOINER, "")

    assert defused(defused(text)) == defused(text)
    assert defused(bare).replace(JOINER, "") == bare


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_what_is_shown_of_growing_text_is_a_beginning_of_what_it_becomes(text: str) -> None:
    shown = [defused(text[:length], growing=True) for length in range(len(text) + 1)]

    assert all(defused(text).startswith(beginning) for beginning in shown)
    assert all(after.startswith(before) for before, after in pairwise(shown))


@pytest.mark.parametrize("form", [form for form in FORMS if "|>" not in form])
def test_a_form_is_shown_only_when_it_is_known(form: str) -> None:
    shown = [defused(f"Hi {form[:length]}", growing=True) for length in range(1, len(form))]

    assert all("<" not in text or f"<{JOINER}" in text for text in shown)
    assert defused(f"Hi {form}\n", growing=True) == f"Hi <{JOINER}{form[1:]}\n"


@pytest.mark.parametrize(
    "text",
    [
        "a <b>",
        "a <!DO",
        "a <!channez",
        "<@a b",
        "<stdio.h>",
        "<https://a.b>",
        "a < 3",
        "&lem",
        "&amp;",
        "&#61",
    ],
)
def test_what_cannot_become_a_form_is_not_held_back(text: str) -> None:
    assert defused(text, growing=True) == text


def test_a_link_that_does_not_end_is_held_back_only_so_long() -> None:
    link = "<https://a.example/" + "x" * 3_000

    assert defused(link[:1_900], growing=True) == ""
    assert defused(link, growing=True) == f"<{JOINER}{link[1:]}"
    assert defused(f"{link}|bank>") == f"<{JOINER}{link[1:]}|bank>"


@settings(deadline=None, max_examples=100)
@given(st.lists(ATTACKS, max_size=20).map("\n\n".join))
def test_parts_that_grow_are_only_appended_to_and_nothing_in_them_is_read_by_slack(text: str) -> None:
    whole = parts_of(defused(text), SMALL)
    for length in range(0, len(text), 7):
        parts = parts_of(defused(text[:length], growing=True), SMALL)
        assert parts[:-1] == whole[: max(len(parts) - 1, 0)]
        assert not parts or whole[len(parts) - 1].startswith(parts[-1])
    assert not any(map(read_by_slack, whole))


@given(TEXTS)
def test_the_plain_text_is_the_whole_text_and_holds_no_markup(text: str) -> None:
    escaped = plain(text)

    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
    assert "<" not in escaped
    assert ">" not in escaped


@pytest.mark.parametrize(
    "text", ["&" * 9_500, "<" * 9_500, ">" * 9_500, "&lt;" * 2_375, "<&>" * 3_166, "&amp;" * 1_900]
)
def test_the_plain_text_of_any_part_fits(text: str) -> None:
    escaped = plain(text)

    assert len(escaped) <= 40_000
    assert "<" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_a_part_is_one_markdown_block() -> None:
    assert to_blocks("# Hi\n\n| a |\n|---|\n") == [{"type": "markdown", "text": "# Hi\n\n| a |\n|---|\n"}]


@pytest.mark.parametrize("text", ["", " \n"])
def test_no_text_is_no_block(text: str) -> None:
    assert to_blocks(text) == []
