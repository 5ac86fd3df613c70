"""A provider of OpenID Connect that knows one client and one person, and does what a test wants wrong with it."""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.api.conftest import listening

CLIENT, SECRET = "parley", "a secret: with % in it"
OLGA: dict[str, Any] = {"sub": "8c1f", "preferred_username": "Olga@example.com", "groups": ["staff", "desk"]}

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


class Provider:
    """What it is, and is asked; what it says of itself and of people can be changed."""

    def __init__(self) -> None:
        self.url = ""
        self.about: dict[str, Any] = {}
        """What it says of itself beside, or in place of what is so."""
        self.person = dict(OLGA)
        self.claims: dict[str, Any] = {}
        """What the token says in place of what is so; None: it does not say that at all."""
        self.sign: Callable[[dict[str, Any]], str] = signed
        self.keys = [public(RSA, "rsa-1")]
        self.error = ""
        """With which it sends people back; empty: it lets them in."""
        self.broken: Response | None = None
        """What it answers to everything."""
        self.asked: list[str] = []
        """Paths."""
        self._codes: dict[str, dict[str, str]] = {}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            **self.about,
        }

    def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        told = {"state": asked["state"], "iss": self.url}
        if self.error:
            told["error"] = self.error
        else:
            told["code"] = secrets.token_urlsafe()
            self._codes[told["code"]] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", 303)

    async def token(self, request: Request) -> Response:
        fields = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(fields.get("code", ""), None)
        if client(request, fields) != (CLIENT, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        proof = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        assert fields["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        true = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {**self.person, **true, **self.claims}
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})


def client(request: Request, fields: dict[str, str]) -> tuple[str, str]:
    """Who asks for a token, and with which secret."""
    kind, _, proof = request.headers.get("authorization", "").partition(" ")
    if kind == "Basic":
        name, _, secret = base64.b64decode(proof).decode().partition(":")
        return unquote(name), unquote(secret)  # as Authlib reads them, which knows no + for a space
    return fields.get("client_id", ""), fields.get("client_secret", "")


def signed(claims: dict[str, Any], key: Any = RSA, name: str | None = "rsa-1", by: str = "RS256") -> str:
    """A token."""
    return jwt.encode(claims, key, by, {} if name is None else {"kid": name})


def public(key: Any, name: str, **more: str) -> dict[str, Any]:
    """A key as everybody may know it."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig", **more}


@contextmanager
def provided() -> Iterator[Provider]:
    """One that listens."""
    provider, app = Provider(), FastAPI()

    @app.middleware("http")
    async def heard(request: Request, go_on: Callable[[Request], Any]) -> Response:
        provider.asked.append(request.url.path)
        answer: Response = provider.broken or await go_on(request)
        return answer

    app.get("/.well-known/openid-configuration")(provider.discovery)
    app.get("/jwks")(lambda: {"keys": provider.keys})
    app.get("/authorize", response_model=None)(provider.authorize)
    app.post("/token", response_model=None)(provider.token)
    with listening(app) as url:
        provider.url = url
        yield provider
