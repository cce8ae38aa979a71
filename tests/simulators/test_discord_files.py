"""Files: those that people share, and those that the app sends."""

import io
import re

import aiohttp
import discord as library
from discord.http import handle_message_parameters

from simulators.discord import Channel, Person, Upload
from tests.simulators.discord_rest import Rest


async def shared(rest: Rest, channel: Channel, ada: Person) -> str:
    """The address of a file that somebody shares."""
    await ada.says("Look.", channel, files=[Upload("map of it.txt", b"here", "text/plain")])
    return await address_of(rest, channel)


async def address_of(rest: Rest, channel: Channel) -> str:
    """The address of the file of the last message, as it is now."""
    _, [message] = await rest.call("GET", f"/channels/{channel.id}/messages?limit=1")
    [attachment] = message["attachments"]
    assert (attachment["filename"], attachment["size"]) == ("map_of_it.txt", 4)
    assert attachment["content_type"] == "text/plain"
    url: str = attachment["url"]
    return url


async def test_what_people_share_can_be_fetched(rest: Rest, general: Channel, ada: Person) -> None:
    url = await shared(rest, general, ada)

    async with rest.session.get(url) as response:
        content = await response.read()

    assert (response.status, content) == (200, b"here")
    assert response.headers["Content-Type"] == "text/plain"
    assert rest.discord.calls_to("GET /cdn")[-1].status == 200


async def test_an_address_is_signed_and_dies(rest: Rest, general: Channel, ada: Person) -> None:
    url = await shared(rest, general, ada)
    unsigned, altered = url.partition("?")[0], re.sub("ex=[0-9a-f]+", "ex=ffffffff", url)

    async def status(address: str) -> int:
        async with rest.session.get(address) as response:
            return response.status

    assert [await status(address) for address in (url, unsigned, altered)] == [200, 404, 404]
    rest.discord.speed = 10_000_000
    await rest.discord.platform.clock.sleep(90_000)
    assert await status(url) == 404
    assert await status(await address_of(rest, general)) == 200


async def test_what_the_app_sends_is_seen(rest: Rest, general: Channel) -> None:
    with handle_message_parameters(
        content="Here.", file=library.File(io.BytesIO(b"data"), "an answer.csv", description="Figures")
    ) as parameters:
        form = aiohttp.FormData(quote_fields=False)
        for part in parameters.multipart or ():
            form.add_field(**part)
        _, message = await rest.call("POST", f"/channels/{general.id}/messages", data=form)

    [seen] = general.screen()
    assert (seen.text, seen.files) == ("Here.", {"an_answer.csv": b"data"})
    assert message["attachments"][0]["description"] == "Figures"


async def test_an_edit_keeps_the_files_that_it_names(rest: Rest, general: Channel) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", '{"content": "Two."}')
    for place, name in enumerate(("a.txt", "b.txt")):
        form.add_field(f"files[{place}]", b"x", filename=name)
    _, message = await rest.call("POST", f"/channels/{general.id}/messages", data=form)

    await rest.edit(message, content="Still two.")
    assert list(general.screen()[0].files) == ["a.txt", "b.txt"]
    await rest.edit(message, attachments=[{"id": message["attachments"][1]["id"]}])

    assert list(general.screen()[0].files) == ["b.txt"]


async def test_a_file_needs_a_permission_and_is_not_too_large(rest: Rest, general: Channel) -> None:
    def form(size: int) -> aiohttp.FormData:
        filled = aiohttp.FormData(quote_fields=False)
        filled.add_field("files[0]", io.BytesIO(b"x" * size), filename="a.txt")
        return filled

    path = f"/channels/{general.id}/messages"
    large = await rest.call("POST", path, data=form(10 * 1024 * 1024 + 1))
    general.deny("ATTACH_FILES")
    denied = await rest.call("POST", path, data=form(1))

    assert (large[0], large[1]["code"]) == (413, 40005)
    assert (denied[0], denied[1]["code"]) == (403, 50013)
