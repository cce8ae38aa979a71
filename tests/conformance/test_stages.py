"""The stages themselves."""

from __future__ import annotations

from tests.conformance.conftest import STAGES
from tests.conformance.stage import LACKS, OTHERWISE


def test_of_every_platform_it_is_said_what_differs_there() -> None:
    assert STAGES.keys() == LACKS.keys() == OTHERWISE.keys()
