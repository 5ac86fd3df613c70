"""Whether there is room for a call that nobody needs: asked of the gateway's own metrics."""

import urllib.request
from collections.abc import Iterable

from prometheus_client.parser import text_string_to_metric_families

LEAVE_FREE = 1
"""Calls that there must still be room for beside the canary's."""
_TIMEOUT_S = 5.0


def calls_left(exposition: str) -> float | None:
    """Calls that the gateway would still take, from its metrics; None when they do not tell."""
    found = _values(exposition, "parley_calls_left")
    return min(found, default=None)


def _values(exposition: str, name: str) -> Iterable[float]:
    return [
        sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
        if sample.name == name
    ]


def why_not_now(gateway: str) -> str:
    """Why no call should be made now; empty when one may be. A gateway that does not answer is to be called."""
    try:
        with urllib.request.urlopen(f"{gateway}/metrics", timeout=_TIMEOUT_S) as answer:
            left = calls_left(answer.read().decode())
    except OSError:
        return ""
    return f"there is room for {left:g} calls only" if left is not None and left <= LEAVE_FREE else ""


def is_ready(service: str) -> bool:
    """Whether a service says that it is ready."""
    try:
        with urllib.request.urlopen(f"{service}/healthz", timeout=_TIMEOUT_S):
            return True
    except OSError:
        return False
