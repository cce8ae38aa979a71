"""What the demo model says, in English and in French."""

from typing import Literal

Language = Literal["en", "fr"]

_PHRASES: dict[str, tuple[str, str]] = {
    "demo": (
        "I am Parley's demo model: no key is needed. Set `OPENAI_API_KEY` to get answers from a real one.",
        "Je suis le modèle de démonstration de Parley, sans clé. Définis `OPENAI_API_KEY` pour en avoir un vrai.",
    ),
    "hello": ("Hello! What can I do for you?", "Bonjour ! Que puis-je faire pour toi ?"),
    "thanks": ("You are welcome.", "Avec plaisir."),
    "abilities": (
        "Tell me your name or a fact and ask for it later. I count, summarize, and show code, a table, a story.",
        "Dis-moi ton nom, puis redemande-le. Je compte, résume, montre du code, un tableau, une histoire.",
    ),
    "name": ("Your name is {value}.", "Tu t'appelles {value}."),
    "meet": ("Nice to meet you, {value}.", "Enchanté, {value}."),
    "no name": (
        "I have not been told your name in this conversation.",
        "On ne m'a pas dit ton nom dans cette conversation.",
    ),
    "my": ("Your {key} is {value}.", "Ton {key}, c'est {value}."),
    "our": ("The {key} is {value}.", "Le {key}, c'est {value}."),
    "no my": ("I have not been told your {key}.", "On ne m'a pas dit quel est ton {key}."),
    "no our": ("I have not been told the {key}.", "On ne m'a pas dit quel est le {key}."),
    "home": ("You live in {value}.", "Tu habites à {value}."),
    "work": ("You work {value}.", "Tu travailles {value}."),
    "likes": ("You like {value}.", "Tu aimes {value}."),
    "memo": ("You asked me to remember: {value}.", "Tu m'as demandé de retenir : {value}."),
    "no place": ("I have not been told that.", "On ne me l'a pas dit."),
    "noted": ("Noted: {value}", "C'est noté : {value}"),
    "remembered": ("What I have been told:\n\n{value}", "Ce qu'on m'a dit :\n\n{value}"),
    "nothing": (
        "I have not been told anything about you in this conversation.",
        "On ne m'a encore rien dit dans cette conversation.",
    ),
    "questions": (
        "You have asked {value} in this conversation, this one included.",
        "Tu as posé {value} dans cette conversation, celle-ci comprise.",
    ),
    "messages": (
        "I can see {value} from you, this one included.",
        "Je vois {value} de ta part, celui-ci compris.",
    ),
    "first": ("The first thing you said was: “{value}”", "La première chose que tu as dite : « {value} »"),
    "last": ("Before this you said: “{value}”", "Juste avant, tu as dit : « {value} »"),
    "nothing said": (
        "This is the first thing you have said here.",
        "C'est la première chose que tu dis ici.",
    ),
    "today": ("Today is {value}.", "Nous sommes le {value}."),
    "no today": ("I have not been told today's date.", "On ne m'a pas dit la date d'aujourd'hui."),
    "sum": ("{key} = {value}", "{key} = {value}"),
    "no sum": ("A division by zero has no result.", "Une division par zéro n'a pas de résultat."),
    "summary": ("In short:\n\n{value}", "En bref :\n\n{value}"),
    "no summary": ("There is nothing to summarize yet.", "Il n'y a encore rien à résumer."),
    "passage": ("I was given this: “{value}”{key}", "On m'a donné ceci : « {value} »{key}"),
    "tool": ("The tool answered: {value}", "L'outil a répondu : {value}"),
    "picture": (
        "I can see that you sent a picture, but a demo model cannot look at it.",
        "Je vois que tu as envoyé une image, mais un modèle de démonstration ne peut pas la regarder.",
    ),
    "unknown": (
        "I have not been told that, and a demo model knows only what stands in this conversation.",
        "On ne me l'a pas dit, et un modèle de démonstration ne sait que ce que contient la conversation.",
    ),
    "heard": ("I heard: “{value}”", "J'ai bien entendu : « {value} »"),
}


def phrase(name: str, language: Language, value: str = "", key: str = "") -> str:
    """The sentence of that name."""
    english, french = _PHRASES[name]
    return (french if language == "fr" else english).format(value=value, key=key)


def counted(number: int, noun: str) -> str:
    """`1 question`, `2 questions`: the same in English and in French."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
