"""Block Kit's rules, one by one."""

from typing import Any

import pytest

from simulators.slack_api.blocks.drawing import drawn_blocks
from simulators.slack_api.blocks.validation import checked_blocks, problems_of
from simulators.slack_api.markup import Directory
from simulators.slack_api.refusals import Refusal

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Block:
    return {"type": "button", "action_id": "a", "text": plain("Press")} | more


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Block:
    return {"type": "section", "text": mrkdwn("a")} | more


FEEDBACK: Block = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": plain("Good"), "value": "good"},
            "negative_button": {"text": plain("Bad"), "value": "bad"},
        }
    ],
}


@pytest.mark.parametrize(
    "block",
    [
        section(text=mrkdwn("a" * 3000)),
        section(fields=[mrkdwn("a")], accessory=button()),
        {"type": "header", "text": plain("a" * 150)},
        {"type": "divider"},
        {"type": "markdown", "text": "a" * 12_000},
        {"type": "context", "elements": [mrkdwn("a")]},
        actions(button(value="v" * 2000, style="danger"), button(action_id="b")),
        FEEDBACK,
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}],
        },
        {"type": "image", "image_url": "https://a.b/c.png", "alt_text": "a"},
    ],
)
def test_what_block_kit_allows_is_accepted(block: Block) -> None:
    [checked] = checked_blocks([block])

    assert checked["block_id"]


@pytest.mark.parametrize(
    "blocks",
    [
        [section(text=mrkdwn("a" * 3001))],
        [section(text=mrkdwn(""))],
        [section(text="a")],
        [{"type": "section"}],
        [section(fields=[mrkdwn("a" * 2001)])],
        [section(fields=[mrkdwn("a")] * 11)],
        [section(unknown=1)],
        [section(block_id="b" * 256)],
        [section(block_id="b"), section(block_id="b")],
        [{"type": "header", "text": plain("a" * 151)}],
        [{"type": "header", "text": mrkdwn("a")}],
        [{"type": "markdown", "text": "a" * 6001}, {"type": "markdown", "text": "a" * 6000}],
        [{"type": "context", "elements": [mrkdwn("a")] * 11}],
        [actions()],
        [actions(button(text=plain("a" * 76)))],
        [actions(button(text=mrkdwn("a")))],
        [actions(button(action_id="a" * 256))],
        [actions(button(value="a" * 2001))],
        [actions(button(style="bold"))],
        [actions(button(), button())],
        [actions({"type": "unknown"})],
        [{"type": "unknown"}],
        [{"type": "rich_text", "elements": [{"type": "text", "text": "a"}]}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]}],
        [{"type": "context_actions", "elements": [button()]}],
        [{"type": "image", "image_url": "https://a.b/c.png"}],
        ["text"],
        [section()] * 51,
    ],
)
def test_what_block_kit_does_not_allow_is_refused(blocks: list[Any]) -> None:
    with pytest.raises(Refusal, match="invalid_blocks") as refused:
        checked_blocks(blocks)

    assert refused.value.more["errors"]
    assert "[json-pointer:/blocks" in refused.value.more["response_metadata"]["messages"][0]


def test_a_home_tab_takes_more_blocks_and_no_markdown() -> None:
    assert not list(problems_of([section()] * 100, "home"))
    assert list(problems_of([{"type": "markdown", "text": "a"}], "home"))


def test_rich_text_is_drawn_with_names() -> None:
    directory = Directory({"U1": "Ada", "C1": "general"})
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "user", "user_id": "U1"},
            {"type": "text", "text": " said in "},
            {"type": "channel", "channel_id": "C1"},
            {"type": "emoji", "name": "wave"},
            {"type": "broadcast", "range": "here"},
            {"type": "link", "url": "https://a.b"},
        ],
    }
    bullets = {"type": "rich_text_list", "style": "bullet", "elements": [section]}

    drawn = drawn_blocks(checked_blocks([{"type": "rich_text", "elements": [bullets]}]), directory)

    assert drawn == "• @Ada said in #general:wave:@herehttps://a.b"


def test_what_cannot_be_read_as_text_is_drawn_as_what_it_is() -> None:
    rich: Block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "More"}]}],
    }
    blocks: list[Block] = [
        {"type": "image", "image_url": "https://a.b/c.png", "alt_text": "A chart"},
        section(fields=[mrkdwn("x"), plain("*y*")]),
        {"type": "table", "rows": [[{"type": "raw_text", "text": "1"}, {"type": "raw_text", "text": "2"}]]},
        {
            "type": "plan",
            "title": "Plan",
            "tasks": [{"title": "Look", "status": "complete", "details": rich}],
        },
        {"type": "divider"},
    ]

    drawn = drawn_blocks(checked_blocks(blocks), Directory())

    assert drawn == "A chart\na\nx\n*y*\n1 | 2\nPlan\n[complete] Look\nMore"
