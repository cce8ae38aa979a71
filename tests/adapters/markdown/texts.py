"""Markdown of all kinds, for tests of whatever draws or cuts it."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path

from hypothesis import strategies as st
from markdown_it import MarkdownIt

from adapters.markdown.parts import Limits

SMALL = Limits(soft=60, item=70, line=80, word=100, hard=110, longest=140, head=70, tail=30)
EXAMPLES: list[str] = json.loads(Path(__file__).with_name("commonmark.json").read_text())["examples"]
SPECIFICATION = "\n\n".join(EXAMPLES)

PIECES = [
    *["\n", "\n\n", "\r\n", " ", "  ", "    ", "\t", "- ", "* ", "+ ", "1. ", "12. ", "> ", "# ", "---\n"],
    *[
        "```",
        "~~~",
        "````",
        "\n```\n",
        "\n~~~\n",
        "py",
        "`",
        "**",
        "|",
        "| a | b |\n",
        "|---|---|\n",
        "| 1 | 2 |\n",
    ],
    *["word", "two words ", "Sentence. ", "list:\n", "<!channel>", "<https://a.example|b>", "&lt;", "\\"],
    *[
        "\u4f60\u597d\uff0c\u4e16\u754c",
        "e\u0301",
        "\U0001f469\u200d\U0001f4bb",
        "\U0001f1e9\U0001f1ea",
        "x" * 50,
    ],
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)

WORDS = st.sampled_from(
    ["one", "stone", "\u4f60\u597d", "na\u00efve", "**bold**", "`code`", "\U0001f44d\U0001f3fd"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
CODE = st.lists(
    st.sampled_from(
        ["x = 1", "  if x:", "", "# no heading", "- no item", "| no | row |", "\tend", "y" * 130]
    ),
    min_size=1,
    max_size=12,
)


@st.composite
def fences(draw: st.DrawFn) -> str:
    mark = draw(st.sampled_from(["```", "~~~", "`````", "~~~~"]))
    info = draw(st.sampled_from(["", "python", " sh title=x"]))
    return "\n".join((f"{mark}{info}", *draw(CODE), mark))


def indented(block: str, lead: str) -> str:
    return "\n".join(f"{lead}{line}".rstrip(" ") for line in block.split("\n"))


@st.composite
def items(draw: st.DrawFn) -> str:
    """An item with a fence in it, one that may be several lists deep."""
    markers = draw(st.lists(st.sampled_from(["- ", "* ", "1. ", "1)  ", "-   "]), min_size=1, max_size=4))
    columns = [0, *accumulate(map(len, markers))]
    lines = [
        f"{' ' * column}{marker}{draw(SENTENCES)}" for column, marker in zip(columns, markers, strict=False)
    ]
    return "\n".join((*lines, indented(draw(fences()), " " * columns[-1])))


TABLES = st.integers(1, 12).map(
    lambda rows: "| a | b |\n|---|:-:|\n" + "\n".join(f"| {n} | x |" for n in range(rows))
)
BLOCKS = st.one_of(
    SENTENCES,
    fences(),
    items(),
    fences().map(lambda fence: indented(fence, "> ")),
    SENTENCES.map(lambda text: f"## {text}"),
    TABLES,
)
DOCUMENTS = st.lists(BLOCKS, max_size=8).map("\n\n".join)
TEXTS = st.one_of(SOUP, DOCUMENTS, st.text(max_size=300))


def codes(markdown: str) -> list[tuple[str, str]]:
    """The code blocks of a text: language and content."""
    tokens = MarkdownIt("commonmark").enable("table").disable(["reference", "html_block"]).parse(markdown)
    return [(token.info, token.content) for token in tokens if token.type == "fence"]
