"""Markdown that the demo model shows on request: code, a table, a list, a long story."""

import re

from simulators.demo.phrases import Language

_I = re.IGNORECASE
_SHOW = r"\b(?:show|write|give|make|print|draw|post|create|tell|example|montre|écris|donne|fais|raconte)\b"

_CODE = """Here is a small example:

```python
def greet(name: str) -> str:
    \"\"\"Say hello to somebody.\"\"\"
    return f"Hello, {name}!"


print(greet("Ada"))
```

It prints `Hello, Ada!`."""
_TABLE = """| Day | Task | Owner |
| --- | --- | --- |
| Monday | Plan the week | Ada |
| Wednesday | Review the code | Grace |
| Friday | **Deploy** | everyone |"""
_LIST = """1. **Ask** a question in a channel.
2. **Read** the answer in its thread.
3. **Go on** there:
   - no mention is needed,
   - `/reset` makes me forget,
   - `/persona` changes my manner."""
_SHOWN = (
    (r"\b(?:code|function|python|snippet|script|fonction)\b", _CODE),
    (r"\b(?:table|tableau)\b", _TABLE),
    (r"\b(?:list|bullets?|steps|checklist|liste)\b", _LIST),
)
_FRENCH = {
    "Here is a small example:": "Voici un petit exemple :",
    "It prints `Hello, Ada!`.": "Il affiche `Hello, Ada!`.",
    "Day": "Jour",
    "Task": "Tâche",
    "Owner": "Qui",
}
_PLACES = "harbour,library,workshop,market,lighthouse,station,garden,mill,bridge,tower,theatre,square".split(
    ","
)
_THINGS = "lantern,map,letter,clock,violin,key,compass,notebook,kite,telescope,coat,bell".split(",")
_PARAGRAPH = (
    "On day {day} Ada walked to the {place}, where somebody had left a {thing} on the steps. She asked everyone "
    "who passed, and nobody had seen it before. So she wrote down what she knew, crossed out what she only "
    "guessed, and carried the {thing} on, because a question is lighter than it looks."
)
_HISTOIRE = (
    "Au jour {day}, Ada arriva au lieu nommé « {place} », où quelqu'un avait laissé un objet nommé « {thing} ». "
    "Elle interrogea les passants, mais personne ne l'avait jamais vu. Alors elle nota ce qu'elle savait, raya "
    "ce qu'elle devinait, et reprit sa route, car une question pèse moins lourd qu'elle n'en a l'air."
)


def shown(text: str, language: Language) -> str | None:
    """What a request to show something gets; None if it is none."""
    if re.search(r"\b(?:long (?:story|text|answer|reply|message)|story|histoire)\b", text, _I):
        return story(language)
    if not re.search(_SHOW, text, _I):
        return None
    asked = [markdown for words, markdown in _SHOWN if re.search(words, text, _I)]
    return _translated("\n\n".join(asked), language) if asked else None


def story(language: Language) -> str:
    """A story of about 600 words, the same every time."""
    paragraph = _HISTOIRE if language == "fr" else _PARAGRAPH
    days = enumerate(zip(_PLACES, _THINGS, strict=True), start=1)
    return "\n\n".join(paragraph.format(day=day, place=place, thing=thing) for day, (place, thing) in days)


def _translated(markdown: str, language: Language) -> str:
    if language == "fr":
        for english, french in _FRENCH.items():
            markdown = markdown.replace(english, french)
    return markdown
