"""What a kind of value makes of words, on a day that is always the same."""

import datetime

from gateway.values.kind import Kind, Reading
from gateway.values.kinds import Setting, kind_of
from parley.agents.dialogue import Collect, CollectKind

TODAY = datetime.date(2026, 11, 28)
"""A Saturday."""


def kind(
    name: CollectKind, language: str = "en", country: str = "", today: datetime.date = TODAY, **fields: object
) -> Kind:
    return kind_of(Collect(say="?", kind=name, **fields), Setting(language, country, today))  # type: ignore[arg-type]


def whole(reading: Reading) -> str:
    """The value, where it is right as it stands."""
    return reading.value if reading.whole else ""
