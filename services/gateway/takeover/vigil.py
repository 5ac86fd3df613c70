"""Which of the other gateways live. Pure: time comes in as an argument, in monotonic seconds.

Asterisk does not tell: an application whose gateway is gone stays in its list as long as it has channels. Redis tells,
by two things. Every gateway says there again and again that it lives: one that hangs does not. And it listens there:
the connection of a process that has died is gone at once. That alone says nothing, since connections also break when
Redis is started anew; then our own has broken, too.
"""

import msgspec

SILENT_S = 1.5
"""A gateway that has told nothing for so long is gone, or hangs: its callers hear nothing. With less, calls would be
taken from one that is only late."""
CUT_S = 0.3
"""The same for one that does not listen any more."""
BLIND_S = 0.75
"""Who has not looked for so long, since Redis was away or we hung, has heard nobody."""
STEADY_S = 2.0
"""Only who has listened for so long without a break knows what it means that another one does not."""
RETURN_S = 10.0
"""A gateway that has died is started again within this time, or not at all."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway tells of itself. New fields need defaults: two versions run side by side during an upgrade."""

    app: str
    """Its ARI application."""
    calls: int
    """Calls that it has, of those that the limit is about."""
    callers: tuple[str, ...] = ()
    """Whose calls it has, all counted."""
    draining: bool
    """Whether it takes no more calls."""
    left: bool = False
    """Whether it has stopped, and this is the last that it tells."""
    beat: int
    """Counts on: no clock is compared with another."""


class Vigil:
    """One gateway's, over the others."""

    def __init__(self) -> None:
        self.living: dict[str, Sign] = {}
        self._heard: dict[str, float] = {}
        """When each of them told something new."""
        self._listened: set[str] = set()
        """Those who were seen to listen."""
        self._buried: dict[str, tuple[Sign, float]] = {}
        """The last that those who are gone have told, and when that was found: whoever tells more has come back."""
        self._looked = float("-inf")
        self._listening: float | None = None
        """Since when we listen without a break ourselves."""

    def listening(self, since: float | None) -> None:
        """We listen since then ourselves, or (None) do not."""
        self._listening = since

    def look(self, told: dict[str, Sign], attending: set[str], now: float) -> dict[str, Sign]:
        """Take in what the others have told last, and who listens; return those who are gone, each once."""
        blind = now - self._looked > BLIND_S
        self._looked = now
        for gateway, sign in told.items():
            if gateway in self._buried and self._buried[gateway][0] == sign:
                continue
            if self.living.get(gateway) != sign:
                self._heard[gateway] = now
            self.living[gateway] = sign
        if blind:
            self._heard = dict.fromkeys(self.living, now)
        self._listened |= attending & self.living.keys()
        gone = {name: sign for name, sign in self.living.items() if self._is_gone(name, sign, attending, now)}
        for gateway, sign in gone.items():
            self._bury(gateway, sign, now)
        return gone

    def _is_gone(self, gateway: str, sign: Sign, attending: set[str], now: float) -> bool:
        silent_s = now - self._heard[gateway]
        steady = self._listening is not None and now - self._listening > STEADY_S
        cut = steady and gateway in self._listened and gateway not in attending
        return sign.left or silent_s > SILENT_S or (cut and silent_s > CUT_S)

    def _bury(self, gateway: str, sign: Sign, now: float) -> None:
        del self.living[gateway], self._heard[gateway]
        self._listened.discard(gateway)
        self._buried[gateway] = (sign, now)

    def exhume(self, gateway: str) -> None:
        """Find a gateway gone once more."""
        self._buried.pop(gateway, None)

    def may_return(self, now: float) -> bool:
        """Whether one that took calls has died so lately that it may be starting again."""
        died = (at for sign, at in self._buried.values() if not (sign.draining or sign.left))
        return any(now - at < RETURN_S for at in died)
