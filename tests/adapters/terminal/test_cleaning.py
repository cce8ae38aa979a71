from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.terminal.cleaning import clean, whole

ANYTHING = st.text(st.characters(exclude_categories=()))


@settings(deadline=None)
@given(ANYTHING)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    cleaned = clean(text)

    controls = {character for character in cleaned if unicodedata.category(character) in {"Cc", "Cs"}}
    assert controls <= {"\n", "\t"}


@settings(deadline=None)
@given(st.lists(ANYTHING))
def test_pieces_are_cleaned_as_the_whole_is(pieces: list[str]) -> None:
    cleaned = "".join(clean(piece) for piece in pieces)

    assert cleaned == clean("".join(pieces))


def test_an_escape_sequence_becomes_visible() -> None:
    cleaned = clean("\x1b]52;c;aGk=\x07 \x9b31m a\r\nb\rc")

    assert cleaned == "␛]52;c;aGk=␇ \ufffd31m a\nbc"


def test_what_turns_the_reading_order_is_replaced_and_writing_from_right_to_left_is_not() -> None:
    cleaned = clean("if admin\u202e\u2066 שלום\u200f")

    assert cleaned == "if admin\ufffd\ufffd שלום\u200f"


def test_undecodable_bytes_can_be_encoded_afterwards() -> None:
    typed = b"gr\xfcn".decode(errors="surrogateescape")

    assert whole(typed) == "gr\ufffdn"
