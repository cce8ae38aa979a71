"""`parley worker` as an operator runs it: parked messages, and what is refused with which exit status."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.messages import Author, Conversation
from bot.store import Store
from tests.bot.mailroom import Mailroom
from tests.conftest import free_port
from tests.fakes import incoming

ROOT = Path(__file__).parents[2]
LONG = "word " * 40

Parley = Callable[..., subprocess.CompletedProcess[str]]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Nothing but these settings."""
    known = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    return known | settings


@pytest.fixture
def parley(tmp_path: Path, valkey: str) -> Parley:
    """Runs `parley worker` on the Redis of the tests."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "adapters", "worker", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=60,
            check=False,
            env=environment(tmp_path, **{"REDIS_URL": valkey} | settings),
        )

    return run


@pytest.fixture
async def room(store: Store) -> Mailroom:
    """A mailbox in which three messages are parked."""
    opened = Mailroom(store)
    for name, channel, text in (
        ("m1", "c1", "Hello"),
        ("m2", "c2", LONG),
        ("m3", "c3", "\x1b[31mred\nand more"),
    ):
        place = Conversation("slack:T1", channel)
        message = incoming(text, id=name, conversation=place, author=Author("U1", "Ada"))
        await opened.mailbox.accept(message)
        [claim] = await opened.claim(conversation=place)
        await claim.park("3 attempts failed")
    return opened


async def ids(room: Mailroom) -> dict[str, str]:
    """What each message is parked as."""
    return {each.message.id: each.id for each in await room.mailbox.parked()}


async def test_parked_messages_are_listed_one_a_line(parley: Parley, room: Mailroom) -> None:
    done = await asyncio.to_thread(parley, "--parked")

    head, *lines = done.stdout.splitlines()
    parked = await ids(room)
    assert done.returncode == 0
    assert head.split() == ["ID", "PARKED", "(UTC)", "WHERE", "WHY", "MESSAGE"]
    assert {line.split()[0] for line in lines} == set(parked.values())
    [first] = [line for line in lines if line.startswith(f"{parked['m1']} ")]
    assert re.search(r" \d{4}-\d\d-\d\d \d\d:\d\d ", first)
    assert first.endswith("Ada: Hello")
    assert "slack:T1/c1 " in first
    assert "3 attempts failed" in first


async def test_a_listed_message_is_short_and_cannot_do_anything(parley: Parley, room: Mailroom) -> None:
    done = await asyncio.to_thread(parley, "--parked")

    parked = await ids(room)
    [long] = [line for line in done.stdout.splitlines() if line.startswith(f"{parked['m2']} ")]
    [red] = [line for line in done.stdout.splitlines() if line.startswith(f"{parked['m3']} ")]
    assert long.endswith(("word…", "word …"))
    assert len(long) < 200
    assert "\x1b" not in red
    assert red.endswith("red and more")


async def test_nothing_parked_is_said_in_words(parley: Parley, store: Store) -> None:
    del store
    done = await asyncio.to_thread(parley, "--parked")

    assert (done.returncode, done.stdout) == (0, "No message is parked.\n")


async def test_a_message_that_is_retried_goes_back_to_its_conversation(
    parley: Parley, room: Mailroom
) -> None:
    parked = await ids(room)

    done = await asyncio.to_thread(parley, "--parked", "--retry", parked["m1"])

    assert (done.returncode, done.stdout) == (0, f"Back in its conversation: {parked['m1']}\n")
    assert set(await ids(room)) == {"m2", "m3"}
    [claim] = await room.claim(conversation=Conversation("slack:T1", "c1"))
    assert (claim.message.id, claim.resumed) == ("m1", True)


async def test_a_message_that_is_dropped_is_forgotten(parley: Parley, room: Mailroom) -> None:
    parked = await ids(room)

    done = await asyncio.to_thread(parley, "--parked", "--drop", parked["m1"], "--drop", parked["m2"])

    assert done.stdout.splitlines() == [f"Dropped: {parked['m1']}", f"Dropped: {parked['m2']}"]
    assert done.returncode == 0
    assert set(await ids(room)) == {"m3"}
    assert await room.waiting(Conversation("slack:T1", "c1")) == {}


async def test_some_are_retried_and_others_dropped_at_once(parley: Parley, room: Mailroom) -> None:
    parked = await ids(room)

    done = await asyncio.to_thread(
        parley, "--parked", "--retry", parked["m1"], "--retry", parked["m1"], "--drop", parked["m3"]
    )

    assert done.stdout.splitlines() == [
        f"Back in its conversation: {parked['m1']}",
        f"Dropped: {parked['m3']}",
    ]
    assert set(await ids(room)) == {"m2"}


@pytest.mark.parametrize(("option", "said"), [("--retry", "Back in its conversation"), ("--drop", "Dropped")])
async def test_all_can_be_meant(parley: Parley, room: Mailroom, option: str, said: str) -> None:
    done = await asyncio.to_thread(parley, "--parked", option, "all")

    assert done.returncode == 0
    assert done.stdout.count(said) == 3
    assert await ids(room) == {}


async def test_all_of_nothing_is_no_error(parley: Parley, store: Store) -> None:
    del store
    done = await asyncio.to_thread(parley, "--parked", "--drop", "all")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--parked", "--retry", "7-1-0"), 1, "No message is parked as 7-1-0"),
        (("--parked", "--drop", "nonsense"), 1, "No message is parked as nonsense"),
        (("--parked", "--retry", "all", "--drop", "all"), 1, "retried or dropped, but not both"),
        (("--retry", "all"), 2, "go with --parked"),
        (("--drop", "7-1-0"), 2, "go with --parked"),
        (("--parked", "extra"), 2, "extra"),
    ],
)
async def test_what_cannot_be_meant_is_one_line_and_changes_nothing(
    parley: Parley, room: Mailroom, arguments: tuple[str, ...], status: int, words: str
) -> None:
    done = await asyncio.to_thread(parley, *arguments)

    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert set(await ids(room)) == {"m1", "m2", "m3"}


async def test_one_wrong_id_among_right_ones_changes_nothing(parley: Parley, room: Mailroom) -> None:
    parked = await ids(room)

    done = await asyncio.to_thread(parley, "--parked", "--retry", parked["m1"], "--drop", "7-1-0")

    assert done.returncode == 1
    assert await ids(room) == parked


@pytest.mark.parametrize("arguments", [("--parked",), ("--parked", "--drop", "all")])
def test_a_redis_that_is_not_there_is_one_line_and_a_status(
    parley: Parley, arguments: tuple[str, ...]
) -> None:
    done = parley(*arguments, REDIS_URL=f"redis://127.0.0.1:{free_port()}")

    assert done.returncode == 69
    assert "REDIS_URL" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_worker_has_help_with_an_example(parley: Parley) -> None:
    done = parley("--help")

    assert done.returncode == 0
    assert "Example: parley worker" in done.stdout


async def test_a_worker_runs_until_it_is_told_to_end(tmp_path: Path, valkey: str, store: Store) -> None:
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters", "worker"),
        cwd=tmp_path,
        env=environment(tmp_path, REDIS_URL=valkey),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert worker.stderr
        async with asyncio.timeout(20):
            while b'"event":"started"' not in await worker.stderr.readline():
                assert worker.returncode is None
        worker.send_signal(signal.SIGTERM)
        rest = (await worker.communicate())[1]
    finally:
        if worker.returncode is None:
            worker.kill()
        await worker.wait()

    assert worker.returncode == 0
    assert b'"event":"ended"' in rest
    assert await store.do("ZCARD", "parley:{workers}:leases") == 0


@pytest.mark.parametrize("command", ["run", "worker"])
async def test_for_many_workspaces_there_is_something_to_answer(
    tmp_path: Path, valkey: str, store: Store, command: str
) -> None:
    del store
    settings = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "c",
        "SLACK_SIGNING_SECRET": "s",
        "SECRET_KEY": "sixteen letters!",
        "PUBLIC_URL": "https://parley.example.com",
        "MODEL": "demo",
        "PORT": str(free_port()),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters", command),
        cwd=tmp_path,
        env=environment(tmp_path, REDIS_URL=valkey, **settings),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr
        async with asyncio.timeout(20):
            line = await process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()

    assert b'"event":"started"' in line
    assert b'"platforms":["slack"]' in line
    assert process.returncode == 0
