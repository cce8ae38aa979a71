"""A command, run to its end: what goes wrong is one line, and the exit status tells of it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from contextlib import AbstractContextManager
from typing import Any

import click

from adapters.logs import DATA, logging_to
from adapters.settings import SettingsError
from bot.errors import ParleyError, StoreError

EX_UNAVAILABLE = 69
EX_CONFIG = 78
"""Exit statuses as sysexits.h names them: a service is missing; a setting is wrong."""


def run_to_end(main: Coroutine[Any, Any, int], logging: AbstractContextManager[None] | None = None) -> None:
    """Run to the end and exit with its status; whatever a person can cure is one line."""
    _open_closed_streams()
    try:
        with logging or logging_to(DATA):
            status = _loop(main)
    except SettingsError as error:
        click.echo(f"parley: {error}", err=True)
        status = EX_CONFIG
    except StoreError as error:
        click.echo(f"parley: {error.notice} REDIS_URL says where it is.", err=True)
        status = EX_UNAVAILABLE
    except ParleyError as error:
        click.echo(f"parley: {error.notice}", err=True)
        status = 1
    except OSError as error:
        click.echo(f"parley: {error.strerror or error}: {error.filename or 'the output'}", err=True)
        status = 1
    except KeyboardInterrupt:
        status = 130
    finally:
        main.close()  # in case it never began
    sys.exit(status)


def _open_closed_streams() -> None:
    """Give the numbers of closed standard streams to nothing, or the next socket gets one and libuv aborts."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _loop(main: Coroutine[Any, Any, int]) -> int:
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return asyncio.run(main)
    return uvloop.run(main)
