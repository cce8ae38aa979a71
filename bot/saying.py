"""What a reply says: an answer that grows, and what is said around it, laid out as posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.posts import State
from bot.reply import Finish


@dataclass(slots=True, eq=False)
class _Piece:
    """One thing that is said."""

    text: str = ""
    private: bool = False
    document: tuple[str, str] | None = None
    """File name and content of what is handed over in place of a text."""
    ending: Finish | None = None
    """How an answer ended; None of what is no answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A post as it should stand."""

    key: str
    text: str
    private: bool = False
    document: tuple[str, str] | None = None
    state: State = "said"


@dataclass(slots=True)
class Saying:
    """Collects what is said, in its order. The status stands at the end, as long as there is one."""

    _pieces: list[_Piece] = field(default_factory=list)
    _growing: list[str] = field(default_factory=list)
    _ended: str = ""
    _status: str = ""

    @property
    def answer(self) -> str:
        """The answer as far as it came, after its end too."""
        return "".join(self._growing) or self._ended

    def show(self, status: str) -> None:
        """Say what is being done, until something is said."""
        self._status = status

    def grow(self, text: str) -> None:
        """Let the answer grow."""
        self._growing.append(text)

    def end(self, note: str, ending: Finish | None = None) -> None:
        """End the answer, with a note below it if there is one."""
        answer = "".join(self._growing)
        self._pieces.append(_Piece("\n\n".join(filter(None, (answer.rstrip(), note))), ending=ending))
        self._ended = answer or self._ended
        self._growing.clear()
        self._status = ""

    def say(self, text: str, *, private: bool) -> None:
        """Say something for itself, after the answer as far as it came."""
        self.end("")
        self._pieces.append(_Piece(text, private))

    def hand_over(self, name: str, content: str) -> None:
        """Hand over a document."""
        self.end("")
        self._pieces.append(_Piece(document=(name, content)))

    def posts(self, name: str, split: Callable[[str], list[str]]) -> list[Wanted]:
        """The posts in their order; their keys begin with the name and tell public, private and documents apart."""
        growing = _Piece("".join(self._growing).rstrip() or self._status)
        counts = {"": 0, "p": 0, "d": 0}
        wanted = []
        for piece in (*self._pieces, growing):
            kind = "d" if piece.document else "p" if piece.private else ""
            for text in [""] if piece.document else _parts(piece.text, split):
                wanted.append(Wanted(f"{name}/{kind}{counts[kind]}", text, piece.private, piece.document))
                counts[kind] += 1
            state: State | None = "growing" if piece is growing else piece.ending
            if state and piece.text.strip():
                wanted[-1] = replace(wanted[-1], state=state)
        return wanted


def _parts(text: str, split: Callable[[str], list[str]]) -> list[str]:
    """The parts of a text; one of nothing but blanks no platform would take."""
    return [part for part in split(text) if part.strip()]
