"""What a caller has told that is not to be kept: masked in everything that is told of the call. Pure."""

import re

MASK = "•••"
_BETWEEN = r"[\s,.-]*"
"""A number is spoken digit by digit, in groups."""


class Secrets:
    """Those of one call."""

    def __init__(self) -> None:
        self._patterns: set[str] = set()
        self.told = False
        """Whether the caller has told any, or may have, to a gateway before us."""

    def hide(self, secret: str) -> None:
        """Mask this from now on, however it is spaced."""
        if secret:
            self.told = True
            self._patterns.add(_BETWEEN.join(map(re.escape, secret)))

    def masked(self, value: object) -> object:
        """The value, if it is a text without what is hidden."""
        if not isinstance(value, str) or not self._patterns:
            return value
        longest_first = sorted(self._patterns, key=len, reverse=True)
        return re.sub(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", MASK, value)
