"""How good calls were."""

from parley.messages import Event
from records.insight.course import Course, follow
from records.insight.insight import analyse
from tests.records.insight.calls import agent, caller, course, event, talk

GOOD = (
    ("caller", "Do you sell tea?"),
    ("agent", "Yes, we do."),
    ("caller", "Thanks, bye."),
    ("agent", "Goodbye."),
)


def score(call: Course) -> int:
    found = analyse(call).score
    assert found is not None
    return found


def good(**told: object) -> list[Event]:
    return talk(*GOOD, **told)  # type: ignore[arg-type]


def test_a_call_in_which_all_went_well_has_all_points() -> None:
    insight = analyse(course(*good(), mos=4.4, after=19))
    assert (insight.score, set(insight.parts.values())) == (100, {100})
    assert list(insight.parts) == [
        "answers", "resolved", "latency", "interruptions", "repetitions", "dead_air", "sound",
    ]  # fmt: skip


def test_each_fault_takes_points_from_its_own_part() -> None:
    best = course(*good(), mos=4.4, after=19)
    unknown = analyse(course(*good(unsure={"Do you sell tea?": "unknown"}), mos=4.4, after=19))
    assert unknown.parts["answers"] == 0
    assert unknown.parts["latency"] == 100
    slow = analyse(course(*caller("Do you sell tea?", 1), *agent("Yes.", 4.7, 1, wait=2.6), mos=4.4, after=8))
    assert slow.parts["latency"] == 50
    noisy = analyse(course(*good(), mos=2.0, after=19))
    assert noisy.parts["sound"] == 0
    for worse in (unknown, slow, noisy):
        assert worse.score is not None
        assert worse.score < score(best)


def test_who_said_nothing_leaves_no_score() -> None:
    insight = analyse(course(*agent("Hello.", 0.5), ended="caller_hung_up"))
    assert (insight.score, insight.parts, insight.outcome) == (None, {}, "abandoned")


def test_a_chat_has_no_sound_and_no_silence() -> None:
    insight = analyse(
        follow(
            [
                event("call_started", 0, channel="web"),
                event("caller_said", 1, turn=1, text="Do you sell tea?"),
                event("turn", 3, turn=1, revision=1, first_sentence=2.0),
                event("agent_said", 4, revision=1, text="Yes."),
                event("call_ended", 900, outcome="silent", channel="web"),
            ]
        )
    )
    assert (insight.outcome, insight.tags) == ("resolved", [])
    assert insight.parts.keys() == {"answers", "resolved", "latency", "repetitions"}
