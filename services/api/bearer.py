"""What a request shows by its header Authorization (RFC 6750, 2.1)."""


def shown(authorization: str) -> str:
    """What stands behind `Bearer`; empty: nothing does."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
