"""What people see of blocks."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulators.slack_api.markup import Directory, drawn

Block = Mapping[str, Any]


def drawn_blocks(blocks: list[dict[str, Any]], directory: Directory) -> str:
    """The text that people read, a line or more a block; what is pressed is not among it."""
    lines = (_DRAWN.get(block["type"], _nothing)(block, directory) for block in blocks)
    return "\n".join(line for line in lines if line)


def buttons_in(blocks: list[dict[str, Any]]) -> tuple[str, ...]:
    """What stands on the buttons, in order; both sides of a pair for feedback."""
    return tuple(label for element in elements_in(blocks) for label in _labels_of(element))


def elements_in(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Everything that can be used, each with the `block_id` of its block."""
    for block in blocks:
        candidates = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in candidates:
            if isinstance(element, dict) and block["type"] not in {"rich_text", "context"}:
                yield {**element, "block_id": block.get("block_id", "")}


def _labels_of(element: Block) -> Iterator[str]:
    if element["type"] in {"button", "icon_button"}:
        yield str(element["text"]["text"])
    if element["type"] == "feedback_buttons":
        yield from (str(element[side]["text"]["text"]) for side in ("positive_button", "negative_button"))


def _nothing(_block: Block, _directory: Directory) -> str:
    return ""


def _text(part: Any, directory: Directory) -> str:
    """A text object, or a string, drawn."""
    if isinstance(part, str):
        return drawn(part, directory)
    if not isinstance(part, Mapping):
        return ""
    if part.get("type") == "rich_text":
        return _rich_text(part, directory)
    words = str(part.get("text", ""))
    return words if part.get("type") == "plain_text" else drawn(words, directory)


def _texted(block: Block, directory: Directory) -> str:
    return _text(block.get("text"), directory)


def _section(block: Block, directory: Directory) -> str:
    parts = [block.get("text"), *block.get("fields", ())]
    return "\n".join(filter(None, (_text(part, directory) for part in parts)))


def _context(block: Block, directory: Directory) -> str:
    parts = (
        part.get("alt_text", "") if part.get("type") == "image" else _text(part, directory)
        for part in block["elements"]
    )
    return " ".join(parts)


def _titled(block: Block, directory: Directory) -> str:
    return _text(block.get("title"), directory) or str(block.get("alt_text", ""))


def _labelled(block: Block, directory: Directory) -> str:
    return _text(block.get("label"), directory)


def _task(block: Block, directory: Directory) -> str:
    more = (_text(block.get(name), directory) for name in ("details", "output"))
    return "\n".join(filter(None, (f"[{block.get('status', 'pending')}] {block['title']}", *more)))


def _plan(block: Block, directory: Directory) -> str:
    tasks = (_task(task, directory) for task in block.get("tasks") or ())
    return "\n".join((_text(block["title"], directory), *tasks))


def _table(block: Block, directory: Directory) -> str:
    return "\n".join(" | ".join(_text(cell, directory) for cell in row) for row in block["rows"])


def _rich_text(block: Block, directory: Directory) -> str:
    return "\n".join(_rich_part(part, directory) for part in block.get("elements", ()))


def _rich_part(part: Block, directory: Directory) -> str:
    inner = part.get("elements", ())
    if part.get("type") == "rich_text_list":
        return "\n".join(f"• {_rich_part(item, directory)}" for item in inner)
    return "".join(_rich_element(element, directory) for element in inner)


def _rich_element(element: Block, directory: Directory) -> str:
    match element.get("type"):
        case "user":
            return f"@{directory.name(element['user_id'])}"
        case "channel":
            return f"#{directory.name(element['channel_id'])}"
        case "usergroup":
            return f"@{element['usergroup_id']}"
        case "broadcast":
            return f"@{element['range']}"
        case "emoji":
            return f":{element['name']}:"
        case _:
            return str(element.get("text") or element.get("url") or "")


_DRAWN: dict[str, Callable[[Block, Directory], str]] = {
    "section": _section,
    "header": _texted,
    "context": _context,
    "markdown": _texted,
    "rich_text": _rich_text,
    "image": _titled,
    "video": _titled,
    "input": _labelled,
    "task_card": _task,
    "plan": _plan,
    "table": _table,
    "alert": _texted,
    "card": _titled,
}
