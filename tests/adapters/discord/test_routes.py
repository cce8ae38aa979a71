"""What is asked of Discord, and that the link to install Parley wants the permissions for it, and no others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from adapters.discord import routes
from adapters.discord.payloads.menus import ASK
from adapters.discord.routes import NEEDS, may_answer, permissions
from simulators.discord import Channel
from simulators.discord_api.permissions import BITS
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club

ADAPTER = Path(routes.__file__).parent
ROUTES = {name: value for name, value in vars(routes).items() if name.isupper() and isinstance(value, str)}
WANTED = {name for name, bit in BITS.items() if permissions() & bit}
FORBIDDEN = 403
ROUTE = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) /[a-z@]\S*")
ONLY_AFTER_GAPS = {routes.CHANNEL, routes.SEARCH}


def used() -> Iterator[str]:
    """The names of routes that are used anywhere in the adapter."""
    for node in nodes():
        if isinstance(node, ast.Name) and node.id in ROUTES:
            yield node.id


def written() -> Iterator[str]:
    """Routes that are written down anywhere but among the others."""
    for node in nodes():
        if isinstance(node, ast.Constant) and ROUTE.fullmatch(str(node.value)):
            yield str(node.value)


def nodes() -> Iterator[ast.AST]:
    """The parts of the adapter's source."""
    for path in ADAPTER.rglob("*.py"):
        if path.name != "routes.py":
            yield from ast.walk(ast.parse(path.read_text()))


def restrict(channel: Channel) -> None:
    """Let Parley do what the link to install it asks for, and nothing else."""
    channel.deny(*(set(BITS) - WANTED))
    channel.allow(*WANTED)


def test_all_that_is_asked_stands_among_the_routes() -> None:
    assert list(written()) == []


def test_no_route_stands_there_for_nothing() -> None:
    assert set(used()) == set(ROUTES)


def test_permissions_are_those_of_routes() -> None:
    assert set(NEEDS) <= set(ROUTES.values())
    assert sum(BITS[name] for name in WANTED) == permissions()
    assert {
        "ATTACH_FILES",
        "CREATE_PUBLIC_THREADS",
        "READ_MESSAGE_HISTORY",
        "SEND_MESSAGES",
        "SEND_MESSAGES_IN_THREADS",
        "VIEW_CHANNEL",
    } == WANTED


def test_an_answer_needs_a_place() -> None:
    held = {name: BITS[name] for name in WANTED}
    view, send, inside = held["VIEW_CHANNEL"], held["SEND_MESSAGES"], held["SEND_MESSAGES_IN_THREADS"]

    assert may_answer(permissions(), in_thread=False)
    assert may_answer(permissions(), in_thread=True)
    assert may_answer(view | send, in_thread=False)
    assert may_answer(view | inside | held["CREATE_PUBLIC_THREADS"], in_thread=False)
    assert may_answer(view | inside, in_thread=True)
    assert not may_answer(view | inside, in_thread=False)
    assert not may_answer(view | send, in_thread=True)
    assert not may_answer(send | inside, in_thread=True)


async def test_with_these_permissions_everything_works(club: Club) -> None:
    restrict(club.general)
    voice = club.guild.add_channel("voice", type=2)
    restrict(voice)

    question = await club.ada.mentions("Hello", club.general)
    reply = await club.until_answered(question, answer_to("Hello"))
    thread = club.thread(question)
    await club.ada.clicks(reply.id, thread, "Retry")
    await club.until(lambda: len([each for each in club.replies(thread) if "Retry" in each.buttons]) == 2)
    await club.ada.says("!export", thread)
    await club.until(lambda: any(each.files for each in club.replies(thread)))
    await club.ada.says("!summarize", thread)
    await club.until_said(thread, "Sum up")
    await club.ada.uses("export", thread)
    await club.until(lambda: any(each.files and each.ephemeral for each in club.replies(thread)))
    said = await club.bob.says("A cake.", club.general)
    await club.ada.uses_menu(ASK, said, club.general)
    await club.ada.submits({"Your question": "Which?"})
    await club.until_answered(said, answer_to("Which?"))
    await club.ada.mentions("In voice?", voice)
    await club.until_said(voice, answer_to("In voice?"))
    await club.ada.deletes(question, club.general)
    await club.until(lambda: not any("Hello" in each.text for each in club.replies(thread)))

    refused = [(call.route, call.path) for call in club.discord.calls if call.status == FORBIDDEN]
    assert refused == []
    assert {call.route for call in club.discord.calls} >= set(NEEDS) - ONLY_AFTER_GAPS


async def test_without_any_one_of_them_it_answers_as_far_as_it_can(club: Club) -> None:
    for name in ("ATTACH_FILES", "CREATE_PUBLIC_THREADS", "SEND_MESSAGES_IN_THREADS"):
        channel = club.guild.channel(name.lower().replace("_", "-"))
        restrict(channel)
        channel.deny(name)

        question = await club.ada.mentions("Hello", channel)

        await club.until(
            lambda channel=channel, question=question: any(  # type: ignore[misc] # bound for each
                answer_to("Hello") in each.text
                for place in (channel, channel.thread_of(question))
                for each in club.replies(place)
            )
        )
