"""Which of two versions of an agent a caller gets: the same one at every call, wherever it is answered. Pure."""

import hashlib
from typing import Literal

Variant = Literal["a", "b"]
"""`a` is the agent as its file has it, `b` the other version."""

_MARK = "~"
"""Stands in no agent's name."""
_PARTS = 10_000


def is_other(agent: str, experiment: str, share: int, who: str) -> bool:
    """Whether `who` gets the other version, as `share` per cent of all do.

    Names of agent and experiment are the salt: another experiment deals callers anew. When the share grows, those who
    had the other version keep it.
    """
    digest = hashlib.sha256("\0".join((agent, experiment, who)).encode()).digest()
    return int.from_bytes(digest[:8]) % _PARTS < share * _PARTS // 100


def key_of(agent: str, variant: str) -> str:
    """What an agent's version is called where calls are handed on: the agent's name, of the other one with a mark."""
    return f"{agent}{_MARK}{variant}" if variant == "b" else agent


def name_of(key: str) -> str:
    """The agent whose version it is."""
    return key.partition(_MARK)[0]
