"""The composition root: settings in, a running engine out, and everything closed in reverse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from adapters.embedded import client_name, embedded_valkey
from adapters.logs import DATA
from adapters.settings import DEMO, Settings
from bot.engine import Engine, Policy, build_engine
from bot.openai_api import open_client
from bot.store import PATIENCE, Store, open_store


@asynccontextmanager
async def open_memory(settings: Settings, start_within: float = PATIENCE) -> AsyncIterator[Store]:
    """The store: Redis at REDIS_URL, waited for so many seconds, or the embedded Valkey. Raises StoreError."""
    async with AsyncExitStack() as stack:
        url = settings.redis_url
        if url is None:
            url = await stack.enter_async_context(embedded_valkey(DATA))
        yield await stack.enter_async_context(open_store(url, client_name(), start_within))


@asynccontextmanager
async def open_engine(settings: Settings, store: Store) -> AsyncIterator[Engine]:
    """An engine as the settings want it."""
    async with AsyncExitStack() as stack:
        key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
        url = settings.openai_base_url
        if settings.demo:
            key, url = DEMO, await stack.enter_async_context(_demo())
        client = await stack.enter_async_context(open_client(key, url))
        yield build_engine(store, client, to_policy(settings))


@asynccontextmanager
async def _demo() -> AsyncIterator[str]:
    from simulators.openai import OpenAISimulator  # noqa: PLC0415
    from simulators.openai_api.behaviour import DEMO as HUMAN_PACE  # noqa: PLC0415 - only who has no key needs it

    async with OpenAISimulator(behaviour=HUMAN_PACE) as simulator:
        yield simulator.base_url


def to_policy(settings: Settings) -> Policy:
    """What the settings decide, in the engine's words."""
    return Policy(
        model=DEMO if settings.demo else settings.model,
        fallback_model=None if settings.demo else settings.fallback_model,
        moderation_model=settings.moderation_model if settings.moderation == "strict" else None,
        moderation_failure=settings.moderation_failure,
        keep_incident_text=settings.keep_incident_text,
        context_tokens=settings.context_tokens,
        reply_tokens=settings.reply_tokens,
        retention_days=settings.retention_days,
        personas_choose=not settings.demo,
    )
