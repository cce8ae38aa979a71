"""What the crash tests share: a process that forks workers, and the count of points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pytest

from tests.crashes.lives import Forks, running_forks
from tests.crashes.tally import PROPERTY, Tally


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """A process that forks workers for the whole run."""
    with running_forks(tmp_path_factory.mktemp("forks")) as running:
        yield running


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Where the points are counted."""
    yield from _counted("crash matrix", request)


@pytest.fixture
def slack_tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Where the points of turns in Slack are counted."""
    yield from _counted("crash matrix in Slack", request)


@pytest.fixture
def discord_tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Where the points of turns in Discord are counted."""
    yield from _counted("crash matrix in Discord", request)


def _counted(name: str, request: pytest.FixtureRequest) -> Iterator[Tally]:
    tally = Tally(name)
    yield tally
    request.node.user_properties.append((PROPERTY, asdict(tally)))
