"""A call of a function, as the language model asks for it."""

from typing import Any

import msgspec

Json = dict[str, Any]


class ToolCall(msgspec.Struct, frozen=True):
    """A function that the model wants to have called."""

    id: str
    name: str
    arguments: str
    """JSON, as the model wrote it: to be checked."""
