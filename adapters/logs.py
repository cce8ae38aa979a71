"""Logs: one event name and fields a line, as JSON, never to the screen that a conversation is on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import orjson
import structlog

DATA = Path(".parley")
"""Where everything lives that Parley keeps on this machine."""


@contextmanager
def logging_to(folder: Path) -> Iterator[None]:
    """Write the logs of this process to the file of a folder, which only its owner can read."""
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(0, "is a file where a folder belongs; move it away", str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "parley.log"
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8", buffering=1) as stream:
        _log_to(stream)
        yield


@contextmanager
def logging_to_stderr() -> Iterator[None]:
    """Write the logs of this process to its standard error, where hosts collect them."""
    _log_to(sys.stderr)
    yield


class _Libraries(logging.Handler):
    """What libraries log, without their words: those may be a person's, or hold a token."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        where = f"{record.module}:{record.lineno}"
        structlog.get_logger().warning("library", library=record.name, where=where, error=error)


def _log_to(stream: TextIO) -> None:
    root = logging.getLogger()
    if not any(isinstance(each, _Libraries) for each in root.handlers):
        root.addHandler(_Libraries(logging.WARNING))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(
                serializer=lambda event, **_: orjson.dumps(event, default=repr).decode()
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
