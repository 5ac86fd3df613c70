"""One call's lines out of all logs."""

import json

import pytest

from tracing.logs import LogLine, of_call, parse, rendered

CALL = "1700000000.1"


def ours(time: str, container: str, event: str, call: str = CALL, **fields: object) -> str:
    line = {"service": "x", "level": "info", "timestamp": "t", "call": call, **fields, "event": event}
    return f"{container}  | {time}Z {json.dumps(line)}\n"


LINES = [
    ours("2026-11-22T15:00:02.5", "stt-1", "transcribed", queue_s=0.01),
    ours("2026-11-22T15:00:01.123456789", "gateway-1", "call arrived"),
    ours("2026-11-22T15:00:01.2", "gateway-1", "another call", call="1700000000.10"),
    f"asterisk-1  | 2026-11-22T15:00:02.049Z [verbose] Channel media-{CALL} joined\n",
    "asterisk-1  | 2026-11-22T15:00:03Z [verbose] Channel media-1700000000.10 joined\n",
    ours("2026-11-22T15:00:02.51", "agent-1", "no speech could be made", level="error", kind="timeout"),
    "redis-1  | 2026-11-22T15:00:02Z Ready to accept connections\n",
    "no line of a log\n",
]


def test_a_calls_lines_of_all_services_in_order() -> None:
    assert [(line.container, line.time[17:]) for line in of_call(LINES, CALL)] == [
        ("gateway-1", "01.123456789"),
        ("asterisk-1", "02.049"),
        ("stt-1", "02.5"),
        ("agent-1", "02.51"),
    ]


def test_what_compose_clears_a_line_with_is_no_name() -> None:
    line = parse(f"\x1b[2K{LINES[0]}")
    assert line is not None
    assert line.container == "stt-1"


def test_a_call_that_nothing_is_known_of() -> None:
    assert of_call(LINES, "1700000000") == []


def test_what_is_shown() -> None:
    shown = [text.plain for text in rendered(of_call(LINES, CALL))]
    assert shown == [
        "15:00:01.123 gateway-1    call arrived",
        f"15:00:02.049 asterisk-1   [verbose] Channel media-{CALL} joined",
        "15:00:02.500 stt-1        transcribed queue_s=0.01",
        "15:00:02.510 agent-1      error no speech could be made kind=timeout",
    ]


@pytest.mark.parametrize("text", ["", "gateway-1 | no time", "[1, 2]"])
def test_what_is_no_line(text: str) -> None:
    assert parse(text) is None


def test_json_that_is_no_object_is_text() -> None:
    assert parse("llm-1 | 2026-11-22T15:00:03Z [1]") == LogLine("2026-11-22T15:00:03", "llm-1", "[1]")
