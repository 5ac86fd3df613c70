"""What stands in `chat.page` of agent.yaml."""

from typing import Annotated

import msgspec

from parley.agents.types import END, Language, Line, Number, Struct

LOGOS = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}
"""What a logo may be, by how its name ends."""
_ENDINGS = "|".join(LOGOS)

Colour = Annotated[str, msgspec.Meta(pattern=r"^#[0-9A-Fa-f]{6}" + END)]
Logo = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9_-][A-Za-z0-9_.-]{{0,63}}\.({_ENDINGS}){END}")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class Page(Struct, frozen=True, kw_only=True):
    """A page of its own for customers, at the chat's address."""

    name: Name | None = None
    """What stands at its head; by default the company."""
    colour: Colour = "#1f4f8f"
    """Of the head and the buttons, as #1f4f8f; words on it are white or black, whichever is read better."""
    logo: Logo | None = None
    """A picture beside agent.yaml: PNG, JPEG, WebP or SVG, of 200 kB at the most."""
    text: dict[Language, Line] = {}
    """What customers read first, by language."""
    telephone: Number | None = None
    """A number at which the agent is called, with its country: +4930123456."""
