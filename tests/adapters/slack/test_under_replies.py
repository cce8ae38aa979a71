"""What stands under a reply: a receipt for who asks for it, thumbs, and the reason for one that points down."""

from __future__ import annotations

from bot.feedback import Feedback, Opinion
from bot.store import Store
from simulators.slack import Fault
from tests.adapters.answering import answer_to
from tests.adapters.slack.office import Office

HELLO = answer_to("Hello")


async def asked(office: Office) -> tuple[str, str]:
    """A question that is answered: its `ts` and that of the reply."""
    question = await office.ada.mentions("Hello", office.general)
    await office.until_answered(question, HELLO)
    return question, office.replies(question)[-1].ts


async def opinions(office: Office, store: Store) -> list[tuple[str, str, str]]:
    kept: tuple[Opinion, ...] = await Feedback(store).all(f"slack:{office.workspace.id}")
    return [(each.rating.author.id, each.rating.thumb, each.rating.reason) for each in kept]


async def test_a_receipt_is_read_by_who_asked_for_it_alone(office: Office) -> None:
    question, reply = await asked(office)
    bob = office.workspace.person("Bob")

    await bob.clicks(reply, office.general, "Receipt")
    await office.until(lambda: any("It cost" in each.text for each in office.replies(question, viewer=bob)))

    [receipt] = [each for each in office.replies(question, viewer=bob) if "It cost" in each.text]
    assert "gpt-5.4-mini" in receipt.text
    assert "tokens" in receipt.text
    assert receipt.ephemeral
    assert not any("It cost" in each.text for each in office.replies(question, viewer=office.ada))


async def test_a_receipt_is_that_of_its_own_answer(office: Office) -> None:
    question, reply = await asked(office)
    office.behave(reply_tokens=300)
    await office.ada.says("More", office.general, question)
    await office.until(lambda: len([e for e in office.replies(question) if not e.streaming]) == 2)

    await office.ada.clicks(reply, office.general, "Receipt")
    await office.until(
        lambda: any("no earlier exchanges" in e.text for e in office.replies(question, viewer=office.ada))
    )

    texts = [each.text for each in office.replies(question, viewer=office.ada)]
    assert not any("wrote 300 tokens" in text for text in texts)


async def test_the_last_thumb_counts(office: Office, store: Store) -> None:
    _, reply = await asked(office)

    await office.ada.clicks(reply, office.general, "Good answer")
    await office.ada.clicks(reply, office.general, "Bad answer")
    await office.ada.clicks(reply, office.general, "Good answer")

    assert await opinions(office, store) == [(office.ada.id, "up", "")]


async def test_a_thumb_that_points_down_asks_why(office: Office, store: Store) -> None:
    _, reply = await asked(office)
    bob = office.workspace.person("Bob")

    await bob.clicks(reply, office.general, "Bad answer")
    await office.until(lambda: bob.modal is not None)
    before = await opinions(office, store)
    sent = await bob.submits({"words": "It is <wrong>."})

    assert before == [(bob.id, "down", "")]
    assert sent.responded
    assert bob.modal is None
    assert await opinions(office, store) == [(bob.id, "down", "It is <wrong>.")]


async def test_a_thumb_counts_where_its_modal_cannot_be_opened(office: Office, store: Store) -> None:
    _, reply = await asked(office)
    office.slack.faults = (Fault("refuse", "views.open", error="trigger_expired"),)

    clicked = await office.ada.clicks(reply, office.general, "Bad answer")

    assert clicked.responded
    assert await opinions(office, store) == [(office.ada.id, "down", "")]
