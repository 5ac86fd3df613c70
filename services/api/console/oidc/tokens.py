"""What an ID token says, once it is sure that the provider says it, to us, now, and of whom has just asked
(OpenID Connect Core 1.0, section 3.1.3.7). Pure but for the clock.
"""

import hmac
from collections.abc import Sequence
from typing import Any

import jwt

from api.console.oidc.reasons import NotKnown, Reason

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those with a key that only the provider has: what a client's secret signs, others could who have it."""
LEEWAY_S = 60
"""How far the provider's clock may be from ours."""
_REQUIRED = ["iss", "sub", "aud", "exp", "iat"]
_REASONS: tuple[tuple[type[jwt.PyJWTError], Reason], ...] = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "expired"),
    (jwt.InvalidAudienceError, "audience"),
    (jwt.InvalidIssuerError, "issuer"),
)


def key_of(token: str, keys: Sequence[dict[str, Any]]) -> jwt.PyJWK | None:
    """Which of a provider's keys (RFC 7517) a token is signed with, as it says; None: it is not among them.

    Raise NotKnown for what is no token, or signed by what proves nothing.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise NotKnown("token", str(error)) from error
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise NotKnown("token", f"it is signed by {algorithm!r}")
    usable = [key for key in keys if key.get("use", "sig") == "sig"]
    fitting = [key for key in usable if key.get("kid") == name] if name is not None else usable
    # A token that names no key is of the only one that there is.
    if len(fitting) != 1:
        return None
    try:
        return jwt.PyJWK(fitting[0], fitting[0].get("alg") or algorithm)
    except jwt.PyJWTError as error:
        raise NotKnown("token", f"its key cannot be used: {error}") from error


def claims_of(token: str, key: jwt.PyJWK, issuer: str, client: str, nonce: str) -> dict[str, Any]:
    """What it says; raise NotKnown with what is wrong with it."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=client,
            issuer=issuer,
            leeway=LEEWAY_S,
            options={"require": _REQUIRED},
        )
    except jwt.PyJWTError as error:
        reason: Reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), "token")
        raise NotKnown(reason, str(error)) from error
    audience = claims["aud"]
    # Of several whom a token is for, one is whom it was made for.
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else client) != client:
        raise NotKnown("audience", f"it was made for {claims.get('azp')!r}")
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotKnown("nonce")
    return claims
