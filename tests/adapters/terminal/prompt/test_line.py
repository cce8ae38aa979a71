from __future__ import annotations

from pathlib import Path

from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory

from adapters.terminal.prompt.line import Commands, history_in


def test_the_history_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "parley" / "history"

    history_in(path).append_string("a question\nof two lines")

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [*history_in(path).load_history_strings()] == ["a question\nof two lines"]


def test_a_history_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.touch(0o644)

    history_in(path)

    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_place_for_it_the_history_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    history = history_in(tmp_path / "file" / "history")

    assert isinstance(history, InMemoryHistory)


def test_undecodable_bytes_can_be_kept(tmp_path: Path) -> None:
    history = history_in(tmp_path / "history")

    history.append_string("gr\udcfcn")

    assert [*history_in(tmp_path / "history").load_history_strings()] == ["gr\ufffdn"]


async def test_names_that_cannot_be_had_are_not_offered() -> None:
    async def away() -> tuple[str, ...]:
        raise ConnectionError

    found = Commands(away).get_completions_async(Document("/persona use "), CompleteEvent())

    assert [each async for each in found] == []
