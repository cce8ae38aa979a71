"""What the crash tests share: a process that forks workers, and the count of points."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crashes.judging import Tally
from tests.crashes.lives import Forks, running_forks

_TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """A process that forks workers for the whole run."""
    with running_forks(tmp_path_factory.mktemp("forks")) as running:
        yield running


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """Where the points are counted."""
    return request.config.stash.setdefault(_TALLY, Tally())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many points there were."""
    tally = config.stash.get(_TALLY, None)
    if tally is not None:
        terminalreporter.write_line(str(tally))
