"""The simulator's rule for tokens: near enough to a real vocabulary, and the same everywhere.

A token is up to eight letters or digits with the space before them, one other sign with the space before it,
or a run of white space. A message costs four tokens more than its text, an image 85, a prompt three more.
"""

import re
from functools import lru_cache

MESSAGE_TOKENS = 4
IMAGE_TOKENS = 85
PROMPT_TOKENS = 3
_TOKEN = re.compile(r" ?\w{1,8}| ?[^\w\s]|\s+")
_FILLER = "lorem ipsum dolor sit amet integer vitae justo eget magna fermentu iaculis eu non diam".split()


def tokens_of(text: str) -> list[str]:
    """The tokens of `text`; joined, they are `text` again."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=1024)
def count_tokens(text: str) -> int:
    """How many tokens `text` has."""
    return len(tokens_of(text))


@lru_cache(maxsize=64)
def filler(tokens: int) -> tuple[str, ...]:
    """Text of exactly so many tokens, as tokens."""
    return tuple((" " if place else "") + _FILLER[place % len(_FILLER)] for place in range(tokens))
