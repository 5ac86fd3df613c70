"""The container that a service runs in: its memory as its control group counts it (version 1 and 2), and its age."""

from pathlib import Path

from prometheus_client import Gauge

MEMORY = Gauge(
    "parley_container_memory_bytes", "Memory of the service's container that cannot be freed at once"
)
LIMIT = Gauge(
    "parley_container_memory_limit_bytes", "Memory that the service's container may use; 0: no limit"
)
PACKAGED = Gauge(
    "parley_image_packages_timestamp_seconds",
    "When Debian's packages in the service's image were last changed, Unix time; 0: it has none",
)

_GROUPS = Path("/sys/fs/cgroup")
_PACKAGES = Path("/var/lib/dpkg/status")
"""Written by apt when the image was built; no container can change it."""
_UNLIMITED = 1 << 60
"""Version 1 writes "no limit" as a number about as large as there can be."""


def watch(groups: Path = _GROUPS, packages: Path = _PACKAGES) -> None:
    """Read the memory's figures at every scrape, and the image's age now: it does not change."""
    MEMORY.set_function(lambda: used(groups))
    LIMIT.set_function(lambda: limit(groups))
    PACKAGED.set(packages.stat().st_mtime if packages.exists() else 0)


def used(groups: Path = _GROUPS) -> float:
    """Bytes in use, without files that are kept only because there is room; 0 where that is not known."""
    version_1 = groups / "memory"
    statistics = _text(groups / "memory.stat") or _text(version_1 / "memory.stat")
    idle = dict(line.split()[:2] for line in statistics.splitlines())
    total = _text(groups / "memory.current") or _text(version_1 / "memory.usage_in_bytes") or "0"
    return max(0, int(total) - int(idle.get("total_inactive_file", idle.get("inactive_file", 0))))


def limit(groups: Path = _GROUPS) -> float:
    """Bytes that may be used; 0: no limit, or it is not known."""
    text = _text(groups / "memory.max") or _text(groups / "memory" / "memory.limit_in_bytes") or "max"
    return 0 if text == "max" or int(text) >= _UNLIMITED else int(text)


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
