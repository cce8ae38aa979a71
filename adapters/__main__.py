"""The command line: `parley`, or `python -m adapters`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
import orjson

from adapters.completeness import require_platforms
from adapters.logs import logging_to_stderr
from adapters.running import EX_CONFIG, run_to_end
from adapters.settings import Settings, SettingsError, misspelt, read_settings

F = TypeVar("F", bound=Callable[..., Any])


def _settings(*, complete: bool = True) -> Settings:
    for sentence in misspelt():
        click.echo(f"parley: {sentence}", err=True)
    try:
        settings = read_settings()
        if complete:
            settings.require_model()
            require_platforms(settings)
    except SettingsError as error:
        for sentence in error.args:
            click.echo(f"parley: {sentence}", err=True)
        sys.exit(EX_CONFIG)
    return settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="parley", prog_name="parley")
def main() -> None:
    """Parley, an AI teammate that your team hosts itself.

    Settings come from the environment or the file .env; .env.example explains them all. Without any, the demo
    model answers, and memory is kept in the folder .parley.

    Example: parley chat
    """


def _name(context: click.Context, parameter: click.Parameter, value: str) -> str:
    del context, parameter
    if not value.strip() or not value.isprintable():
        raise click.BadParameter("a name needs letters that can be printed.")
    return value


def _conversation(**options: Any) -> Callable[[F], F]:
    return click.option(
        "--conversation", "name", metavar="NAME", callback=_name, help="Which conversation.", **options
    )


conversation = _conversation(default="main", show_default=True)


@main.command()
@click.option(
    "--no-worker", is_flag=True, help="Only listen; `parley worker` answers, in processes of its own."
)
def run(*, no_worker: bool) -> None:
    """Run Parley on every configured platform, or in the terminal if there is none.

    Example: parley run
    """
    settings = _settings()
    if settings.platforms:
        _serve(settings, working=not no_worker)
    if no_worker:
        click.echo("parley: there is no platform to listen to; leave --no-worker out to talk here.", err=True)
        sys.exit(EX_CONFIG)
    _chat(settings, "main", None, plain=False)


def _serve(settings: Settings, *, listening: bool = True, working: bool = True) -> None:
    from adapters.connections import opening  # noqa: PLC0415 - its imports are that of a service alone
    from adapters.service import Workload, serve  # noqa: PLC0415

    load = Workload() if working else None
    run_to_end(serve(settings, opening(settings), listening=listening, working=load), logging_to_stderr())


@main.command()
@click.option("--parked", is_flag=True, help="List the messages that were put aside after three attempts.")
@click.option(
    "--retry", metavar="ID", multiple=True, help="With --parked: answer this one after all, or `all`."
)
@click.option("--drop", metavar="ID", multiple=True, help="With --parked: forget this one, or `all`.")
def worker(retry: tuple[str, ...], drop: tuple[str, ...], *, parked: bool) -> None:
    """Answer what other processes take in: `parley run --no-worker` listens, any number of workers answer.

    \b
    Example: parley worker
             parley worker --parked --retry all
    """  # noqa: D301 - click's own mark for lines that stay as they are
    if (retry or drop) and not parked:
        raise click.UsageError("--retry and --drop go with --parked.")
    settings = _settings()
    if parked:
        from adapters.parking import look_after_parked  # noqa: PLC0415

        run_to_end(look_after_parked(settings, retry, drop))
    if not settings.platforms:
        click.echo("parley: no platform is configured, so there is nothing to answer.", err=True)
    _serve(settings, listening=False)


@main.command()
def feedback() -> None:
    """List what people thought of answers: their thumbs, and their reasons.

    Example: parley feedback
    """
    from adapters.feedback import print_feedback  # noqa: PLC0415 - as above

    run_to_end(print_feedback(_settings(complete=False)))


def _public(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    del context, parameter
    if value is None:
        return None
    parts = urlsplit(value.strip())
    if parts.scheme != "https" or not parts.hostname or " " in value or parts.path not in {"", "/"}:
        raise click.BadParameter(
            "it begins with https:// and has no path, as in https://parley.example.com; Slack takes nothing else."
        )
    return f"https://{parts.netloc}"


@main.group(name="manifest")
def manifest_() -> None:
    """Print what a platform must know of the app."""


@manifest_.command()
@click.option(
    "--http",
    "url",
    metavar="URL",
    callback=_public,
    help="Where Slack reaches Parley, such as https://parley.example.com; without it, Socket Mode.",
)
def slack(url: str | None) -> None:
    """Print the manifest of the Slack app, for api.slack.com/apps, From a manifest.

    Example: parley manifest slack --http https://parley.example.com
    """
    from adapters.slack.manifest import manifest  # noqa: PLC0415 - as above

    document = manifest(_settings(complete=False).slack_command_prefix, url)
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


@main.group()
def invite() -> None:
    """Print the link that lets a bot into a server."""


@invite.command(name="discord")
def invite_discord() -> None:
    """Print the link that lets the Discord bot into a server, with the permissions that it uses.

    Example: parley invite discord
    """
    from adapters.inviting import print_invitation  # noqa: PLC0415 - as above

    run_to_end(print_invitation(_settings(complete=False)))


@main.command()
@conversation
@click.option("--persona", metavar="P", help="Answer as this persona from now on.")
@click.option("--plain", is_flag=True, help="Plain text, as it is without a terminal.")
def chat(name: str, persona: str | None, *, plain: bool) -> None:
    """Talk in the terminal.

    Example: parley chat --persona tutor --conversation maths
    """
    _chat(_settings(), name, persona, plain=plain)


def _chat(settings: Settings, name: str, persona: str | None, *, plain: bool) -> None:
    from adapters.chat import converse  # noqa: PLC0415 - its imports are this command's alone

    run_to_end(converse(settings, name, persona, plain=plain))


@main.command()
@conversation
@click.option(
    "--format", "form", type=click.Choice(["markdown", "text", "json"]), default="markdown", show_default=True
)
def export(name: str, form: str) -> None:
    """Print a conversation as a document.

    Example: parley export --conversation maths --format json > maths.json
    """
    from adapters.documents import print_export  # noqa: PLC0415

    run_to_end(print_export(_settings(), name, form))


@main.command(name="import")
@conversation
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(name: str, file: Path) -> None:
    """Bring back a conversation from FILE, which `export --format json` wrote.

    Example: parley import --conversation maths maths.json
    """
    from adapters.documents import bring_back  # noqa: PLC0415

    run_to_end(bring_back(_settings(), name, file))


@main.command()
@_conversation(required=True)
def forget(name: str) -> None:
    """Delete a conversation and its sums for good.

    Example: parley forget --conversation maths
    """
    from adapters.documents import forget_all  # noqa: PLC0415

    run_to_end(forget_all(_settings(), name))


if __name__ == "__main__":
    main(prog_name="parley")
