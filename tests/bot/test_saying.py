from __future__ import annotations

from dataclasses import astuple

from hypothesis import given
from hypothesis import strategies as st

from bot.saying import Saying, Wanted
from tests.noticeboard.posts import parts_of

LIMIT = 8
TEXTS = st.text(alphabet="ab \n", max_size=40)


def split(text: str) -> list[str]:
    return parts_of(text, LIMIT)


def whole(text: str) -> list[str]:
    """Some platforms may find a part in an empty text too."""
    return [text]


def laid_out(saying: Saying) -> list[tuple[str, str]]:
    return [(post.key, post.text) for post in saying.posts("m1", split)]


def test_where_nothing_is_said_there_is_no_post() -> None:
    assert Saying().posts("m1", split) == []
    assert Saying().posts("m1", whole) == []


def test_a_status_is_a_post_until_something_is_said() -> None:
    saying = Saying()

    saying.show("Wait…")
    shown = laid_out(saying)
    saying.grow("Hi")
    answered = laid_out(saying)

    assert shown == [("m1/0", "Wait…")]
    assert answered == [("m1/0", "Hi")]


def test_an_answer_of_nothing_but_blanks_does_not_replace_the_status() -> None:
    saying = Saying()

    saying.show("Wait…")
    saying.grow(" \n")

    assert laid_out(saying) == [("m1/0", "Wait…")]


def test_a_status_does_not_outlive_an_answer_that_never_began() -> None:
    saying = Saying()

    saying.show("Wait…")
    saying.grow("\n")
    saying.end("")

    assert laid_out(saying) == []


def test_an_answer_that_outgrows_its_post_goes_on_in_the_next() -> None:
    saying = Saying()

    saying.grow("one two three four")

    assert laid_out(saying) == [("m1/0", "one two "), ("m1/1", "three "), ("m1/2", "four")]


def test_what_is_at_the_end_of_a_growing_answer_may_still_be_the_middle_of_a_line() -> None:
    saying = Saying()

    saying.grow("one ")
    before = laid_out(saying)
    saying.grow("two")

    assert before == [("m1/0", "one")]
    assert laid_out(saying) == [("m1/0", "one two")]


def test_a_note_stands_below_the_answer_or_alone() -> None:
    answered, empty = Saying(), Saying()

    answered.grow("Hi \n")
    answered.end("N.")
    empty.end("N.")

    assert laid_out(answered) == [("m1/0", "Hi\n\nN.")]
    assert laid_out(empty) == [("m1/0", "N.")]


def test_what_is_said_stands_in_its_order() -> None:
    saying = Saying()

    saying.grow("Half ")
    saying.say("Broken.", private=False)
    saying.say("Sorry.", private=False)
    saying.show("Wait…")

    assert laid_out(saying) == [("m1/0", "Half"), ("m1/1", "Broken."), ("m1/2", "Sorry."), ("m1/3", "Wait…")]


def test_keys_tell_public_posts_private_ones_and_documents_apart() -> None:
    saying = Saying()

    saying.say("public", private=False)
    saying.say("only for you", private=True)
    saying.hand_over("a.md", "# A")
    saying.hand_over("b.md", "")
    saying.say("bye", private=False)

    assert [astuple(post)[:4] for post in saying.posts("m1", split)] == [
        ("m1/0", "public", False, None),
        ("m1/p0", "only ", True, None),
        ("m1/p1", "for you", True, None),
        ("m1/d0", "", False, ("a.md", "# A")),
        ("m1/d1", "", False, ("b.md", "")),
        ("m1/1", "bye", False, None),
    ]


def test_only_the_last_post_of_an_answer_that_has_not_ended_is_growing() -> None:
    saying = Saying()

    saying.say("public", private=False)
    saying.grow("Half of an answer")
    before = [(post.text, post.state) for post in saying.posts("m1", split)]
    saying.end("", "complete")
    after = [post.state for post in saying.posts("m1", split)]

    assert before == [("public", "said"), ("Half of ", "said"), ("an ", "said"), ("answer", "growing")]
    assert after == ["said", "said", "said", "complete"]


def test_the_answer_is_known_after_its_end_too() -> None:
    saying = Saying()

    saying.grow("Half")
    growing = saying.answer
    saying.say("Broken.", private=False)

    assert growing == saying.answer == "Half"


def test_no_post_has_only_blanks() -> None:
    saying = Saying()

    saying.grow("\n" * 20 + "one" + " " * 40 + "two")
    saying.end("")
    saying.say(" ", private=True)

    assert [post.text.strip() for post in saying.posts("m1", split)] == ["one", "t", "wo"]
    assert [post.key for post in saying.posts("m1", split)] == ["m1/0", "m1/1", "m1/2"]


@given(st.lists(TEXTS), TEXTS, TEXTS)
def test_whatever_is_said_no_post_is_blank_and_no_word_is_lost(
    pieces: list[str], note: str, notice: str
) -> None:
    saying = Saying()

    for piece in pieces:
        saying.grow(piece)
    saying.end(note)
    saying.say(notice, private=False)
    posts = saying.posts("m1", split)

    assert all(post.text.strip() for post in posts)
    letters = "".join("".join(post.text.split()) for post in posts)
    assert letters == "".join("".join([*pieces, note, notice]).split())


@given(st.lists(TEXTS))
def test_a_growing_answer_keeps_all_its_posts_but_the_last(pieces: list[str]) -> None:
    saying = Saying()
    before: list[Wanted] = []

    for piece in pieces:
        saying.grow(piece)
        posts = saying.posts("m1", split)

        assert posts[: len(before[:-1])] == before[:-1]
        before = posts
