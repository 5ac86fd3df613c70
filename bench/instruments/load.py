"""What a stretch of time cost: processor time by container, and how long jobs waited."""

import asyncio
import os
import re
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.errors import DockerException

QUEUES = {"stt": "parley_stt_queue_seconds", "agent": "parley_agent_queue_seconds"}
"""Histograms of the workers that tell how long their jobs waited."""


@dataclass(frozen=True)
class Reading:
    """Counters at one moment."""

    at: float
    cpu_s: dict[str, float] = field(default_factory=dict)
    """Processor seconds so far, by service."""
    busy_s: float = 0.0
    """Processor seconds of the whole machine that were not idle."""
    queues: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Sum and count of the waits, by service."""


@dataclass(frozen=True)
class Load:
    """The difference of two readings."""

    seconds: float
    cpu_pct: dict[str, float]
    """Per cent of one core, by service; `caller` is this process, `machine` everything."""
    wait_s: dict[str, float]
    """Mean wait of a job, by service."""


async def read() -> Reading:
    """Read all counters; what cannot be read is left out."""
    return await asyncio.to_thread(_read)


def _read() -> Reading:
    cpu = _containers()
    cpu["caller"] = time.process_time()
    return Reading(time.monotonic(), cpu, machine_busy_s(), _queues())


def _containers() -> dict[str, float]:
    found: dict[str, float] = {}
    project = f"com.docker.compose.project={os.environ.get('COMPOSE_PROJECT_NAME', 'parley')}"
    try:
        client = docker.from_env()
        for container in client.containers.list(filters={"label": project}):
            service = container.labels.get("com.docker.compose.service", "")
            if service != "bench":
                stats = client.api.stats(str(container.id), stream=False, one_shot=True)
                used = stats["cpu_stats"]["cpu_usage"]["total_usage"] / 1e9
                found[service] = found.get(service, 0.0) + used
    except (DockerException, KeyError):
        return {}
    return found


def machine_busy_s() -> float:
    """Processor seconds of the whole machine so far that were not idle.

    See proc(5), /proc/stat: user nice system idle iowait irq softirq steal.
    """
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    ticks = [int(number) for number in fields]
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")


def _queues() -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    for service, metric in QUEUES.items():
        try:
            url = f"http://{service}:{os.environ.get('METRICS_PORT') or 9100}/metrics"
            with urllib.request.urlopen(url, timeout=2) as answer:
                text = answer.read().decode()
        except OSError:
            continue
        found[service] = sums(text, metric)
    return found


def sums(text: str, metric: str) -> tuple[float, float]:
    """Return sum and count of a histogram in a page of metrics, over all labels."""
    pattern = re.compile(rf"^{metric}_(sum|count)(?:{{[^}}]*}})? (\S+)$", re.MULTILINE)
    totals = {"sum": 0.0, "count": 0.0}
    for kind, value in pattern.findall(text):
        totals[kind] += float(value)
    return totals["sum"], totals["count"]


def between(before: Reading, after: Reading) -> Load:
    """Return what happened between two readings."""
    seconds = max(1e-9, after.at - before.at)
    cpu = {
        name: 100 * (used - before.cpu_s[name]) / seconds
        for name, used in after.cpu_s.items()
        if name in before.cpu_s
    }
    cpu["machine"] = 100 * (after.busy_s - before.busy_s) / seconds
    waits: dict[str, float] = {}
    for name, (total, count) in after.queues.items():
        total_before, count_before = before.queues.get(name, (0.0, 0.0))
        if count > count_before:
            waits[name] = (total - total_before) / (count - count_before)
    return Load(seconds, cpu, waits)


FULL_PCT = 85.0
"""Processor use of the machine above which more work only waits longer."""
OTHERS_PCT = 20.0
"""Processor use by what is not of the stack, per core, from which the figures are not the stack's own."""
LONG_WAIT_S = 0.25


def limit(load: Load, cores: int) -> str:
    """Say in one line what keeps the stack from taking more calls."""
    services = {k: v for k, v in load.cpu_pct.items() if k not in ("machine", "caller")}
    machine = load.cpu_pct.get("machine", 0.0) / max(1, cores)
    top = sorted(services.items(), key=lambda item: -item[1])[:3]
    users = ", ".join(f"{name} {value:.0f} %" for name, value in top)
    others = load.cpu_pct.get("machine", 0.0) - sum(services.values()) - load.cpu_pct.get("caller", 0.0)
    if machine >= FULL_PCT and others > OTHERS_PCT * cores:
        return f"other work on this machine: {others:.0f} % of one core; of the stack: {users}"
    if machine >= FULL_PCT:
        return f"processor: {machine:.0f} % of {cores} cores in use (of one core: {users})"
    worst = max(load.wait_s.items(), key=lambda item: item[1], default=("", 0.0))
    if worst[1] >= LONG_WAIT_S:
        return f"jobs wait {worst[1]:.2f} s for {worst[0]} while {machine:.0f} % of the processor is in use"
    return f"nothing yet: {machine:.0f} % of {cores} cores in use (of one core: {users})"
