"""The parts list: everything put together into one handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from openai import AsyncOpenAI

from bot.commands.dispatch import commands_or
from bot.commands.parts import Parts
from bot.completions import Completions
from bot.gates import errors_told, made_readable, only_if_addressed
from bot.history import History
from bot.incidents import Incidents
from bot.judge import Judge
from bot.ledger import Ledger
from bot.model import Model
from bot.moderation import Moderation
from bot.persona_store import Personas
from bot.prompt import PromptBuilder
from bot.reply import Handler
from bot.retry import FallingBack, Retries, Retrying
from bot.running import Running
from bot.store import Store
from bot.tokens import Tokens
from bot.turn import Turn


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided."""

    model: str = "gpt-5.4-mini"
    fallback_model: str | None = None
    moderation_model: str | None = "omni-moderation-latest"
    """None switches moderation off."""
    moderation_failure: Literal["closed", "open"] = "closed"
    keep_incident_text: bool = False
    context_tokens: int = 8_000
    reply_tokens: int = 1_024
    retention_days: int = 30
    personas_choose: bool = True
    """A persona may name the model that answers."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The handler, and what an adapter or a command line needs beside it."""

    handler: Handler
    history: History
    personas: Personas
    incidents: Incidents
    running: Running
    tokens: Tokens


def build_engine(
    store: Store,
    client: AsyncOpenAI,
    policy: Policy,
    *,
    retries: Retries = Retries(),  # noqa: B008 - frozen
    around_model: Callable[[Model], Model] = lambda model: model,
) -> Engine:
    """The engine on one Redis and one OpenAI-compatible server. `around_model` is for those who watch it."""
    history = History(store, policy.retention_days)
    personas = Personas(store)
    incidents = Incidents(store, policy.retention_days, policy.keep_incident_text)
    moderation = Moderation(client, policy.moderation_model, retries) if policy.moderation_model else None
    judge = Judge(moderation, incidents, policy.moderation_failure)
    tokens = Tokens()
    turn = Turn(
        judge=judge,
        history=history,
        personas=personas,
        prompts=PromptBuilder(policy.context_tokens, policy.reply_tokens),
        model=around_model(_model(client, policy, retries)),
        model_name=policy.model,
        tokens=tokens,
        running=Running(),
        personas_choose=policy.personas_choose,
    )
    parts = Parts(turn, history, personas, Ledger(store), judge, policy.fallback_model)
    handler = only_if_addressed(errors_told(made_readable(commands_or(turn, parts))))
    return Engine(handler, history, personas, incidents, turn.running, turn.tokens)


def _model(client: AsyncOpenAI, policy: Policy, retries: Retries) -> Model:
    model: Model = Retrying(Completions(client), retries)
    return FallingBack(model, policy.fallback_model) if policy.fallback_model else model
