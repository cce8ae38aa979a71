"""A long answer arrives whole, in whichever parts, with its code as it was written."""

from __future__ import annotations

import re
from itertools import groupby

from simulators.openai import Behaviour
from tests.conformance.conftest import Play
from tests.conformance.stage import Post, Scene, Stage

ROWS = [f"| **row {number}** | `value_{number}` | {number * 7} |" for number in range(60)]
CODE = [f"    line_{number} = {{'a': [{number}], \"b\": '<>&|*_~'}}  # \\n\t`x`" for number in range(80)]
SCRIPT = ["set -e", "", *(f'echo "$@" | grep -c "{number}" > /dev/null && true' for number in range(30))]
PROSE = "Some **bold** words and *others*, a_name and https://example.org/a_b, in one paragraph of many. " * 6
LISTED = [f"{number}. Item {number}:\n   - one\n   - two" for number in range(1, 60)]
LONG = "\n\n".join(
    [
        "# The title",
        *([PROSE.strip()] * 5),
        "```python\n" + "\n".join(["def all_of_it() -> None:", *CODE]) + "\n```",
        "Between them:",
        "\n".join(LISTED),
        "| Name | Value | Times |\n|---|---|--:|\n" + "\n".join(ROWS),
        "And, at last:",
        "```sh\n" + "\n".join(SCRIPT) + "\n```",
        "The end.",
    ]
)
_FENCE = re.compile(r"```(\w*)")
HEAD = "Name Value Times"


def read(posts: list[Post]) -> list[str]:
    """What people read: the lines of code as they are, of all between them the words, and nothing that is repeated."""
    shown: list[str] = []
    for post in posts:
        language: str | None = None
        for line in post.text.replace("\u200b", "").split("\n"):
            if fence := _FENCE.fullmatch(line):
                language = fence[1] if language is None else None
            else:
                shown.append(f"{language}: {line}" if language else _words(line))
        assert language is None  # no fence is left open
    assert HEAD in shown
    first = shown.index(HEAD)
    return _joined([each for number, each in enumerate(shown) if each and (each != HEAD or number == first)])


def _words(line: str) -> str:
    return " ".join(each for each in re.findall(r"[^\s|*`\u2500-]+", line) if each != ":")


def _joined(lines: list[str]) -> list[str]:
    """The lines, those between code in one: where they are parted depends on the platform."""
    grouped = groupby(lines, key=lambda line: line.startswith(("python: ", "sh: ")))
    return [each for is_code, run in grouped for each in (run if is_code else [" ".join(run)])]


async def test_a_long_answer_arrives_whole(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        stage.model.behaviour = Behaviour(answer=LONG)
        await scene.ask("Tell me all.")
        return read(stage.read(scene.talk))

    told = await Play(play.valkey, str)(story, reply_tokens=30_000, context_tokens=100_000)

    assert len(LONG) > 12_000
    assert told == read([Post(LONG)])
    code = [
        *(f"python: {each}" for each in ("def all_of_it() -> None:", *CODE)),
        *(f"sh: {each}" for each in SCRIPT),
    ]
    assert [each for each in told if each.startswith(("python: ", "sh: "))] == code


async def test_a_long_answer_that_grows_arrives_whole(play: Play) -> None:
    async def story(stage: Stage) -> list[str]:
        scene = Scene(stage)
        stage.model.behaviour = Behaviour(answer=LONG, tokens_per_second=3_000.0)
        await scene.ask("Tell me all.")
        return read(stage.read(scene.talk))

    told = await Play(play.valkey, str)(story, reply_tokens=30_000, context_tokens=100_000)

    assert told == read([Post(LONG)])
