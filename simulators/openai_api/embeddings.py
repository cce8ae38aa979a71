"""The embedding endpoint: vectors in which texts that share words and parts of words are near each other."""

import base64
import math
import re
import unicodedata
from array import array
from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from simulators.openai_api.errors import bad_request
from simulators.openai_api.tokens import count_tokens

DIMENSIONS = {"text-embedding-3-large": 3072}
DEFAULT_DIMENSIONS = 1536
MOST_INPUTS = 2048
MOST_TOKENS = 8192
MOST_TOKENS_IN_ALL = 300_000
_FIELDS = {"model", "input", "encoding_format", "dimensions", "user"}
_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    """a an and are as at be but by can do does for from has have how i if in is it its me my no not of on or
    our s so t that the their there they this to was we were what when where which who will with you
    your""".split()
)
_WORD_WEIGHT, _COMMON_WEIGHT, _GRAM_WEIGHT, _GRAM = 1.0, 0.1, 0.25, 3

_Text = str | tuple[int, ...]


def embed(body: Mapping[str, Any], model: str) -> dict[str, Any]:
    """The endpoint's answer, vectors of length 1. `dimensions` folds the features into fewer places."""
    for field in sorted(body.keys() - _FIELDS):
        raise bad_request(f"Unknown parameter: '{field}'.", field, "unknown_parameter")
    texts = _texts_of(body.get("input"))
    dimensions = _dimensions_of(body.get("dimensions"), model)
    encoding = body.get("encoding_format") or "float"
    if encoding not in ("float", "base64"):
        raise bad_request(
            f"Invalid value: {encoding!r}. Supported: 'float', 'base64'.", "encoding_format", "invalid_value"
        )
    tokens = _checked_tokens(texts)
    data = [
        {"object": "embedding", "index": index, "embedding": _encoded(vector_of(text, dimensions), encoding)}
        for index, text in enumerate(texts)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def vector_of(text: _Text, dimensions: int) -> "array[float]":
    """The vector of a text: every word, and every three letters, add a signed weight at their place."""
    places = [0.0] * dimensions
    for feature, weight in _features(text):
        code = crc32(feature.encode())
        places[(code >> 1) % dimensions] += weight if code & 1 else -weight
    length = math.sqrt(sum(value * value for value in places)) or 1.0
    return array("f", (value / length for value in places))


def _features(text: _Text) -> Iterator[tuple[str, float]]:
    if isinstance(text, tuple):
        yield from ((f"token {token}", _WORD_WEIGHT) for token in text)
        return
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    # Without a word there would be no direction at all: the text as a whole gives one.
    words = _WORD.findall(plain) or [plain]
    for word in words:
        if word in _COMMON:
            yield word, _COMMON_WEIGHT
            continue
        yield word, _WORD_WEIGHT
        framed = f" {word} "
        for start in range(len(framed) - _GRAM + 1):
            yield "part " + framed[start : start + _GRAM], _GRAM_WEIGHT


def _encoded(vector: "array[float]", encoding: str) -> str | list[float]:
    return base64.b64encode(vector.tobytes()).decode() if encoding == "base64" else vector.tolist()


def _texts_of(raw: Any) -> list[_Text]:
    inputs = [raw] if isinstance(raw, str) or _is_tokens(raw) else raw
    if not isinstance(inputs, list) or not inputs:
        raise bad_request("Invalid 'input': expected a string or a non-empty array.", "input", "invalid_type")
    if len(inputs) > MOST_INPUTS:
        text = f"Invalid 'input': array too long. Expected at most {MOST_INPUTS}, got {len(inputs)}."
        raise bad_request(text, "input", "array_above_max_length")
    if all(isinstance(text, str) and text for text in inputs):
        return inputs
    if all(_is_tokens(tokens) for tokens in inputs):
        return [tuple(tokens) for tokens in inputs]
    raise bad_request("'$.input' is invalid: an input is empty or of a wrong type.", "input", "invalid_value")


def _is_tokens(raw: Any) -> bool:
    return isinstance(raw, list) and bool(raw) and all(isinstance(token, int) for token in raw)


def _dimensions_of(raw: Any, model: str) -> int:
    most = DIMENSIONS.get(model, DEFAULT_DIMENSIONS)
    if raw is None:
        return most
    if model == "text-embedding-ada-002":
        raise bad_request("This model does not support specifying dimensions.", "dimensions")
    if not isinstance(raw, int) or not 1 <= raw <= most:
        text = f"Invalid value for 'dimensions' = {raw}. Must be between 1 and {most}."
        raise bad_request(text, "dimensions", "invalid_value")
    return raw


def _checked_tokens(texts: list[_Text]) -> int:
    counts = [count_tokens(text) if isinstance(text, str) else len(text) for text in texts]
    if max(counts) > MOST_TOKENS:
        text = f"The maximum context length is {MOST_TOKENS} tokens, however you requested {max(counts)}."
        raise bad_request(text, "input", "context_length_exceeded")
    if sum(counts) > MOST_TOKENS_IN_ALL:
        text = f"Requested {sum(counts)} tokens, max {MOST_TOKENS_IN_ALL} tokens per request"
        raise bad_request(text, "input", "max_tokens_per_request")
    return sum(counts)
