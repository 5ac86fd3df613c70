"""Things that count for a while only. Pure: time comes in as an argument, in monotonic seconds."""

from typing import Any


def drop_old(kept: dict[str, tuple[Any, float]], now: float) -> None:
    """Drop what counts no longer: kept is a thing and until when it counts, those that were kept first going first."""
    while kept and next(iter(kept.values()))[1] <= now:
        del kept[next(iter(kept))]
