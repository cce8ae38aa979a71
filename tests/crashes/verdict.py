"""What is wrong with a turn that was played: nothing, or sentences that say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.crashes.kinds import Kind, answer
from tests.crashes.matrix import Played
from tests.crashes.standing import Standing

_NOTES = {"Stopped.", "Stopped; continue goes on."}
"""What is said below a stopped answer, without its markup."""
_WHISPERED = frozenset({"platform:chat_postEphemeral", "platform:POST /webhooks/{}/{}"})
_NOTED = "redis:journal(post)"


def faults_of(played: Played, pattern: Standing) -> list[str]:
    """All that is wrong; the pattern is what stands when nobody dies."""
    kind, standing = played.kind, played.standing
    faults = [each for life in played.lives for each in life.wrong]
    faults += [f"two posts under {key}" for key in played.doubles]
    if not played.lives[-1].done:
        faults.append("never done")
    if played.asked > kind.asks + played.deaths:
        faults.append(f"the model was asked {played.asked} times")
    if played.asked_in_vain:
        faults.append("the model was asked for an answer that was known")
    if kind.stops:
        faults += _faults_of_stopped(standing, kind, played.asked)
    elif standing not in [*_allowed(pattern, kind, played.asked), *_repeated(pattern, played)]:
        faults.append(f"there stands {standing}")
    return faults


def _allowed(pattern: Standing, kind: Kind, asked: int) -> list[Standing]:
    """With any one of the model's answers, wholly."""
    if not kind.words:
        return [pattern]
    return [pattern.as_answered(kind, number) for number in range(1, asked + 1)]


def _repeated(pattern: Standing, played: Played) -> list[Standing]:
    """With what was said privately said again by each who could not know of it: nobody can read it back.

    In Slack that is all of it, in Discord what is said in answer to an interaction of which everybody was told.
    """
    if not played.kind.private:
        return []
    unknown = [bool(_WHISPERED & life.ended) and _NOTED not in life.ended for life in played.lives]
    return [replace(pattern, posts=pattern.posts * times) for times in range(2, 2 + sum(unknown))]


def _faults_of_stopped(standing: Standing, kind: Kind, asked: int) -> Iterator[str]:
    """What is shown of a stopped answer is what is remembered and paid of it."""
    shown = "".join(post.text for post in standing.posts)
    text, _, note = shown.rpartition("\n\n")
    kept = [[said.rstrip() for _, said, _ in history] for history in standing.histories]
    begun = [answer(number, kind.words).startswith(text) for number in range(1, asked + 1)]
    if _bare(note) not in _NOTES or any(post.private for post in standing.posts) or len(standing.posts) != 1:
        yield f"it does not say that it was stopped: {standing.posts}"
    if any(each != ([text] if text else []) for each in kept) or (text and not any(begun)):
        yield f"shown is {text!r}, remembered {kept}"
    if any(post.growing for post in standing.posts):
        yield f"it seems to go on: {standing.posts}"
    if max(standing.paid) > 1 or (text and min(standing.paid) < 1) or standing.left:
        yield f"there stands {standing}"


def _bare(note: str) -> str:
    return note.strip("_").replace("`", "")
