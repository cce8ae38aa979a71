"""What somebody is about to write: a message as its form says, checked by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulators.discord_api.attachments import Upload
from simulators.discord_api.forms.components import problems_of_components
from simulators.discord_api.forms.embeds import problems_of_embeds
from simulators.discord_api.forms.rules import (
    Problem,
    Problems,
    anything,
    boolean,
    each,
    errors_of,
    form,
    integer,
    one_of,
    snowflake,
    string,
    too_long,
)
from simulators.discord_api.interactions.elements import numbered, texts
from simulators.discord_api.mentions import ALL, Allowed, allowed_of
from simulators.discord_api.posts import DEFAULT, IS_COMPONENTS_V2, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS
from simulators.discord_api.refusals import invalid_form, refusal

LONGEST = 2_000
"""Characters (discord.com/developers, "Message Resource", Create Message)."""
LONGEST_NONCE = 25
MOST_FILES = 10
LARGEST_FILE = 10 * 1024 * 1024
"""Bytes, in a guild without boosts (discord.com/developers, "Reference", Uploading Files)."""
SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | IS_COMPONENTS_V2
"""The flags that an app may set when it writes; others are overlooked."""
_ATTACHED = form({"filename": string(1024), "description": string(1024)})
_FIELDS = form(
    {
        "attachments": each(_ATTACHED, MOST_FILES),
        "content": string(LONGEST),
        "flags": integer(0, 1 << 53),
        "tts": boolean,
        "enforce_nonce": boolean,
        "message_reference": form({"message_id": snowflake, "channel_id": snowflake, "type": one_of(0, 1)}),
        "poll": anything,
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is to be written. Only its `reader` is to see it; `extra` are more fields of the message."""

    content: str = ""
    embeds: tuple[dict[str, Any], ...] = ()
    components: tuple[dict[str, Any], ...] = ()
    flags: int = 0
    allowed: Allowed = ALL
    files: tuple[Upload, ...] = ()
    reference: Mapping[str, Any] | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False
    type: int = DEFAULT
    reader: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that is said in it, in components too."""
        return "\n".join((self.content, *texts(self.components)))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not (self.content or self.embeds or self.components or self.files)


def draft_of(
    body: Any, files: Mapping[int, Upload], default: Allowed = ALL, settable: int = SETTABLE
) -> Draft:
    """The message that a form describes, or a refusal (discord.com/developers, "Message Resource", Create Message)."""
    given = checked(body, files)
    draft = Draft(
        content=trimmed(given.get("content")),
        embeds=rich(given.get("embeds")),
        components=tuple(numbered(given.get("components") or ())),
        flags=int(given.get("flags") or 0) & settable,
        allowed=allowed_of(given, default),
        files=attached(given, files),
        reference=given.get("message_reference"),
        nonce=given.get("nonce"),
        enforce_nonce=bool(given.get("enforce_nonce")),
    )
    forwards = draft.reference is not None and draft.reference.get("type") == 1
    if draft.empty and not forwards:
        raise refusal("empty message")
    return draft


def checked(body: Any, files: Mapping[int, Upload], kept: int = 0) -> dict[str, Any]:
    """The form of a message, or a refusal that says what is wrong with it; `kept` are the flags that it had."""
    given = {} if body is None else body
    if not isinstance(given, dict):
        raise invalid_form(errors_of(list(form({})(given, ()))))
    if problems := list(_problems_of(given, kept)):
        raise invalid_form(errors_of(problems))
    if any(len(upload.content) > LARGEST_FILE for upload in files.values()):
        raise refusal("too large")
    if len(files) > MOST_FILES:
        raise invalid_form(errors_of([too_long(MOST_FILES, ("files",))]))
    return given


def trimmed(content: Any) -> str:
    """A text as Discord keeps it: without the spaces around it."""
    return str(content or "").strip()


def rich(embeds: Any) -> tuple[dict[str, Any], ...]:
    """Embeds of an app as they are kept."""
    return tuple({**embed, "type": "rich"} for embed in embeds or ())


def attached(given: Mapping[str, Any], files: Mapping[int, Upload]) -> tuple[Upload, ...]:
    """The files that came with a form, as its `attachments` describe them."""
    listed = given.get("attachments") or ()
    told = {int(one["id"]): one for one in listed if str(one.get("id", "")).isdecimal()}
    return tuple(_described(upload, told.get(place, {})) for place, upload in sorted(files.items()))


def _described(upload: Upload, told: Mapping[str, Any]) -> Upload:
    name = str(told.get("filename") or upload.name)
    return replace(upload, name=name, description=str(told.get("description") or ""))


def _problems_of(given: Mapping[str, Any], kept: int) -> Problems:
    problems = list(_FIELDS(given, ()))
    yield from problems
    if problems:
        return
    v2 = bool((int(given.get("flags") or 0) | kept) & IS_COMPONENTS_V2)
    if given.get("components") is not None:
        yield from problems_of_components(given["components"], v2=v2)
    if given.get("embeds") is not None:
        yield from problems_of_embeds(given["embeds"])
    yield from (legacy(name) for name in ("content", "embeds", "poll") if v2 and given.get(name))
    nonce = given.get("nonce")
    if nonce is not None and (isinstance(nonce, bool) or not isinstance(nonce, str | int)):
        yield Problem(("nonce",), "NONCE_TYPE_COERCE", "Nonce must be a string or an integer.")
    elif len(str(nonce or "")) > LONGEST_NONCE:
        yield too_long(LONGEST_NONCE, ("nonce",))


def legacy(name: str) -> Problem:
    """What a message with components of the second version must not have."""
    message = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
    return Problem((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
