from __future__ import annotations

import pytest

from adapters.platforms import outcome_of
from bot.mailbox import Acceptance


@pytest.mark.parametrize(
    ("taken", "outcome"),
    [(Acceptance("seen"), "seen"), (Acceptance("full", "tenant", 7), "full"), (None, ""), (True, "")],
)
def test_what_became_of_a_message_is_told_in_a_word(taken: object, outcome: str) -> None:
    assert outcome_of(taken) == outcome
