"""A stack that the doctor looks at: everything is well, until a test says otherwise."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from caller.errors import CallerError
from caller.report import CallReport
from canary.verdict import Verdict
from doctor.probes.facts import Container, Facts
from doctor.probes.phones import Echo
from doctor.probes.web import Page, WebError
from doctor.settings import DoctorSettings
from doctor.subject import Subject
from parley.job_queue import Backlog

SAMPLES = Path(__file__).parents[2] / "agents"
FACTS = Facts(
    engine="27.5.1",
    compose="2.30.0",
    free_kb=50 * 1_048_576,
    folder="/var/lib/docker",
    containers=tuple(
        Container(f"{service}-1", service, "healthy")
        for service in ("asterisk", "gateway", "stt", "agent", "llm", "redis", "prometheus", "grafana")
    ),
    clock_s=0.0,
    ntp=True,
    tuned="2 32 reads 80 and writes 9.5 tokens/s",
    dashboards=2,
)
ECHO = Echo(0.062, 150, 0)
VERDICT = Verdict("ok", 1.2, 0.08, True, True)
LANGUAGES = "http://asterisk:8088/ari/asterisk/variable?variable=PARLEY_LANGUAGES"
TARGET = '{{"labels": {{"job": "{job}"}}, "health": "{health}", "scrapeUrl": "http://{job}:9100/metrics"}}'


def targets(**health: str) -> Page:
    """Prometheus's answer about its targets."""
    found = ",".join(TARGET.format(job=job, health=state) for job, state in health.items())
    return Page(200, f'{{"data": {{"activeTargets": [{found}]}}}}')


@dataclass
class FakeWeb:
    """Answers by URL; what is not among `pages` does not answer."""

    pages: dict[str, Page] = field(
        default_factory=lambda: {
            "http://asterisk:8088/metrics": Page(
                200,
                "# TYPE asterisk_core_uptime_seconds counter\nasterisk_core_uptime_seconds 7200\n"
                "asterisk_channels_count 2\n",
            ),
            LANGUAGES: Page(200, '{"value": "de,en,es,fr,it"}'),
            "http://10.0.0.2:9100/metrics": Page(200, "parley_ari_connected 1\n"),
            "http://10.0.0.9:9100/metrics": Page(200, "parley_ari_connected 1\n"),
            "http://10.0.0.3:9100/healthz": Page(200, "ready\n"),
            "http://10.0.0.4:9100/healthz": Page(200, "ready\n"),
            "http://10.0.0.5:9100/healthz": Page(200, "ready\n"),
            "http://10.0.0.6:8080/health": Page(200, "{}"),
            "http://prometheus:9090/api/v1/targets?state=active": targets(
                gateway="up", stt="up", canary="up"
            ),
            "http://prometheus:9090/api/v1/scrape_pools": Page(
                200, '{"data": {"scrapePools": ["gateway", "stt", "tracing"]}}'
            ),
            "http://grafana:3000/api/search?type=dash-db": Page(200, "[{}, {}]"),
        }
    )
    names: dict[str, list[str]] = field(
        default_factory=lambda: {
            "gateway": ["10.0.0.2", "10.0.0.9"],
            "stt": ["10.0.0.3", "10.0.0.4"],
            "agent": ["10.0.0.5"],
            "llm": ["10.0.0.6"],
        }
    )
    logins: list[tuple[str, str]] = field(default_factory=list)

    async def get(self, url: str, login: tuple[str, str] | None = None) -> Page:
        if login:
            self.logins.append(login)
        if url not in self.pages:
            raise WebError(f"{url}: Connection refused")
        return self.pages[url]

    async def addresses(self, host: str) -> list[str]:
        if host not in self.names:
            raise WebError(f"{host} has no address: it does not run")
        return self.names[host]


@dataclass
class FakeWire:
    """Answers as it is told; an exception is raised."""

    status: str | Exception = "HTTP/1.1 101 Switching Protocols"
    sip_s: dict[str, float | Exception] = field(
        default_factory=lambda: {"udp": 0.002, "tcp": 0.003, "tls": 0.004}
    )
    opened: list[tuple[str, str, str]] = field(default_factory=list)

    async def websocket(self, url: str, user: str, password: str) -> str:
        self.opened.append((url, user, password))
        return given(self.status)

    async def sip(self, host: str, port: int, transport: str) -> float:
        return given(self.sip_s[transport])


@dataclass
class FakeRedis:
    """A bus with so much on its streams; `error` is raised instead."""

    backlogs: dict[str, Backlog] = field(default_factory=dict)
    used: tuple[int, int] = (100_000_000, 768_000_000)
    error: Exception | None = None

    async def ping(self) -> None:
        if self.error:
            raise self.error

    async def memory(self) -> tuple[int, int]:
        return self.used

    async def backlog(self, stream: str) -> Backlog:
        if self.error:
            raise self.error
        return self.backlogs.get(stream, Backlog(0, 0.0, {}, {}))


@dataclass
class FakePhones:
    """Calls that come out as they are told to; an exception is raised."""

    echoed: Echo | Exception = ECHO
    verdict: Verdict | Exception = VERDICT
    reports: list[CallReport | CallerError] | Exception = field(default_factory=list)

    asked: list[int] = field(default_factory=list)

    async def echo(self) -> Echo:
        return given(self.echoed)

    async def canary(self) -> Verdict:
        return given(self.verdict)

    async def ask_at_once(self, count: int) -> list[CallReport | CallerError]:
        self.asked.append(count)
        return given(self.reports)


def given[T](value: T | Exception) -> T:
    if isinstance(value, Exception):
        raise value
    return value


def subject(**changes: Any) -> Subject:
    """A stack in which all is well but for `changes`: of Subject's own fields, or of Facts' ones."""
    facts = {name: changes.pop(name) for name in list(changes) if hasattr(FACTS, name)}
    settings = {
        "redis_url": "redis://redis",
        "ari_password": "secret",
        "grafana_password": "pass",
        "agents_dir": str(SAMPLES),
    }
    parts: dict[str, Any] = {"web": FakeWeb(), "wire": FakeWire(), "bus": FakeRedis(), "phones": FakePhones()}
    return Subject(
        settings=changes.pop("settings", DoctorSettings(**settings)),
        facts=replace(FACTS, **facts),
        **cast(Any, parts | changes),
    )
