"""Log lines, as another process writes them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def lines(program: str, level: str = "info") -> list[dict[str, Any]]:
    """Run a program after configuring its log; every line that it prints is JSON."""
    head = f"from parley import log\nimport logging\nlog.configure('stt', {level!r})\nlogger = log.get('worker')\n"
    done = subprocess.run(
        [sys.executable, "-c", head + program],
        env=os.environ | {"PYTHONPATH": str(ROOT / "services")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_says_who_what_and_when() -> None:
    (line,) = lines("logger.info('transcribed', call='c1', work_s=0.25, words=['a', 'ü'])")
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "service": "stt",
        "module": "worker",
        "level": "info",
        "event": "transcribed",
        "call": "c1",
        "work_s": 0.25,
        "words": ["a", "ü"],
    }


def test_a_task_that_is_bound_to_a_call_names_it_and_others_do_not() -> None:
    program = """
import asyncio
async def live(call):
    log.bind(call=call)
    await asyncio.sleep(0)
    logger.info('x')
    logging.getLogger('lib').warning('from a library')
async def main():
    await asyncio.gather(asyncio.create_task(live('c1')), asyncio.create_task(live('c2')))
    logger.info('y')
asyncio.run(main())
"""
    found = [(line["event"], line.get("call")) for line in lines(program)]
    assert sorted(found[:4]) == [
        ("from a library", "c1"),
        ("from a library", "c2"),
        ("x", "c1"),
        ("x", "c2"),
    ]
    assert found[4] == ("y", None)


def test_an_exception_is_one_line() -> None:
    program = "try:\n    1 / 0\nexcept ZeroDivisionError:\n    logger.exception('broke')"
    (line,) = lines(program)
    assert line["level"] == "error"
    assert "ZeroDivisionError: division by zero" in line["exception"]


def test_what_json_does_not_know_is_written_all_the_same() -> None:
    (line,) = lines(
        "from pathlib import Path\nlogger.info('x', a=Path('/p'), b=object, c=b'1', d={'e': {1, 2}})"
    )
    assert "/p" in line["a"]
    assert line["d"] == {"e": [1, 2]}


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_levels(level: str, seen: list[str]) -> None:
    for make in ("logger", "logging.getLogger('lib')"):
        program = f"for level in ('debug', 'info', 'warning', 'error'):\n    getattr({make}, level)('x')"
        assert [line["level"] for line in lines(program, level)] == seen


def test_libraries_that_say_too_much_are_kept_quiet() -> None:
    program = """
logging.getLogger('websockets.client').debug('frame')
logging.getLogger('httpx').info('request')
logging.getLogger('asyncio').debug('selector')
"""
    assert lines(program, "debug") == []
