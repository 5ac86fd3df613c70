"""What a stack holds at one moment: channels, bridges, open files, memory, keys of Redis. Blocking."""

import re
from collections.abc import Mapping

from docker.models.containers import Container

from bench.instruments.engine import Engine

SERVICES = ("asterisk", "gateway", "gateway-2", "stt", "agent", "records", "redis")
_HELD = """
for stat in /proc/[0-9]*/stat; do
    read -r line <"$stat" || continue
    pid=${stat#/proc/} pid=${pid%/stat}
    set -- ${line##*) }
    [ "$2" = 1 ] || continue
    echo "fds $(ls /proc/$pid/fd | wc -l)"
    sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/kib \\1/p' /proc/$pid/status
done 2>/dev/null
:
"""
"""Open files and resident memory of what a container is for: the children of its init."""
_CALLS = r"asterisk -rx 'core show channels count'; asterisk -rx 'bridge show all'"
_KEYS = """
export REDISCLI_AUTH="$REDIS_PASSWORD"
redis-cli --scan | while read -r key; do echo "ttl $(redis-cli ttl "$key")"; done
"""


def held(text: str) -> dict[str, float]:
    """Open files, and resident memory in MiB, of a container's processes together."""
    numbers = {
        name: sum(int(n) for n in re.findall(rf"^{name} (\d+)$", text, re.M)) for name in ("fds", "kib")
    }
    return {"fds": numbers["fds"], "memory_mib": round(numbers["kib"] / 1024, 1)}


def calls(text: str) -> dict[str, float]:
    """Channels and bridges, of what Asterisk's console says."""
    channels = re.search(r"^(\d+) active channel", text, re.M)
    _, _, listed = text.partition("Bridge-ID")
    bridges = [line for line in listed.splitlines()[1:] if line.strip()]
    return {"channels": int(channels[1]) if channels else 0, "bridges": len(bridges)}


def keys(text: str) -> dict[str, float]:
    """Keys that stay until somebody deletes them, and those that go by themselves."""
    left = [int(ttl) for ttl in re.findall(r"^ttl (-?\d+)$", text, re.M)]
    return {"keys_that_stay": sum(ttl == -1 for ttl in left), "keys_that_go": sum(ttl >= 0 for ttl in left)}


def read(engine: Engine) -> dict[str, float]:
    """Read everything; names are `<service>_<what>`, copies of a service together."""
    found: dict[str, float] = {}
    for service in SERVICES:
        for container in engine.containers(service):
            for name, value in held(engine.run(container, _HELD)).items():
                key = f"{service}_{name}"
                found[key] = round(found.get(key, 0) + value, 1)
    found |= {f"asterisk_{k}": v for k, v in calls(_ask(engine, "asterisk", _CALLS)).items()}
    return found | {f"redis_{k}": v for k, v in keys(_ask(engine, "redis", _KEYS)).items()}


def _ask(engine: Engine, service: str, script: str) -> str:
    first: Container = engine.containers(service)[0]
    return engine.run(first, script)


def growth(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """How much more there is of everything."""
    return {f"{name}_grown": round(after[name] - value, 1) for name, value in before.items() if name in after}
