"""What Prometheus knows, which asks every part of the stack how it is. Blocking."""

import json
import urllib.request
from typing import Any

URL = "http://prometheus:9090/api/v1"
"""On the network `board`, as we are."""
WAIT_S = 4.0
_MOST = 8 << 20


def asked(url: str, wait_s: float = WAIT_S) -> Any:
    """The data of an answer of its; raise OSError or ValueError where there is none."""
    with urllib.request.urlopen(url, timeout=wait_s) as answer:
        return json.loads(answer.read(_MOST))["data"]
