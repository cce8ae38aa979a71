"""Histories in Redis: what is kept of every conversation, and the window read back from it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import unquote

from bot.exchanges import Exchange, unpack
from bot.keys import DAY, YEAR, ConversationKeys, escaped
from bot.messages import Conversation
from bot.pipelines import Word
from bot.receipts import Receipt
from bot.store import Store
from bot.usage import Sums

Writing = tuple[list[str], list[Word]]
"""Keys and arguments of the script `remember`."""
PAGE = 200
"""Exchanges that are looked through at a time."""
EARLY = 60.0
"""Seconds by which the platform's clock may go before that of Redis."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What a turn needs to know of a conversation: the newest exchanges, oldest first, and the persona's name."""

    exchanges: tuple[Exchange, ...] = ()
    persona: str | None = None
    resets: int = 0
    """How often the conversation had been reset."""
    kept: int = 0
    """How many exchanges the conversation has in all."""


@dataclass(frozen=True, slots=True)
class Turned:
    """What the end of a turn leaves behind. Without an exchange only the usage is kept."""

    turn: str
    conversation: Conversation
    sums: Sums
    exchange: Exchange | None = None
    reply: str = ""
    """The name of the reply, under which its receipt is found."""
    receipt: Receipt | None = None
    opens: Conversation | None = None
    """The thread that the reply opened: it keeps the exchange too, after a copy of the window."""
    window: tuple[Exchange, ...] = ()
    """The exchanges that the model saw; older ones are not looked at again."""
    replaces: str = ""
    """The id of the exchange that this one stands in for."""
    resets: int = 0
    """How often the conversation had been reset when the turn began; if it was again, it does not keep the exchange."""


def _to_exchange(entry: Sequence[bytes], answers: bytes = b"") -> Exchange:
    position, tokens, packed = entry
    ids = tuple(map(unquote, answers.decode().split()))
    return unpack(packed, int(tokens), position.decode(), ids)


def _pairs(sums: Sums) -> list[Word]:
    return [item for pair in asdict(sums).items() for item in pair]


@dataclass(frozen=True, slots=True)
class History:
    """The exchanges of all conversations; each keeps the newest `most`, none older than `retention_days`."""

    store: Store
    retention_days: int = 30
    most: int = 10_000

    @property
    def _life(self) -> int:
        return self.retention_days * DAY

    async def recall(self, conversation: Conversation, tokens: int) -> Recall:
        """The newest exchanges that take at most `tokens`, in one round trip that costs O(window)."""
        keys = ConversationKeys(conversation)
        names = [keys.history, keys.state]
        if conversation.parent:
            channel = ConversationKeys(conversation.parent)
            names += [channel.history, channel.state]
        persona, resets, kept, *entries = await self.store.run("recall", names, [tokens])
        exchanges = tuple(_to_exchange(entry) for entry in reversed(entries))
        return Recall(exchanges, persona.decode() if persona else None, int(resets), kept)

    async def remember(self, turned: Turned) -> bool:
        """Keep exchange, usage and window in one atomic write; False if this turn was kept before."""
        return await self.write(self.writing(turned))

    async def write(self, writing: Writing) -> bool:
        """Do what `writing` gave; False if it was done before."""
        return bool(await self.store.run("remember", *writing))

    def writing(self, turned: Turned) -> Writing:
        """The write that keeps a turn, for who does more in the same one, or later."""
        keepers = [turned.conversation]
        if turned.opens and turned.exchange:
            keepers.append(turned.opens)
        trunk = turned.conversation if turned.opens else turned.conversation.parent
        names: list[str] = []
        for keeper in map(ConversationKeys, keepers):
            names += [keeper.history, keeper.state, keeper.usage, keeper.unanswered, keeper.receipts]
        names.append(ConversationKeys(turned.conversation).month(time.strftime("%Y-%m", time.gmtime())))
        if trunk:
            channel = ConversationKeys(trunk)
            names += [channel.history, channel.state, channel.branches]
        return names, [len(keepers), *self._arguments(turned)]

    def _arguments(self, turned: Turned) -> list[Word]:
        oldest = int((time.time() - self._life) * 1000)
        window = turned.window
        return [
            turned.turn,
            turned.exchange.tokens if turned.exchange else 0,
            turned.exchange.pack() if turned.exchange else b"",
            " ".join(map(escaped, turned.exchange.answers)) if turned.exchange else "",
            escaped(turned.reply),
            turned.receipt.pack() if turned.receipt else b"",
            turned.replaces,
            window[0].id if window else "",
            window[-1].id if window else "",
            self.most,
            f"{max(oldest, 0)}-0",
            self._life,
            YEAR,
            turned.resets,
            *_pairs(turned.sums),
        ]

    async def everything(self, conversation: Conversation) -> tuple[Exchange, ...]:
        """All exchanges that are kept, oldest first."""
        entries = await self.store.do("XRANGE", ConversationKeys(conversation).history, "-", "+")
        return tuple(map(_of_stream, entries))

    async def newest(self, conversation: Conversation) -> Exchange | None:
        """The last exchange, if there is one."""
        entries = await self.store.do(
            "XREVRANGE", ConversationKeys(conversation).history, "+", "-", "COUNT", 1
        )
        return next(map(_of_stream, entries), None)

    async def answering(self, conversation: Conversation, message: str, since: float) -> Exchange | None:
        """The exchange whose question a message asked, in seconds since 1970 at the earliest; None if there is none."""
        return await self._asked_by(ConversationKeys(conversation).history, message, since)

    async def unlearn(self, conversations: Iterable[Conversation], message: str, since: float) -> None:
        """Delete the exchange whose question a message asked, wherever it was copied to. Doing it again is no error."""
        for keys in map(ConversationKeys, conversations):
            # Here first: what is gone here can be copied no more, and whoever copied it before is known by then.
            await self._unlearn(keys.history, message, since)
            for copy in await self.store.do("SMEMBERS", keys.branches):
                await self._unlearn(copy.decode(), message, since)

    async def _unlearn(self, history: str, message: str, since: float) -> None:
        while exchange := await self._asked_by(history, message, since):
            await self.store.do("XDEL", history, exchange.id)

    async def _asked_by(self, history: str, message: str, since: float) -> Exchange | None:
        start = f"{max(0, int((since - EARLY) * 1000))}-0"
        while True:
            entries = await self.store.do("XRANGE", history, start, "+", "COUNT", PAGE)
            for exchange in map(_of_stream, entries):
                if exchange.answers[:1] == (message,):
                    return exchange
            if len(entries) < PAGE:
                return None
            start = f"({entries[-1][0].decode()}"

    async def reset(self, conversation: Conversation, by: str) -> int:
        """Delete the conversation's exchanges; the number of them. Its persona and its sums stay.

        The same message does so once, however often it is tried.

        A thread that was reset does not branch from its channel again. Works when Redis is full, too.
        """
        keys = ConversationKeys(conversation)
        names = [keys.history, keys.state, keys.unanswered]
        if conversation.parent:
            names.append(ConversationKeys(conversation.parent).state)
        return int(await self.store.run("reset", names, [self._life, by]))

    async def forget(self, conversation: Conversation) -> bool:
        """Delete all that is kept of the conversation; False if nothing was.

        What stays for a day is that it was forgotten, so that no answer that is being written brings it back.
        """
        keys = ConversationKeys(conversation)
        deleted, fields, *_ = await self.store.do_all(
            ("DEL", keys.history, keys.usage, keys.unanswered, keys.receipts),
            ("HDEL", keys.state, "persona", "start", "own", "reset_by", "forgotten"),
            ("HINCRBY", keys.state, "resets", 1),
            ("EXPIRE", keys.state, DAY),
            atomic=True,
        )
        return bool(deleted or fields)

    async def choose_persona(self, conversation: Conversation, name: str) -> None:
        """Let this persona answer in the conversation from now on."""
        state = ConversationKeys(conversation).state
        await self.store.do_all(("HSET", state, "persona", name), ("EXPIRE", state, self._life), atomic=True)

    async def load(self, conversation: Conversation, exchanges: Sequence[Exchange]) -> None:
        """Put exchanges with ascending ids into an empty conversation, all or none."""
        keys = ConversationKeys(conversation)
        await self.store.do_all(
            *(("XADD", keys.history, each.id, "t", each.tokens, "x", each.pack()) for each in exchanges),
            ("EXPIRE", keys.history, self._life),
            ("HDEL", keys.state, "start"),
            ("HSET", keys.state, "own", 1),
            ("EXPIRE", keys.state, self._life),
            atomic=True,
        )


def _of_stream(entry: tuple[bytes, dict[bytes, bytes]]) -> Exchange:
    position, held = entry
    return _to_exchange((position, held[b"t"], held[b"x"]), held.get(b"m", b""))
