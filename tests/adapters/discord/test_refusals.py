"""What Discord's answers mean: whatever it says, it becomes something, or an error of ours."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from adapters.discord.rest.refusals import USUAL_BAN, USUAL_WAIT, Answer, Refused, content_of, limited_of
from bot.errors import PlatformBusy, PlatformError, PlatformUnclear

PAGE = b"<html><title>Access denied | discord.com used Cloudflare to restrict access</title>"
TOO_LONG = {
    "message": "Invalid Form Body",
    "code": 50035,
    "errors": {
        "content": {
            "_errors": [
                {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."},
            ]
        },
        "components": {
            "0": {"_errors": [{"code": "ENUM_TYPE_COERCE", "message": 'Value "secret" is wrong.'}]}
        },
    },
}


def answered(status: int, said: Any = None, **headers: str) -> Answer:
    body = said if isinstance(said, bytes) else orjson.dumps(said)
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def error_of(answer: Answer) -> PlatformError:
    with pytest.raises(PlatformError) as told:
        content_of(answer)
    return told.value


def test_an_answer_brings_what_its_json_says() -> None:
    assert content_of(answered(200, {"id": "1"})) == {"id": "1"}


def test_an_answer_without_a_body_brings_nothing() -> None:
    assert content_of(answered(204, b"")) is None


@pytest.mark.parametrize("body", [b"{nonsense", PAGE, b"\xff\xfe", b"\x1f\x8b"])
def test_an_answer_that_is_no_json_is_unclear(body: bytes) -> None:
    assert isinstance(error_of(answered(200, body)), PlatformUnclear)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 524, 301, 302, 101])
@pytest.mark.parametrize("body", [b"", PAGE, b'{"message": "Unknown Channel", "code": 10003}'])
def test_a_failure_of_the_server_is_unclear_whatever_it_says(status: int, body: bytes) -> None:
    assert isinstance(error_of(answered(status, body)), PlatformUnclear)


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (400, 50006, "Cannot send an empty message"),
        (403, 50013, "Missing Permissions"),
        (404, 10008, "Unknown Message"),
        (400, 160004, "A thread has already been created for this message"),
    ],
)
def test_a_refusal_has_the_code_and_the_words_of_discord(status: int, code: int, message: str) -> None:
    told = error_of(answered(status, {"message": message, "code": code}))

    assert isinstance(told, Refused)
    assert (told.code, told.status) == (code, status)
    assert str(told) == f"{code} {message}"


def test_a_refused_token_has_no_code() -> None:
    told = error_of(answered(401, {"message": "401: Unauthorized", "code": 0}))

    assert isinstance(told, Refused)
    assert (told.code, told.status, str(told)) == (0, 401, "401: Unauthorized")


@pytest.mark.parametrize("body", [b"", PAGE, b"[1]", b"null", b'{"code": "text", "message": null}'])
def test_a_refusal_that_says_nothing_is_one_all_the_same(body: bytes) -> None:
    told = error_of(answered(403, body))

    assert isinstance(told, Refused)
    assert (told.code, told.status, str(told)) == (0, 403, "answered 403")


def test_of_a_form_the_wrong_fields_are_named_but_not_what_is_in_them() -> None:
    told = str(error_of(answered(400, TOO_LONG)))

    assert told == "50035 Invalid Form Body: content BASE_TYPE_MAX_LENGTH, components.0 ENUM_TYPE_COERCE"
    assert "secret" not in told


def test_very_many_wrong_fields_are_told_shortly() -> None:
    errors = {f"field{number}" * 20: {"_errors": [{"code": "X"}]} for number in range(100)}

    told = error_of(answered(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors}))

    assert len(str(told)) <= 200


@pytest.mark.parametrize(
    ("said", "headers", "seconds", "scope"),
    [
        ({"message": "", "retry_after": 0.65, "global": False}, {}, 0.65, "user"),
        ({"retry_after": 2, "global": True}, {"Retry_After": "3"}, 2.0, "global"),
        ({"retry_after": 2.5}, {"X_RateLimit_Global": "true"}, 2.5, "global"),
        ({"retry_after": 2.5}, {"X_RateLimit_Scope": "global"}, 2.5, "global"),
        ({"retry_after": 2.5}, {"X_RateLimit_Scope": "shared"}, 2.5, "shared"),
        ({"retry_after": 2.5}, {"X_RateLimit_Scope": "user"}, 2.5, "user"),
        ({"retry_after": "soon"}, {"Retry_After": "4"}, 4.0, "user"),
        ({"retry_after": -1}, {}, USUAL_WAIT, "user"),
        ({"retry_after": 0}, {}, USUAL_WAIT, "user"),
        ({"code": 20028, "message": "Slow down"}, {}, USUAL_WAIT, "user"),
        (PAGE, {"Retry_After": "1800"}, 1800.0, "address"),
        (PAGE, {}, USUAL_BAN, "address"),
        (b"", {"Retry_After": "nan"}, USUAL_BAN, "address"),
        ({"code": 0, "message": "You are being blocked."}, {"Retry_After": "90"}, 90.0, "address"),
    ],
)
def test_a_limit_is_busy_for_as_long_as_it_says(
    said: Any, headers: dict[str, str], seconds: float, scope: str
) -> None:
    answer = answered(429, said, **headers)

    told, limited = error_of(answer), limited_of(answer)

    assert isinstance(told, PlatformBusy)
    assert told.retry_after == seconds
    assert limited
    assert limited.scope == scope


def test_too_many_edits_of_an_old_message_are_refused_for_good_although_it_looks_like_a_limit() -> None:
    said = {"message": "Maximum number of edits to messages older than 1 hour reached.", "code": 30046}

    told = error_of(answered(429, said))

    assert isinstance(told, Refused)
    assert told.code == 30046
    assert limited_of(answered(429, said)) is None


@pytest.mark.parametrize(("retry_after", "seconds"), [(2.5, 2.5), (0, USUAL_WAIT)])
def test_a_search_for_which_discord_is_not_ready_is_busy(retry_after: float, seconds: float) -> None:
    said = {"message": "Index not yet available.", "code": 110000, "retry_after": retry_after}

    told = error_of(answered(202, said))

    assert isinstance(told, PlatformBusy)
    assert told.retry_after == seconds
