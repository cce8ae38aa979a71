"""What the crash tests share: a process that forks workers, and the count of points."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crashes.judging import Tally
from tests.crashes.lives import Forks, running_forks

_TALLIES = pytest.StashKey[dict[str, Tally]]()


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """A process that forks workers for the whole run."""
    with running_forks(tmp_path_factory.mktemp("forks")) as running:
        yield running


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Where the points are counted."""
    return _tally("crash matrix", request.config)


@pytest.fixture
def slack_tally(request: pytest.FixtureRequest) -> Tally:
    """Where the points of turns in Slack are counted."""
    return _tally("crash matrix in Slack", request.config)


@pytest.fixture
def discord_tally(request: pytest.FixtureRequest) -> Tally:
    """Where the points of turns in Discord are counted."""
    return _tally("crash matrix in Discord", request.config)


def _tally(name: str, config: pytest.Config) -> Tally:
    return config.stash.setdefault(_TALLIES, {}).setdefault(name, Tally(name))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many points there were."""
    for tally in config.stash.get(_TALLIES, {}).values():
        terminalreporter.write_line(str(tally))
