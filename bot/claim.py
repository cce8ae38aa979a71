"""A claim: a worker's hold on one message, under which everything that a turn writes is fenced."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.conclusion import Conclusion, unpack
from bot.errors import ClaimLost
from bot.history import History, Turned, Writing
from bot.keys import ConversationKeys, parked_key, ready_key
from bot.lanes import Claimed
from bot.mailbox import Mailbox
from bot.messages import IncomingMessage
from bot.pipelines import Word
from bot.store import ScriptName

_POST = b"post:"


class ClaimGone(ClaimLost):
    """Redis was emptied: nobody else answers the message either."""


@dataclass(slots=True, eq=False)
class Claim:
    """Writes the journal and the end of a turn, if the turn is still this worker's. Raises ClaimLost if it is not.

    A turn that has begun waits up to `patience` seconds for a Redis that is away.
    """

    claimed: Claimed
    worker: str
    mailbox: Mailbox
    history: History
    stop: Callable[[], object]
    """Called whenever the journal says that a person wants the turn stopped, or nobody can read more of it."""
    patience: float = 600.0
    stopping: bool = False
    """Whether a person wanted that."""
    ended: bool = False
    _writing: Writing | None = None
    _posts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        held = self.claimed.journal
        self._posts = {
            name.removeprefix(_POST).decode(): post.decode()
            for name, post in held.items()
            if name.startswith(_POST)
        }
        self.stopping = b"stop" in held

    @property
    def message(self) -> IncomingMessage:
        """What is to be answered."""
        return self.claimed.message

    @property
    def name(self) -> str:
        """What the keys of the reply's posts begin with: what answers a change stands where the answer stood."""
        return self.message.origin

    @property
    def tries(self) -> int:
        """The number of this attempt, from 1."""
        return int(self.claimed.journal.get(b"tries", 1))

    @property
    def deaths(self) -> int:
        """How many workers died while they held the turn."""
        return int(self.claimed.journal.get(b"deaths", 0))

    @property
    def resumed(self) -> bool:
        """Whether the reply may have been begun before."""
        return self.tries > 1 or bool(self.claimed.journal.get(b"again"))

    @property
    def conclusion(self) -> Conclusion | None:
        """The complete answer, if an earlier attempt came as far as that."""
        packed = self.claimed.journal.get(b"conclusion")
        return unpack(packed) if packed else None

    @property
    def earlier(self) -> str:
        """The answer as an earlier attempt noted it."""
        return self.claimed.journal.get(b"text", b"").decode()

    @property
    def not_before(self) -> float:
        """When the platform wants to hear from the reply again."""
        return float(self.claimed.journal.get(b"not_before", 0))

    async def told_to_wait(self, until: float) -> None:
        """Note that the platform wants to hear nothing before that."""
        await self._note("not_before", until)

    def known(self) -> dict[str, str]:
        """The posts as they were noted."""
        return dict(self._posts)

    async def about_to_write(self, text: str, key: str = "") -> None:
        """Note the answer so far, and the key of a post that does not stand yet."""
        if key:
            self._posts[key] = ""
        await self._note("text", text, *((f"post:{key}", "") if key else ()))

    async def written(self, key: str, post: str) -> None:
        """Note the id of a post that stands now."""
        self._posts[key] = post
        await self._note(f"post:{key}", post)

    async def hold(self) -> None:
        """Return if the turn is still this worker's."""
        await self._note()

    async def conclude(self, conclusion: Conclusion) -> None:
        """Keep a complete answer: from here on it is delivered without asking the model again."""
        await self._note("conclusion", conclusion.pack())
        self._writing = conclusion.writing

    async def owe(self, turned: Turned) -> None:
        """Keep what an answer cost that came to nothing, until the turn ends."""
        self._writing = self.history.writing(turned)

    async def end(self) -> None:
        """End the turn, and remember what was concluded, in one write."""
        writing = self._writing or (self.conclusion.writing if self.conclusion else None)
        keys, arguments = writing or ([], [])
        self._check(await self._run("end", arguments, keys))
        self.ended = True

    async def park(self, why: str) -> None:
        """Put the message aside."""
        partition = self.claimed.partition
        self._check(await self._run("park", [why, self.mailbox.parked_life], [parked_key(partition)]))
        self.ended = True

    async def release(self, *, counted: bool) -> None:
        """Let any worker go on with the turn; an attempt that does not count is not one of the three."""
        await self.mailbox.store.run(
            "release",
            [ready_key(self.claimed.partition)],
            [*self._fence, 0 if counted else -1],
        )
        self.ended = True

    async def count_as(self, tries: int) -> None:
        """Let this be the attempt of that number."""
        self._check(await self._run("journal", ("tries", tries)))
        self.claimed.journal[b"tries"] = str(tries).encode()

    @property
    def _fence(self) -> tuple[Word, ...]:
        return self.claimed.entry, self.worker, self.claimed.lane, self.tries

    async def _note(self, *pairs: Word) -> None:
        """Write into the journal: this is the fence in front of everything that is written anywhere else."""
        loop = asyncio.get_running_loop()
        while True:
            asked = loop.time()
            self._check(await self._run("journal", pairs))
            # A process that slept over the answer cannot know what has happened since it was given.
            if loop.time() - asked < self.mailbox.lease:
                return

    async def _run(self, script: ScriptName, arguments: Sequence[Word], keys: Sequence[str] = ()) -> bytes:
        names = ConversationKeys(self.message.conversation)
        answer: bytes = await self.mailbox.store.patient(self.patience).run(
            script,
            [ready_key(names.partition), names.mark(self.message.id), *keys],
            [*self._fence, *arguments],
        )
        return answer

    def _check(self, answer: bytes) -> None:
        if answer == b"gone":
            raise ClaimGone
        if answer == b"lost":
            raise ClaimLost
        if answer == b"stop":
            self.stopping = True
            self.stop()
