from collections.abc import Sequence

import pytest

from simulators.demo.model import demo_reply
from simulators.openai_api.chat.messages import Message
from tests.simulators.demo.talking import last, talk

NOTICE = "demo model"


def test_the_first_answer_says_what_it_is_and_the_second_does_not() -> None:
    first, second = talk("Hello", "Thanks!")

    assert NOTICE in first
    assert "no key is needed" in first
    assert "OPENAI_API_KEY" in first
    assert second == "You are welcome."


@pytest.mark.parametrize("text", ["Who are you?", "Are you a real model?", "Do I need an API key?"])
def test_it_says_what_it_is_whenever_asked(text: str) -> None:
    assert NOTICE in last("Hello", text)


@pytest.mark.parametrize(
    ("told", "asked", "answer"),
    [
        ("My name is Ada", "What is my name?", "Your name is Ada."),
        ("Hi, I'm Ada.", "what's my name", "Your name is Ada."),
        ("Please call me Ada!", "Do you know my name?", "Your name is Ada."),
        ("I am Ada and I live in Paris", "Where do I live?", "You live in Paris."),
        ("I work at Acme.", "Where do I work?", "You work at Acme."),
        ("I like tea", "What do I like?", "You like tea."),
        ("My favourite colour is dark blue.", "What is my favorite colour?", "favorite colour is dark blue"),
        ("Our deploy day is Friday", "What is our deploy day?", "The deploy day is Friday."),
        ("The codename is Falcon.", "what's the codename?", "The codename is Falcon."),
        ("Remember that the codename is Falcon.", "What's the codename?", "The codename is Falcon."),
        ("My dog's name is Rex", "What is my dog's name?", "Your dog's name is Rex."),
        ("Our deploy day is Friday", "When do we deploy?", "deploy day is Friday"),
    ],
)
def test_what_it_was_told_it_knows_later(told: str, asked: str, answer: str) -> None:
    assert answer in last(told, "And how are you today?", asked)


def test_what_is_told_later_overrides_what_was_told_before() -> None:
    replies = talk(
        "My name is Ada", "Call me Grace", "Our codename is Owl. Our codename is Falcon.", "What is my name?"
    )

    assert replies[-1] == "Your name is Grace."


@pytest.mark.parametrize(
    "text", ["What is my name?", "Where do I live?", "What is our deploy day?", "What do you know about me?"]
)
def test_what_it_was_not_told_it_does_not_know(text: str) -> None:
    assert "have not been told" in last("Hello", text)


def test_it_knows_only_the_messages_it_is_given() -> None:
    before = last("My name is Ada", "What is my name?")
    after_a_reset = last("What is my name?")

    assert "Ada" in before
    assert "Ada" not in after_a_reset


def test_everything_it_remembers_is_a_list() -> None:
    reply = last(
        "My name is Ada", "I like tea", "I like cats", "Remember to water the plants", "What do you remember?"
    )

    assert "- Your name is Ada." in reply
    assert "- You like tea." in reply
    assert "- You like cats." in reply
    assert "water the plants" in reply


def test_an_author_prefix_and_a_context_note_are_no_part_of_the_question() -> None:
    reply = last("Ada: My name is Ada", "Ada: What is my name?\n\n[Saturday, 21 November 2026, #general]")

    assert reply == "Your name is Ada."


def test_each_author_has_a_name_of_their_own() -> None:
    texts = ["Ada: My name is Ada", "Bob: My name is Bobby", "Ada: What is my name?"]

    assert last(*texts) == "Your name is Ada."
    assert last(*texts, "Bob: What is my name?") == "Your name is Bobby."
    assert "have not been told" in last(*texts, "Eve: What is my name?")


def test_what_is_shared_is_known_to_everyone() -> None:
    assert "Friday" in last("Ada: our deploy day is Friday", "Bob: What is our deploy day?")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("How many questions have I asked?", "3 questions"),
        ("How many messages did I send?", "4 messages"),
        ("What did I say first?", "“My name is Ada”"),
        ("What was my last question?", "“And who wrote it?”"),
        ("What did I ask you?", "“And who wrote it?”"),
    ],
)
def test_it_counts_and_quotes_what_was_said(asked: str, answer: str) -> None:
    assert answer in last("My name is Ada", "What is Moby Dick?", "And who wrote it?", asked)


def test_the_first_message_has_none_before_it() -> None:
    assert "first thing you have said" in last("What did I say last?")


def test_a_summary_names_what_was_told_and_asked() -> None:
    reply = last("My name is Ada", "Our deploy day is Friday", "What is 2 + 2?", "Summarize our conversation")

    assert reply.startswith("In short:")
    assert "My name is Ada" in reply
    assert "deploy day is Friday" in reply


def test_a_summary_made_for_the_prompt_teaches_what_the_conversation_taught() -> None:
    transcript = "Ada: My name is Ada\nParley: My name is Parley\nAda: our deploy day is Friday"
    summary = last(transcript, system="Summarize the conversation. Keep names and facts.")
    persona = Message("system", "You are Parley, an AI teammate.")
    earlier = Message("system", f"Summary of the conversation so far:\n{summary}")

    def asked(text: str) -> str:
        return demo_reply([persona, earlier, Message("user", text)])

    assert NOTICE not in summary
    assert "Your name is Ada." in asked("What is my name?")
    assert "The deploy day is Friday." in asked("What is our deploy day?")


@pytest.mark.parametrize(
    ("note", "date"),
    [
        ("[Today is Saturday, 21 November 2026.]", "21 November 2026"),
        ("[2026-11-21 · #general]", "2026-11-21"),
        ("[It is November 21, 2026]", "November 21, 2026"),
    ],
)
def test_the_date_is_what_the_prompt_says(note: str, date: str) -> None:
    assert date in last(f"What's today's date?\n{note}")


def test_without_a_date_in_the_prompt_it_knows_none() -> None:
    assert "have not been told today's date" in last("What is the date today?")


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        ("What is 12 * 7?", "84"),
        ("what is 12 times 7", "84"),
        ("How much is (1 + 2) / 4?", "0.75"),
        ("Calculate 1,000 - 1", "999"),
        ("what is 10 divided by 4?", "2.5"),
        ("what is 1/0?", "no result"),
        ("Combien font 6 fois 7 ?", "42"),
    ],
)
def test_it_can_do_sums(asked: str, result: str) -> None:
    assert result in last(asked)


def test_it_shows_markdown_on_request() -> None:
    assert "```python" in last("Show me some code")
    assert "| --- |" in last("Make a table please")
    assert "1. **Ask**" in last("Give me a list")


def test_a_long_story_has_about_600_words_and_is_always_the_same() -> None:
    story = last("Hello", "Write a long story")

    assert 550 < len(story.split()) < 700
    assert story == last("Hello", "Write a long story")


def test_it_goes_on_where_a_cut_answer_stopped() -> None:
    whole = last("Hello", "Write a long story")
    hello = [Message("user", "Hello"), Message("assistant", "Hello!"), Message("user", "Write a long story")]
    cut, again = whole[:700], "Continue exactly where you stopped."

    rest = demo_reply([*hello, Message("assistant", cut), Message("user", again)])
    middle = rest[:500]
    end = demo_reply(
        [
            *hello,
            Message("assistant", cut),
            Message("user", again),
            Message("assistant", middle),
            Message("user", again),
        ]
    )

    assert cut + rest == whole
    assert cut + middle + end == whole


def test_a_passage_in_the_prompt_answers_and_is_cited() -> None:
    passages = "[1] handbook.md\nEmployees get thirty vacation days. The office closes at six."
    messages = [
        Message("system", "You are Parley, an AI teammate."),
        Message("system", passages),
        Message("user", "How many vacation days do employees get?"),
    ]

    reply = demo_reply(messages)

    assert "thirty vacation days" in reply
    assert "[1]" in reply


def test_a_picture_is_acknowledged() -> None:
    reply = demo_reply([Message("user", "Look at my cat", images=("data:image/png;base64,AAAA",))])

    assert "picture" in reply


@pytest.mark.parametrize(
    "messages", [[Message("system", "")], [Message("assistant", "Hi")], [Message("user", "")]]
)
def test_it_answers_whatever_it_is_given(messages: Sequence[Message]) -> None:
    assert demo_reply(messages)


def test_the_prompt_of_the_bot_is_understood() -> None:
    shared = "Several people write here; each of their messages begins with its author's name."
    messages = [
        Message("system", f"You are Parley, an AI teammate.\n\n{shared}"),
        Message("user", "Ada: My name is Ada\n[1 image(s), not shown again]"),
        Message("assistant", "Nice to meet you, Ada."),
        Message("user", "Ada: What is my name?\n\n[Saturday, 21 November 2026, 09:30 UTC]"),
    ]

    assert demo_reply(messages) == "Your name is Ada."
