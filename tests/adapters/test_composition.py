"""The composition root: what the settings mean to the engine."""

from __future__ import annotations

from adapters.composition import to_policy
from adapters.settings import Settings
from bot.engine import Policy


def test_the_defaults_of_the_settings_are_those_of_the_engine() -> None:
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    settings = Settings.model_construct(None, **defaults | {"openai_base_url": "http://localhost:1"})

    assert to_policy(settings) == Policy()
