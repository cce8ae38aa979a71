from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.replies.dialect.pings import JOINER
from adapters.discord.replies.markup import LIMITS, LONGEST, drawn, in_parts
from adapters.markdown.parts import Limits, parts_of
from tests.adapters.discord.eyes import blocks_in, words
from tests.adapters.markdown.texts import DOCUMENTS, EXAMPLES, SMALL, SPECIFICATION, TEXTS, codes

RULE = "\u2500" * 20
LONG = st.lists(st.one_of(DOCUMENTS, TEXTS), min_size=10, max_size=40).map("\n\n".join)


def blocks_seen(part: str) -> list[str]:
    """The blocks of code of a message, but for tables, blank ones, and what nobody sees."""
    blocks = [code for _, code in blocks_in(drawn(part)) if code.strip() and "\u2500" not in code]
    return [code.replace(JOINER, "") for code in blocks]


def code_of(text: str) -> list[str]:
    """The blocks of code in Markdown, but for those in which nothing stands."""
    return [code.strip("\n") for _, code in codes(text) if code.strip()]


def seen(text: str) -> str:
    """What a message says, but for what nobody sees."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text.replace(JOINER, ""))


@pytest.mark.parametrize(
    "text",
    [
        "Hello **world**, *this* is `code`, ~~no~~ ***both***.",
        "# One\n## Two\n### Three\nText",
        "- a\n  - b\n    - c\n- d\n\n1. one\n2. two",
        "> quoted\n> twice\n\nafter",
        "```py\nprint('# no heading', a || b, '*')\n```",
        "See <https://a.example> or https://a.example/x_y_z or [the docs](https://docs.example 'Docs').",
        "snake_case_name, 2 * 3, a < b > c, #hashtag, C#, 100 %, `a || b`, `*`, ``a`b``",
        "`` ` `` and `**` and `x\ny`",
        "a\\*b \\`c \\_d",
        "**\u300c\u4f60\u597d\u300d**\u5417",
        "[a](./file.md) [b] [c][d] - [ ] todo",
        "<:my_smile_:1> _a_ <a:b_c_:2> <https://a.example/_x_*y>",
        "Wi-Fi -#1 and >>> there",
        "",
    ],
)
def test_what_discord_draws_as_markdown_does_stays_as_it_is(text: str) -> None:
    assert drawn(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#### Deep", "**Deep**"),
        ("###### Very `deep` ##", "**Very `deep`**"),
        ("#### A **bold** one", "A **bold** one"),
        ("> #### Deep", "> **Deep**"),
        ("  ## Far in", "## Far in"),
        ("a\n\n---\n\nb", f"a\n\n{RULE}\n\nb"),
        ("***\nnot bold\n***", f"{RULE}\nnot bold\n{RULE}"),
        ("> * * *", f"> {RULE}"),
        ("in __init__", "in \\_\\_init\\_\\_"),
        ("__very bold__", "**very bold**"),
        ("> a\n>\n> b", "> a\n> \n> b"),
    ],
)
def test_what_markdown_says_is_said_as_discord_says_it(text: str, shown: str) -> None:
    assert drawn(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a || b || c", f"a |{JOINER}| b |{JOINER}| c"),
        ("||norm||", f"|{JOINER}|norm|{JOINER}|"),
        ("-# small", f"-{JOINER}# small"),
        ("- -# small", f"- -{JOINER}# small"),
        (">>> print(1)\n2", f">{JOINER}>> print(1)\n2"),
        ("> >>> print(1)", f"> >{JOINER}>> print(1)"),
        ("2 ** 3 or 4 ** 5", "2 \\*\\* 3 or 4 \\*\\* 5"),
        ("*.py and *.txt", "\\*.py and \\*.txt"),
        ("a ~~ b", "a \\~\\~ b"),
        ("one_two and class_ (a_b)", "one_two and class\\_ (a_b)"),
        ("a ` b\n\nc ` d", "a \\` b\n\nc \\` d"),
        ("Use ``` so", "Use \\`\\`\\` so"),
        ("*a\n\nb*", "\\*a\n\nb*"),
        ("# *a\nb*", "# \\*a\nb*"),
        ("- *a\n- b*", "- \\*a\n- b*"),
    ],
)
def test_what_only_discord_knows_is_not_meant(text: str, shown: str) -> None:
    assert drawn(text) == shown
    assert seen(drawn(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("~~~\na\n~~~", "```\na\n```"),
        ("`````py\na\n`````", "```py\na\n```"),
        ("```c#\na\n```", "```cs\na\n```"),
        ("```py title=x\na\n```", "```py\na\n```"),
        ("```{.python}\na\n```", "```\na\n```"),
        ("```\n```", "```\n \n```"),
        ("```\n\n\n```", "```\n\n \n```"),
        ("```py\nnever closed", "```py\nnever closed\n```"),
        ("````\n```\na\n```\n````", f"```\n``{JOINER}`\na\n``{JOINER}`\n```"),
        ("1. One\n   ```sh\n   ls\n\n     -l\n   ```\n2. Two", "1. One\n```sh\nls\n\n  -l\n```\n2. Two"),
        ("1. One\n   ```sh\n   ls\n```\n2. Two", "1. One\n```sh\nls\n```\n2. Two"),
        ("- ```\n  a\n  ```", "-\n```\na\n```"),
        ("> ~~~\n> a\n>\n>   b\n> ~~~\n> c", "> ```\n> a\n> \n>   b\n> ```\n> c"),
        (">```\n>   a\n>```", "> ```\n>   a\n> ```"),
        ("> ```\n> a\nb", "> ```\n> a\n> ```\nb"),
        ("a\n\n    code *a\n\n      b\n\nc", "a\n\n```\ncode *a\n\n  b\n```\n\nc"),
        ("- a\n\n      b", "- a\n\n      b"),
        ("```foo``` bar", "`foo` bar"),
        ("```` ``` ````", f"`` `{JOINER}`{JOINER}` ``"),
        ("``` a`b ```", "`` a`b ``"),
        ("``` a`b``c ```", f"`` a`b`{JOINER}`c ``"),
    ],
)
def test_code_is_drawn_as_code(text: str, shown: str) -> None:
    assert drawn(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![A cat](https://a.example/cat.png)", "[A cat](https://a.example/cat.png)"),
        ("![](https://a.example/cat.png)", "https://a.example/cat.png"),
        ("[https://a.example](https://a.example/)", "https://a.example/"),
        ("[a.example](https://www.a.example/x)", "[a.example](https://www.a.example/x)"),
        ("[Node.js](https://nodejs.org)", "[Node.js](https://nodejs.org)"),
        ("[main.py](https://git.example/src/main.py)", "[main.py](https://git.example/src/main.py)"),
        ("[bank.py](https://evil.example)", "bank.py (<https://evil.example>)"),
        ("[https://bank.com](https://evil.example)", "https://bank.com (<https://evil.example>)"),
        ("[a || b](https://a.example)", f"[a |{JOINER}| b](https://a.example)"),
        ("[*a](https://a.example)*", "[\\*a](https://a.example)*"),
        ("**https://a.example/**", "**https://a.example/**"),
        ("discord.gg/abc.", "<https://discord.gg/abc>."),
        ("(https://discord.com/invite/abc)", "(<https://discord.com/invite/abc>)"),
        ("<https://discord.gg/abc> `discord.gg/abc`", "<https://discord.gg/abc> `discord.gg/abc`"),
        ("[Join](https://discord.gg/abc)", "[Join](<https://discord.gg/abc>)"),
        ("https://discord.com/channels/1/2", "https://discord.com/channels/1/2"),
    ],
)
def test_links_unfold_nothing_and_mislead_nobody(text: str, shown: str) -> None:
    assert drawn(text) == shown


@pytest.mark.parametrize("code", ["rm *.py", "**kwargs", "a ~~ b", "_x_ || __y__", "`tick`", "[a](b)", "> q"])
@pytest.mark.parametrize(
    "before", ["All *.py files:", "Use ** so:", "a ~~b", "_x", "a `b", "[a", "||a", "\\"]
)
def test_nothing_before_a_block_of_code_reaches_into_it(before: str, code: str) -> None:
    shown = drawn(f"{before}\n```sh\n{code}\n```")

    assert shown.endswith(f"\n```sh\n{code}\n```")
    assert not re.match(r"(?:\\.|[^\\])*?(?<!\\)(?:\*\*|\*\S|~~|\|\||`)", shown.partition("\n")[0])


@pytest.mark.parametrize(
    "end",
    [
        *["**", "- ", "1", "1.", "#", "## ", "`", "```", "```py", "---", ">", "| a | b |", "| a | b |\n|--"],
        *["[label", "[label](", "[label](https://a.exam", "![alt](https", "<@", "@every"],
    ],
)
def test_an_end_that_may_become_anything_is_held_back(end: str) -> None:
    assert drawn(f"Hello\n{end}", growing=True) == "Hello\n"


@pytest.mark.parametrize("text", ["**", "@here", "```py", "| a |", "<", "1"])
def test_something_is_shown_of_what_grows(text: str) -> None:
    assert drawn(text, growing=True) == drawn(text)


def test_code_that_grows_is_code() -> None:
    text = "```py\nx = 1\ny = 2\n```"

    shown = [drawn(text[:length], growing=True) for length in range(8, len(text) + 1)]

    assert all(each.startswith("```py\n") and each.endswith("\n```") for each in shown)
    assert shown[-1] == text


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_all_of_a_text_is_seen(text: str) -> None:
    unseen = [info for info, _ in codes(text)]

    if not any(unseen) and "&lt;" not in text and "```" not in text and "~~~" not in text:
        assert words(drawn(text)) == words(text)


@settings(deadline=None, max_examples=60)
@given(LONG)
def test_every_part_fits(text: str) -> None:
    for part in in_parts(text):
        assert drawn(part).strip()
        assert len(drawn(part)) <= LONGEST
        assert len(drawn(part, growing=True)) <= LONGEST


@settings(deadline=None, max_examples=100)
@given(st.text(min_size=1_000, max_size=10_000), st.sampled_from(["|", "@here", "**", "`a", "```\n", "| a "]))
def test_anything_fits(text: str, often: str) -> None:
    assert len(drawn(text)) <= LONGEST
    assert len(drawn(often * len(text))) <= LONGEST


@settings(deadline=None, max_examples=25)
@given(LONG, st.data())
def test_text_that_grows_keeps_its_parts(text: str, data: st.DataObject) -> None:
    whole = in_parts(text)

    for length in data.draw(st.lists(st.integers(0, len(text)), min_size=10, max_size=10)):
        parts = in_parts(text[:length])
        assert parts[:-1] == whole[: max(len(parts) - 1, 0)]


@settings(deadline=None, max_examples=200)
@given(DOCUMENTS.filter(lambda text: len(text) < LIMITS.soft))
def test_no_code_is_lost_or_altered(text: str) -> None:
    assert blocks_seen(text) == code_of(text)


@pytest.mark.parametrize("limits", [SMALL, LIMITS])
@settings(deadline=None, max_examples=50)
@given(DOCUMENTS)
def test_each_part_has_its_share_of_the_code(limits: Limits, text: str) -> None:
    for part in parts_of("\n\n".join([text] * 4), limits):
        assert blocks_seen(part) == code_of(part)


def test_a_long_block_of_code_is_a_block_in_each_part() -> None:
    code = "\n".join(f"line_{number} = {number}" for number in range(400))

    shown = [drawn(part) for part in in_parts(f"Here:\n\n~~~~python\n{code}\n~~~~\n\nThat is all.")]

    blocks = [block for part in shown for block in blocks_in(part)]
    assert {language for language, _ in blocks} == {"python"}
    assert "\n".join(lines for _, lines in blocks) == code
    assert len(blocks) == len(shown) > 3


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_commonmark_can_be_drawn(example: str) -> None:
    assert len(drawn(example)) <= LONGEST
    if not any(info for info, _ in codes(example)):
        assert words(example) == words(drawn(example)) or "<br" in example


def test_the_specification_of_commonmark_can_be_drawn() -> None:
    parts = in_parts(SPECIFICATION)

    assert all(0 < len(drawn(part)) <= LONGEST for part in parts)
