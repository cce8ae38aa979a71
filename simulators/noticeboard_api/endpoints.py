"""The endpoints of a notice board: from a request, read strictly, to what it changes and is answered."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from simulators.noticeboard_api.answers import Refusal, answered
from simulators.noticeboard_api.boards import Boards, Document, Draft
from simulators.noticeboard_api.faults import Operation

MOST_CHARACTERS = 2_000
"""Of a post's text, as on Discord: https://docs.discord.com/developers/resources/message#create-message"""
MOST_BYTES = 1_000_000
"""Of a document's content, in UTF-8."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that has arrived completely; `post` is the id it names, or nothing."""

    operation: Operation
    board: str
    post: str
    query: Mapping[str, str]
    body: bytes

    @property
    def writes(self) -> bool:
        """Whether it asks for a change."""
        return self.operation != "find"


Work = Callable[[Boards, Call], web.Response]


def post(boards: Boards, call: Call) -> web.Response:
    """`POST /boards/{board}/posts`: 201, and another post each time."""
    fields = _fields_of(call.body, ("key", "text", "reader", "document"))
    key = _string(fields, "key")
    reader = None if fields["reader"] is None else _string(fields, "reader")
    document = _document_of(fields["document"])
    text = _text(fields, may_be_empty=document is not None)
    return answered(201, boards.add(call.board, Draft(key, text, reader, document)))


def edit(boards: Boards, call: Call) -> web.Response:
    """`PATCH /boards/{board}/posts/{id}`: 200."""
    text = _text(_fields_of(call.body, ("text",)))
    return answered(200, boards.edit(call.board, call.post, text))


def delete(boards: Boards, call: Call) -> web.Response:
    """`DELETE /boards/{board}/posts/{id}`: 204."""
    boards.delete(call.board, call.post)
    return web.Response(status=204)


def find(boards: Boards, call: Call) -> web.Response:
    """`GET /boards/{board}/posts?key=…`: 200, with every post if there is no key."""
    _check_names(call.query, allowed=("key",), needed=())
    return answered(200, {"posts": boards.find(call.board, call.query.get("key"))})


ENDPOINTS: tuple[tuple[str, str, Operation, Work], ...] = (
    ("POST", "/boards/{board}/posts", "post", post),
    ("PATCH", "/boards/{board}/posts/{post}", "edit", edit),
    ("DELETE", "/boards/{board}/posts/{post}", "delete", delete),
    ("GET", "/boards/{board}/posts", "find", find),
)


def _fields_of(raw: bytes, names: Collection[str]) -> dict[str, Any]:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, f"The body is no JSON: {error}.") from error
    return _exactly(body, names, "The body")


def _exactly(value: Any, names: Collection[str], what: str) -> dict[str, Any]:
    """The object, which has these fields and no others."""
    if not isinstance(value, dict):
        raise Refusal(400, f"{what} must be a JSON object.")
    _check_names(value, allowed=names, needed=names)
    return value


def _check_names(found: Collection[str], *, allowed: Collection[str], needed: Collection[str]) -> None:
    for name in found:
        if name not in allowed:
            raise Refusal(400, f"Unknown field '{name}'.")
    for name in needed:
        if name not in found:
            raise Refusal(400, f"Missing field '{name}'.")


def _string(fields: Mapping[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"'{name}' must be a string, and not an empty one.")
    return value


def _text(fields: Mapping[str, Any], *, may_be_empty: bool = False) -> str:
    text = fields["text"]
    if not isinstance(text, str):
        raise Refusal(400, "'text' must be a string.")
    if len(text) > MOST_CHARACTERS:
        raise Refusal(413, f"'text' has {len(text)} characters; at most {MOST_CHARACTERS} are allowed.")
    if not may_be_empty and not text.strip():
        raise Refusal(400, "'text' must not be empty.")
    return text


def _document_of(value: Any) -> Document | None:
    if value is None:
        return None
    fields = _exactly(value, ("name", "content"), "'document'")
    if not isinstance(fields["content"], str):
        raise Refusal(400, "'content' must be a string.")
    if len(fields["content"].encode()) > MOST_BYTES:
        raise Refusal(413, f"'content' has more than {MOST_BYTES} bytes.")
    return Document(_string(fields, "name"), fields["content"])
