"""The demo model sums up what stands between two rules."""

from simulators.demo.transcripts import summed_up, transcript_in

QUESTION = (
    f"Sum it up.\n\n{'=' * 12}\nAda: Who buys the cake?\nBob: You do!\n    And soon.\n{'=' * 12}\n\n[Monday]"
)


def test_a_conversation_between_rules_is_found() -> None:
    assert transcript_in(QUESTION) == [("Ada", "Who buys the cake?"), ("Bob", "You do!")]
    assert transcript_in("What is 1 + 1?") == []


def test_a_summary_says_who_wrote_and_how_it_began_and_ended() -> None:
    assert summed_up(transcript_in(QUESTION)) == (
        "2 messages by Ada and Bob.\n\n"
        "- It began when Ada wrote “Who buys the cake?”.\n- It ended when Bob wrote “You do!”."
    )
