"""The provider: where it sends whom, and what it says of who comes back (OpenID Connect Core 1.0, section 3.1).

What it says of itself is taken only over https, and leads only to addresses of the public Internet, but for hosts that
INSIDE_HOSTS names: who could change it must not have the console ask what is inside.
"""

import asyncio
import json
import math
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from api.console.oidc.attempts import Attempt
from api.console.oidc.reasons import NotKnown
from api.console.oidc.tokens import claims_of, key_of
from parley.errors import SettingError
from parley.outside.addresses import Guarded

_WELL_KNOWN = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LASTS_S = 3600.0
"""How long it is believed what the provider says of itself."""
_AGAIN_S = 10.0
"""Where it did not answer, or has no such key, it is asked again after so long: anybody may have it asked."""
_WAIT_S = 5.0
_WHOLE_S = 10.0
_MOST = 1 << 18
"""Bytes of an answer."""


@dataclass(frozen=True, slots=True)
class Client:
    """What we are there."""

    id: str
    secret: str
    """Empty: it has none, and PKCE alone proves who redeems a code."""
    scope: str
    """What is asked for."""
    back: str
    """Where browsers are sent back to."""


class Provider:
    """One, whose client we are."""

    def __init__(self, issuer: str, client: Client, inside: frozenset[str] = frozenset()) -> None:
        """`issuer` as the provider writes it; `inside`: hosts of the inside that may be asked, also without TLS. Raise
        SettingError for what is wrong.
        """
        self.issuer = issuer
        self.host = urlsplit(issuer).hostname or ""
        self._client = client
        self._inside = inside
        if not self._fits(issuer):
            raise SettingError(
                "CONSOLE_OIDC_ISSUER", "must begin with https://, or be of a host that INSIDE_HOSTS names"
            )
        if not client.id:
            raise SettingError("CONSOLE_OIDC_CLIENT_ID", "must be set as well: CONSOLE_OIDC_ISSUER is")
        self._http = httpx.AsyncClient(
            # What is compressed may be larger than it looks.
            transport=Guarded(inside),
            timeout=_WAIT_S,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )
        self._one = asyncio.Lock()
        self._about: dict[str, Any] = {}
        self._about_until = 0.0
        self._keys: list[dict[str, Any]] = []
        self._keys_at = -math.inf

    async def way(self, attempt: Attempt) -> str:
        """Where somebody is asked who they are; raise NotKnown when that is not known now."""
        about = await self._found()
        asked = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self._client.back,
            "scope": self._client.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        there = str(about["authorization_endpoint"])
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    async def claims(self, code: str, attempt: Attempt) -> dict[str, Any]:
        """What it says of who came back with a code; raise NotKnown."""
        about = await self._found()
        token = await self._redeemed(about, code, attempt)
        key = key_of(token, self._keys)
        if key is None and time.monotonic() - self._keys_at >= _AGAIN_S:
            self._keys_at = time.monotonic()
            self._keys = _keys_in(await self._asked("GET", about["jwks_uri"]))
            key = key_of(token, self._keys)
        if key is None:
            raise NotKnown("token", "it is signed with a key that the provider does not have")
        return claims_of(token, key, self.issuer, self._client.id, attempt.nonce)

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def _found(self) -> dict[str, Any]:
        """What it says of itself (OpenID Connect Discovery 1.0, section 4)."""
        async with self._one:
            if time.monotonic() < self._about_until:
                if not self._about:
                    raise NotKnown("away", "it did not answer just now")
                return self._about
            self._about, self._about_until = {}, time.monotonic() + _AGAIN_S
            about = await self._asked("GET", self.issuer.rstrip("/") + _WELL_KNOWN)
            if about.get("issuer") != self.issuer:
                raise NotKnown("issuer", f"it calls itself {about.get('issuer')!r}")
            for name in _ENDPOINTS:
                if not self._fits(str(about.get(name, ""))):
                    raise NotKnown(
                        "away", f"its {name} is {about.get(name)!r}, which must begin with https://"
                    )
            self._about, self._about_until = about, time.monotonic() + _LASTS_S
            return about

    async def _redeemed(self, about: dict[str, Any], code: str, attempt: Attempt) -> str:
        """The ID token that a code stands for (RFC 6749, section 4.1.3)."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.back,
            "code_verifier": attempt.verifier,
        }
        auth, client = None, self._client
        known = str(about.get("token_endpoint_auth_methods_supported", "client_secret_basic"))
        if client.secret and "client_secret_basic" in known:
            # Both are encoded before (section 2.3.1); a space as %20: Authlib, which many are built on, knows no +.
            auth = httpx.BasicAuth(quote(client.id, safe=""), quote(client.secret, safe=""))
        elif client.secret:
            fields |= {"client_id": client.id, "client_secret": client.secret}
        else:
            fields |= {"client_id": client.id}
        answer = await self._asked("POST", about["token_endpoint"], data=fields, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotKnown("token", "there is no ID token: the scope needs openid")
        return token

    async def _asked(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        """What it answers; raise NotKnown when it does not."""
        body = b""
        try:
            async with asyncio.timeout(_WHOLE_S), self._http.stream(method, url, **more) as answer:
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > _MOST:
                        raise NotKnown("away", f"{url} answers with more than {_MOST} bytes")
            told = json.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise NotKnown("away", f"{url}: {error or type(error).__name__}") from error
        except (ValueError, RecursionError) as error:
            raise NotKnown("away", f"{url}: {answer.status_code}, and no JSON") from error
        if not isinstance(told, dict) or (not answer.is_success and "error" not in told):
            raise NotKnown("away", f"{url}: {answer.status_code}")
        if not answer.is_success:
            raise NotKnown("refused", f"{url}: {told['error']!r}")
        return told

    def _fits(self, url: str) -> bool:
        """Whether it is an address that may be asked."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".")
        except ValueError:
            return False
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in self._inside))


def _keys_in(told: dict[str, Any]) -> list[dict[str, Any]]:
    keys = told.get("keys")
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
