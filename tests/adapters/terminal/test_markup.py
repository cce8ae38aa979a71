from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.terminal.cleaning import clean
from adapters.terminal.markup import Growing, cropped, to_tokens

PIECES = [
    *[
        "\n",
        "\n\n",
        " ",
        "  ",
        "    ",
        "\t",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2. ",
        "2",
        "> ",
        "# ",
        "```",
        "~~~",
        "````",
    ],
    *[
        "python",
        "|",
        "| a | b |",
        "|---|---|",
        "---",
        "===",
        "***",
        "word",
        "`",
        "**",
        "<div>",
        "[a]: /b",
        "\\",
        "\r",
    ],
]
MARKDOWN = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def blocks_of(*pieces: str) -> list[str]:
    growing = Growing()
    blocks = [block for piece in pieces for block in growing.feed(piece)]
    return [*blocks, *growing.end()]


def meaning(text: str) -> list[tuple[str, str, int, str]]:
    return [(token.type, token.tag, token.level, token.content) for token in to_tokens(text)]


@settings(deadline=None)
@given(st.lists(st.one_of(MARKDOWN, st.text())))
def test_blocks_joined_are_the_text_however_it_arrives(pieces: list[str]) -> None:
    blocks = blocks_of(*pieces)

    assert "".join(blocks) == clean("".join(pieces))


@settings(deadline=None)
@given(MARKDOWN)
def test_the_blocks_do_not_depend_on_the_pieces(text: str) -> None:
    assert blocks_of(*text) == blocks_of(text)


@settings(deadline=None)
@given(MARKDOWN)
def test_every_block_means_alone_what_it_means_in_the_text(text: str) -> None:
    alone = [token for block in blocks_of(text) for token in meaning(block)]

    assert alone == meaning(clean(text))


@settings(deadline=None)
@given(MARKDOWN)
def test_a_finished_block_is_never_taken_back(text: str) -> None:
    growing = Growing()

    finished = [block for character in text for block in growing.feed(character)]

    assert blocks_of(text)[: len(finished)] == finished


@pytest.mark.parametrize(
    "block",
    [
        "```python\na = 1\n\n\n# no heading\n- no list\n```\n",
        "````text\n```\ninner\n```\n````\n",
        "1. one\n\n   more of one\n   - nested\n\n2. two\n",
        "> quote\n>\n> - with a list\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "lines\nof one\nparagraph\n",
    ],
)
def test_a_block_is_never_torn(block: str) -> None:
    text = f"Before.\n\n{block}\nAfter.\n"

    blocks = blocks_of(*text)

    assert blocks == ["Before.\n\n", f"{block}\n", "After.\n"]


def test_a_block_is_finished_as_soon_as_another_begins() -> None:
    growing = Growing()

    assert growing.feed("One.\n\nTwo") == ()
    assert growing.feed(".\n") == ("One.\n\n",)
    assert growing.tail == "Two.\n"


def test_a_list_waits_for_an_item_that_has_only_its_number_yet() -> None:
    growing = Growing()

    assert growing.feed("1. one\n\n2") == ()
    assert growing.feed(". two\n\nText\n") == ("1. one\n\n2. two\n\n",)


def test_a_long_fence_is_cropped_to_its_last_lines_below_its_opening() -> None:
    fence = "```python\n" + "".join(f"{number}\n" for number in range(100))

    assert cropped(fence, 3) == "```python\n98\n99\n"


@pytest.mark.parametrize("tail", ["```\n1\n2", "a\nb\nc\nd\ne\nf", "- a\n- b\n- c\n- d\n- e\n", ""])
def test_what_is_short_or_no_fence_is_not_cropped(tail: str) -> None:
    assert cropped(tail, 3) == tail


def test_markup_that_would_be_shown_as_nothing_stays_text() -> None:
    tokens = to_tokens("Vec<String> and ![a](https://b.example)\n\n<div>\n\n[1]: https://c.example\n")

    texts = [token.content for token in tokens if token.type == "inline"]
    assert texts == ["Vec<String> and ![a](https://b.example)", "<div>", "[1]: https://c.example"]
