"""A clock that is set: what a process sees of it, and that it waits as long as ever."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.faults import clock

LOOKS = """
import threading, time
began = time.monotonic()
threading.Event().wait(0.2)
print(int(time.time()), int(time.monotonic() - began))
"""


@pytest.mark.skipif(not shutil.which("gcc"), reason="only the benchmarks' image has a compiler")
@pytest.mark.parametrize("seconds", [3600, -3600, 90 * 86_400])
def test_a_process_sees_the_clock_that_was_set_and_waits_as_ever(tmp_path: Path, seconds: int) -> None:
    source = tmp_path / "set_clock.c"
    source.write_text(clock.SOURCE.read_text().replace("/clock/offset", str(tmp_path / "offset")))
    (tmp_path / "offset").write_text(f"{seconds:+d}\n")
    clock.build(tmp_path / "set_clock.so", source)
    set_ = {**os.environ, "LD_PRELOAD": str(tmp_path / "set_clock.so")}
    done = subprocess.run(
        [sys.executable, "-c", LOOKS], env=set_, capture_output=True, text=True, check=True, timeout=60
    )
    told, waited = done.stdout.split()
    assert clock.is_set(told, seconds, time.time())
    assert int(waited) < 60
