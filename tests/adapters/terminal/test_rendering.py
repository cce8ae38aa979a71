from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.terminal.rendering import error, markdown
from tests.adapters.terminal.consoles import OURS, glass, paper, written

ENTITIES = [
    "&#27;",
    "&#x9b;",
    "&#7;",
    "&NewLine;",
    "&Tab;",
    "<https://a.b/\x1b>",
    "[a](http://x.y/%1b)",
    "<http://x/%1b]52;c;cm0K%1b%5c>",
    "<http://x/%9b2J>",
    "&#x202E;",
    "|",
    "\n",
]
NASTY = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=())),
        st.sampled_from(
            [*ENTITIES, "\x1b]8;;", "\x9b2J", "\x07", "> ", "- ", "```", "|-|", "# ", "[a](", ")"]
        ),
    )
).map("".join)


@settings(deadline=None)
@given(NASTY, st.sampled_from([markdown, error]), st.integers(1, 60))
def test_nothing_but_our_own_sequences_reaches_the_terminal(
    text: str, look: Callable[[str], object], width: int
) -> None:
    console = glass(width)

    console.print(look(text))

    rest = OURS.sub("", written(console))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", rest.replace("\t", ""))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[docs](https://a.example)", "docs (https://a.example)"),
        ("<https://a.example>", "https://a.example"),
        ("Vec<String> is <b>kept</b>", "Vec<String> is <b>kept</b>"),
        ("![chart](https://a.example)", "!chart (https://a.example)"),
        ("<details>\nhidden\n</details>", "<details> hidden </details>"),
    ],
)
def test_addresses_and_angle_brackets_are_shown(text: str, shown: str) -> None:
    console = paper()

    console.print(markdown(text))

    assert written(console).strip() == shown


@pytest.mark.parametrize(
    "text",
    ["<http://x/%1b]52;c;cm0K%1b%5c>", "<http://x/%C2%9B2J>", "<http://x/%E2%80%AE>", "&#x202E;", "&#27;[2J"],
)
def test_what_is_encoded_is_as_harmless_as_what_is_not(text: str) -> None:
    console = glass()

    console.print(markdown(text))

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", OURS.sub("", written(console)))


def test_lines_have_no_blanks_at_their_ends() -> None:
    console = glass()

    console.print(markdown("words\n\n- item\n\n```python\nx = 1\n\ny = 2\n```\n"))

    assert not [line for line in OURS.sub("", written(console)).split("\n") if line != line.rstrip()]
