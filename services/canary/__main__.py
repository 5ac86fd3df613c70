"""`python -m canary`: calls the agent every few minutes, as any telephone would, and exports what came of it."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from caller.script import load_script
from canary import metrics
from canary.call import call
from canary.room import is_ready, why_not_now
from canary.settings import CanarySettings
from canary.verdict import Verdict, skipped
from parley import log
from parley.service import Service, run

_READY_WITHIN_S = 600.0
"""After so long the first call is made whether the agent is ready or not: to find that out is what it is for."""
_LOOK_EVERY_S = 5.0
_AFTER_SKIP_S = 60
"""Soonest look whether there is room now."""

_log = log.get("canary")


async def main(settings: CanarySettings, service: Service) -> None:
    """Call until the service is told to stop."""
    script = Path(settings.agents_dir) / settings.canary_script
    load_script(script)
    service.ready = True
    if not settings.canary_interval_s:
        await service.stopping.wait()
        return
    await _until_ready(service.stopping, f"http://agent:{settings.metrics_port}")
    while not service.stopping.is_set():
        pause = settings.canary_interval_s
        verdict = await _call(settings, script, service.stopping)
        if verdict is not None:
            metrics.show(verdict, time.time())
            _tell(verdict)
            if verdict.outcome == "skipped":
                pause = min(pause, _AFTER_SKIP_S)
        await _sleep(service.stopping, pause)


async def _call(settings: CanarySettings, script: Path, stopping: asyncio.Event) -> Verdict | None:
    """Make a call, if there is room; None when the service was stopped in it."""
    if reason := await asyncio.to_thread(why_not_now, f"http://gateway:{settings.metrics_port}"):
        return skipped(reason)
    calling = asyncio.create_task(call(script, settings.server))
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait((calling, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if calling.done():
        return calling.result()
    calling.cancel()
    with suppress(asyncio.CancelledError):
        await calling
    return None


def _tell(verdict: Verdict) -> None:
    tell = _log.info if verdict.outcome in ("ok", "skipped") else _log.warning
    tell(
        "canary called",
        outcome=verdict.outcome,
        voice_to_voice_s=verdict.voice_to_voice_s,
        barge_in_stop_s=verdict.barge_in_stop_s,
        answer_right=verdict.answer_right,
        key_ok=verdict.key_ok,
        faults=list(verdict.faults),
    )


async def _until_ready(stopping: asyncio.Event, agent: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while not stopping.is_set() and time.monotonic() < deadline:
        if await asyncio.to_thread(is_ready, agent):
            return
        await _sleep(stopping, _LOOK_EVERY_S)


async def _sleep(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


if __name__ == "__main__":
    run("canary", CanarySettings, main)
