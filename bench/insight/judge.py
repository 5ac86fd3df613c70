"""The judge of simulated conversations (services/simulate/model), held against what somebody who reads them says."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import msgspec
import yaml

from bench.insight.calls import DATA
from bench.insight.judged import percent
from bench.instruments import report
from simulate.model.asking import Line, Model
from simulate.model.judge import judge
from simulate.model.votes import Judged, Verdict

_WHO = {">": "Caller", "<": "Agent"}
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Pair = tuple["Excerpt", Judged]


class Excerpt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of a conversation, with a statement about it and whether that is true."""

    statement: str
    verdict: Verdict
    talk: str

    @property
    def lines(self) -> list[Line]:
        """What was said; ValueError for a line of nobody."""
        lines = [line.strip() for line in self.talk.splitlines()]
        if any(line[:2] not in ("> ", "< ") for line in lines):
            raise ValueError(f"a line is nobody's: {self.talk}")
        return [(_WHO[line[0]], line[2:]) for line in lines]


def excerpts(path: Path = DATA / "judged.yaml") -> list[Excerpt]:
    """All of a file."""
    return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), list[Excerpt])


async def judged(model: Model, told: Sequence[Excerpt]) -> list[Pair]:
    """What the model makes of them, with a progress bar."""
    with report.progress() as progress:
        bar = progress.track(told, description="excerpts")
        return [(each, await judge(model, each.statement, each.lines)) for each in bar]


def figures(pairs: Sequence[Pair]) -> dict[str, report.Figure]:
    """Agreement, in per cent: of all, of what is true, false and not to be told, and without these; how many of what is
    false passes, and how many votes had no sentence that stands in the conversation. Of the half that nobody looked at.
    """
    for excerpt, found in pairs[::2]:
        if found.verdict != excerpt.verdict:
            _show(excerpt, found)
    held_out = pairs[1::2]
    votes = [vote for _, found in held_out for vote in found.votes]
    known = [pair for pair in held_out if pair[0].verdict != "maybe"]
    wrong = _labelled(held_out, "fail")
    return {
        "judge_excerpts_held_out": len(held_out),
        "judge_agreement_pct": _agreement(held_out),
        **{f"judge_agreement_{name}_pct": _agreement(_labelled(held_out, name)) for name in _VERDICTS},
        "judge_agreement_decided_pct": _agreement(known),
        "judge_false_pass_pct": percent(sum(found.verdict == "pass" for _, found in wrong), len(wrong)),
        "judge_unfounded_votes_pct": percent(sum(bool(vote.unfounded) for vote in votes), len(votes)),
        "judge_agreement_looked_at_pct": _agreement(pairs[::2]),
    }


def _labelled(pairs: Sequence[Pair], verdict: Verdict) -> list[Pair]:
    return [pair for pair in pairs if pair[0].verdict == verdict]


def _agreement(pairs: Sequence[Pair]) -> float:
    return percent(sum(excerpt.verdict == found.verdict for excerpt, found in pairs), len(pairs))


def _show(excerpt: Excerpt, found: Judged) -> None:
    votes = ", ".join(
        f"{vote.verdict} ({vote.sentence or f'unfounded: {vote.unfounded}'})" for vote in found.votes
    )
    told = f"{found.verdict}, not {excerpt.verdict}: {excerpt.statement}\n{excerpt.talk}{votes}\n"
    report.console.print(told, highlight=False, markup=False)
