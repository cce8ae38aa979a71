"""The parts list: everything put together into one handler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from openai import AsyncOpenAI

from bot.changes import Undoing, undone_first
from bot.commands.dispatch import commands_or
from bot.commands.parts import Parts
from bot.completions import Completions
from bot.conclusion import AtOnce, Concluding
from bot.gates import concluded_once, errors_told, made_readable, only_if_addressed
from bot.history import History
from bot.incidents import Incidents
from bot.judge import Judge
from bot.ledger import Ledger
from bot.model import Model
from bot.moderation import Moderation
from bot.persona_store import Personas
from bot.prompt import PromptBuilder
from bot.receipts import Receipts
from bot.reply import Handler
from bot.retry import FallingBack, Retries, Retrying
from bot.running import Running
from bot.store import Store
from bot.tokens import Tokens
from bot.turn import Turn
from bot.unanswered import Unanswered


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
    """The parts, put together, and what an adapter or a command line needs beside the handler."""

    parts: Parts
    history: History
    personas: Personas
    incidents: Incidents
    running: Running
    tokens: Tokens

    @property
    def handler(self) -> Handler:
        """What answers a message at once, in the process that took it in."""
        return self.answering(self.parts.turn.concluding)

    def answering(self, concluding: Concluding) -> Handler:
        """What answers a message whose end is written down there, such as under a worker's claim."""
        turn = replace(self.parts.turn, concluding=concluding)
        handler = commands_or(turn, replace(self.parts, turn=turn))
        undo = Undoing(self.history, turn.unanswered, concluding)
        gated = only_if_addressed(errors_told(made_readable(undone_first(handler, undo))))
        return concluded_once(gated, concluding.conclusion)


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
        unanswered=Unanswered(store, policy.retention_days),
        concluding=AtOnce(history),
        personas_choose=policy.personas_choose,
    )
    parts = Parts(turn, history, personas, Ledger(store), Receipts(store), judge, policy.fallback_model)
    return Engine(parts, history, personas, incidents, turn.running, turn.tokens)


def _model(client: AsyncOpenAI, policy: Policy, retries: Retries) -> Model:
    model: Model = Retrying(Completions(client), retries)
    return FallingBack(model, policy.fallback_model) if policy.fallback_model else model
