"""Servers that help a browser's sound on its way (ICE, RFC 8445), and what lets it use them for a while."""

import hashlib
import hmac
import re
import time
from base64 import b64encode
from typing import Any

from parley.errors import SettingError

LASTS_S = 3600
"""For so long a call can begin with what was given; one that goes on is not ended by it."""
_URL = re.compile(r"(stuns?|turns?):[A-Za-z0-9.:\[\]-]+(\?transport=(udp|tcp))?")


class Helpers:
    """What the settings name; none by default."""

    def __init__(self, urls: str, secret: str) -> None:
        """`urls` with commas between (RFC 7064, RFC 7065); `secret`: what a TURN server shares (static-auth-secret).

        Raise SettingError for what is no such URL, or for a TURN server without a secret.
        """
        self._urls = [url.strip() for url in urls.split(",") if url.strip()]
        self._secret = secret
        for url in self._urls:
            if not _URL.fullmatch(url):
                raise SettingError(
                    "TURN_URLS", f"{url!r} must be like turn:turn.example.com:3478?transport=udp"
                )
        if self._relays and not secret:
            raise SettingError("TURN_SECRET", "must be set as well: TURN_URLS names a TURN server")

    @property
    def _relays(self) -> list[str]:
        return [url for url in self._urls if url.startswith("turn")]

    def servers(self, user: str) -> list[dict[str, Any]]:
        """For a browser's RTCPeerConnection, of this user; draft-uberti-behave-turn-rest-00."""
        found: list[dict[str, Any]] = [{"urls": url} for url in self._urls if url.startswith("stun")]
        if self._relays:
            name = f"{int(time.time()) + LASTS_S}:{user}"
            proof = hmac.digest(self._secret.encode(), name.encode(), hashlib.sha1)
            found.append({"urls": self._relays, "username": name, "credential": b64encode(proof).decode()})
        return found
