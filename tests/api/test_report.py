"""How the stack is, as far as the API sees it, with a real Redis and a server that answers as Prometheus does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from parley.bus import Bus
from parley.outside.reports import Looked, Report
from tests.api.conftest import Site, served

PAGES: dict[str, Any] = {}


class Prometheus(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path.partition("?")[0])
        self.send_response(200 if page is not None else 503)
        self.end_headers()
        self.wfile.write(json.dumps({"status": "success", "data": page}).encode())

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path, redis_url: str) -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Prometheus)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    PAGES.update(
        {"/targets": {"activeTargets": [target("agent", "up")]}, "/alerts": {"alerts": [alert("Watchdog")]}}
    )
    with served(tmp_path, redis_url) as site:
        site.app.state.prometheus = f"http://127.0.0.1:{server.server_address[1]}"
        yield site
    server.shutdown()
    thread.join()
    server.server_close()


def alert(name: str) -> dict[str, Any]:
    return {"labels": {"alertname": name}, "state": "firing"}


def target(job: str, health: str) -> dict[str, Any]:
    return {"labels": {"job": job}, "health": health}


def report(site: Site) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {site.key('health:read')}"}
    answer = httpx.get(f"{site.url}/api/v1/health/report", headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    site.keys.revoke("tests")
    told: dict[str, Any] = answer.json()
    return told


def marks(told: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["mark"] for check in told["checks"]}


def test_all_is_well(site: Site) -> None:
    told = report(site)
    assert told["ok"]
    assert set(marks(told).values()) == {"ok"}


def test_what_is_not_well_is_named(site: Site) -> None:
    PAGES["/targets"] = {"activeTargets": [target("agent", "up"), target("stt", "down")]}
    PAGES["/alerts"] = {"alerts": [alert("Watchdog"), alert("ServiceDown")]}
    told = report(site)
    figures = {check["name"]: check["figure"] for check in told["checks"]}
    assert not told["ok"]
    assert figures["services answer"] == "1 of 2: not stt"
    assert figures["no alerts"] == "ServiceDown"


@pytest.mark.parametrize("page", [None, [], {"activeTargets": 7}])
def test_a_prometheus_that_does_not_answer_is_only_its_own_lines(site: Site, page: Any) -> None:
    PAGES.update({"/targets": page, "/alerts": None})
    told = report(site)
    assert marks(told) == {
        "Redis answers": "ok",
        "records can be read": "ok",
        "services answer": "wrong",
        "no alerts": "wrong",
    }


async def test_what_the_doctor_found_last_is_told(site: Site, redis_url: str) -> None:
    looked = Looked(name="disk", mark="wrong", figure="1 GB free", advice="Make room", seconds=0.1)
    bus = Bus.connect(redis_url)
    await bus.commands().reports().save(Report(at=1_780_000_000.0, ok=False, checks=[looked]))
    doctor = report(site)["doctor"]
    assert (doctor["ok"], doctor["at"]) == (False, "2026-05-28T20:26:40Z")
    assert doctor["checks"][0]["advice"] == "Make room"
    await bus._redis.set("doctor:report", b"garbage")
    assert report(site)["doctor"] is None
    await bus._redis.delete("doctor:report")
    await bus.close()


def endpoint(number: str, state: int, channels: int) -> list[dict[str, Any]]:
    """What Asterisk's metrics tell of one."""
    figures = {"asterisk_endpoints_state": state, "asterisk_endpoints_channels_count": channels}
    return [
        {"metric": {"__name__": name, "resource": number}, "value": [1.0, str(figure)]}
        for name, figure in figures.items()
    ]


def telephones(site: Site) -> httpx.Response:
    headers = {"Authorization": f"Bearer {site.key('health:read', name='people')}"}
    return httpx.get(f"{site.url}/api/v1/telephones", headers=headers, timeout=60)


def test_who_is_at_a_telephone_is_told(site: Site) -> None:
    known = [("1002", 1, 0), ("1001", 2, 0), ("1003", 2, 1), ("1004", 1, 1), ("trunk", 2, 0), ("web", 1, 3)]
    PAGES["/query"] = {"result": [series for each in known for series in endpoint(*each)]}
    states = {each["number"]: each["state"] for each in telephones(site).json()["telephones"]}
    assert list(states.items()) == [("1001", "free"), ("1002", "absent"), ("1003", "busy"), ("1004", "busy")]


@pytest.mark.parametrize("page", [None, [], {"result": []}, {"result": [{"metric": {}}]}, {"result": [7]}])
def test_where_it_is_not_known_who_is_there_that_is_said(site: Site, page: Any) -> None:
    PAGES["/query"] = page
    assert telephones(site).json() == {"telephones": None}
