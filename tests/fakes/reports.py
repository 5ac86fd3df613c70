"""Reports of calls that went well, but for what a test says."""

from typing import Any

from caller.report import CallReport, TurnReport


def turn(**fields: Any) -> TurnReport:
    values: dict[str, Any] = {
        "said": "And on Sunday?",
        "heard": "We are closed.",
        "voice_to_voice_s": 1.0,
        "said_at_s": 4.0,
        "said_s": 1.0,
        "heard_s": 1.5,
        "level_dbfs": -20.5,
        "longest_pause_s": 0.0,
    }
    return TurnReport(**values | fields)


def report(*turns: TurnReport, failures: tuple[str, ...] = (), **fields: Any) -> CallReport:
    values: dict[str, Any] = {
        "agent": "techstore",
        "extension": "100",
        "codec": "opus",
        "clock": "wire",
        "clock_remark": "",
        "greeting_s": 0.531,
        "greeting": None,
        "turns": list(turns),
        "ok": not failures,
        "failures": list(failures),
        "duration_s": 20.0,
        "hung_up_by": "agent",
        "quality": None,
        "sent_quality": None,
    }
    return CallReport(**values | fields)
