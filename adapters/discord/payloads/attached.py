"""The files of a message: what each is, where it lies, and whether it is one that can be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.attachments.kinds import LONGEST_NAME, UNTOLD, first_of, reason_against, unread
from bot.messages import File

_SCRIPTS = frozenset({"video/mp2t", "video/vnd.dlna.mpeg-tts"})
"""What files of TypeScript are taken for, whose names end as those of a kind of video do."""
_ENDINGS = frozenset(
    """
    adoc astro bash bat bib c cc cfg clj cljs cmake cmd conf cpp cs css csv cxx dart diff env erl ex exs fish fs
    gitignore go gradle graphql groovy h hcl hpp hrl hs htm html ini ipynb java jl js json jsonl jsx kt kts less lisp
    log lua m md mdx mjs ml ndjson nim nix patch php pl pm po properties proto ps1 py pyi r rb rs rst sass scala scm
    scss sh sol sql srt svelte swift tcl tex tf tfvars toml ts tsv tsx txt v vb vim vtt vue xml yaml yml zig zsh
    """.split()  # noqa: SIM905 - words
)
"""How the names of texts end; for many of them Discord tells no media type."""
_NAMES = frozenset({"dockerfile", "gemfile", "jenkinsfile", "license", "makefile", "procfile", "readme"})


def files_in(data: Mapping[str, Any]) -> tuple[File, ...]:
    """The files of a message, with the reasons of those that are not to be read."""
    return first_of([file_of(each) for each in data.get("attachments") or ()])


def file_of(described: Mapping[str, Any]) -> File:
    """A file as Discord describes it (discord.com/developers, "Message", "Attachment Structure")."""
    file = File(
        name=_name_of(described)[:LONGEST_NAME],
        type=_type_of(described),
        size=int(described.get("size") or 0),
        url=str(described.get("url") or ""),
    )
    return unread(file, reason_against(file) if file.url else "Discord does not say where it is")


def _name_of(described: Mapping[str, Any]) -> str:
    """Its name as the person wrote it: where there are letters that Discord leaves out of names, that is its title."""
    name, title = str(described.get("filename") or ""), str(described.get("title") or "")
    _, dot, ending = name.rpartition(".")
    if not title or not dot or title.lower().endswith(f".{ending.lower()}"):
        return title or name
    return f"{title}.{ending}"


def _type_of(described: Mapping[str, Any]) -> str:
    kind = str(described.get("content_type") or "").partition(";")[0].strip().lower()
    stem, _, ending = str(described.get("filename") or "").lower().rpartition(".")
    if kind in UNTOLD and (ending in _ENDINGS or (not stem and ending in _NAMES)):
        return f"text/x-{ending}"
    # A video has a width.
    return "text/x-typescript" if kind in _SCRIPTS and not described.get("width") else kind
