"""Saying something by hand to an app that runs, and seeing what stands there.

`curl --data-raw 'What is a lighthouse?' http://127.0.0.1:8400/say/Ada/general`, `curl http://127.0.0.1:8400/see/general`;
`@Parley` calls the app, and the channel `@Ada` is her direct messages.
"""

from collections.abc import Iterator
from http import HTTPStatus

from aiohttp import web

from simulators.discord_api.channels import Channel
from simulators.discord_api.guilds import Guild
from simulators.discord_api.posts import Seen


async def say(guild: Guild, request: web.Request) -> web.Response:
    """Have somebody say something; the answer is its id."""
    app = guild.world.app
    text = (await request.text()).replace(f"@{app.name}", app.user.mention)
    person = guild.person(request.match_info["person"])
    try:
        said = await person.says(text, _place(guild, request.match_info["channel"]))
    except ValueError as error:
        return web.Response(status=HTTPStatus.BAD_REQUEST, text=f"{error}\n")
    return web.Response(text=f"{said}\n")


async def see(guild: Guild, request: web.Request) -> web.Response:
    """All that stands in a channel, with its threads."""
    return web.Response(text="\n".join(_told(_place(guild, request.match_info["channel"]), "")) + "\n")


def _place(guild: Guild, name: str) -> Channel:
    if name.startswith("@"):
        return guild.person(name[1:]).dm
    return guild.channel(name)


def _told(channel: Channel, indent: str) -> Iterator[str]:
    for seen in channel.screen():
        yield from _lines(seen, indent)
        thread = channel.thread_of(seen.id)
        if thread is not None:
            yield from _told(thread, f"{indent}    ")
    if channel.typing:
        yield f"{indent}({', '.join(channel.typing)} is typing…)"


def _lines(seen: Seen, indent: str) -> Iterator[str]:
    first, *rest = seen.text.split("\n")
    yield f"{indent}{seen.author}{' (edited)' if seen.edited else ''}: {first}"
    yield from (f"{indent}    {more}" for more in rest)
    yield from (f"{indent}    📎 {name}" for name in seen.files)
    if seen.buttons:
        yield f"{indent}    [{'] ['.join(seen.buttons)}]"
