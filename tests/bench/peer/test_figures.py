"""Parley beside the peer."""

import msgspec
import pytest

from bench.conversation.utterances import Utterance
from bench.peer.figures import Reply, Stop, compared, parleys, peers, stops

PRICE = Utterance(agent="a", kind="answerable", text="What does it cost?", answer=("5|five",))
ADVICE = Utterance(agent="a", kind="model", text="Which one is better?", answer=("the second",))


def reply(said: str, delay_s: float | None, kind: str = "") -> Reply:
    return Reply(said=said, asked="answerable", delay_s=delay_s, verdict="right", reply="Yes.", kind=kind)


def test_ratios_are_of_the_same_turns() -> None:
    found = compared(
        [reply("a", 0.5, "known"), reply("b", 0.7, "known"), reply("c", 1.5, "model")],
        [reply("a", 2.0), reply("b", 2.8), reply("c", 3.0)],
        [Stop(label="x", stop_s=0.1, missed=False), Stop(label="y", stop_s=None, missed=True)],
        [Stop(label="x", stop_s=0.4, missed=False), Stop(label="y", stop_s=0.4, missed=False)],
    )
    assert found["ratio_all"] == pytest.approx(0.7 / 2.8)
    assert found["ratio_model"] == pytest.approx(0.5)
    assert found["ratio_barge_in"] == pytest.approx(0.25)
    assert (found["parley_barge_in_missed"], found["peer_barge_in_missed"]) == (1, 0)
    assert found["peer_model_p50_s"] == 3.0


def test_what_only_one_of_them_answered_is_in_no_ratio() -> None:
    parley = [reply("a", 0.5), reply("b", None), msgspec.structs.replace(reply("c", 9.0), verdict="open")]
    found = compared(parley, [reply("a", 2.0), reply("b", 20.0), reply("c", 2.0)], [], [])
    assert found["ratio_all"] == pytest.approx(0.25)
    assert found["ratio_turns"] == 1
    assert (found["parley_all_measured"], found["peer_all_measured"]) == (1, 3)


def test_without_a_turn_of_the_model_there_is_no_ratio_of_such_turns() -> None:
    found = compared([reply("a", 0.5, "known")], [reply("a", 2.0)], [], [])
    assert found["ratio_model"] is not None
    assert found["ratio_model"] != found["ratio_model"], "not a number"


def test_the_peers_lines_are_judged_as_ours() -> None:
    line = {"kind": "turn", "ended_at": 10.0, "heard": "", "said": ""}
    found = peers(
        [
            {"kind": "peer", "packages": {}},
            line | {"number": None, "answer_at": 11.0, "reply": "It costs five euros."},
            line | {"number": 0, "answer_at": 12.5, "reply": "It costs five euros."},
            line | {"number": 1, "answer_at": None, "reply": ""},
            {"kind": "interruption", "label": "x", "stop_s": 0.3},
        ],
        [PRICE, ADVICE],
    )
    assert [(r.said, r.delay_s, r.verdict) for r in found] == [
        (PRICE.text, 2.5, "right"),
        (ADVICE.text, None, "open"),
    ]


def test_ours_come_from_the_samples() -> None:
    sample = {"said": "a", "asked": "model", "verdict": "right", "reply": "Yes.", "kind": "model",
              "gateway": {"voice_to_voice": 1.2}}  # fmt: skip
    told, unseen = parleys([sample, sample | {"gateway": None, "kind": None}])
    assert (told.delay_s, told.kind) == (1.2, "model")
    assert (unseen.delay_s, unseen.kind) == (None, "")


def test_an_interruption_of_somebody_who_speaks_on_is_missed_and_of_silence_is_none() -> None:
    line = {"kind": "interruption", "label": "x", "spoke": True, "stop_s": 0.3}
    found = stops(
        [{"kind": "peer"}, line, line | {"stop_s": 1.5}, line | {"stop_s": None}, line | {"spoke": False}]
    )
    assert [stop.missed for stop in found] == [False, True, True]
