"""A part of the stack breaks: the right alert fires, is told, and ends when the part is mended."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
import requests

from tests.e2e import breakage
from tests.fakes.servers.serving import QuietHandler, on_thread

pytestmark = pytest.mark.stack

WEBHOOK_PORT = 9095
"""Of ALERT_WEBHOOK_URL in compose.test.yml."""
Alert = tuple[str, str]
"""Its name, and which job or stream it is about."""


def identity(labels: dict[str, str]) -> Alert:
    return labels["alertname"], labels.get("stream") or labels.get("job") or ""


def firing() -> set[Alert]:
    answer = requests.get(f"{os.environ['PROMETHEUS_URL']}/api/v1/alerts", timeout=10).json()
    return {identity(alert["labels"]) for alert in answer["data"]["alerts"] if alert["state"] == "firing"}


async def until(condition: Callable[[], bool], what: str, within: float = 150.0) -> None:
    deadline = time.monotonic() + within
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline, f"not after {within:g} s: {what}; firing: {firing()}"
        await asyncio.sleep(1)


@pytest.fixture(scope="module")
def told() -> Iterator[set[Alert]]:
    """The alerts that Alertmanager has posted to the webhook so far."""
    alerts: set[Alert] = set()

    class Webhook(QuietHandler):
        def do_POST(self) -> None:
            body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            alerts.update(identity(alert["labels"]) for alert in body["alerts"])
            self.send_response(200)
            self.end_headers()

    with on_thread(ThreadingHTTPServer(("", WEBHOOK_PORT), Webhook)):
        yield alerts


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        pytest.param((breakage.stt_stopped,), {("ServiceDown", "stt")}, id="stt stopped"),
        # Neither has anything to do with the other, and each takes a minute to be told.
        pytest.param(
            (breakage.queue_filled, breakage.ari_cut),
            {
                *(("AriDown", ""), ("ServiceDown", "asterisk")),
                *(("WorkerQueueWaiting", "jobs:stt"), ("RedisLag", "jobs:stt")),
            },
            id="queue filled and ARI cut",
        ),
    ],
)
async def test_what_is_broken_is_told_until_it_is_mended(
    broken: Sequence[Callable[[], AbstractAsyncContextManager[None]]], expected: set[Alert], told: set[Alert]
) -> None:
    assert not firing() & expected
    async with AsyncExitStack() as parts:
        for part in broken:
            await parts.enter_async_context(part())
        await until(lambda: expected <= firing(), f"{expected} fire")
        # Of what follows from something else, Alertmanager tells the cause only.
        await until(lambda: expected - {("AriDown", "")} <= told, f"{expected} are told")
    await until(lambda: not firing() & expected, f"{expected} are over")
