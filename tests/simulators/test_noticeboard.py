import asyncio
import io
import json
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from simulators.noticeboard import Document, Fault, NoticeBoard
from simulators.noticeboard_api.faults import FaultKind, Operation

HELLO: dict[str, Any] = {"key": "k", "text": "Hello", "reader": None, "document": None}
SOON = 0.3
"""Seconds of a delay, and after which a client that hears nothing gives up."""
OPERATIONS: tuple[Operation, ...] = ("post", "edit", "delete", "find")


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return str(self.body["id"])


@dataclass(frozen=True)
class Client:
    """A client that writes its requests by hand, on a board of its own."""

    session: aiohttp.ClientSession
    base_url: str
    board: str = "general"

    async def ask(
        self, method: str, path: str = "", body: Any = None, *, raw: bytes | None = None, patience: float = 10
    ) -> Answer:
        data = io.BytesIO(json.dumps(body).encode() if raw is None else raw)
        url = f"{self.base_url}/boards/{self.board}/posts{path}"
        limit = aiohttp.ClientTimeout(total=patience)
        async with self.session.request(method, url, data=data, timeout=limit) as response:
            content = await response.read()
            parsed = json.loads(content) if content[:1] in {b"{", b"["} else content
            return Answer(response.status, parsed, dict(response.headers))

    async def post(self, **fields: Any) -> Answer:
        return await self.ask("POST", body=HELLO | fields)

    async def edit(self, post: str, text: str) -> Answer:
        return await self.ask("PATCH", f"/{post}", {"text": text})

    async def delete(self, post: str) -> Answer:
        return await self.ask("DELETE", f"/{post}")

    async def find(self, query: str = "?key=k") -> Answer:
        return await self.ask("GET", query)

    async def do(self, operation: Operation, post: str) -> Answer:
        match operation:
            case "post":
                return await self.post()
            case "edit":
                return await self.edit(post, "Changed")
            case "delete":
                return await self.delete(post)
        return await self.find()


@pytest.fixture
async def noticeboard() -> AsyncIterator[NoticeBoard]:
    async with NoticeBoard() as running:
        yield running


@pytest.fixture
async def client(noticeboard: NoticeBoard) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, noticeboard.base_url)


def texts(noticeboard: NoticeBoard) -> list[str]:
    return [post.text for post in noticeboard.posts("general")]


async def test_a_post_is_created_and_told_back(noticeboard: NoticeBoard, client: Client) -> None:
    created = await client.post(text="Hello")

    assert created.status == 201
    assert created.body == {**HELLO, "id": created.id, "board": "general", "edits": 0}
    assert texts(noticeboard) == ["Hello"]


async def test_two_posts_under_one_key_are_two_posts(noticeboard: NoticeBoard, client: Client) -> None:
    first, second = await client.post(), await client.post()

    assert first.id != second.id
    assert texts(noticeboard) == ["Hello", "Hello"]


async def test_an_edit_replaces_the_text_and_is_counted(noticeboard: NoticeBoard, client: Client) -> None:
    created = await client.post()

    answers = [await client.edit(created.id, text) for text in ("One", "Two")]

    (post,) = noticeboard.posts("general")
    assert [answer.status for answer in answers] == [200, 200]
    assert (post.text, post.edits) == ("Two", 2)


async def test_a_deleted_post_is_gone_but_can_be_inspected(noticeboard: NoticeBoard, client: Client) -> None:
    created = await client.post()

    first, second = await client.delete(created.id), await client.delete(created.id)

    assert (first.status, second.status) == (204, 404)
    assert texts(noticeboard) == []
    assert [post.text for post in noticeboard.deleted] == ["Hello"]


async def test_posts_are_found_by_key_in_order_of_creation(client: Client) -> None:
    for key, text in (("a", "1"), ("b", "2"), ("a", "3")):
        await client.post(key=key, text=text)

    under_a, under_none, everything = [await client.find(query) for query in ("?key=a", "?key=c", "")]

    assert [post["text"] for post in under_a.body["posts"]] == ["1", "3"]
    assert under_none.body == {"posts": []}
    assert [post["text"] for post in everything.body["posts"]] == ["1", "2", "3"]


async def test_a_post_for_one_reader_is_read_by_nobody_else(noticeboard: NoticeBoard, client: Client) -> None:
    await client.post(text="For all")
    await client.post(text="For Ada", reader="ada")

    assert texts(noticeboard) == ["For all"]
    assert [post.text for post in noticeboard.read_by("general", "ada")] == ["For all", "For Ada"]
    assert [post.text for post in noticeboard.read_by("general", "bob")] == ["For all"]


async def test_a_document_needs_no_text(noticeboard: NoticeBoard, client: Client) -> None:
    largest = "é" * 500_000

    answer = await client.post(text="", document={"name": "chat.md", "content": largest})

    assert answer.status == 201
    assert noticeboard.posts("general")[0].document == Document("chat.md", largest)


async def test_boards_do_not_see_each_other(noticeboard: NoticeBoard, client: Client) -> None:
    other = Client(client.session, client.base_url, "random")
    created = await client.post()

    edited, deleted, found = (
        await other.edit(created.id, "Mine"),
        await other.delete(created.id),
        await other.find(),
    )

    assert (edited.status, deleted.status, found.body) == (404, 404, {"posts": []})
    assert texts(noticeboard) == ["Hello"]


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001, None, 5])
async def test_a_text_that_cannot_be_posted_cannot_be_edited_in_either(
    noticeboard: NoticeBoard, client: Client, text: object
) -> None:
    created = await client.post(text="x" * 2000)

    posted = await client.post(text=text)
    edited = await client.ask("PATCH", f"/{created.id}", {"text": text})

    too_long = isinstance(text, str) and len(text) > 2000
    assert posted.status == edited.status == (413 if too_long else 400)
    assert posted.body["error"].startswith("'text' ")
    assert texts(noticeboard) == ["x" * 2000]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({name: HELLO[name] for name in HELLO if name != "reader"}, 400, "Missing field 'reader'."),
        (HELLO | {"colour": "red"}, 400, "Unknown field 'colour'."),
        (HELLO | {"key": ""}, 400, "'key' must be"),
        (HELLO | {"key": 5}, 400, "'key' must be"),
        (HELLO | {"reader": ""}, 400, "'reader' must be"),
        (HELLO | {"document": "x"}, 400, "'document' must be"),
        (HELLO | {"document": {"name": "x"}}, 400, "Missing field 'content'."),
        (HELLO | {"document": {"name": "", "content": ""}}, 400, "'name' must be"),
        (HELLO | {"document": {"name": "x", "content": None}}, 400, "'content' must be"),
        (HELLO | {"document": {"name": "x", "content": "é" * 500_001}}, 413, "'content' has"),
        ([HELLO], 400, "The body must be"),
    ],
)
async def test_a_post_with_wrong_fields_is_refused_by_name(
    noticeboard: NoticeBoard, client: Client, body: object, status: int, told: str
) -> None:
    answer = await client.ask("POST", body=body)

    assert answer.status == status
    assert answer.body["error"].startswith(told)
    assert noticeboard.writes == []


async def test_what_is_no_json_is_refused(client: Client) -> None:
    answer = await client.ask("POST", raw=b"{'key': 1}")

    assert answer.status == 400
    assert answer.body["error"].startswith("The body is no JSON")


async def test_edits_and_searches_name_their_fields_too(client: Client) -> None:
    created = await client.post()

    edited = await client.ask("PATCH", f"/{created.id}", {"text": "x", "key": "y"})
    found = await client.find("?text=Hello")

    assert (edited.status, edited.body) == (400, {"error": "Unknown field 'key'."})
    assert (found.status, found.body) == (400, {"error": "Unknown field 'text'."})


async def test_accepted_writes_are_logged_in_order_and_all_requests_counted(
    noticeboard: NoticeBoard, client: Client
) -> None:
    began = time.monotonic()
    created = await client.post()
    await client.edit(created.id, "Bye")
    await client.edit(created.id, "")
    await client.find()
    await client.delete(created.id)

    writes = noticeboard.writes
    assert [(write.kind, write.board, write.id, write.key, write.text) for write in writes] == [
        ("post", "general", created.id, "k", "Hello"),
        ("edit", "general", created.id, "k", "Bye"),
        ("delete", "general", created.id, "k", "Bye"),
    ]
    assert began <= writes[0].at <= writes[1].at <= writes[2].at <= time.monotonic()
    assert noticeboard.requests == 5


async def test_waiting_ends_with_the_change_that_was_waited_for(
    noticeboard: NoticeBoard, client: Client
) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(noticeboard.until(lambda: texts(noticeboard) == ["Bye"]))
        created = await client.post()
        too_early = waiting.done()
        await client.edit(created.id, "Bye")

    assert not too_early


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", ["error-before", "busy", "refuse"])
async def test_a_fault_that_does_nothing_says_so_once(
    noticeboard: NoticeBoard, client: Client, kind: FaultKind, operation: Operation
) -> None:
    created = await client.post()
    noticeboard.faults = (Fault(kind, operation, seconds=0.25, status=502),)

    faulty = await client.do(operation, created.id)
    texts_between = texts(noticeboard)
    healthy = await client.do(operation, created.id)

    assert faulty.status == {"error-before": 502, "busy": 429, "refuse": 403}[kind]
    assert faulty.headers.get("Retry-After") == ("0.25" if kind == "busy" else None)
    assert texts_between == ["Hello"]
    assert healthy.status < 300
    assert list(noticeboard.faults) == []


@pytest.mark.parametrize(
    ("operation", "left"), [("post", ["Hello", "Hello"]), ("edit", ["Changed"]), ("delete", [])]
)
async def test_a_fault_after_the_work_hides_that_it_was_done(
    noticeboard: NoticeBoard, client: Client, operation: Operation, left: list[str]
) -> None:
    created = await client.post()
    noticeboard.faults = (Fault("error-after", operation, status=500),)

    answer = await client.do(operation, created.id)

    assert answer.status == 500
    assert texts(noticeboard) == left


# A POST and a PATCH only: aiohttp's client repeats a GET or DELETE whose connection breaks.
@pytest.mark.parametrize("operation", ["post", "edit"])
@pytest.mark.parametrize(("kind", "done"), [("drop-before", 0), ("drop-after", 1)])
async def test_a_dropped_request_is_done_or_not_but_never_answered(
    noticeboard: NoticeBoard, client: Client, kind: FaultKind, operation: Operation, done: int
) -> None:
    created = await client.post()
    noticeboard.faults = (Fault(kind, operation),)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.do(operation, created.id)

    assert [write.kind for write in noticeboard.writes[1:]] == [operation] * done


async def test_a_garbled_answer_is_no_json(noticeboard: NoticeBoard, client: Client) -> None:
    noticeboard.faults = (Fault("garble-after"),)

    answer = await client.post()

    assert (answer.status, answer.body) == (201, b"<p>Something went wrong.")
    assert texts(noticeboard) == ["Hello"]


@pytest.mark.parametrize(("kind", "done"), [("delay-work", []), ("delay-answer", ["Hello"])])
async def test_a_delay_comes_before_the_work_or_before_the_answer(
    noticeboard: NoticeBoard, client: Client, kind: FaultKind, done: list[str]
) -> None:
    noticeboard.faults = (Fault(kind, seconds=SOON),)

    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        posting = tasks.create_task(client.post())
        await noticeboard.until(lambda: len(noticeboard.writes) >= len(done) and noticeboard.requests == 1)
        done_first, answered_first = texts(noticeboard), posting.done()
    took = time.monotonic() - began

    assert (done_first, answered_first) == (done, False)
    assert posting.result().status == 201
    assert took >= SOON
    assert texts(noticeboard) == ["Hello"]


async def test_delayed_work_is_done_although_the_client_has_gone(
    noticeboard: NoticeBoard, client: Client
) -> None:
    noticeboard.faults = (Fault("delay-work", seconds=2 * SOON),)

    with pytest.raises(TimeoutError):
        await client.ask("POST", body=HELLO, patience=SOON)
    before = texts(noticeboard)
    async with asyncio.timeout(10):
        await noticeboard.until(lambda: bool(noticeboard.writes))

    assert (before, texts(noticeboard)) == ([], ["Hello"])


async def test_closing_waits_for_no_delay(client: Client) -> None:
    began = time.monotonic()
    async with NoticeBoard(faults=(Fault("delay-work", seconds=60),)) as slow:
        with pytest.raises(TimeoutError):
            await Client(client.session, slow.base_url).ask("POST", body=HELLO, patience=SOON)

    assert time.monotonic() - began < 30
    assert slow.writes == []


async def test_faults_strike_in_order_and_as_often_as_they_say(
    noticeboard: NoticeBoard, client: Client
) -> None:
    noticeboard.faults = (
        Fault("none", "post"),
        Fault("refuse", "post", times=2),
        Fault("error-before", "find", times=None),
    )

    posted = [(await client.post()).status for _ in range(4)]
    found = [(await client.find()).status for _ in range(3)]

    assert posted == [201, 403, 403, 201]
    assert found == [503, 503, 503]
    assert list(noticeboard.faults) == [Fault("error-before", "find", times=None)]


async def test_a_strict_board_refuses_and_notes_writes_that_come_too_early(
    noticeboard: NoticeBoard, client: Client
) -> None:
    other = Client(client.session, client.base_url, "random")
    noticeboard.strict_busy = True
    noticeboard.faults = (Fault("busy", "post", seconds=60),)

    answers = [await client.post(), await client.post(), await client.find(), await other.post()]

    (early,) = noticeboard.impatient
    assert [answer.status for answer in answers] == [429, 429, 200, 201]
    assert 0 < float(answers[1].headers["Retry-After"]) <= 60
    assert (early.operation, early.board) == ("post", "general")


async def test_a_client_that_waits_as_long_as_it_is_told_is_not_impatient(
    noticeboard: NoticeBoard, client: Client
) -> None:
    noticeboard.strict_busy = True
    noticeboard.faults = (Fault("busy", seconds=0.05), Fault("delay-work", "find", seconds=0.05))

    refused = await client.post()
    # The platform's own clock: this answer takes as long as the platform asks to wait.
    await client.find()
    accepted = await client.post()

    assert (refused.status, accepted.status) == (429, 201)
    assert noticeboard.impatient == []


async def test_a_thousand_clients_are_served_at_once(noticeboard: NoticeBoard) -> None:
    noticeboard.faults = (Fault("delay-work", times=None, seconds=SOON),)

    async with (
        aiohttp.TCPConnector(limit=0) as connector,
        aiohttp.ClientSession(connector=connector) as session,
        asyncio.TaskGroup() as tasks,
    ):
        clients = [Client(session, noticeboard.base_url, f"board-{number}") for number in range(1000)]
        posting = [tasks.create_task(one.post()) for one in clients]

    assert {task.result().status for task in posting} == {201}
    assert len(noticeboard.writes) == 1000


async def test_the_command_serves_in_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.noticeboard", "--port", "0", stdout=PIPE
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode().strip()

    async with aiohttp.ClientSession() as session:
        answer = await Client(session, line.removeprefix("listening on ")).post()
    process.send_signal(signal.SIGTERM)

    assert answer.status == 201
    assert await process.wait() == 0
