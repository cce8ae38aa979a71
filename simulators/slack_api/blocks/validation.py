"""The blocks of a message or a view, refused as Slack refuses them.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from simulators.slack_api.blocks import elements
from simulators.slack_api.blocks.rich_text import RICH_TEXT
from simulators.slack_api.blocks.rules import (
    Problems,
    Rule,
    Shape,
    anything,
    by_type,
    each,
    one_of,
    plain,
    problem,
    shape,
    string,
    text,
)
from simulators.slack_api.refusals import Refusal, problems_with

Surface = Literal["message", "modal", "home"]
MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MOST_MARKDOWN = 12_000
"""Characters of all the markdown blocks of one payload together."""


def _block(properties: Shape, *needed: str) -> Rule:
    return shape({"block_id": string(255), **properties}, *needed)


def _section(value: Any, where: str) -> Problems:
    rule = _block(
        {
            "text": text(3000),
            "fields": each(text(2000), 10),
            "accessory": elements.ACCESSORY,
            "expand": anything,
        }
    )
    yield from rule(value, where)
    if "text" not in value and "fields" not in value:
        yield problem("missing required field: text or fields", where)


def _context_element(value: Any, where: str) -> Problems:
    if isinstance(value, Mapping) and value.get("type") == "image":
        return elements.IMAGE(value, where)
    return text(3000)(value, where)


_TASK = {
    "task_id": string(255),
    "title": string(256),
    "status": one_of("pending", "in_progress", "complete", "error"),
    "details": anything,
    "output": anything,
    "sources": anything,
}
_EVERYWHERE: dict[str, Rule] = {
    "actions": _block({"elements": each(elements.ACTIONS, 25)}, "elements"),
    "context": _block({"elements": each(_context_element, 10)}, "elements"),
    "divider": _block({}),
    "header": _block({"text": plain(150), "level": anything}, "text"),
    "image": _block(
        {
            "image_url": string(3000),
            "alt_text": string(2000),
            "title": plain(2000),
            "slack_file": anything,
        },
        "alt_text",
    ),
    "input": _block(
        {
            "label": plain(2000),
            "element": elements.INPUTS,
            "dispatch_action": anything,
            "hint": plain(2000),
            "optional": anything,
        },
        "label",
        "element",
    ),
    "rich_text": _block({"elements": each(RICH_TEXT, 1000)}, "elements"),
    "section": _section,
    "video": anything,
}
_IN_MESSAGES: dict[str, Rule] = {
    **_EVERYWHERE,
    "context_actions": _block({"elements": each(elements.CONTEXT_ACTIONS, 5)}, "elements"),
    "file": _block({"external_id": string(255), "source": one_of("remote")}, "external_id", "source"),
    "markdown": _block({"text": string(MOST_MARKDOWN)}, "text"),
    "table": _block({"rows": each(anything, 100), "column_settings": anything}, "rows"),
    "task_card": _block(_TASK, "task_id", "title"),
    "plan": _block({"title": string(256), "tasks": each(anything, 100)}, "title"),
    "alert": anything,
    "card": anything,
    "carousel": anything,
    "container": anything,
}
_RULES: dict[Surface, Rule] = {
    "message": by_type(_IN_MESSAGES, "block"),
    "modal": by_type(_EVERYWHERE, "block"),
    "home": by_type(_EVERYWHERE, "block"),
}


def checked_blocks(blocks: Any, surface: Surface = "message") -> list[dict[str, Any]]:
    """The blocks with ids. Refusal: `invalid_blocks_format` if they are no list, `invalid_blocks` by a rule."""
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    if problems := list(problems_of(blocks, surface)):
        raise problems_with("invalid_blocks", problems)
    return [{**block, "block_id": block.get("block_id") or f"block{n}"} for n, block in enumerate(blocks)]


def problems_of(blocks: list[Any], surface: Surface) -> Iterator[str]:
    """What is wrong with the blocks."""
    yield from each(_RULES[surface], MOST_BLOCKS[surface], 0)(blocks, "/blocks")
    yield from _repeated(blocks, "block_id", "/blocks")
    for place, block in enumerate(blocks):
        if isinstance(block, Mapping) and isinstance(block.get("elements"), list):
            yield from _repeated(block["elements"], "action_id", f"/blocks/{place}/elements")
    if sum(len(str(block.get("text", ""))) for block in _markdown_in(blocks)) > MOST_MARKDOWN:
        yield problem(f"markdown blocks must be less than {MOST_MARKDOWN + 1} characters in all", "/blocks")


def _markdown_in(blocks: list[Any]) -> Iterator[Mapping[str, Any]]:
    return (block for block in blocks if isinstance(block, Mapping) and block.get("type") == "markdown")


def _repeated(parts: list[Any], name: str, where: str) -> Iterator[str]:
    seen: set[str] = set()
    for part in parts:
        key = part.get(name) if isinstance(part, Mapping) else None
        if isinstance(key, str) and key in seen:
            yield problem(f"`{name}` already exists: {key}", where)
        if isinstance(key, str):
            seen.add(key)
