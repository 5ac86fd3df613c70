"""Callers' lines with what somebody who reads them says: what is wanted, and how the caller feels."""

from collections.abc import Iterator
from typing import NamedTuple

import yaml

from bench.insight.calls import DATA

NONE = "none"
"""Stands for none of an agent's categories."""


class Wish(NamedTuple):
    """A line to an agent, and its category; empty: none."""

    agent: str
    language: str
    category: str
    text: str


class Feeling(NamedTuple):
    """A line, and one of sentiment.FEELINGS."""

    language: str
    feeling: str
    text: str


def wishes() -> list[Wish]:
    """The set of wishes; its halves have all kinds alike."""
    return list(_wishes())


def _wishes() -> Iterator[Wish]:
    for agent, spoken in yaml.safe_load((DATA / "categories.yaml").read_text(encoding="utf-8")).items():
        for language, wanted in spoken.items():
            for name, texts in wanted.items():
                yield from (Wish(agent, language, "" if name == NONE else name, text) for text in texts)


def feelings() -> list[Feeling]:
    """The set of feelings; likewise."""
    return [
        Feeling(language, feeling, text)
        for language, felt in yaml.safe_load((DATA / "sentiment.yaml").read_text(encoding="utf-8")).items()
        for feeling, texts in felt.items()
        for text in texts
    ]
