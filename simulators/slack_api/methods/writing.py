"""What an app may write: its text, its blocks, its metadata, by the rules that all writing methods share."""

from collections.abc import Mapping
from typing import Any

from simulators.slack_api.arguments import Arguments
from simulators.slack_api.blocks.validation import checked_blocks
from simulators.slack_api.markup import mrkdwn_of, normal, rich_text_of
from simulators.slack_api.refusals import Refusal

MOST_TEXT = 40_000
"""Characters of `text`; Slack itself cuts what is longer (https://docs.slack.dev/changelog/2018-truncating-really-long-messages)."""
MOST_EDITED_TEXT = 4_000
"""Characters of `text` in an edit (https://docs.slack.dev/reference/methods/chat.update#errors)."""
MOST_MARKDOWN = 12_000
"""Characters of `markdown_text` (https://docs.slack.dev/reference/methods/chat.postMessage#arg_markdown_text)."""
_MOST_METADATA = 16_384
_MOST_ATTACHMENTS = 100


def written(arguments: Arguments, most: int = MOST_TEXT) -> dict[str, Any]:
    """The text, blocks and attachments of a message. Refusal if there is nothing, or too much."""
    text, markdown = arguments.text("text"), arguments.text("markdown_text")
    blocks, attachments = arguments.structure("blocks", "invalid_blocks_format"), _attachments(arguments)
    if markdown and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if markdown:
        return of_markdown(markdown)
    if not (text.strip() or blocks or attachments):
        raise Refusal("no_text")
    if len(text) > most:
        raise Refusal("msg_too_long")
    fields: dict[str, Any] = {"text": normal(text)}
    if blocks:
        fields["blocks"] = checked_blocks(blocks)
    if attachments:
        fields["attachments"] = attachments
    return fields


def of_markdown(markdown: str) -> dict[str, Any]:
    """What Slack makes of Markdown: rich text to draw, and Slack's own markup for notifications."""
    if len(markdown) > MOST_MARKDOWN:
        raise Refusal("msg_too_long")
    if not markdown.strip():
        raise Refusal("no_text")
    return {"text": normal(mrkdwn_of(markdown)), "blocks": [rich_text(markdown)]}


def rich_text(markdown: str) -> dict[str, Any]:
    """One block of rich text with all of the Markdown in it, its marks as they are."""
    return {**rich_text_of(markdown), "block_id": "markdown"}


def metadata_of(arguments: Arguments) -> dict[str, Any] | None:
    """The metadata of a message; an empty object stands for none, None if nothing is said of it.

    https://docs.slack.dev/messaging/message-metadata
    """
    metadata = arguments.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping):
        raise Refusal("invalid_metadata_format")
    if metadata and not _is_metadata(metadata):
        raise Refusal("invalid_metadata_format")
    if len(str(metadata)) > _MOST_METADATA:
        raise Refusal("metadata_too_large")
    return dict(metadata)


def _is_metadata(metadata: Mapping[str, Any]) -> bool:
    event = metadata.get("event_type")
    named = isinstance(event, str) and bool(event) and isinstance(metadata.get("event_payload"), Mapping)
    return named and set(metadata) <= {"event_type", "event_payload", "entities"}


def _attachments(arguments: Arguments) -> list[dict[str, Any]]:
    attachments = arguments.structure("attachments", "invalid_attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise Refusal("invalid_attachments")
    if len(attachments) > _MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    return attachments
