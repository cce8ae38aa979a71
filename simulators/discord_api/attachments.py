"""Files: those that people share, those that the app sends, and where they are kept.

Addresses are signed and live for a day (discord.com/developers, "Reference", Signed Attachment CDN URLs).
"""

import hashlib
import hmac
import mimetypes
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulators.discord_api.site import Site

LIFETIME = 86_400
"""Seconds."""
_UNKEPT = re.compile(r"[^\w.\-]")
_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody is about to share; its type comes from its name unless it is said."""

    name: str
    content: bytes
    mimetype: str = ""
    description: str = ""
    size: int | None = None
    """What Discord says of its size, right or wrong."""


@dataclass(slots=True, eq=False)
class Attachment:
    """A file of a message."""

    id: str
    channel_id: str
    upload: Upload

    @property
    def name(self) -> str:
        """Its name, without what would need care in addresses, which Discord takes out."""
        return _UNKEPT.sub("", self.upload.name.replace(" ", "_")) or "file"

    @property
    def path(self) -> str:
        """Where it is kept."""
        return f"/attachments/{self.channel_id}/{self.id}/{self.name}"

    @property
    def mimetype(self) -> str:
        """Its type."""
        return self.upload.mimetype or mimetypes.guess_type(self.name)[0] or ""

    def payload(self, site: Site, now: float, *, ephemeral: bool = False) -> dict[str, Any]:
        """The attachment object, with an address that was signed at that Unix time."""
        url = f"{site.cdn_url}{self.path}?{_signed(self.path, now)}"
        shown: dict[str, Any] = {
            "id": self.id,
            "filename": self.name,
            "size": len(self.upload.content) if self.upload.size is None else self.upload.size,
            "url": url,
            "proxy_url": url,
        }
        shown |= {"content_type": self.mimetype} if self.mimetype else {}
        shown |= {"description": self.upload.description} if self.upload.description else {}
        return shown | ({"ephemeral": True} if ephemeral else {})


def permitted(path: str, query: Mapping[str, str], now: float) -> bool:
    """Whether an address is signed, and still alive at that Unix time."""
    try:
        issued, ends = int(query["is"], 16), int(query["ex"], 16)
    except (KeyError, ValueError):
        return False
    return hmac.compare_digest(query.get("hm", ""), _hash(path, issued, ends)) and now < ends


def _signed(path: str, now: float) -> str:
    issued, ends = int(now), int(now + LIFETIME)
    return f"ex={ends:x}&is={issued:x}&hm={_hash(path, issued, ends)}&"


def _hash(path: str, issued: int, ends: int) -> str:
    return hmac.new(_KEY, f"{path}:{issued}:{ends}".encode(), hashlib.sha256).hexdigest()
