from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadRequest, QuestionTooLong
from bot.exchanges import Exchange
from bot.messages import Image
from bot.model import ChatMessage
from bot.persona import Persona
from bot.prompt import CONTINUE, SHARED, Draft, PromptBuilder, Question, tokens_of, weighed
from bot.tokens import TOKENS_PER_IMAGE, TOKENS_PER_MESSAGE, TOKENS_PER_REPLY, Count

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
DATE = "[Saturday, 21 November 2026, 10:30 UTC]"
PERSONA = Persona("assistant", "Be helpful.")
BUILDER = PromptBuilder(context_tokens=1_000, reply_tokens=100)
PICTURE = Image("https://pictures.test/cat.png")


def remembered(
    question: str,
    answer: str,
    *,
    author: str = "Ada",
    images: int = 0,
    id: str = "",  # noqa: A002 - the word of the exchange itself
    shared: bool = False,
) -> Exchange:
    exchange = Exchange(question, answer, 0, author, "U1", images, id=id)
    return weighed(exchange, len, shared=shared)


def drafted(
    question: Question,
    exchanges: Sequence[Exchange] = (),
    *,
    persona: Persona = PERSONA,
    builder: PromptBuilder = BUILDER,
    now: datetime = NOW,
    count: Count = len,
) -> Draft:
    return builder.draft(persona, tuple(exchanges), question, now, count)


def common_prefix(one: str, other: str) -> str:
    length = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    return one[:length]


def sent(messages: Sequence[ChatMessage]) -> str:
    return json.dumps(messages)


def test_a_prompt_is_persona_then_window_then_question_with_the_date_at_its_very_end() -> None:
    exchanges = [remembered("Who?", "Me.", id="1-0"), remembered("Why?", "Because.", id="2-0")]

    draft = drafted(Question("When?"), exchanges)

    assert draft.messages == (
        {"role": "system", "content": "Be helpful."},
        {"role": "user", "content": "Who?"},
        {"role": "assistant", "content": "Me."},
        {"role": "user", "content": "Why?"},
        {"role": "assistant", "content": "Because."},
        {"role": "user", "content": f"When?\n\n{DATE}"},
    )
    assert draft.window == tuple(exchanges)


def test_in_a_shared_conversation_every_message_begins_with_its_author() -> None:
    exchanges = [remembered("Who?", "Me.", author="Ada", shared=True)]

    draft = drafted(Question("And me?", author="Grace", shared=True), exchanges)

    assert [message["content"] for message in draft.messages] == [
        f"Be helpful.\n\n{SHARED}",
        "Ada: Who?",
        "Me.",
        f"Grace: And me?\n\n{DATE}",
    ]


def test_where_nobody_else_reads_no_author_is_named() -> None:
    draft = drafted(Question("And me?", author="Grace"), [remembered("Who?", "Me.", author="Ada")])

    assert "Ada" not in sent(draft.messages)
    assert "Grace" not in sent(draft.messages)


def test_an_author_without_a_name_leaves_no_colon_behind() -> None:
    draft = drafted(Question("Who?", shared=True))

    assert draft.messages[-1]["content"] == f"Who?\n\n{DATE}"


def test_images_follow_the_text_as_parts_of_the_last_message() -> None:
    images = (PICTURE, Image("data:image/png;base64,AAAA"))

    draft = drafted(Question("What is it?", images=images), builder=PromptBuilder(8_000, 100))

    assert draft.messages[-1] == {
        "role": "user",
        "content": [
            {"type": "text", "text": f"What is it?\n\n{DATE}"},
            {"type": "image_url", "image_url": {"url": "https://pictures.test/cat.png"}},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        ],
    }
    assert draft.tokens >= 2 * TOKENS_PER_IMAGE


def test_images_of_earlier_questions_are_mentioned_but_not_sent_again() -> None:
    draft = drafted(Question("And now?"), [remembered("What is it?", "A cat.", images=2)])

    assert draft.messages[1]["content"] == "What is it?\n[2 image(s), not shown again]"
    assert "image_url" not in sent(draft.messages)


def test_to_go_on_the_model_sees_its_cut_answer_last_and_is_asked_to_continue_it() -> None:
    cut = remembered("Tell a story.", "Once upon a", id="2-0")
    earlier = remembered("Hi", "Hello", id="1-0")

    draft = drafted(Question("Tell a story.", instead_of=cut, onward=True), [earlier, cut])

    assert [message["content"] for message in draft.messages] == [
        "Be helpful.",
        "Hi",
        "Hello",
        "Tell a story.",
        "Once upon a",
        CONTINUE,
    ]
    assert draft.window == (earlier,)


def test_an_exchange_that_is_replaced_is_not_in_the_window() -> None:
    exchanges = [remembered("Hi", "Hello", id="1-0"), remembered("Why?", "No idea.", id="2-0")]

    draft = drafted(Question("Why?", instead_of=exchanges[1]), exchanges)

    assert draft.window == (exchanges[0],)
    assert "No idea." not in sent(draft.messages)


@pytest.mark.parametrize("shared", [False, True])
def test_the_next_prompt_begins_with_the_same_bytes_up_to_the_end_of_the_last_question(
    *,
    shared: bool,
) -> None:
    known = [remembered("Who?", "Me.", id="1-0", shared=shared)]
    question = Question("Where?", author="Ada", shared=shared)
    first = drafted(question, known)

    known.append(remembered("Where?", "Here.", id="2-0", shared=shared))
    second = drafted(replace(question, text="When?"), known, now=NOW.replace(minute=31))

    assert second.messages[: len(first.messages) - 1] == first.messages[:-1]
    assert common_prefix(sent(first.messages), sent(second.messages)).endswith("Where?")


texts = st.text("ab .\n", max_size=60)


def third(text: str) -> int:
    """A way of counting in which two texts together may take fewer tokens than apart."""
    return (len(text) + 2) // 3


@given(
    persona=st.builds(Persona, st.just("p"), texts, reply_tokens=st.none() | st.integers(1, 5_000)),
    history=st.lists(st.builds(Exchange, texts, texts, st.just(0), st.just("Ada"), images=st.integers(0, 2))),
    asked=st.builds(
        Question,
        text=texts,
        author=st.just("Ada"),
        images=st.integers(0, 2).map(lambda number: (PICTURE,) * number),
        shared=st.booleans(),
        onward=st.booleans(),
    ),
    builder=st.builds(PromptBuilder, st.integers(1, 4_000), st.integers(1, 2_000)),
    count=st.sampled_from([len, third]),
)
def test_prompt_and_reply_together_never_take_more_than_the_context(
    persona: Persona, history: list[Exchange], asked: Question, builder: PromptBuilder, count: Count
) -> None:
    exchanges = tuple(
        weighed(replace(exchange, id=f"{number}-0"), count, shared=asked.shared)
        for number, exchange in enumerate(history, 1)
    )
    last = exchanges[-1] if exchanges and asked.onward else None

    try:
        draft = drafted(
            replace(asked, instead_of=last), exchanges, persona=persona, builder=builder, count=count
        )
    except QuestionTooLong as refused:
        assert 0 <= refused.limit <= refused.tokens  # noqa: PT017 - both outcomes are right
    except BadRequest as refused:
        assert asked.onward
        assert "/continue" not in refused.notice  # noqa: PT017
    else:
        taken = sum(tokens_of(message, count) for message in draft.messages) + TOKENS_PER_REPLY
        assert draft.tokens == taken
        assert draft.tokens + draft.reply_tokens <= builder.context_tokens


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("images", [0, 2])
def test_a_question_that_is_exactly_as_long_as_the_limit_passes_and_one_token_more_does_not(
    images: int,
    *,
    shared: bool,
) -> None:
    builder = PromptBuilder(4_000, 100)
    asked = Question("x" * 5_000, "Ada", "U1", (PICTURE,) * images, shared)
    with pytest.raises(QuestionTooLong) as refused:
        drafted(asked, builder=builder)

    over = refused.value.tokens - refused.value.limit
    longest = replace(asked, text="x" * (5_000 - over))

    assert drafted(longest, builder=builder).tokens == 4_000 - 100
    with pytest.raises(QuestionTooLong) as refused_again:
        drafted(replace(longest, text=longest.text + "x"), builder=builder)
    assert refused_again.value.limit == refused.value.limit
    assert refused_again.value.tokens == refused.value.limit + 1


def test_a_question_that_is_too_long_is_answered_with_its_size_and_the_limit() -> None:
    with pytest.raises(QuestionTooLong) as refused:
        drafted(Question("x" * 2_000))

    frame = 2 * TOKENS_PER_MESSAGE + TOKENS_PER_REPLY + len("Be helpful.") + len(f"\n\n{DATE}")
    assert refused.value.tokens == 2_000
    assert refused.value.limit == 1_000 - 100 - frame
    assert f"2,000 tokens; at most {900 - frame:,} fit" in refused.value.notice


def test_a_history_of_any_length_gives_way_to_the_question() -> None:
    exchanges = [remembered("x" * 80, "y" * 80, id=f"{n}-0") for n in range(50)]

    draft = drafted(Question("z" * 700), exchanges)

    assert draft.window == ()
    assert len(draft.messages) == 2


def test_a_persona_may_ask_for_a_longer_reply_but_not_for_more_than_half_of_the_context() -> None:
    assert BUILDER.reply_of(PERSONA) == 100
    assert BUILDER.reply_of(replace(PERSONA, reply_tokens=300)) == 300
    assert BUILDER.reply_of(replace(PERSONA, reply_tokens=5_000)) == 500


def test_an_operator_who_allows_longer_replies_than_context_still_leaves_room_for_questions() -> None:
    draft = drafted(Question("Who?"), builder=PromptBuilder(context_tokens=1_000, reply_tokens=1_000))

    assert draft.reply_tokens == 500


def test_an_exchange_weighs_what_its_two_messages_take() -> None:
    exchange = remembered("Who?", "Me.", author="Ada", shared=True)

    assert exchange.tokens == len("Ada: Who?") + len("Me.") + 2 * TOKENS_PER_MESSAGE
