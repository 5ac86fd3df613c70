"""What hangs is started anew, without anybody looking."""

import asyncio

import pytest

from tests.e2e.stack import containers, until_healthy

pytestmark = pytest.mark.stack

# The process below docker-init: PID 1's only child that is no probe of ours.
STOP = "for p in /proc/[0-9]*; do read -r _ _ _ parent _ <$p/stat && [[ $parent = 1 ]] && kill -STOP ${p##*/}; done"
LONGEST_S = 150


async def test_a_service_that_is_stopped_as_a_whole_is_ended_by_its_health_check_and_comes_back():
    (records,) = containers("records")
    before = records.attrs["RestartCount"]
    stopped = await asyncio.to_thread(records.exec_run, ["bash", "-c", STOP])
    assert stopped.exit_code in (0, 1), stopped.output
    for _ in range(LONGEST_S):
        await asyncio.sleep(1)
        await asyncio.to_thread(records.reload)
        if records.attrs["RestartCount"] > before:
            break
    assert records.attrs["RestartCount"] == before + 1
    await until_healthy(records)
