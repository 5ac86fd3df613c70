"""Which keys are presses: one that comes both ways, with the audio and as SIP INFO, was pressed once. Pure.

Asterisk tells every key that comes, some of those that come both ways three times; our module tells, exactly once and
earlier, of those alone that came with the audio (RFC 4733). A telephone that sends its keys there sends all of them
there: once there was one, the others say nothing new.
"""

from collections import Counter

TOGETHER_S = 2.0
"""The first press may be told as SIP INFO before its audio is there, however busy Asterisk is."""
MOST = 500
"""Presses of a call: more than anybody needs, and what a machine that repeats a key may cost."""


class Presses:
    """Those of one call. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._in_audio = False
        self._early: Counter[str] = Counter()
        """Presses that Asterisk told before any key had come with the audio."""
        self._early_at = 0.0
        self.total = 0
        """Presses so far."""

    def with_audio(self, key: str, now: float) -> bool:
        """Take a key that came with the audio; return whether it is a press that is not known, and is listened to."""
        self._in_audio = True
        if self._early[key] and now - self._early_at <= TOGETHER_S:
            self._early[key] -= 1
            return False
        return self._press()

    def told(self, key: str, now: float) -> bool:
        """Take a key that Asterisk tells; return the same."""
        if self._in_audio:
            return False
        self._early[key] += 1
        self._early_at = now
        return self._press()

    def _press(self) -> bool:
        self.total += 1
        return self.total <= MOST
