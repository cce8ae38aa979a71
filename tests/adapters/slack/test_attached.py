"""What the files of an event are, as far as the event tells."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.attachments.kinds import MOST
from adapters.slack.payloads.attached import files_in
from adapters.slack.payloads.events import message_in
from bot.messages import File
from tests.adapters.slack.payloads import BOT, payload

ADDRESS = "https://files.slack.com/files-pri/T0PARLEY1-F0NOTES/download/notes.txt"


def shared(**changes: Any) -> File:
    """A file of a message, with these things said of it."""
    described = payload("file_share")["event"]["files"][0] | changes
    [file] = files_in({"files": [described]})
    return file


def test_a_message_brings_what_is_said_of_its_files() -> None:
    message = message_in(payload("file_share"), BOT)

    assert message
    assert message.files == (File("notes.txt", "text/plain", 11, ADDRESS),)


@pytest.mark.parametrize(
    ("mimetype", "filetype"),
    [
        ("text/plain", "text"),
        ("text/csv", "csv"),
        ("application/json", "json"),
        ("application/ld+json", "json"),
        ("image/svg+xml", "svg"),
        ("application/x-yaml", "yaml"),
        ("application/octet-stream", "rust"),
        ("", "python"),
        ("text/x-python-script", "python"),
        ("image/png", "png"),
        ("image/webp", "webp"),
    ],
)
def test_texts_and_pictures_are_to_be_read(mimetype: str, filetype: str) -> None:
    assert shared(mimetype=mimetype, filetype=filetype).unread == ""


@pytest.mark.parametrize(
    ("mimetype", "reason"),
    [
        ("video/mp4", "a video"),
        ("audio/mpeg", "a recording"),
        ("application/pdf", "a PDF"),
        ("application/zip", "an archive"),
        ("application/vnd.slack-docs", "a canvas"),
        ("image/heic", "a picture of a kind that I can't see"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "a document of an office program",
        ),
        ("application/octet-stream", "neither a text nor a picture"),
        ("", "neither a text nor a picture"),
    ],
)
def test_what_cannot_be_read_is_called_by_its_kind(mimetype: str, reason: str) -> None:
    assert shared(mimetype=mimetype, filetype="binary").unread == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": 200_001}, "larger than 200 kB"),
        ({"size": 5_000_001, "mimetype": "image/png"}, "larger than 5 MB"),
        ({"mode": "tombstone"}, "it was deleted"),
        ({"mode": "external"}, "it is kept outside of Slack"),
        ({"is_external": True}, "it is kept outside of Slack"),
        ({"mode": "hidden_by_limit"}, "Slack hides it, since the workspace is over its limit"),
        ({"file_access": "access_denied"}, "I may not see it"),
        ({"url_private": "", "url_private_download": ""}, "Slack does not say where it is"),
    ],
)
def test_what_is_not_to_be_had_says_why(changes: dict[str, Any], reason: str) -> None:
    assert shared(**changes).unread == reason


def test_of_a_file_that_slack_does_not_describe_only_its_id_is_known() -> None:
    told = {"id": "F1", "mode": "file_access", "file_access": "check_file_info", "created": 0, "user": ""}

    [file] = files_in({"files": [told]})

    assert file == File("", url="slack-file:F1")


def test_of_very_many_files_the_first_are_read() -> None:
    files = files_in({"files": payload("file_share")["event"]["files"] * (MOST + 2)})

    assert [file.unread for file in files] == [""] * MOST + ["only 10 of a message are read"] * 2


def test_an_endless_name_is_cut() -> None:
    assert len(shared(name="x" * 10_000).name) == 200
