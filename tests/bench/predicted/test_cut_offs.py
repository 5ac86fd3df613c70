"""Cut-offs that were predicted, against those that real calls show."""

from pathlib import Path

import numpy as np
import pytest

from bench.predicted import __main__ as predicted
from bench.predicted.__main__ import CALLS, LINES, check, chosen, spoken
from bench.predicted.cut_offs import Line, Made, by_line, figures
from bench.turns.utterances import PAUSED, Kind, Utterance
from caller.sound.clip import Clip, silence
from parley.errors import SettingError

LINES_OF = [Line("a", 10.0, 12.0), Line("b", 20.0, 23.0)]


def made(*ends: float, lines: list[Line] = LINES_OF) -> list[Made]:
    return [Made("c1", lines, list(ends))]


def test_a_line_is_cut_off_when_its_turn_was_over_before_it_was() -> None:
    assert by_line(made(11.0, 12.5, 23.4)) == {"a": True, "b": False}
    assert by_line(made(12.5, 21.0, 22.0, 23.4)) == {"a": False, "b": True}
    assert by_line(made(11.99, 9.9)) == {"a": False, "b": False}


def test_what_was_predicted_stands_beside_what_came() -> None:
    found = figures(made(12.5), made(12.5, 22.0), made(11.0, 22.0), made(12.5, 21.5))
    assert found["lines"] == 2
    assert (found["cut_off_live_pct"], found["cut_off_replayed_pct"]) == (0.0, 50.0)
    assert (found["cut_off_predicted_pct"], found["cut_off_shown_pct"]) == (100.0, 50.0)
    assert (found["predicted_change_pct"], found["shown_change_pct"]) == (50.0, 50.0)
    assert found["lines_predicted_right_pct"] == 50.0
    low, high = found["shown_less_predicted_low_pct"], found["shown_less_predicted_high_pct"]
    assert low is not None
    assert high is not None
    assert low < -50.0 < high


def test_only_lines_that_were_said_in_all_of_them_count() -> None:
    found = figures(made(11.0), made(11.0), made(11.0), made(11.0, lines=LINES_OF[:1]))
    assert found["lines"] == 1
    assert figures([], [], [], [])["lines"] == 0


@pytest.mark.parametrize("count", [60, 150])
def test_a_call_has_lines_with_pauses_and_whole_ones(count: int) -> None:
    clip = silence(0.1, 16_000)
    items = [
        Utterance(str(n), "synthetic", "open" if n % 2 else "complete", clip, 0.1, set="natural")
        for n in range(count)
    ]
    hard = Utterance("hard", "human", "stop", clip, 0.1)
    said = chosen([hard, *items])
    assert len({name for name, _ in said}) == CALLS * LINES
    for number in range(CALLS):
        kinds = [item.kind in PAUSED for _, item in said[number::CALLS]]
        assert sorted(kinds) == [False, True, True]


def test_both_kinds_of_calls_have_the_same_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: list[Kind] = ["open", "complete"]
    items = [
        Utterance(
            f"{kind} {n}", "synthetic", kind, Clip(np.full(160, n, np.int16), 16_000), 0.1, set="natural"
        )
        for n, kind in enumerate(kinds * CALLS * LINES)
    ]
    monkeypatch.setattr(predicted, "PiperVoice", lambda _: None)
    monkeypatch.setattr(predicted, "utterances", lambda _: items)
    first = spoken("as-it-is", tmp_path)
    monkeypatch.delattr(predicted, "utterances")
    second = spoken("as-tried", tmp_path)
    assert [name for name, _ in first] == [name for name, _ in second]
    assert len({int(clip.samples[0]) for _, clip in first}) == CALLS * LINES
    for (_, one), (_, other) in zip(first, second, strict=True):
        assert np.array_equal(one.samples, other.samples)


def test_only_what_gateways_read_can_be_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTS_DIR", str(tmp_path))
    assert check("ENDPOINT_FAST_MS=300 ENDPOINT_SLOW_MS=600") == 0
    for wrong in ("STT_MODEL=small", "LOG_LEVEL=debug", "ENDPOINT_FAST_MS=soon"):
        with pytest.raises(SettingError, match=wrong.partition("=")[0]):
            check(wrong)
