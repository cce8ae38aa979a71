"""Runs every benchmark in a process of its own, prints a table and writes `bench.json`."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import click
import structlog
import uvloop

from benchmarks import discord, mailbox, memory, slack, startup, turns
from benchmarks.rig import Figure

BENCHMARKS = {
    "overhead": turns.overhead,
    "hundred": turns.hundred,
    "thousand": turns.thousand,
    "growth": memory.growth,
    "cache": memory.cache,
    "startup": startup.first_prompt,
    "waiting": mailbox.waiting,
    "no-ops": mailbox.no_ops,
    "scaling": mailbox.scaling,
    "slack-burst": slack.burst,
    "slack-first-words": slack.first_words,
    "slack-acknowledged": slack.acknowledged,
    "discord-burst": discord.burst,
    "discord-crowd": discord.crowd,
    "discord-limited": discord.limited,
    "discord-first-words": discord.first_words,
    "discord-idle": discord.idle,
    "discord-restarts": discord.restarts,
}


@click.command()
@click.argument("name", required=False, type=click.Choice(list(BENCHMARKS)))
def main(name: str | None) -> None:
    """Run all benchmarks, or the one called NAME, whose figures are printed as JSON."""
    if name:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        figures = uvloop.run(BENCHMARKS[name]())
        print(json.dumps([asdict(figure) for figure in figures]))
        return
    figures = [figure for each in BENCHMARKS for figure in _alone(each)]
    for figure in figures:
        print(f"{figure.name:<46} {figure.value:>9.2f} {figure.unit:<6} {_judged(figure)}")
    report = [asdict(figure) | {"met": figure.met} for figure in figures]
    Path("bench.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _judged(figure: Figure) -> str:
    if figure.target is None:
        return ""
    target = f"{'≥' if figure.at_least else '≤'} {figure.target:g} {figure.unit}"
    return f"{target:<14} {'met' if figure.met else 'MISSED'}"


def _alone(name: str) -> list[Figure]:
    command = [sys.executable, "-m", "benchmarks", name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [Figure(**figure) for figure in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    main()
