"""The set of excerpts, and how a judge's agreement with it is counted."""

import pytest

from bench.insight.judge import Excerpt, excerpts, figures, judged
from simulate.model.asking import Model
from simulate.model.votes import Judged, Verdict, Vote
from tests.fakes.engines.writer import Writer


def test_both_halves_have_every_verdict() -> None:
    told = excerpts()
    assert len(told) >= 60
    for half in (told[::2], told[1::2]):
        assert {each.verdict for each in half} == {"pass", "fail", "maybe"}
    assert len({(each.statement, each.talk) for each in told}) == len(told)
    for each in told:
        assert {who for who, _ in each.lines} == {"Caller", "Agent"}, each


def test_a_line_of_nobody_is_named() -> None:
    with pytest.raises(ValueError, match="hello"):
        _ = Excerpt("s", "pass", "> Hi.\nhello").lines


async def test_a_judge_is_asked_of_each() -> None:
    excerpt = Excerpt("It is so.", "pass", "> Is it so?\n< Yes.")
    writer = Writer("Quote: Yes.\nVerdict: yes")
    ((same, found),) = await judged(Model(writer, "here"), [excerpt])
    assert (same, found.verdict, found.sentence) == (excerpt, "pass", "Yes.")


def pair(label: Verdict, found: Verdict, *votes: Vote) -> tuple[Excerpt, Judged]:
    return Excerpt("s", label, "> Hi.\n< Yes."), Judged("s", found, "", votes)


def test_the_figures_are_those_of_the_half_that_nobody_looked_at() -> None:
    pairs = [
        pair("pass", "fail"),
        pair("pass", "pass", Vote("pass", "Yes."), Vote("maybe", unfounded="No.")),
        pair("pass", "pass"),
        pair("fail", "pass", Vote("pass", "Hi."), Vote("pass", "Hi.")),
        pair("pass", "pass"),
        pair("fail", "fail"),
        pair("pass", "pass"),
        pair("maybe", "fail"),
    ]
    found = figures(pairs)
    assert found["judge_excerpts_held_out"] == 4
    assert found["judge_agreement_pct"] == 50.0
    assert found["judge_agreement_pass_pct"] == 100.0
    assert found["judge_agreement_fail_pct"] == 50.0
    assert found["judge_agreement_maybe_pct"] == 0.0
    assert found["judge_agreement_decided_pct"] == 66.7
    assert found["judge_false_pass_pct"] == 50.0
    assert found["judge_unfounded_votes_pct"] == 25.0
    assert found["judge_agreement_looked_at_pct"] == 75.0
