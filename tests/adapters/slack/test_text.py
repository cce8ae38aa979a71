from __future__ import annotations

import time

import pytest

from adapters.slack.text import called_in, mentioned_in, named, to_text

BOT = "U0PARLEY1"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@U0PARLEY1> hello", "hello"),
        ("<@U0PARLEY1>: hello", "hello"),
        ("hello <@U0PARLEY1>", "hello"),
        ("<@U0PARLEY1|parley> !reset", "!reset"),
        ("ask <@U0BOB> first", "ask @U0BOB first"),
        ("ask <@U0EVE> first", "ask @U0EVE first"),
        ("ask <@U0EVE|eve> first", "ask @eve first"),
        ("in <#C0GENERAL|general>", "in #general"),
        ("in <#C0GENERAL>", "in #C0GENERAL"),
        ("<!here> all", "@here all"),
        ("<!subteam^S012|@team> all", "@team all"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("see <https://x.org/a?b=1&amp;c=2>", "see https://x.org/a?b=1&c=2"),
        ("see <https://x.org|the page>", "see [the page](https://x.org)"),
        ("write <mailto:a@b.org|a@b.org>", "write a@b.org"),
        ("if a &lt; b &amp;&amp; c &gt; d", "if a < b && c > d"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("```\nint a[] = {1};\n```", "```\nint a[] = {1};\n```"),
        ("   ", ""),
    ],
)
def test_what_was_written_is_read_without_angle_brackets(written: str, read: str) -> None:
    assert to_text(written, BOT) == read


def test_who_is_mentioned() -> None:
    assert mentioned_in("<@U0BOB> and <@W0EVE|eve>, not <#C0GENERAL>") == {"U0BOB", "W0EVE"}


def test_people_are_called_by_their_names_as_far_as_they_are_known() -> None:
    text = "ask @U0BOB123 and @U0EVE123, not a@U0BOB123.org"

    assert called_in(text) == {"U0BOB123", "U0EVE123"}
    assert named("ask @U0BOB123 and @U0EVE123", {"U0BOB123": "Bob"}) == "ask @Bob and @U0EVE123"


@pytest.mark.parametrize(
    "text", ["a" + " " * 100_000 + "b", "<http:" * 20_000, "<@U1|" * 20_000, "<!" * 50_000, "\n" * 100_000]
)
def test_no_text_takes_long_to_read(text: str) -> None:
    began = time.process_time()

    to_text(text, BOT)

    assert time.process_time() - began < 1
