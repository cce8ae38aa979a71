"""`chat.startStream`, `chat.appendStream`, `chat.stopStream`.

https://docs.slack.dev/reference/methods/chat.startStream
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.slack_api import events
from simulators.slack_api.blocks.rules import anything, one_of, shape, string
from simulators.slack_api.blocks.validation import MOST_BLOCKS, checked_blocks
from simulators.slack_api.channels import Channel
from simulators.slack_api.markup import mrkdwn_of, normal
from simulators.slack_api.methods.assistants import STATUSES, set_session
from simulators.slack_api.methods.chat import customized, published
from simulators.slack_api.methods.invocation import Answer, Invocation
from simulators.slack_api.methods.writing import MOST_MARKDOWN, metadata_of, rich_text
from simulators.slack_api.posts import Mode, Post, Stream
from simulators.slack_api.refusals import Refusal, invalid_arguments, problems_with

MOST_STREAMED = 12_000
"""Characters of all that one stream holds."""
_TASK = shape(
    {
        "id": string(255),
        "title": string(256),
        "status": one_of("pending", "in_progress", "complete", "error"),
        "details": anything,
        "output": anything,
        "sources": anything,
        "hide_title": anything,
        "icon": anything,
    },
    "id",
    "title",
    "status",
)
_CHUNKS = {
    "markdown_text": shape({"text": string(MOST_MARKDOWN)}, "text"),
    "task_update": _TASK,
    "plan_update": shape({"title": string(256)}, "title"),
    "blocks": shape({"blocks": anything}, "blocks"),
}


@dataclass(slots=True)
class Piece:
    """What one call adds to a stream."""

    mode: Mode | None
    markdown: str = ""
    chunks: list[dict[str, Any]] = field(default_factory=list)


def start(invocation: Invocation) -> Answer:
    """Post a message that will grow, as a reply to somebody."""
    channel, arguments = invocation.joined(), invocation.arguments
    arguments.needed("thread_ts")
    thread = invocation.thread(channel)
    _check_recipient(invocation, channel)
    if arguments.text("task_display_mode") not in ("", "timeline", "plan", "dense"):
        raise invalid_arguments("unknown task_display_mode")
    piece = _piece(invocation)
    fields = {**invocation.team.as_app(), **customized(invocation), "text": ""}
    post = invocation.team.add(channel, {**fields, "streaming_state": "in_progress"}, thread)
    post.stream = Stream(invocation.slack.clock, invocation.slack.clock.now())
    _grow(invocation, channel, post, piece)
    if thread and invocation.slack.app.agent:
        set_session(channel, thread, "processing")
    published(invocation.team, channel, post, markdown=post.stream.markdown)
    return {"channel": channel.id, "ts": post.ts}


def append(invocation: Invocation) -> Answer:
    """Add to a growing message."""
    channel = invocation.joined()
    post = _streaming(invocation, channel)
    piece = _piece(invocation)
    if not piece.markdown and not piece.chunks:
        raise Refusal("no_text")
    _grow(invocation, channel, post, piece)
    channel.hide_status(post.thread or post.ts)
    return {"channel": channel.id, "ts": post.ts}


def stop(invocation: Invocation) -> Answer:
    """Add the last to a growing message, and let it be as it is."""
    channel, arguments = invocation.joined(), invocation.arguments
    piece, metadata = _piece(invocation), metadata_of(arguments)
    post = _streaming(invocation, channel, ending=not (piece.markdown or piece.chunks))
    blocks = _last_blocks(invocation)
    status = arguments.text("session_status") or "active"
    if status not in STATUSES:
        raise invalid_arguments("unknown session_status")
    previous = channel.shown(post)
    _grow(invocation, channel, post, piece)
    _finish(post, blocks, metadata)
    if post.thread and invocation.slack.app.agent:
        set_session(channel, post.thread, status)
    channel.hide_status(post.thread or post.ts)
    invocation.team.note(post)
    message = channel.shown(post, metadata=True)
    ts = invocation.team.times.next()
    invocation.team.echo(channel, events.changed(channel, ts, message, previous))
    invocation.team.changes.tell()
    return {"channel": channel.id, "ts": post.ts, "message": message}


def _check_recipient(invocation: Invocation, channel: Channel) -> None:
    """Refuse a stream in a channel that is for nobody."""
    arguments = invocation.arguments
    if channel.kind == "im":
        return
    if not arguments.text("recipient_team_id"):
        raise Refusal("missing_recipient_team_id")
    if not arguments.text("recipient_user_id"):
        raise Refusal("missing_recipient_user_id")
    if arguments.text("recipient_team_id") != invocation.team.id:
        raise Refusal("team_not_found")
    invocation.user("recipient_user_id")


def _streaming(invocation: Invocation, channel: Channel, *, ending: bool = False) -> Post:
    """The message that may grow. `ending` may follow a Stop, since the app is asked to end what it began."""
    post = invocation.post(channel)
    if post.message.get("bot_id") != invocation.team.bot_id:
        raise Refusal("message_not_owned_by_app")
    stream = post.stream
    if stream is None:
        raise Refusal("message_not_in_streaming_state")
    if stream.stopped_by_user and post.message.get("streaming_state") == "in_progress":
        if ending:
            return post
        raise Refusal("stopped_by_user")
    if not stream.live:
        raise Refusal("message_not_in_streaming_state")
    return post


def _piece(invocation: Invocation) -> Piece:
    """What a call adds. Refusal if it is too much, or of two kinds."""
    arguments = invocation.arguments
    markdown, chunks = arguments.text("markdown_text"), arguments.structure("chunks", "invalid_chunks")
    if markdown and chunks:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    if len(markdown) > MOST_MARKDOWN:
        raise Refusal("msg_too_long")
    if not chunks:
        return Piece("text" if markdown else None, markdown)
    _check_chunks(chunks)
    texts = (chunk["text"] for chunk in chunks if chunk["type"] == "markdown_text")
    return Piece("chunks", "".join(texts), chunks)


def _check_chunks(chunks: Any) -> None:
    if not isinstance(chunks, list):
        raise Refusal("invalid_chunks")
    for place, chunk in enumerate(chunks):
        rule = _CHUNKS.get(str(chunk.get("type"))) if isinstance(chunk, Mapping) else None
        if rule is None:
            raise problems_with("invalid_chunks", [f"unsupported type [json-pointer:/chunks/{place}]"])
        if problems := list(rule(chunk, f"/chunks/{place}")):
            raise problems_with("invalid_chunks", problems)
        if chunk["type"] == "blocks":
            _limited(checked_blocks(chunk["blocks"]))


def _grow(invocation: Invocation, channel: Channel, post: Post, piece: Piece) -> None:
    """Add a piece to a stream, or end the stream if that is too much."""
    stream = post.stream
    if stream is None:
        return
    if None not in (stream.mode, piece.mode) and stream.mode != piece.mode:
        raise Refusal("streaming_mode_mismatch")
    if len(stream.markdown) + len(piece.markdown) > MOST_STREAMED:
        stream.ended = True
        raise Refusal("message_not_in_streaming_state")
    stream.mode = stream.mode or piece.mode
    stream.markdown += piece.markdown
    post.message = {**post.message, **_drawn(post, stream, piece)}
    invocation.team.note(post, markdown=stream.markdown or " ")
    channel.changes.tell()


def _drawn(post: Post, stream: Stream, piece: Piece) -> dict[str, Any]:
    """The text and the blocks of a message after a piece: tasks, then the text, then the blocks of chunks."""
    tasks = {block["task_id"]: block for block in post.blocks if block["type"] == "task_card"}
    plans = [block for block in post.blocks if block["type"] == "plan"]
    added = [block for block in post.blocks if block["type"] not in {"task_card", "plan", "rich_text"}]
    for chunk in piece.chunks:
        match chunk["type"]:
            case "task_update":
                rest = {name: value for name, value in chunk.items() if name != "id"}
                tasks[chunk["id"]] = {**tasks.get(chunk["id"], {}), **rest, "task_id": chunk["id"]} | {
                    "type": "task_card"
                }
            case "plan_update":
                plans = [{"type": "plan", "title": chunk["title"], "tasks": []}]
            case "blocks":
                added += checked_blocks(chunk["blocks"])
    text = [rich_text(stream.markdown)] if stream.markdown else []
    blocks = [*plans, *tasks.values(), *text, *added]
    return {"text": normal(mrkdwn_of(stream.markdown))} | ({"blocks": blocks} if blocks else {})


def _last_blocks(invocation: Invocation) -> list[dict[str, Any]]:
    blocks = invocation.arguments.structure("blocks", "invalid_blocks_format")
    return _limited(checked_blocks(blocks)) if blocks else []


def _limited(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(blocks) > MOST_BLOCKS["message"]:
        raise Refusal("msg_blocks_too_many")
    return blocks


def _finish(post: Post, blocks: list[dict[str, Any]], metadata: dict[str, Any] | None) -> None:
    if post.stream is not None:
        post.stream.ended = True
    post.message = {**post.message, "streaming_state": "completed"}
    if blocks or post.blocks:
        post.message["blocks"] = [*post.blocks, *blocks]
    if metadata:
        post.message["metadata"] = metadata
