from collections.abc import Iterable

import pytest

from records.sound.timeline import NoTimeline, timeline
from tests.fakes.kept_calls import CALL, event, events


def rounded(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(round(begin, 3), round(end, 3)) for begin, end in spans]


def test_the_agents_speech_is_told_with_what_it_was() -> None:
    found = timeline(
        CALL, events(event(0.5, "agent_speaks", revision=7), event(1.5, "agent_said", revision=7))
    )
    assert [(span.kind, span.text) for span in found.spans] == [
        ("line", ""), ("answer", "Answer 1."), ("answer", "Answer 2."),
    ]  # fmt: skip
    first = found.spans[1]
    assert (first.begin_s, first.end_s) == pytest.approx((5.6, 8.6))
    assert first.prepared_s == pytest.approx(0.25)
    assert (found.agent, found.end_s) == ("techstore", None)


def test_it_falls_silent_while_the_caller_is_listened_to() -> None:
    told = timeline(CALL, events())
    assert rounded(told.spans[1].silent) == [(12.2, 13.1)]
    assert told.interruptions == 0
    interrupted = [e for e in events() if e.kind != "barge_in"]
    taken = timeline(CALL, [*interrupted, event(13.9, "barge_in", outcome="interrupted")])
    assert rounded(taken.spans[1].silent) == [(12.2, 14.0)]
    assert taken.interruptions == 1


def test_words_that_bridge_a_wait_end_where_the_answer_begins() -> None:
    told = timeline(CALL, events(event(4.9, "agent_speaks", revision=-1)))
    assert told.spans[0].kind == "bridge"
    assert told.spans[0].end_s == pytest.approx(5.6)


def test_live_turns_have_their_waits_and_what_was_taken_up_counts_once() -> None:
    again = event(4.0, "caller_said", turn=1, text="some", again=False)
    told = [
        e for e in events(again) if not (e.kind == "caller_said" and e.data["turn"] == 1 and e is not again)
    ]
    told.append(event(5.5, "caller_said", turn=1, text="some words", again=True))
    live = timeline(CALL, told).live
    assert [(one.text, one.waited_s) for one in live] == [("some words", 0.6), ("some words", 0.6)]


@pytest.mark.parametrize("kind", ["transfer_started", "agent_changed", "call_resumed", "recording"])
def test_it_ends_where_the_agent_has_the_call_no_more(kind: str) -> None:
    told = timeline(CALL, events(event(9.0, kind)))
    assert told.end_s == pytest.approx(9.0)
    assert len(told.live) == 1


def test_pauses_of_the_recording_and_of_the_call_are_told() -> None:
    paused = (event(6.0, "recording_paused"), event(8.0, "recording_resumed"))
    held = (event(14.5, "hold", held=True), event(15.5, "hold", held=False))
    told = timeline(CALL, events(*paused, *held, event(9.0, "language", language="de")))
    assert rounded(told.left_out) == [(6.0, 8.0)]
    assert rounded(told.held) == [(14.5, 15.5)]
    assert (told.language(8.0, "en"), told.language(9.5, "en")) == ("en", "de")


def test_a_call_that_was_not_recorded_has_none() -> None:
    with pytest.raises(NoTimeline, match="not recorded"):
        timeline(CALL, [e for e in events() if e.kind != "recording"])
