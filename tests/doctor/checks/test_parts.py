"""Checks of what is behind the gateway."""

from dataclasses import replace

from redis.exceptions import ConnectionError as RedisConnectionError

from doctor.checks import parts
from doctor.probes.facts import Container
from doctor.probes.web import Page
from doctor.settings import DoctorSettings
from parley.job_queue import Backlog
from tests.fakes.examined import FACTS, FakeRedis, FakeWeb, subject, targets

ELSEWHERE = DoctorSettings(redis_url="redis://redis", ari_password="x", llm_base_url="https://api.example/v1")
TARGETS = "http://prometheus:9090/api/v1/targets?state=active"
DASHBOARDS = "http://grafana:3000/api/search?type=dash-db"


async def test_everything_is_there() -> None:
    web = FakeWeb()
    well = subject(web=web)
    assert (await parts.models(well)).figure == "ready: stt 2, agent 1, llm 1"
    assert (await parts.redis(well)).figure.endswith("ms, 100 MB used of 768")
    assert (await parts.queues(well)).figure == "jobs:stt 0, jobs:agent 0"
    assert (await parts.prometheus(well)).figure == "3 of 3 up"
    assert (await parts.grafana(well)).figure == "2 of 2 dashboards"
    assert web.logins == [("admin", "pass")]
    for check in (parts.models, parts.redis, parts.queues, parts.prometheus, parts.grafana):
        assert (await check(well)).mark == "ok"


async def test_a_worker_that_still_loads() -> None:
    web = FakeWeb()
    web.pages["http://10.0.0.4:9100/healthz"] = Page(503, "not ready\n")
    found = await parts.models(subject(web=web))
    assert (found.mark, found.figure) == ("wrong", "stt: 1 of 2 ready")


async def test_a_worker_that_is_gone() -> None:
    web = FakeWeb()
    del web.names["stt"]
    found = await parts.models(subject(web=web))
    assert (found.mark, found.figure) == ("wrong", "stt has no address: it does not run")
    assert "SERVICE=stt" in found.advice


async def test_a_language_model_elsewhere_is_not_looked_at() -> None:
    web = FakeWeb()
    del web.names["llm"]
    assert (await parts.models(subject(web=web, settings=ELSEWHERE))).figure == "ready: stt 2, agent 1"


async def test_redis_away_or_full() -> None:
    away = await parts.redis(subject(bus=FakeRedis(error=RedisConnectionError("away"))))
    assert (away.mark, away.figure) == ("wrong", "away")
    assert (await parts.redis(subject(bus=FakeRedis(used=(95, 100))))).mark == "wrong"
    assert (await parts.redis(subject(bus=FakeRedis(used=(95, 0))))).mark == "ok"


async def test_a_queue_that_nobody_works_on() -> None:
    bus = FakeRedis(backlogs={"jobs:stt": Backlog(40, 12.0, {"stt": 1}, {"stt": 39})})
    found = await parts.queues(subject(bus=bus))
    assert (found.mark, found.figure) == ("wrong", "jobs:stt: 40 wait, the first for 12 s")
    assert "--scale stt=2" in found.advice


async def test_a_queue_that_is_being_worked_on() -> None:
    bus = FakeRedis(backlogs={"jobs:agent": Backlog(3, 0.8, {"agent": 3}, {"agent": 0})})
    assert (await parts.queues(subject(bus=bus))).figure == "jobs:stt 0, jobs:agent 3"


async def test_a_reader_of_events_that_is_behind() -> None:
    # What is not started has no need to keep up.
    bus = FakeRedis(backlogs={"events": Backlog(9000, 0.0, {}, {"records": 5000, "tracing": 8000})})
    reader = Container("records-1", "records", "healthy")
    found = await parts.queues(subject(bus=bus, containers=(*FACTS.containers, reader)))
    assert (found.mark, found.figure) == ("wrong", "records is 5000 events behind")
    assert found.advice == "make logs SERVICE=records"


async def test_a_target_that_is_down() -> None:
    web = FakeWeb()
    web.pages[TARGETS] = targets(gateway="up", stt="down")
    found = await parts.prometheus(subject(web=web))
    assert found.figure == "1 of 2 up; down: http://stt:9100/metrics"


async def test_a_service_that_has_vanished_from_the_targets() -> None:
    web = FakeWeb()
    web.pages[TARGETS] = targets(gateway="up")
    found = await parts.prometheus(subject(web=web))
    # "tracing" is a job, too, but was not started.
    assert (found.mark, found.figure) == ("wrong", "1 of 1 up; missing: stt")


async def test_what_is_left_out_is_not_wrong() -> None:
    without = tuple(c for c in FACTS.containers if c.service not in ("grafana", "prometheus"))
    bare = subject(containers=without, web=FakeWeb(pages={}))
    assert (await parts.grafana(bare)).mark == (await parts.prometheus(bare)).mark == "unknown"
    assert "without a registry" in (await parts.grafana(bare)).figure


async def test_dashboards_that_are_missing() -> None:
    found = await parts.grafana(subject(dashboards=5))
    assert (found.mark, found.figure) == ("wrong", "2 of 5 dashboards")


async def test_a_changed_password_of_grafana() -> None:
    web = FakeWeb()
    web.pages[DASHBOARDS] = replace(web.pages[DASHBOARDS], status=401)
    assert (await parts.grafana(subject(web=web))).mark == "unknown"
