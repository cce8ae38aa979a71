"""What an attacker wants a model to say: what pings, unfurls, lies about a link, or breaks what draws it."""

from __future__ import annotations

import html
import itertools
import json
from collections.abc import Callable

PINGS = (
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!here|x>",
    "<!channel|@nobody>",
    "<!everyone|>",
    "<!subteam^S1>",
    "<!subteam^S0ADMINS1|@admins>",
    "<@U0VICTIM1>",
    "<@W0VICTIM2|somebody>",
)
LINKS = (
    "https://evil.example/unfurl",
    "<https://evil.example/unfurl>",
    "<https://evil.example/login|https://bank.example>",
    "<http://evil.example|Sign in>",
    "[https://bank.example](https://evil.example/login)",
    "![picture](https://evil.example/track.png)",
    "<mailto:eve@evil.example|ada@bank.example>",
    "<slack://open?team=T1|Open>",
    "<#C0SECRET1>",
    "<#C0SECRET1|general>",
    "<!date^1392734382^{date}^https://evil.example|today>",
)


def _json(text: str) -> str:
    return json.dumps([{"type": "section", "text": {"type": "mrkdwn", "text": text}}])


FRAMES: dict[str, Callable[[str], str]] = {
    "bare": str,
    "in a sentence": "Hello {} there.".format,
    "twice": "{0}{0}".format,
    "in code": "`{}`".format,
    "in a block of code": "```\n{}\n```".format,
    "in a block that never ends": "```\n{}".format,
    "quoted": "> {0}\n> {0}".format,
    "in a list": "- one\n- {}".format,
    "in a heading": "# {}".format,
    "in bold": "**{}**".format,
    "in a table": "| a | b |\n|---|---|\n| {} | x |".format,
    "as a label": "[{}](https://evil.example)".format,
    "nested": "<{}>".format,
    "nested twice": "<<{0}|{0}>>".format,
    "behind a bracket that never closes": "<https://evil.example|{}".format,
    "behind a backslash": "\\{}".format,
    "as entities": html.escape,
    "as entities twice": lambda text: html.escape(html.escape(text)),
    "as numbers": lambda text: text.replace("<", "&#60;").replace(">", "&#x3e;"),
    "half as entities": lambda text: text.replace("<", "&lt;"),
    "with null bytes": lambda text: "\0".join(text[:3]) + text[3:],
    "with a null byte before": "\0{}".format,
    "from right to left": "\u202e{}\u202c".format,
    "with marks within": lambda text: text[0] + "\u200f\u200b" + text[1:],
    "as blocks": _json,
    "as arguments": '{{"link_names": true, "parse": "full", "text": "{}"}}'.format,
}
HUGE = (
    "<!channel> " * 2_000,
    "<" * 12_000 + "!channel>",
    "&lt;!here&gt;" * 2_000,
    "x" * 8_990 + " <!everyone> <@U0VICTIM1> " + "y" * 3_000,
    "```\n" + "<!channel>\n" * 1_500 + "```",
    "https://evil.example/" + "a" * 10_000,
    "😀<!here>" * 1_200,
)
ATTACKS = tuple(
    dict.fromkeys(
        [frame(form) for frame, form in itertools.product(FRAMES.values(), PINGS)]
        + [frame(form) for frame, form in itertools.product(list(FRAMES.values())[:6], LINKS)]
        + [
            "@channel @here @everyone",
            "<!CHANNEL>",
            "<! channel>",
            "<!\nchannel>",
            "\N{FULLWIDTH LESS-THAN SIGN}!channel>",
        ]
    )
)
