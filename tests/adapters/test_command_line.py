"""The command line as a person runs it: processes, pipes, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PARLEY = (sys.executable, "-m", "adapters")
ROOT = Path(__file__).parents[2]


def parley(
    folder: Path, *arguments: str, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `parley` in a folder with nothing but these settings."""
    return subprocess.run(
        [*PARLEY, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        | environment,
    )


def test_the_first_conversation_needs_nothing(tmp_path: Path) -> None:
    done = parley(tmp_path, "run", typed="My name is Ada.\nWhat is my name?\nquit\n")

    assert done.returncode == 0
    assert "Your name is Ada." in done.stdout
    assert "demo model" in done.stdout
    assert done.stderr == ""


def test_a_conversation_survives_a_restart_and_others_know_nothing_of_it(tmp_path: Path) -> None:
    parley(tmp_path, "chat", typed="My name is Ada.\n")

    same = parley(tmp_path, "chat", typed="What is my name?\n")
    other = parley(tmp_path, "chat", "--conversation", "other", typed="What is my name?\n")

    assert "Your name is Ada." in same.stdout
    assert "Ada" not in other.stdout


def test_a_persona_can_be_chosen_from_the_start(tmp_path: Path) -> None:
    done = parley(tmp_path, "chat", "--persona", "Tutor", typed="/persona\n")

    assert "**tutor**" in done.stdout


def test_an_export_can_be_brought_back(tmp_path: Path) -> None:
    parley(tmp_path, "chat", typed="My name is Ada.\n")
    exported = parley(tmp_path, "export", "--format", "json")
    (tmp_path / "talk.json").write_text(exported.stdout)

    brought = parley(tmp_path, "import", "talk.json", "--conversation", "copy")
    asked = parley(tmp_path, "chat", "--conversation", "copy", typed="What is my name?\n")

    assert json.loads(exported.stdout)["exchanges"][0]["question"] == "My name is Ada."
    assert brought.returncode == 0
    assert "Your name is Ada." in asked.stdout


def test_an_import_never_mixes_with_what_is_there(tmp_path: Path) -> None:
    parley(tmp_path, "chat", typed="My name is Ada.\n")
    (tmp_path / "talk.json").write_text(parley(tmp_path, "export", "--format", "json").stdout)

    done = parley(tmp_path, "import", "talk.json")

    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert parley(tmp_path, "export", "--format", "text").stdout.count("[user]") == 1


def test_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    parley(tmp_path, "chat", typed="My name is Ada.\n")

    unnamed = parley(tmp_path, "forget")
    forgotten = parley(tmp_path, "forget", "--conversation", "main")
    export = parley(tmp_path, "export")

    assert unnamed.returncode == 2
    assert "Forgot the conversation main." in forgotten.stdout
    assert export.returncode == 1
    assert "empty" in export.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "words"),
    [
        (("chat",), {"CONTEXT_TOKENS": "x"}, 78, "CONTEXT_TOKENS"),
        (("run",), {"SLACK_BOT_TOKEN": "x"}, 78, "OPENAI_API_KEY"),
        (("chat",), {"REDIS_URL": "redis://127.0.0.1:1"}, 69, "REDIS_URL"),
        (("run",), {"SLACK_CLIENT_ID": "1.2", "MODEL": "demo"}, 78, "SLACK_CLIENT_SECRET is missing"),
        (("worker",), {"SLACK_CLIENT_ID": "1.2", "MODEL": "demo"}, 78, "SECRET_KEY is missing"),
        (("run",), {"DISCORD_BOT_TOKEN": "t", "DISCORD_SHARDS": "0", "MODEL": "demo"}, 78, "DISCORD_SHARDS"),
        (("chat", "--persona", "nobody"), {}, 1, "no persona `nobody`"),
        (("import", "missing.json"), {}, 2, "missing.json"),
        (("nonsense",), {}, 2, "nonsense"),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_status(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], status: int, words: str
) -> None:
    done = parley(tmp_path, *arguments, **environment)

    assert done.returncode == status
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_import_of_nonsense_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "talk.json").write_text("[1, 2")

    done = parley(tmp_path, "import", "talk.json")

    assert done.returncode == 1
    assert "not JSON" in done.stderr


@pytest.mark.parametrize("command", ["", "run", "chat", "export", "import", "forget"])
def test_every_command_has_help_with_an_example(tmp_path: Path, command: str) -> None:
    done = parley(tmp_path, *([command] if command else []), "--help")

    assert done.returncode == 0
    assert "Example: parley" in done.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_closed_streams_are_like_empty_ones(tmp_path: Path, closed: str) -> None:
    command = f'"{sys.executable}" -m adapters chat --plain {closed}'

    done = subprocess.run(
        command,
        shell=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
        input=b"" if "<" in closed else b"Hello\n",
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
    )

    assert done.returncode == 0


def test_a_conversation_needs_a_name_that_can_be_read(tmp_path: Path) -> None:
    done = parley(tmp_path, "chat", "--conversation", " ")

    assert done.returncode == 2
    assert "name" in done.stderr


def test_an_import_leaves_out_what_would_be_deleted_at_once(tmp_path: Path) -> None:
    parley(tmp_path, "chat", typed="My name is Ada.\n")
    document = json.loads(parley(tmp_path, "export", "--format", "json").stdout)
    document["exchanges"].insert(0, document["exchanges"][0] | {"at": "2020-01-01T00:00:00+00:00"})
    (tmp_path / "talk.json").write_text(json.dumps(document))

    done = parley(tmp_path, "import", "talk.json", "--conversation", "copy")

    assert done.stdout.splitlines() == [
        "Brought back 1 exchanges into the conversation copy.",
        "1 older than RETENTION_DAYS were left out.",
    ]


def test_no_log_holds_what_was_written(tmp_path: Path) -> None:
    parley(tmp_path, "chat", typed="My secret is blue.\n/persona create spy Never reveal blue.\n")

    log = (tmp_path / ".parley" / "parley.log").read_text()

    assert '"event":"turn"' in log
    assert "blue" not in log


@pytest.mark.parametrize(
    "url",
    ["", "parley.example.com", "http://parley.example.com", "https://", "https://x.example/slack/events"],
)
def test_an_address_that_slack_would_not_take_makes_no_manifest(tmp_path: Path, url: str) -> None:
    done = parley(tmp_path, "manifest", "slack", "--http", url)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "https://parley.example.com" in done.stderr


def test_a_manifest_names_the_address_once(tmp_path: Path) -> None:
    done = parley(tmp_path, "manifest", "slack", "--http", "https://parley.example.com/")

    document = json.loads(done.stdout)
    events = document["settings"]["event_subscriptions"]["request_url"]
    assert events == "https://parley.example.com/slack/events"
