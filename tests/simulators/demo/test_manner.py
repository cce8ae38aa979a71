from tests.simulators.demo.talking import last, talk

CONCISE = "You are Parley, a concise AI teammate. Answer in as few words as possible."
TUTOR = "You are Parley, a patient tutor. Guide people to the answer."
REVIEWER = "You are Parley, an experienced code reviewer. List findings by severity."
SARCASTIC = "You are Parley, a sarcastic AI teammate. Give correct and useful answers."
FRENCH = "Tu es Parley, un coéquipier IA. Réponds toujours en français."
PIRATE = "You are a grumpy pirate. Complain about the sea."


def test_a_concise_persona_gets_one_short_sentence() -> None:
    assert last("Hello", "My name is Ada and I live in Paris", system=CONCISE) == "Nice to meet you, Ada."


def test_a_tutor_ends_with_a_question() -> None:
    reply = last("Hello", "What is 12 * 7?", system=TUTOR)

    assert "84" in reply
    assert reply.endswith("?")


def test_a_reviewer_lists_findings_by_severity() -> None:
    code = "```python\ndef f(x=[]):\n    print(eval(x))\n```"

    reply = last("Hello", f"Please look:\n{code}", system=REVIEWER)

    assert [line.split(":")[0] for line in reply.splitlines()] == ["- **High", "- **Medium", "- **Low"]


def test_a_sarcastic_persona_adds_a_remark_to_the_answer() -> None:
    plain = last("Hello", "What is 12 * 7?")
    sarcastic = last("Hello", "What is 12 * 7?", system=SARCASTIC)

    assert sarcastic.startswith(plain)
    assert len(sarcastic) > len(plain)


def test_a_french_persona_answers_in_french() -> None:
    replies = talk(
        "Je m'appelle Ada",
        "J'habite à Paris",
        "Comment je m'appelle ?",
        "Où est-ce que j'habite ?",
        system=FRENCH,
    )

    assert "modèle de démonstration" in replies[0]
    assert replies[0].startswith("Enchanté, Ada.")
    assert replies[2:] == ["Tu t'appelles Ada.", "Tu habites à Paris."]


def test_french_questions_about_facts_are_understood() -> None:
    assert "Falcon" in last("Le nom de code est Falcon", "Quel est le nom de code ?", system=FRENCH)
    assert "On ne m'a pas dit ton nom" in last("Bonjour", "Comment je m'appelle ?", system=FRENCH)


def test_an_unknown_manner_is_acknowledged() -> None:
    reply = last("Hello", "What is 12 * 7?", system=PIRATE)

    assert "a grumpy pirate" in reply
    assert "84" in reply
    assert "Beware of every ship you see" in last(
        "Hello", "Hi", system="Beware of every ship you see on Mars."
    )
