"""How a provider proves that a request is its own: as Twilio does (its documentation, "Webhooks Security"). Pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """That of a request: Base64 of the HMAC-SHA1, by the account's token, over the address as the provider has it, and
    every field's name and value after it, by their names in order.
    """
    # A field that is there twice with the same value counts once, as in Twilio's own libraries.
    told = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(token.encode(), told.encode(), hashlib.sha1)).decode()


def is_signed(shown: str, token: str, url: str, fields: Iterable[tuple[str, str]]) -> bool:
    """Whether a request shows the signature that is right; without a token none is."""
    right = signature(token, url, fields)
    return bool(token) and hmac.compare_digest(right.encode(), shown.encode())
