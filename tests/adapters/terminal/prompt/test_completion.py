from __future__ import annotations

import pytest

from adapters.terminal.prompt.completion import suggestions


async def personas() -> tuple[str, ...]:
    return ("assistant", "tutor")


async def words(line: str) -> list[str]:
    return [each.word for each in await suggestions(line, personas)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/pers", ["/persona"]),
        ("!PERS", ["!persona"]),
        ("/q", ["/quit"]),
        ("/persona ", ["use", "list", "show", "create", "edit", "delete"]),
        ("/persona e", ["edit"]),
        ("/persona use ", ["assistant", "tutor"]),
        ("/persona delete t", ["tutor"]),
        ("/persona create ", []),
        ("/persona use tutor ", []),
        ("/persona list ", []),
        ("/export j", ["json"]),
        ("/help us", ["usage"]),
        ("/nothing ", []),
        ("/reset ", []),
        ("pers", []),
        ("", []),
        ("/persona create x\n/pers", []),
    ],
)
async def test_the_last_word_is_completed(line: str, expected: list[str]) -> None:
    assert await words(line) == expected


async def test_a_slash_alone_offers_every_command_with_its_help() -> None:
    found = await suggestions("/", personas)

    assert {"/help", "/reset", "/persona", "/quit"} <= {each.word for each in found}
    assert all(each.help for each in found)
