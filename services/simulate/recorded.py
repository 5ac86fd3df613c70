"""`python -m simulate.recorded CALL`: makes a test of a call that was kept, and prints it.

Reads records from stdin, as `python -m records export` prints them; `last` is the last one there that is not the
canary's. What tells who
somebody is is masked, further than in records: names and what the caller was asked for wherever they stand in the call,
and all rows of digits that are no price, time or year.

Exit status: 0 it is printed; 1 there is no such call, or its caller said nothing; 2 what is read are no records.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import msgspec
import yaml

from parley.errors import ParleyError
from parley.privacy.masking import ALL, Masks, kinds_of
from parley.privacy.personal import dictated, introduced
from parley.simulation.schema import LONGEST, MOST_TURNS, Became
from parley.telephone.numbers import CANARY
from simulate.checks import language_of

LAST = "last"
_HEAD = """\
# As in call {call}, of {agent}. What is masked needs something in its place, and a call's words may be another's:
# read it before you keep it.
"""
_SURE: tuple[Became, ...] = ("resolved", "handed_over")
"""What should become of it again; anything else is rather what was wrong with the call."""
_OPEN = {"date", "time", "yes-no", "one-of"}
"""What callers are asked for that tells nothing of who they are."""
_ROW = re.compile(r"(?<![\w.,:])\d(?:[ /.-]?\d){4,}(?!\w)")
_DIGITS = 4
"""So many that are said one by one are somebody's."""
_NAME = re.compile(r"(?<!\w)[^\W\d_a-zß-ÿ][\w'’-]+")
_AGAIN = re.compile(r"(\[[\w-]+\])(?: \1)+")


class NoRecord(ParleyError):
    """A line is none."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line} of the records is none: {reason}")


class Said(msgspec.Struct):
    """A line of a record."""

    who: str
    text: str
    corrected: str = ""
    whole: bool = True

    @property
    def words(self) -> str:
        """What was said, as far as anybody knows."""
        return self.corrected or self.text


class Judged(msgspec.Struct):
    """What was made of it."""

    outcome: str


class Kept(msgspec.Struct):
    """What is read of a record; see records/record.py."""

    call: str
    agent: str
    turns: list[Said]
    events: list[dict[str, Any]] = []
    insight: Judged | None = None
    caller: str = ""


def main(argv: list[str]) -> int:
    """Print the test; return the exit status."""
    if len(argv) != 2 or not argv[1]:
        print("recorded: which call? Its id, or last", file=sys.stderr)
        return 2
    try:
        kept = find(sys.stdin.buffer, argv[1])
    except NoRecord as error:
        print(f"recorded: {error}", file=sys.stderr)
        return 2
    if kept is None:
        print(f"recorded: there is no record of a call {argv[1]} that is over", file=sys.stderr)
        return 1
    if not any(line.who == "caller" and line.words.strip() for line in kept.turns):
        print(f"recorded: the caller of {kept.call} said nothing", file=sys.stderr)
        return 1
    print(written(kept), end="")
    return 0


def find(records: Iterable[bytes], call: str) -> Kept | None:
    """The record of a call, or the last one of a caller's; raise NoRecord for what is none, wherever it stands."""
    found = None
    for number, line in enumerate(records, 1):
        try:
            kept = msgspec.json.decode(line, type=Kept)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NoRecord(number, str(error)) from error
        if call == kept.call or (call == LAST and kept.caller != CANARY):
            found = kept
    return found


def masked(kept: Kept) -> list[str]:
    """What was said in each line, without what tells who somebody is."""
    masks, known = Masks(kinds_of(ALL)), list(chain(_asked_for(kept), _named(kept)))
    texts = []
    for line in kept.turns:
        text = masks.text(line.words)
        # A name that is read back stands behind no "my name is".
        for pattern, kind in known:
            text = pattern.sub(f"[{kind}]".replace("\\", r"\\"), text)
        for begin, end in reversed(list(dictated(text, _DIGITS))):
            text = f"{text[:begin]}[number]{text[end:]}"
        texts.append(_AGAIN.sub(r"\1", _ROW.sub("[number]", text)))
    return texts


def _asked_for(kept: Kept) -> Iterator[tuple[re.Pattern[str], str]]:
    """What the caller was asked for, read back in whatever groups, and the name of the field."""
    for event in kept.events:
        value = str(event.get("value") or event.get("digits") or "")
        if event.get("kind") == "collected" and event.get("of") not in _OPEN and re.search(r"\w", value):
            apart = r"[ ,./-]*" if value.strip("+").isdigit() else ""
            whole = apart.join(map(re.escape, value.strip("+")))
            yield re.compile(rf"(?<!\w){whole}(?!\w)", re.IGNORECASE), str(event.get("name", "value"))


def _named(kept: Kept) -> Iterator[tuple[re.Pattern[str], str]]:
    """The words of names that were told in the call."""
    for text in (line.words for line in kept.turns):
        for begin, end in introduced(text):
            for word in _NAME.findall(text[begin:end]):
                yield re.compile(rf"(?<!\w){re.escape(word)}(?!\w)"), "name"


def written(kept: Kept) -> str:
    """The test file: what the caller said, and that answers mean what they did, as much as a test may have.

    An answer that was interrupted means nothing by itself.
    """
    turns: list[dict[str, Any]] = []
    for line, text in zip(kept.turns, masked(kept), strict=True):
        text = text.strip()  # noqa: PLW2901
        if not text:
            continue
        if line.who == "caller":
            turns.append({"say": text[:LONGEST]})
        elif line.who == "agent" and line.whole and turns:
            turns[-1]["means"] = f"{turns[-1].get('means', '')} {text}".strip()[:LONGEST]
    script: dict[str, Any] = {"name": f"as in call {kept.call}"}
    if language := language_of(" ".join(line.text for line in kept.turns if line.who == "agent")):
        script["language"] = language
    script["turns"] = turns[:MOST_TURNS]
    if kept.insight is not None and kept.insight.outcome in _SURE:
        script["at_end"] = {"outcome": kept.insight.outcome}
    body = yaml.safe_dump({"scripts": [script]}, allow_unicode=True, sort_keys=False, width=110)
    return _HEAD.format(call=kept.call, agent=kept.agent) + body


if __name__ == "__main__":
    sys.exit(main(sys.argv))
