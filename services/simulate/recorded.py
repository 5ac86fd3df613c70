"""`python -m simulate.recorded CALL`: makes a test of a call that was kept, and prints it.

Reads records from stdin, as `python -m records export` prints them; `last` is the last one there. What tells who
somebody is (numbers, names, addresses) is masked.
"""

import sys
from collections.abc import Iterable
from typing import Any

import msgspec
import yaml

from parley.privacy.masking import ALL, Masks, kinds_of
from parley.simulation.schema import Became
from simulate.checks import language_of

LAST = "last"
_HEAD = """\
# As in call {call}, of {agent}. What is masked needs something in its place, and a call's words may be another's:
# read it before you keep it.
"""
_SURE: tuple[Became, ...] = ("resolved", "handed_over")
"""What should become of it again; anything else is rather what was wrong with the call."""


class Said(msgspec.Struct):
    """A line of a record."""

    who: str
    text: str


class Judged(msgspec.Struct):
    """What was made of it."""

    outcome: str


class Kept(msgspec.Struct):
    """What is read of a record; see records/record.py."""

    call: str
    agent: str
    turns: list[Said]
    insight: Judged | None = None


def main(argv: list[str]) -> int:
    """Print the test; return the exit status."""
    if len(argv) != 2 or not argv[1]:
        print("recorded: which call? Its id, or last", file=sys.stderr)
        return 2
    kept = find(sys.stdin, argv[1])
    if kept is None:
        print(f"recorded: there is no record of a call {argv[1]} that is over", file=sys.stderr)
        return 1
    if not any(line.who == "caller" for line in kept.turns):
        print(f"recorded: the caller of {kept.call} said nothing", file=sys.stderr)
        return 1
    print(written(kept), end="")
    return 0


def find(records: Iterable[str], call: str) -> Kept | None:
    """The record of a call, or the last one."""
    found = None
    for line in records:
        kept = msgspec.json.decode(line, type=Kept)
        if call in (kept.call, LAST):
            found = kept
    return found


def written(kept: Kept) -> str:
    """The test file: what the caller said, and that the answers mean what they did."""
    masks = Masks(kinds_of(ALL))
    turns: list[dict[str, Any]] = []
    for line in kept.turns:
        text = masks.text(line.text)
        if line.who == "caller":
            turns.append({"say": text})
        elif line.who == "agent" and turns:
            turns[-1]["means"] = f"{turns[-1].get('means', '')} {text}".strip()
    script: dict[str, Any] = {"name": f"as in call {kept.call}"}
    if language := language_of(" ".join(line.text for line in kept.turns if line.who == "agent")):
        script["language"] = language
    script["turns"] = turns
    if kept.insight is not None and kept.insight.outcome in _SURE:
        script["at_end"] = {"outcome": kept.insight.outcome}
    body = yaml.safe_dump({"scripts": [script]}, allow_unicode=True, sort_keys=False, width=110)
    return _HEAD.format(call=kept.call, agent=kept.agent) + body


if __name__ == "__main__":
    sys.exit(main(sys.argv))
