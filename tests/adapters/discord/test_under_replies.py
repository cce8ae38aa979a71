"""What stands under a reply: Stop while it grows, and later Retry, Continue, thumbs, and a receipt."""

from __future__ import annotations

import pytest

from adapters.discord.hearing.interactions import UNKNOWN
from adapters.discord.payloads.thumbs import THANKS
from adapters.discord.routes import CALLBACK
from bot.feedback import Feedback, Opinion
from bot.store import Store
from simulators.discord import Channel, Fault, Seen
from tests.adapters.answering import answer_to
from tests.adapters.discord.club import Club, open_server, open_service

HELLO = answer_to("Hello")
PLACES = ["thread", "in place", "direct", "command", "voice"]


async def asked(club: Club, where: str) -> tuple[Channel, Seen]:
    """A question that is answered: where the reply stands, and the reply."""
    match where:
        case "direct":
            await club.ada.writes("Hello")
            there = club.ada.dm
        case "command":
            await club.ada.uses("ask", club.general, question="Hello")
            there = club.general
        case "voice":
            there = club.guild.add_channel("voice", type=2)
            await club.ada.mentions("Hello", there)
        case "in place":
            club.general.deny("CREATE_PUBLIC_THREADS")
            await club.ada.mentions("Hello", club.general)
            there = club.general
        case _:
            question = await club.ada.mentions("Hello", club.general)
            await club.until_answered(question, HELLO)
            there = club.thread(question)
    return there, await club.until_said(there, HELLO)


async def until_new(club: Club, there: Channel, known: Seen, text: str) -> Seen:
    """A reply that says this and is another one, once it is complete."""

    def said() -> list[Seen]:
        found = [each for each in club.replies(there) if text in each.text and each.id != known.id]
        return [each for each in found if "Stop" not in each.buttons]

    await club.until(lambda: bool(said()))
    return said()[-1]


async def opinions(club: Club, store: Store, tenant: str = "") -> list[tuple[str, str, str]]:
    """Who thought what, and why."""
    kept: tuple[Opinion, ...] = await Feedback(store).all(tenant or f"discord:{club.guild.id}")
    return [(each.rating.author.id, each.rating.thumb, each.rating.reason) for each in kept]


@pytest.mark.parametrize("where", PLACES)
async def test_a_reply_ends_with_what_can_be_done_about_it(club: Club, where: str) -> None:
    _, reply = await asked(club, where)

    assert reply.buttons == ("Retry", "👍", "👎", "Receipt")


@pytest.mark.parametrize("where", PLACES)
async def test_an_answer_can_be_given_anew_and_again(club: Club, where: str) -> None:
    there, reply = await asked(club, where)
    club.behave(answer="Better.")
    clicked = await club.ada.clicks(reply.id, there, "Retry")
    better = await until_new(club, there, reply, "Better.")
    club.behave(answer="Best.")

    again = await club.ada.clicks(better.id, there, "Retry")
    await until_new(club, there, better, "Best.")

    assert (clicked.type, again.type) == (6, 6)
    body = club.model.requests_to("chat")[-1].body
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


@pytest.mark.parametrize("where", PLACES)
async def test_an_answer_that_was_cut_goes_on_and_on(club: Club, where: str) -> None:
    club.behave(answer=HELLO, finish_reason="length")
    there, reply = await asked(club, where)
    await club.ada.clicks(reply.id, there, "Continue")
    more = await until_new(club, there, reply, HELLO)
    club.behave(answer="And the end.")

    await club.ada.clicks(more.id, there, "Continue")
    end = await until_new(club, there, more, "And the end.")

    assert "Continue" in more.buttons
    assert "Continue" not in end.buttons


@pytest.mark.parametrize("button", ["Retry", "Continue"])
async def test_under_an_older_answer_nobody_asks_for_another_one_than_that(club: Club, button: str) -> None:
    club.behave(answer=HELLO, finish_reason="length")
    there, reply = await asked(club, "thread")
    club.behave(answer="For Bob.", finish_reason="length")
    await club.bob.says("And me?", there)
    await club.until_said(there, "For Bob.")

    await club.ada.clicks(reply.id, there, button)
    await club.until(lambda: any("not the last answer" in each.text for each in club.replies(there)))

    [told] = [each for each in club.replies(there) if "not the last answer" in each.text]
    assert told.ephemeral
    assert f"`!{button.lower()}`" in told.text
    assert len(club.model.requests_to("chat")) == 2


async def test_who_presses_twice_gets_one_other_answer(club: Club) -> None:
    there, reply = await asked(club, "thread")

    await club.ada.clicks(reply.id, there, "Retry")
    await club.ada.clicks(reply.id, there, "Retry")
    await club.until(lambda: any("not the last answer" in each.text for each in club.replies(there)))

    assert len([each for each in club.replies(there) if HELLO in each.text]) == 2


async def test_another_answer_that_was_stopped_can_be_asked_for_again(club: Club) -> None:
    there, reply = await asked(club, "thread")
    club.behave(tokens_per_second=20.0)
    await club.ada.clicks(reply.id, there, "Retry")
    await club.until(lambda: "Stop" in club.replies(there)[-1].buttons)
    await club.ada.clicks(club.replies(there)[-1].id, there, "Stop")
    stopped = await club.until_said(there, "the answer before it stays")
    club.behave(answer="Better.")

    await club.ada.clicks(stopped.id, there, "Retry")

    await club.until_said(there, "Better.")


async def test_who_asked_last_asks_again_although_somebody_else_has_failed_since(club: Club) -> None:
    there, reply = await asked(club, "thread")
    await club.bob.says("I will kill you", there)
    await club.until(lambda: any("flagged" in each.text for each in club.replies(club.bob.dm, club.bob)))
    club.behave(answer="Better.")

    await club.ada.clicks(reply.id, there, "Retry")

    await club.until_said(there, "Better.")


@pytest.mark.parametrize("where", PLACES)
async def test_a_receipt_is_read_by_who_asked_for_it_alone(club: Club, where: str) -> None:
    there, reply = await asked(club, where)
    reader = club.ada if where == "direct" else club.bob

    await reader.clicks(reply.id, there, "Receipt")
    await club.until(lambda: any("wrote this" in each.text for each in club.replies(there, reader)))

    [receipt] = [each for each in club.replies(there, reader) if "wrote this" in each.text]
    assert receipt.ephemeral
    assert "gpt-5.4-mini" in receipt.text
    assert where == "direct" or not any("wrote this" in each.text for each in club.replies(there, club.ada))


async def test_a_receipt_that_is_faster_than_discord_stands_where_it_was_asked_for(club: Club) -> None:
    there, reply = await asked(club, "thread")
    club.discord.faults = (Fault("delay-work", CALLBACK, seconds=0.15),)

    await club.bob.clicks(reply.id, there, "Receipt")
    await club.until(lambda: any("wrote this" in each.text for each in club.replies(there, club.bob)))

    assert club.replies(club.bob.dm, club.bob) == []


async def test_a_receipt_is_that_of_its_own_answer(club: Club) -> None:
    there, reply = await asked(club, "thread")
    await club.ada.says("More", there)
    later = await club.until_said(there, answer_to("More"))

    await club.ada.clicks(later.id, there, "Receipt")
    await club.until(lambda: any("1 earlier exchange" in each.text for each in club.replies(there)))
    await club.ada.clicks(reply.id, there, "Receipt")

    await club.until(lambda: any("no earlier exchange" in each.text for each in club.replies(there)))


@pytest.mark.parametrize("where", PLACES)
async def test_who_asked_stops_what_is_being_written(club: Club, where: str) -> None:
    club.behave(tokens_per_second=3.0)
    there = await growing(club, where)
    [reply] = club.replies(there)

    clicked = await club.ada.clicks(reply.id, there, "Stop")
    stopped = await club.until_said(there, "Stopped")

    assert clicked.type == 6
    assert stopped.id == reply.id
    assert stopped.buttons == ("Continue", "Retry", "👍", "👎", "Receipt")
    assert "word19" not in stopped.text


async def growing(club: Club, where: str) -> Channel:
    """Where a reply is being written."""
    match where:
        case "direct":
            await club.ada.writes("Hello")
            there = club.ada.dm
        case "command":
            await club.ada.uses("ask", club.general, question="Hello")
            there = club.general
        case "voice":
            there = club.guild.add_channel("voice", type=2)
            await club.ada.mentions("Hello", there)
        case "in place":
            club.general.deny("CREATE_PUBLIC_THREADS")
            await club.ada.mentions("Hello", club.general)
            there = club.general
        case _:
            question = await club.ada.mentions("Hello", club.general)
            await club.until(lambda: club.general.thread_of(question) is not None)
            there = club.thread(question)
    await club.until(lambda: any("word" in e.text and "Stop" in e.buttons for e in club.replies(there)))
    return there


async def test_others_neither_stop_nor_ask_again_and_are_told_so(club: Club) -> None:
    club.behave(tokens_per_second=20.0)
    there = await growing(club, "thread")
    [reply] = club.replies(there)

    stopping = await club.bob.clicks(reply.id, there, "Stop")
    await club.until_said(there, HELLO)
    retrying = await club.bob.clicks(reply.id, there, "Retry")

    assert "`!stop`" in stopping.data["content"]
    assert "`!retry`" in retrying.data["content"]
    assert stopping.data["flags"] & 1 << 6
    assert len(club.model.requests_to("chat")) == 1
    assert len(club.replies(there, club.ada)) == 1


@pytest.mark.parametrize("where", ["thread", "in place", "command"])
async def test_the_last_thumb_of_anybody_counts(club: Club, store: Store, where: str) -> None:
    there, reply = await asked(club, where)

    thanked = await club.bob.clicks(reply.id, there, "👍")
    await club.bob.clicks(reply.id, there, "👎")
    await club.bob.clicks(reply.id, there, "👍")

    assert thanked.data["content"] == THANKS
    assert await opinions(club, store) == [(club.bob.id, "up", "")]


@pytest.mark.parametrize("where", ["thread", "direct"])
async def test_a_thumb_that_points_down_asks_why(club: Club, store: Store, where: str) -> None:
    there, reply = await asked(club, where)
    tenant = f"discord:@{there.id}" if where == "direct" else ""

    await club.ada.clicks(reply.id, there, "👎")
    before = await opinions(club, store, tenant)
    thanked = await club.ada.submits({"Your reason": "It is <wrong>."})

    assert before == [(club.ada.id, "down", "")]
    assert thanked.data["content"] == THANKS
    assert club.ada.modal is None
    assert await opinions(club, store, tenant) == [(club.ada.id, "down", "It is <wrong>.")]


async def test_a_thumb_counts_whether_or_not_its_modal_can_be_opened(club: Club, store: Store) -> None:
    there, reply = await asked(club, "thread")
    club.discord.faults = (Fault("drop-before", "POST /interactions/{}/{}/callback"),)
    club.discord.speed = 30.0

    clicked = await club.ada.clicks(reply.id, there, "👎")

    assert not clicked.responded
    assert await opinions(club, store) == [(club.ada.id, "down", "")]


@pytest.mark.parametrize("where", PLACES)
async def test_buttons_work_after_parley_was_started_again(valkey: str, store: Store, where: str) -> None:
    async with open_server() as club:
        async with open_service(club, valkey):
            there, reply = await asked(club, where)
        async with open_service(club, valkey):
            club.behave(answer="Better.")
            await club.ada.clicks(reply.id, there, "👍")
            await club.ada.clicks(reply.id, there, "Receipt")
            await club.until(lambda: any("wrote this" in each.text for each in club.replies(there)))
            await club.ada.clicks(reply.id, there, "Retry")
            await until_new(club, there, reply, "Better.")

        tenant = f"discord:@{there.id}" if where == "direct" else f"discord:{club.guild.id}"
        assert await opinions(club, store, tenant) == [(club.ada.id, "up", "")]


async def test_what_was_asked_again_is_one_question_for_what_follows(club: Club) -> None:
    there, reply = await asked(club, "thread")
    await club.ada.clicks(reply.id, there, "Retry")
    await until_new(club, there, reply, HELLO)

    await club.bob.says("And then?", there)
    await club.until_said(there, answer_to("And then?"))

    body = club.model.requests_to("chat")[-1].body
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]


async def test_a_button_that_nobody_knows_any_more_says_so(club: Club) -> None:
    there, reply = await asked(club, "thread")
    post = there.posts[reply.id]
    post.message["components"][0]["components"][0]["custom_id"] = "something:else"

    clicked = await club.ada.clicks(reply.id, there, "Retry")

    assert clicked.data["content"] == UNKNOWN
