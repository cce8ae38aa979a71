from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.text import begins_with_mention, to_text

BOT, ADA, GENERAL = "1199999990000000001", "800000000000000101", "1100000000000000010"
OTHER = "900000000000000009"
NAMES = {ADA: "Ada L.", GENERAL: "general", BOT: "Parley"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f"<@{BOT}> hello", "hello"),
        (f"<@!{BOT}>: hello", "hello"),
        (f"hello <@{BOT}>", "hello"),
        (f"<@{BOT}> !reset", "!reset"),
        (f"what can <@{BOT}> do?", "what can @Parley do?"),
        (f"ask <@{ADA}> first", "ask @Ada L. first"),
        (f"ask <@!{ADA}> first", "ask @Ada L. first"),
        (f"ask <@{OTHER}> first", f"ask @{OTHER} first"),
        (f"ask <@&{OTHER}> first", f"ask @{OTHER} first"),
        (f"in <#{GENERAL}>", "in #general"),
        (f"in <#{OTHER}>", f"in #{OTHER}"),
        (f"fine <:ok:{OTHER}> <a:party:{OTHER}>", "fine :ok: :party:"),
        (f"</persona use:{OTHER}>", "/persona use"),
        ("<t:1795180000>", "2026-11-20 13:06 UTC"),
        ("<t:1795180000:R>", "2026-11-20 13:06 UTC"),
        ("<t:1795180000:D>", "2026-11-20"),
        ("<t:999999999999999>", "999999999999999"),
        ("if a &lt; b", "if a &lt; b"),
        ("see <https://x.org>", "see <https://x.org>"),
        ("```\nint a[] = {1};\n```", "```\nint a[] = {1};\n```"),
        ("vector<int> <:a:1>", "vector<int> <:a:1>"),
        ("   ", ""),
    ],
)
def test_what_was_written_is_read_without_marks(written: str, read: str) -> None:
    assert to_text(written, BOT, NAMES) == read


def test_a_name_that_looks_like_a_mark_is_a_name() -> None:
    assert to_text(f"ask <@{ADA}>", BOT, {ADA: f"<#{GENERAL}>"}) == f"ask @<#{GENERAL}>"


def test_who_is_named_first() -> None:
    assert begins_with_mention(f"  <@{ADA}> hello")
    assert begins_with_mention(f"<@&{OTHER}> hello")
    assert not begins_with_mention(f"hello <@{ADA}>")


@given(st.lists(st.sampled_from([*"<>@!&#:t/ ", "1" * 18, BOT, ADA])).map("".join))
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    read = to_text(text, BOT, NAMES)

    assert f"<@{ADA}>" not in read
    assert read == read.strip()


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 100_000 + "b",
        "<@1" * 30_000,
        "<:a" * 30_000,
        "</a b" * 20_000,
        "<t:" * 30_000,
        "\n" * 100_000,
    ],
)
def test_no_text_takes_long_to_read(text: str) -> None:
    began = time.process_time()

    to_text(text, BOT, NAMES)

    assert time.process_time() - began < 1
