from pathlib import Path

import pytest

from parley.errors import SettingError
from replay.trial import HEARING, TRIABLE, Setup, parse


def test_settings_are_read_as_they_are_written() -> None:
    assert parse(" STT_MODEL=small  ENDPOINT_FAST_MS=300 ") == {
        "STT_MODEL": "small",
        "ENDPOINT_FAST_MS": "300",
    }
    assert parse("") == {}


@pytest.mark.parametrize(
    ("text", "variable", "why"),
    [
        ("ENDPOINT_FASTER_MS=300", "ENDPOINT_FASTER_MS", "these can"),
        ("LLM_MODEL=small", "LLM_MODEL", "these can"),
        ("PAUSE_MS", "PAUSE_MS", "needs a value"),
        ("PAUSE_MS=100 PAUSE_MS=200", "PAUSE_MS", "two values"),
    ],
)
def test_what_cannot_be_tried_is_named(text: str, variable: str, why: str) -> None:
    with pytest.raises(SettingError, match=why) as raised:
        parse(text)
    assert raised.value.variable == variable


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"ENDPOINT_FAST_MS": "quick"}, "ENDPOINT_FAST_MS"),
        ({"ENDPOINT_FAST_MS": "5000"}, "ENDPOINT_SLOW_MS"),
        ({"VAD_RELEASE": "0.9"}, "VAD_RELEASE"),
        ({"AGENTS_DIR": "/nowhere"}, "AGENTS_DIR"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, changes: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingError) as raised:
        Setup.of({"AGENTS_DIR": str(tmp_path)}, changes)
    assert raised.value.variable == variable


def test_a_setup_is_the_environment_with_changes(tmp_path: Path) -> None:
    environ = {"AGENTS_DIR": str(tmp_path), "ENDPOINT_FAST_MS": "350", "PAUSE_MS": "120"}
    was, now = Setup.of(environ, {}), Setup.of(environ, {"ENDPOINT_FAST_MS": "300"})
    assert (was.gateway.endpoint_fast_ms, now.gateway.endpoint_fast_ms) == (350, 300)
    assert now.gateway.pause_ms == 120
    assert was.ears == now.ears != Setup.of(environ, {"STT_MODEL": "small"}).ears


def test_what_can_be_tried_changes_what_is_run(tmp_path: Path) -> None:
    environ = {"AGENTS_DIR": str(tmp_path)}
    values = {
        "VAD_RATE": "16000",
        "BARGE_IN_LEVEL_DBFS": "-20",
        "ENDPOINT_SLOW_MS": "1900",
        "VAD_THRESHOLD": "0.6",
    }
    values |= {"VAD_RELEASE": "0.4", "ENDPOINT_SCORE": "0.6", "ENDPOINT_OPEN_MS": "2600"}
    for name in HEARING:
        was, now = (Setup.of(environ, more).gateway for more in ({}, {name: values.get(name, "200")}))
        parts = [(one.vad_rate, one.detector(), one.turns()) for one in (was, now)]
        assert parts[0] != parts[1], name
    assert set(TRIABLE) > set(HEARING)
