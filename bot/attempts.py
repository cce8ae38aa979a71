"""Attempts: how a claimed message is answered, tried again, and put aside when nothing helps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

import structlog

from bot.claim import Claim, ClaimGone
from bot.errors import ClaimLost, PlatformGone, PlatformRefused, PlatformUnknown, StoreError
from bot.journal import Replying
from bot.mailbox import Mailbox
from bot.messages import IncomingMessage
from bot.reply import Handler

log = structlog.get_logger()

TRIES = 3
ALONE = 2.0
"""Seconds for which a last attempt runs before the next one begins."""
FAILED = f"{TRIES} attempts failed"
PAUSE = 2.0
"""Seconds before a message that is not for this process is given back: during a deploy another one may be."""
APOLOGY = (
    "I am sorry: I tried three times to answer this and could not. I have put it aside for whoever runs me; you can "
    "also ask again."
)
REFUSED = "I am sorry: I may not bring my answer here. I have put it aside for whoever runs me; you can also ask again."


async def as_it_is(message: IncomingMessage) -> IncomingMessage:
    """A message of a platform that has nothing to add."""
    return message


@dataclass(frozen=True, slots=True)
class Attempts:
    """Answers claimed messages, with whatever must happen when that fails."""

    mailbox: Mailbox
    answering: Callable[[Claim], Handler]
    replying: Replying
    reading: Callable[[IncomingMessage], Awaitable[IncomingMessage]] = as_it_is
    """Asks the platform for what was not asked for when the message was taken in."""
    pause: float = PAUSE
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, claim: Claim) -> None:
        """Answer a message, or see to it that somebody will. Raises nothing."""
        with structlog.contextvars.bound_contextvars(
            lane=claim.claimed.lane, turn=claim.message.id, attempt=claim.tries
        ):
            try:
                await self._attempt(claim)
            except ClaimGone:
                log.warning("claim_gone")
                await self._bring_back(claim)
            except ClaimLost:
                log.warning("claim_lost")
            except PlatformUnknown as error:
                log.warning("not_for_this_process", reason=str(error))
                await self._leave_to_others(claim)
            except PlatformGone as error:
                log.info("place_gone", reason=str(error))
                with _left_if_lost():
                    await claim.end()
            except PlatformRefused as error:
                log.error("attempt_refused", reason=str(error))  # noqa: TRY400 - the platform says why
                await self._no_more(claim, REFUSED, "the platform refuses the answer")
            except Exception:
                log.exception("attempt_failed")
                await self._again(claim)

    async def _attempt(self, claim: Claim) -> None:
        if not claim.claimed.readable:
            await claim.park("cannot be read")
        elif claim.tries > TRIES:
            await self._give_up(claim, APOLOGY if claim.tries == TRIES + 1 else "", FAILED)
        elif claim.deaths < TRIES - 1:
            await self._try(claim)
        else:
            await self._try_alone(claim)

    async def _try(self, claim: Claim) -> None:
        async with self.replying(claim.message, claim) as reply:
            await self.answering(claim)(await self.reading(claim.message), reply)
        await claim.end()

    async def _try_alone(self, claim: Claim) -> None:
        """The last attempt at a message whose workers died, perhaps of another one.

        Those that were there each time begin one after the other, and waiting is no attempt: so what kills its
        workers is put aside without the others.
        """
        tries = claim.tries
        await claim.count_as(tries - 1)
        async with self._a_moment_alone():
            await claim.count_as(tries)
            await self._try(claim)

    @asynccontextmanager
    async def _a_moment_alone(self) -> AsyncIterator[None]:
        await self._alone.acquire()
        ours = True

        def over() -> None:
            nonlocal ours
            if ours:
                ours = False
                self._alone.release()

        # What was poison to its worker was so early on; a whole answer may take minutes.
        asyncio.get_running_loop().call_later(ALONE, over)
        try:
            yield
        finally:
            over()

    async def _leave_to_others(self, claim: Claim) -> None:
        await asyncio.sleep(self.pause)
        with suppress(StoreError):
            await claim.release(counted=False)

    async def _again(self, claim: Claim) -> None:
        """After an attempt that failed: let another be made, or give up."""
        if claim.tries >= TRIES:
            await self._no_more(claim, APOLOGY, FAILED)
            return
        await asyncio.sleep(claim.tries)  # what failed a moment ago may be over
        with _left_if_lost():
            await claim.release(counted=True)

    async def _no_more(self, claim: Claim, apology: str, why: str) -> None:
        with _left_if_lost():
            await self._give_up(claim, apology, why)

    async def _give_up(self, claim: Claim, apology: str, why: str) -> None:
        if apology:
            try:
                async with self.replying(claim.message, claim) as reply:
                    await reply.fail(apology)
            except ClaimLost:
                raise
            except Exception as error:  # noqa: BLE001 - the message is put aside all the same
                log.warning("no_apology", error=type(error).__name__)
        await claim.park(why)
        log.error("parked")

    async def _bring_back(self, claim: Claim) -> None:
        """Redis was emptied, but the message is still known here."""
        try:
            await self.mailbox.accept(claim.message, again=True)
        except StoreError as error:
            log.warning("message_lost", error=type(error).__name__)


@contextmanager
def _left_if_lost() -> Iterator[None]:
    """A block that lets go of a claim. If Redis is away, or the claim is another's, it is left as it is."""
    try:
        yield
    except (StoreError, ClaimLost) as error:
        log.warning("claim_left", error=type(error).__name__)
