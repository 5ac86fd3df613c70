"""What was really said in a call, where somebody has corrected what was understood: from the API to the records."""

from typing import Any, Literal

import msgspec

from parley.outside.mailbox import Mailbox


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A caller's turn, in the words that were said."""

    id: str
    call: str
    turn: int
    text: str
    """Empty: what was understood stands again."""
    by: str
    """The key of who has listened."""


class Corrected(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it."""

    result: Literal["kept", "gone"]
    """`gone`: no such call or turn is kept."""


Corrections = Mailbox[Correction, Corrected]


def corrections(redis: Any) -> Corrections:
    """The way: `jobs:correction` and `correction:{id}`."""
    return Mailbox(redis, "correction", Correction, Corrected)
