"""`files.info`, and uploading in three steps (https://docs.slack.dev/messaging/working-with-files#upload)."""

from typing import Any

from simulators.slack_api.channels import Channel
from simulators.slack_api.files import File, described, mimetype_of
from simulators.slack_api.markup import normal
from simulators.slack_api.methods.chat import published
from simulators.slack_api.methods.invocation import Answer, Invocation
from simulators.slack_api.posts import Post
from simulators.slack_api.refusals import Refusal, invalid_arguments

_MOST_CHANNELS = 100


def info(invocation: Invocation) -> Answer:
    """What a file is (https://docs.slack.dev/reference/methods/files.info)."""
    file = invocation.team.files.get(invocation.arguments.needed("file"))
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    return {"file": _shown(invocation, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def upload_url(invocation: Invocation) -> Answer:
    """Where to hand a file over (https://docs.slack.dev/reference/methods/files.getUploadURLExternal)."""
    arguments, team = invocation.arguments, invocation.team
    name, length = arguments.needed("filename"), arguments.number("length", 0)
    if length <= 0:
        raise Refusal("missing_argument")
    file = File(team.id, team.bot_user_id, name, mimetype_of(name), length=length)
    team.files[file.id] = file
    url = f"{team.site.base_url}/upload/v1/{team.id}/{file.id}/{file.secret}"
    return {"upload_url": url, "file_id": file.id}


def complete(invocation: Invocation) -> Answer:
    """Share files that were handed over (https://docs.slack.dev/reference/methods/files.completeUploadExternal)."""
    files = [_uploaded(invocation, item) for item in _items(invocation)]
    channels = _channels(invocation)
    threads = [invocation.thread(channel) for channel in channels]
    for file in files:
        file.complete = True
    for channel, thread in zip(channels, threads, strict=True):
        _share(invocation, channel, thread, files)
    return {"files": [_shown(invocation, file) for file in files]}


def _items(invocation: Invocation) -> list[dict[str, Any]]:
    items = invocation.arguments.structure("files")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise invalid_arguments("missing required field: files")
    return items


def _uploaded(invocation: Invocation, item: dict[str, Any]) -> File:
    file = invocation.team.files.get(str(item.get("id", "")))
    if file is None or not file.uploaded or file.complete:
        raise Refusal("file_not_found")
    file.title = str(item.get("title") or file.name)
    return file


def _channels(invocation: Invocation) -> list[Channel]:
    """The channels to share in, none at all if the files stay private."""
    arguments = invocation.arguments
    keys = [arguments.text("channel_id"), *arguments.text("channels").split(",")]
    names = [key for key in keys if key]
    if len(names) > _MOST_CHANNELS:
        raise Refusal("channels_limit_exceeded")
    return [_joined(invocation, name) for name in names]


def _joined(invocation: Invocation, name: str) -> Channel:
    channel = invocation.team.channels.get(name)
    if channel is None:
        raise Refusal("channel_not_found")
    if invocation.team.bot_user_id not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _share(invocation: Invocation, channel: Channel, thread: str | None, files: list[File]) -> None:
    team = invocation.team
    fields = {
        **team.as_app(),
        "subtype": "file_share",
        "text": normal(invocation.arguments.text("initial_comment")),
        "files": [described(file, team.site.base_url) for file in files],
        "upload": True,
        "display_as_bot": False,
    }
    post = team.add(channel, fields, thread)
    post.unfurls = True
    for file in files:
        file.shares.append((channel.id, post.ts))
    published(team, channel, post)


def _shown(invocation: Invocation, file: File) -> dict[str, Any]:
    team = invocation.team
    shares: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for key, ts in file.shares:
        post = team.channels[key].find(ts)
        if post is not None:
            where = "public" if team.channels[key].kind == "channel" else "private"
            shares.setdefault(where, {}).setdefault(key, []).append(
                _share_of(post, team.channels[key], team.id)
            )
    return {
        **described(file, team.site.base_url),
        "shares": shares,
        "channels": [key for key, _ in file.shares],
    }


def _share_of(post: Post, channel: Channel, team: str) -> dict[str, Any]:
    share = {"ts": post.ts, "channel_name": channel.name, "team_id": team}
    return share if post.thread is None else {**share, "thread_ts": post.thread}
