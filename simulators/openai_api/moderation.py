"""The moderation endpoint: a short list of words, judged the same way every time."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from simulators.openai_api.errors import ApiError, bad_request

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
IMAGE_CATEGORIES = frozenset(
    name for name in CATEGORIES if name.startswith(("self-harm", "violence")) or name == "sexual"
)
FLAGGED_WORDS: Mapping[str, tuple[str, ...]] = {
    "kill you": ("violence", "harassment", "harassment/threatening"),
    "kill them": ("violence",),
    "beat you up": ("violence", "harassment", "harassment/threatening"),
    "you idiot": ("harassment",),
    "hurt myself": ("self-harm", "self-harm/intent"),
    "kill myself": ("self-harm", "self-harm/intent"),
    "how do i hurt myself": ("self-harm/instructions",),
    "i hate all foreigners": ("hate",),
    "build a bomb": ("illicit", "illicit/violent"),
    "how to shoplift": ("illicit",),
    "explicit sex": ("sexual",),
    "tear him to pieces": ("violence", "violence/graphic"),
}
"""Phrases that are flagged, in lower case, with their categories."""
_WORD = re.compile(r"[^\W_]+")
_SURE, _UNLIKELY = 0.9, 0.001
_THOUSANDTHS = 1000


@dataclass(frozen=True, slots=True)
class _Input:
    """One thing to judge: text, an image's address, or both."""

    text: str
    images: tuple[str, ...] = ()


def moderate(body: Mapping[str, Any], model: str, words: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The endpoint's answer: one result for each string, one for all multi-modal parts together."""
    for field in sorted(body.keys() - {"model", "input"}):
        raise bad_request(f"Unknown parameter: '{field}'.", field, "unknown_parameter")
    old = model.startswith("text-moderation")
    inputs = _inputs_of(body.get("input"))
    if old and any(one.images for one in inputs):
        raise bad_request("Image inputs are not supported by this model.", "input", "unsupported_value")
    results = [_result(one, words, old=old) for one in inputs]
    name = f"{crc32(repr(inputs).encode()):08x}"
    return {"id": f"modr-{name}", "model": model, "results": results}


def _inputs_of(raw: Any) -> list[_Input]:
    if isinstance(raw, str) and raw:
        return [_Input(raw)]
    if isinstance(raw, list) and raw and all(isinstance(text, str) and text for text in raw):
        return [_Input(text) for text in raw]
    if isinstance(raw, list) and raw and all(isinstance(part, dict) for part in raw):
        return [_multi_modal(raw)]
    text = "expected a string, an array of strings, or an array of objects, none of them empty."
    raise bad_request(f"Invalid 'input': {text}", "input", "invalid_type")


def _multi_modal(parts: Iterable[Mapping[str, Any]]) -> _Input:
    texts, images = [], []
    for place, part in enumerate(parts):
        image = part.get("image_url")
        if part.get("type") == "text" and isinstance(part.get("text"), str):
            texts.append(part["text"])
        elif (
            part.get("type") == "image_url" and isinstance(image, dict) and isinstance(image.get("url"), str)
        ):
            images.append(image["url"])
        else:
            raise bad_request(f"Invalid value: 'input[{place}]'.", f"input[{place}]", "invalid_value")
    if len(images) > 1:
        text = f"Invalid 'input': at most 1 image is allowed in a request, but got {len(images)}."
        raise bad_request(text, "input", "too_many_images")
    return _Input("\n".join(texts), tuple(images))


def _result(one: _Input, words: Mapping[str, Sequence[str]], *, old: bool) -> dict[str, Any]:
    in_text = _flagged_in_text(one.text, words)
    in_image = {name for url in one.images for name in _flagged_in_image(url)}
    flagged = in_text | in_image
    categories: dict[str, bool | None] = {name: name in flagged for name in CATEGORIES}
    scores: dict[str, float | None] = {
        name: _score(one, name, flagged=name in flagged) for name in CATEGORIES
    }
    if old:
        # The models before omni-moderation know no illicit content, and the client's types allow null.
        categories |= {"illicit": None, "illicit/violent": None}
        scores |= {"illicit": None, "illicit/violent": None}
    return {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": scores,
        "category_applied_input_types": {name: _applied(one, name) for name in CATEGORIES},
    }


def _flagged_in_text(text: str, words: Mapping[str, Sequence[str]]) -> set[str]:
    plain = _plain(text)
    return {name for phrase, names in words.items() if _plain(phrase) in plain for name in names}


def _plain(text: str) -> str:
    """Lower-case words between single blanks, so that a phrase is found only as whole words."""
    words = " ".join(_WORD.findall(text.lower()))
    return f" {words} "


def _flagged_in_image(url: str) -> set[str]:
    data = _bytes_of(url)
    return {name for name in IMAGE_CATEGORIES if name.encode() in data}


def _bytes_of(url: str) -> bytes:
    """What an image contains; of one on the web the address stands for it, since nothing is fetched."""
    if url.startswith(("http://", "https://")):
        return url.encode()
    header, comma, data = url.partition(",")
    if not (comma and header.startswith("data:image/") and header.endswith(";base64")):
        raise _bad_image()
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise _bad_image() from None


def _bad_image() -> ApiError:
    return bad_request(
        "Invalid image_url: expected an address or a base64 data URL.", "input", "invalid_image_url"
    )


def _score(one: _Input, name: str, *, flagged: bool) -> float:
    noise = crc32(f"{name}:{one.text}".encode()) % _THOUSANDTHS / _THOUSANDTHS
    return round(_SURE + noise * (1 - _SURE), 6) if flagged else round(noise * _UNLIKELY, 9)


def _applied(one: _Input, name: str) -> list[str]:
    text = ["text"] if one.text else []
    return text + (["image"] if one.images and name in IMAGE_CATEGORIES else [])
