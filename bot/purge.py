"""Purges: of a tenant that has gone nothing stays but the marks of its messages, which hold ids alone."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

import structlog

from bot.allowance import Allowance
from bot.errors import PlatformError, StoreError, StoreUnavailable
from bot.keys import PARTITIONS, PURGES, allowance_key, attended_key, escaped, owner_of, parked_key, ready_key
from bot.store import Store

log = structlog.get_logger()

SWEEPS = (0.0, 10.0, 900.0)
"""Seconds before each sweep. What ran during the first one may leave something behind; nothing runs for so long as to
do so after the last one."""
LONGEST_WAIT = 300.0
"""Seconds before a platform that does not say whether a tenant has gone is asked again."""
LOOK = 1.0
"""Seconds between looks for what is due."""
HELD = 30.0
"""Seconds for which a tenant is held, unless its holder says again that it lives."""
BATCH = 500
"""Keys that are deleted at once."""
_PURGE = "purge"
_NOT_SWEPT = frozenset({"mark", "inbox", "urgent", "journal", "backlog"})
"""Marks stay. The others are one with what stands in line, and were taken out together with it."""
Gone = Callable[[str], Awaitable[bool]]
"""Whether a tenant has gone, as its platform knows. Raises PlatformError if it does not say."""
Holding = Callable[[], Awaitable[None]]
"""Says that the holder of a tenant lives. Raises StoreUnavailable if it was held for too long."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """When the next sweep of a purge is due, in seconds since 1970, and how far it has come."""

    due: float
    done: int = 0
    """How many sweeps are done."""
    vain: int = 0
    """How often the platform did not say whether the tenant has gone."""

    @property
    def is_due(self) -> bool:
        return self.due <= time.time()

    def later(self) -> _Progress:
        """The same, after a while."""
        return replace(
            self, due=time.time() + min(2.0 ** min(self.vain, 9), LONGEST_WAIT), vain=self.vain + 1
        )

    def pack(self) -> str:
        return f"{self.due} {self.done} {self.vain}"


def _unpack(packed: bytes) -> _Progress:
    due, done, vain = packed.split()
    return _Progress(float(due), int(done), int(vain))


@dataclass(frozen=True, slots=True)
class Purges:
    """Forgets tenants. A wish is kept in Redis until it is carried out, by whichever process comes first."""

    store: Store
    sweeps: tuple[float, ...] = SWEEPS
    look: float = LOOK

    async def want(self, tenant: str) -> None:
        """Wish for a tenant to be forgotten. Raises StoreError, and then it may not be."""
        await self.store.do("HSET", PURGES, tenant, _Progress(time.time() + self.sweeps[0]).pack())
        log.info("purge_wanted", tenant=tenant)

    async def keep(self, platform: str, gone: Gone) -> None:
        """Carry out what is due for the tenants of a platform, for ever."""
        while True:
            try:
                await self.carry_out(platform, gone)
            except StoreError as error:
                log.warning("purges_wait", error=type(error).__name__)
            await asyncio.sleep(self.look)

    async def carry_out(self, platform: str, gone: Gone) -> None:
        """Carry out what is due now. Raises StoreError."""
        for name, packed in (await self.store.do("HGETALL", PURGES)).items():
            tenant = name.decode()
            if tenant.partition(":")[0] == platform and _unpack(packed).is_due:
                async with self.holding(tenant) as hold:
                    await self._carry_out(tenant, gone, hold)

    @asynccontextmanager
    async def holding(self, tenant: str) -> AsyncIterator[Holding]:
        """A block during which nobody else forgets the tenant, or lets it begin anew. Raises StoreError."""
        holder = secrets.token_hex(8)
        take = partial(Allowance(self.store, tenant).hold, _PURGE, holder, HELD, 1)

        async def hold() -> None:
            if not await take():
                raise StoreUnavailable("This took too long, and somebody else has begun it.")

        while True:
            if await take():
                break
            await asyncio.sleep(self.look / 10)
        try:
            yield hold
        finally:
            if await take():
                await self.store.do("DEL", allowance_key(tenant, _PURGE))

    async def settle(self, tenant: str, gone: Gone, hold: Holding) -> None:
        """Bring to its end at once what is wished for a tenant that is held, before it begins anew."""
        if await self._progress(tenant):
            if await gone(tenant):
                await self._sweep(tenant, hold)
            await self.store.do("HDEL", PURGES, tenant)

    async def _progress(self, tenant: str) -> _Progress | None:
        packed = await self.store.do("HGET", PURGES, tenant)
        return _unpack(packed) if packed else None

    async def _carry_out(self, tenant: str, gone: Gone, hold: Holding) -> None:
        progress = await self._progress(tenant)
        if progress is None or not progress.is_due:
            return  # somebody has been faster
        try:
            has_gone = await gone(tenant)
        except PlatformError as error:
            log.warning("purge_waits", tenant=tenant, reason=str(error))
            await self.store.do("HSET", PURGES, tenant, progress.later().pack())
            return
        if has_gone:
            await self._sweep(tenant, hold)
        following = progress.done + 1
        if has_gone and following < len(self.sweeps):
            due = time.time() + self.sweeps[following]
            await self.store.do("HSET", PURGES, tenant, _Progress(due, following).pack())
        else:
            log.info("purge_ends", tenant=tenant, has_gone=has_gone)
            await self.store.do("HDEL", PURGES, tenant)

    async def _sweep(self, tenant: str, hold: Holding) -> None:
        messages = 0
        for number in range(PARTITIONS):
            keys = [ready_key(number), parked_key(number)]
            messages += int(await self.store.run("purge", keys, [escaped(tenant)]))
        deleted = 0
        batch: list[str] = []
        # An escaped name has no letter that means something in a pattern. Names that only hold this one are found too.
        async for key in self.store.keys(f"parley:*{escaped(tenant)}*"):
            if _is_swept(key, tenant):
                batch.append(key)
            if len(batch) == BATCH:
                deleted += await self._delete(batch, hold)
                batch = []
        deleted += await self._delete(batch, hold)
        await self._unknown(tenant)
        log.info("purged", tenant=tenant, messages=messages, keys=deleted)

    async def _unknown(self, tenant: str) -> None:
        """Let nobody look there any more, whichever part of its platform a process listens to."""
        async for key in self.store.keys(attended_key(f"{tenant.partition(':')[0]}*")):
            await self.store.do("ZREM", key, tenant)

    async def _delete(self, keys: Sequence[str], hold: Holding) -> int:
        await hold()
        # One by one: on Redis Cluster they are in different places.
        return sum(await self.store.do_all(*(("UNLINK", key) for key in keys)))


def _is_swept(key: str, tenant: str) -> bool:
    owner, kind = owner_of(key)
    return owner == escaped(tenant) and kind not in _NOT_SWEPT and key != allowance_key(tenant, _PURGE)
