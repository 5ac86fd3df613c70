"""Checks of what is behind the gateway: models, Redis and its queues, Prometheus, Grafana."""

import time

from doctor.finding import Finding, good, unknown, wrong
from doctor.probes.web import WebError
from doctor.subject import Subject
from parley.bus import AGENT_JOBS, EVENTS, STT_JOBS, BusError

PROMETHEUS = "http://prometheus:9090"
GRAFANA = "http://grafana:3000"
MOST_WAITING_S = 5.0
"""A job that is older has a caller who hears nothing."""
MOST_BEHIND = 1000
"""Events that a reader may be behind."""
_FULL = 0.9


async def models(subject: Subject) -> Finding:
    """Every worker has loaded its models."""
    settings = subject.settings
    pages = {"stt": f"{settings.metrics_port}/healthz", "agent": f"{settings.metrics_port}/healthz"}
    if settings.llm_base_url.startswith("http://llm"):
        pages["llm"] = "8080/health"
    ready: list[str] = []
    for service, page in pages.items():
        try:
            addresses = await subject.web.addresses(service)
            up = [(await subject.web.get(f"http://{address}:{page}")).status == 200 for address in addresses]
        except WebError as error:
            return wrong(str(error), f"make logs SERVICE={service}   and then   make up")
        if not all(up):
            return wrong(f"{service}: {sum(up)} of {len(up)} ready", f"make logs SERVICE={service}")
        ready.append(f"{service} {len(up)}")
    return good(f"ready: {', '.join(ready)}")


async def redis(subject: Subject) -> Finding:
    """Redis answers and has memory left."""
    try:
        await subject.bus.ping()  # connects
        asked = time.monotonic()
        await subject.bus.ping()
        milliseconds = (time.monotonic() - asked) * 1000
        used, limit = await subject.bus.memory()
    except (BusError, TimeoutError) as error:
        return wrong(str(error) or "no answer", "make logs SERVICE=redis")
    figure = f"{milliseconds:.1f} ms, {used / 1e6:.0f} MB used" + (f" of {limit / 1e6:.0f}" if limit else "")
    if limit and used > _FULL * limit:
        return wrong(figure, "Raise maxmemory in redis/redis.conf")
    return good(figure)


async def queues(subject: Subject) -> Finding:
    """No job waits long, and whoever reads events keeps up."""
    lengths: list[str] = []
    for stream, service in ((STT_JOBS, "stt"), (AGENT_JOBS, "agent")):
        backlog = await subject.bus.backlog(stream)
        if backlog.length and backlog.oldest_s > MOST_WAITING_S:
            return wrong(
                f"{stream}: {backlog.length} wait, the first for {backlog.oldest_s:.0f} s",
                f"make logs SERVICE={service}; more workers:  scripts/compose.sh up -d --scale {service}=2",
            )
        lengths.append(f"{stream} {backlog.length}")
    lag = (await subject.bus.backlog(EVENTS)).lag
    behind = {
        reader: count for reader, count in lag.items() if count > MOST_BEHIND and subject.facts.runs(reader)
    }
    if behind:
        reader, count = next(iter(behind.items()))
        return wrong(f"{reader} is {count} events behind", f"make logs SERVICE={reader}")
    return good(", ".join(lengths))


async def prometheus(subject: Subject) -> Finding:
    """Every target is up, and every service that was started is one."""
    if not subject.facts.runs("prometheus"):
        return unknown("Prometheus is left out")
    data = (await subject.web.get(f"{PROMETHEUS}/api/v1/targets?state=active")).json()["data"]
    targets = [
        (target["labels"]["job"], target["health"], target["scrapeUrl"]) for target in data["activeTargets"]
    ]
    down = [url for _, health, url in targets if health != "up"]
    pools = (await subject.web.get(f"{PROMETHEUS}/api/v1/scrape_pools")).json()["data"]["scrapePools"]
    absent = [
        pool for pool in pools if subject.facts.runs(pool) and pool not in {job for job, _, _ in targets}
    ]
    figure = f"{len(targets) - len(down)} of {len(targets)} up"
    if down:
        return wrong(f"{figure}; down: {', '.join(down)}", "make ps, and the log of that service")
    if absent:
        return wrong(f"{figure}; missing: {', '.join(absent)}", f"make logs SERVICE={absent[0]}")
    return good(figure)


async def grafana(subject: Subject) -> Finding:
    """Grafana has every dashboard that there is a file of."""
    if not subject.facts.runs("grafana"):
        return unknown("not running: its image is left out without a registry (docs/operations.md)")
    login = ("admin", subject.settings.grafana_password)
    page = await subject.web.get(f"{GRAFANA}/api/search?type=dash-db", login)
    if page.status == 401:
        return unknown("runs; its password is not GRAFANA_PASSWORD any more")
    found, expected = len(page.json()), subject.facts.dashboards
    figure = f"{found} of {expected} dashboards"
    return good(figure) if found >= expected else wrong(figure, "make logs SERVICE=grafana")
