from __future__ import annotations

import pytest

from adapters.discord.replies.markup import LONGEST, drawn, in_parts


def test_a_table_is_columns_in_a_block_of_code() -> None:
    text = "Look:\n\n| Name | Value |\n|---|--:|\n| **one** | 1 |\n| `two` | 22222 |\n\nDone."

    assert drawn(text) == ("Look:\n\n```\nName  Value\n────  ─────\none       1\ntwo   22222\n```\n\nDone.")


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    text = "| 名前 | e\u0301 | x |\n|:-:|---|---|\n| a | 👍 | 1 |"

    assert drawn(text) == "```\n名前  e\u0301   x\n────  ──  ─\n a    👍  1\n```"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("a \\| b", "a | b"),
        ("`a` and ``b`c``", "a and b`c"),
        ("**a** *b* ~~c~~ **`d`**", "a b c d"),
        ("\\*a\\*", "*a*"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("__init__ snake_case", "__init__ snake_case"),
        ("a<br>b", "a b"),
        ("[a](https://a.example)", "[a](https://a.example)"),
        ("@everyone <@1>", "@everyone <@1>"),
    ],
)
def test_cells_are_without_marks(cell: str, shown: str) -> None:
    assert drawn(f"| {cell} |\n|---|\n| x |").splitlines()[1] == shown


@pytest.mark.parametrize("rows", ["a | b\n--|--\n1 | 2", "|a|b|\n|:-|-:|\n|1|2|", "| a | b\n|-|-|\n| 1 | 2"])
def test_tables_are_told_however_they_are_written(rows: str) -> None:
    assert drawn(rows) == "```\na  b\n─  ─\n1  2\n```"


def test_rows_may_have_too_few_cells_or_too_many() -> None:
    assert drawn("| a | b |\n|---|---|\n| 1 |\n| 2 | 3 | 4 |") == "```\na  b\n─  ─  ─\n1\n2  3  4\n```"


def test_a_table_ends_where_something_else_begins() -> None:
    assert drawn("|a|\n|-|\n|1|\n# Heading\n") == "```\na\n─\n1\n```\n# Heading\n"


def test_a_table_stands_in_a_quote_or_a_list() -> None:
    assert drawn("> | a |\n> |---|\n> | 1 |\nb") == "> ```\n> a\n> ─\n> 1\n> ```\nb"
    assert drawn("- item\n\n  | a |\n  |---|\n  | 1 |") == "- item\n\n```\na\n─\n1\n```"


@pytest.mark.parametrize("text", ["a | b", "| a | b |", "| a | b |\n|---|", "a\n---\nb", "`a | b`\n---"])
def test_what_is_no_table_is_none(text: str) -> None:
    assert "```" not in drawn(text)


def test_a_table_too_wide_for_its_part_stands_as_it_was_written() -> None:
    rows = "| a | b |\n|---|---|\n" + f"| {'word ' * 30} | x |\n" + "| 1 | 2 |\n" * 20

    assert drawn(rows) == f"```\n{rows.strip()}\n```\n"


def test_a_table_that_goes_on_has_its_head_again() -> None:
    rows = [f"| {number} | word word word |" for number in range(200)]
    text = "| number | words |\n|--:|---|\n" + "\n".join(rows)

    shown = [drawn(part) for part in in_parts(text)]

    assert len(shown) > 2
    assert all(part.startswith("```\nnumber  words\n") for part in shown)
    assert all(len(part) <= LONGEST for part in shown)
    lines = [line for part in shown for line in part.splitlines() if line.endswith("word word word")]
    assert [int(line.split()[0]) for line in lines] == list(range(200))
