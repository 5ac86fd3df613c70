"""Hearing a channel without being in its bridge, and whispering to it: snoop channels. Each may raise AriError."""

from urllib.parse import quote

from gateway.ari.client import AriClient
from gateway.ari.making import remove


class Taps:
    """Asterisk's, as one application makes them."""

    def __init__(self, ari: AriClient, app: str) -> None:
        self._ari = ari
        self._app = app

    async def open(self, tap: str, channel: str, *, whisper: bool) -> None:
        """Make a channel of this id that hears what a channel hears and what it says, and comes into our application.

        What is said to the tap only that channel hears (`whisper`), or nobody. It ends with the channel.
        """
        await self._ari.request(
            "POST",
            f"channels/{quote(channel)}/snoop/{quote(tap)}",
            app=self._app,
            appArgs=f"tap,{tap}",
            spy="both",
            whisper="out" if whisper else "none",
        )

    async def close(self, tap: str) -> None:
        """Remove one; one that is gone already is no error."""
        await remove(self._ari, f"channels/{quote(tap)}")
