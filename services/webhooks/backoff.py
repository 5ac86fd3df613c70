"""When a message that was not taken is sent again. Pure.

Fourteen times within about a day: after 5 s, 15 s, 45 s and so on, three times as long from try to try, four hours at
most.
"""

BEGIN_S = 5.0
FACTOR = 3.0
MOST_S = 4 * 3600.0
TRIES = 14
"""The last one comes 22 to 27 hours after the first."""
SPREAD = 0.1
"""By how much of itself a wait varies: what failed together must not come back together."""


def wait_s(tries: int, luck: float, asked_s: float | None = None) -> float | None:
    """Seconds from the try with this number (from 1) to the next; None: that was the last.

    `luck` is random, 0…1; `asked_s` is how long the receiver itself wants to be left alone.
    """
    if tries >= TRIES:
        return None
    own = min(BEGIN_S * FACTOR ** (tries - 1), MOST_S) * (1 + SPREAD * (2 * luck - 1))
    return max(own, min(asked_s or 0.0, MOST_S))
