from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.markdown.parts import Limits, Piece, parts_of, pieces_of
from tests.adapters.markdown.texts import DOCUMENTS, EXAMPLES, SMALL, SPECIFICATION, TEXTS, codes

MIDDLE = Limits(soft=2_600, item=2_900, line=3_200, word=3_500, hard=3_600, longest=3_650, head=250, tail=50)
WIDE = Limits(soft=6_000, item=7_000, line=8_000, word=8_800, hard=9_000, longest=9_050, head=400, tail=50)


def joined_codes(pieces: list[Piece]) -> list[tuple[str, str]]:
    """The code blocks of some pieces, each drawn alone; those that go on in the next piece are joined."""
    joined: list[tuple[str, str]] = []
    before = Piece("")
    for piece in pieces:
        for number, (info, content) in enumerate(codes(str(piece))):
            if number == 0 and before.tail:
                torn = before.tail.startswith("\n")
                joined[-1] = (info, (joined[-1][1][:-1] if torn else joined[-1][1]) + content)
            else:
                joined.append((info, content))
        before = piece
    return joined


def check_pieces(text: str, limits: Limits) -> None:
    """What holds of any text: its pieces are the text, each fits, and little is added to them."""
    pieces = pieces_of(text, limits)
    rest = text
    for piece in pieces:
        gap = rest[: len(rest) - len(rest.lstrip())]
        skipped = next(skipped for skipped in range(len(gap) + 1) if rest.startswith(piece.text, skipped))
        rest = rest[skipped + len(piece.text) :]
        assert str(piece).rstrip() == f"{piece.head}{piece.text}{piece.tail}".rstrip()
        assert 0 < len(str(piece)) <= limits.longest + limits.head + limits.tail
        assert str(piece).strip()
        assert not piece.tail.strip(" >\n`~")
        assert all(line.strip(" ->") in text for line in piece.head.splitlines())
    assert not rest.strip()


def check_growth(text: str, limits: Limits, lengths: range | list[int]) -> None:
    """What holds of any text that grows: parts are never taken back, and the last one only grows."""
    whole = parts_of(text, limits)
    for length in lengths:
        parts = parts_of(text[:length], limits)
        assert parts[:-1] == whole[: max(len(parts) - 1, 0)]
        assert not parts or whole[len(parts) - 1].startswith(parts[-1])


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_the_parts_are_the_text_and_fit(text: str) -> None:
    check_pieces(text, SMALL)


@settings(deadline=None, max_examples=150)
@given(TEXTS, st.data())
def test_text_that_grows_keeps_its_parts(text: str, data: st.DataObject) -> None:
    lengths = data.draw(st.lists(st.integers(0, len(text)), min_size=20, max_size=20))

    check_growth(text, SMALL, lengths)


@settings(deadline=None, max_examples=25)
@given(TEXTS)
def test_text_that_grows_by_characters_keeps_its_parts(text: str) -> None:
    check_growth(text, SMALL, range(len(text)))


@settings(deadline=None, max_examples=200)
@given(DOCUMENTS)
def test_no_code_is_lost_or_altered(text: str) -> None:
    assert joined_codes(pieces_of(text, SMALL)) == codes(text)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(0, 60))
def test_every_row_of_a_table_stands_under_its_header_once(rows: int, before: int) -> None:
    header = "| name | value |\n|:--|--:|\n"
    body = [f"| {number} | word |" for number in range(rows)]
    text = f"{'a' * before}\n\n{header}" + "\n".join(body) + "\n\nThe end."

    tables = [part.partition(header) for part in parts_of(text, SMALL) if "| word |" in part]

    assert all(found for _, found, _ in tables)
    assert [
        line for _, _, cells in tables for line in cells.splitlines() if line.endswith("| word |")
    ] == body


CLUSTERS = [
    "e\u0301\u0323",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea",
    "\U0001f44d\U0001f3fd",
    "\u2764\ufe0f",
    "1\ufe0f\u20e3",
    "\u1112\u1161\u11ab",
    "\ud83d\ude00",
    "<\u2060",
    "\u0915\u093f",
    "a",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(CLUSTERS), min_size=150, max_size=400))
def test_what_is_drawn_as_one_character_is_not_cut(clusters: list[str]) -> None:
    parts = parts_of("".join(clusters), SMALL)

    assert set(accumulate(map(len, parts))) <= set(accumulate(map(len, clusters)))


def test_accents_without_end_are_cut_at_last() -> None:
    assert [len(part) for part in parts_of("e" + "\u0301" * 200, SMALL)] == [140, 61]


@pytest.mark.parametrize("limits", [SMALL, MIDDLE, WIDE])
def test_the_specification_of_commonmark_is_cut_well(limits: Limits) -> None:
    check_pieces(SPECIFICATION, limits)
    check_growth(SPECIFICATION[:4_000], SMALL, range(0, 4_000, 101))


def test_every_example_of_commonmark_is_cut_well() -> None:
    for example in EXAMPLES:
        check_pieces(example * 8, SMALL)
        check_growth(example * 8, SMALL, range(0, len(example) * 8, 41))


@pytest.mark.parametrize("limit", [10, 5_999])
def test_what_fits_is_not_cut(limit: int) -> None:
    assert parts_of("a\n\n" * (limit // 3), WIDE) == [("a\n\n" * (limit // 3)).rstrip()]


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", " \n" * 10_000])
def test_nothing_has_no_parts(text: str) -> None:
    assert parts_of(text, SMALL) == []


def test_a_part_ends_between_paragraphs() -> None:
    paragraphs = ["word " * 100 + str(number) for number in range(30)]

    parts = parts_of("\n\n".join(paragraphs), WIDE)

    assert parts == [
        "\n\n".join(paragraphs[:12]),
        "\n\n".join(paragraphs[12:24]),
        "\n\n".join(paragraphs[24:]),
    ]


def test_a_heading_stays_with_what_it_is_about() -> None:
    text = "b" * 50 + "\n\n# Heading\n\nParagraph.\n\nThe last one."

    assert parts_of(text, SMALL)[1] == "The last one."


def test_what_announces_a_list_stays_with_it() -> None:
    text = "b" * 44 + "\n\nThe steps are:\n\n1. One\n\nThe end."

    assert parts_of(text, SMALL)[1] == "The end."


def test_a_long_list_is_cut_between_its_outermost_items() -> None:
    items = "".join(f"{number}. It\n    - in\n\n    More\n" for number in range(10, 30))

    parts = parts_of(items, SMALL)

    assert all(part.partition(".")[0].isdecimal() for part in parts)
    assert all(part.endswith("More") for part in parts)


def test_a_fence_is_closed_and_opened_again() -> None:
    code = [f"line_{number} = {number}" for number in range(10)]
    text = "\n".join(("~~~~python", *code, "~~~~", "", "The end."))

    parts = parts_of(text, SMALL)

    assert parts[0] == "\n".join(("~~~~python", *code[:7], "~~~~"))
    assert parts[1] == "\n".join(("~~~~python", *code[7:], "~~~~", "", "The end."))


def test_a_fence_that_ends_where_the_part_does_is_not_opened_again() -> None:
    code = "x" * 76
    text = f"```\n{code}\n```\nThe end of it."

    assert parts_of(text, SMALL) == [f"```\n{code}\n```", "The end of it."]


def test_a_blank_line_of_code_is_no_border() -> None:
    text = "```\n" + "line\n\n" * 20 + "```\n"

    assert parts_of(text, SMALL)[0] == "```\n" + "line\n\n" * 13 + "```"


def test_a_fence_deep_in_lists_is_opened_as_deep() -> None:
    text = "- a\n  - b\n    - c\n      ```sh\n" + "      command\n" * 10 + "      ```\n"

    parts = parts_of(text, SMALL)

    assert parts[0].endswith("      command\n      ```")
    assert parts[1].startswith("- -   ```sh\n      command\n")


def test_a_quoted_fence_is_closed_within_its_quote() -> None:
    text = "> ```sh\n" + "> command\n" * 10 + "> ```\n"

    parts = parts_of(text, SMALL)

    assert parts[0].endswith("> command\n> ```")
    assert parts[1].startswith("> ```sh\n> command\n")


def test_a_fence_of_a_line_without_end_is_left_open() -> None:
    text = "`" * 100 + "\n" + "code\n" * 30

    assert [piece.head + piece.tail for piece in pieces_of(text, SMALL)] == ["", "", ""]


def test_a_table_that_is_over_is_not_begun_again() -> None:
    table = "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 6

    assert parts_of(f"{table}\nText after it.", SMALL) == [table.rstrip(), "Text after it."]


def test_a_header_is_not_cut_from_its_table() -> None:
    text = "word\n" * 15 + "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"

    assert "| a | b |\n|---|---|\n| 1 | 2 |" in "\n--\n".join(parts_of(text, SMALL))


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("x" * 20_000, [9_000, 9_000, 2_000]),
        ("word " * 4_000, [8_799, 8_799, 2_399]),
        (("x" * 79 + "\n") * 250, [7_999, 7_999, 3_999]),
        ("\U0001f44d\U0001f3fd" * 9_000, [9_000, 9_000]),
    ],
)
def test_without_blocks_lines_words_and_characters_are_borders(text: str, lengths: list[int]) -> None:
    assert [len(part) for part in parts_of(text, WIDE)] == lengths
