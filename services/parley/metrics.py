"""Every metric of the Python services, found in their code. `python -m parley.metrics docs/metrics.md` lists them.

A metric is an object of a module, beside the code that counts it; so the modules that import prometheus_client are all
that has to be looked at.
"""

import ast
import importlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from prometheus_client import Histogram
from prometheus_client.metrics import MetricWrapperBase

SERVICES = Path(__file__).parents[1]
SHARED = "parley"
"""The library's own metrics are every service's."""
_BEGIN = "<!-- from here on written by `make docs-metrics` -->"
_HEADER = "| metric | type | labels | what |\n|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Family:
    """One metric as its code defines it."""

    service: str
    name: str
    """As it is queried: a counter with its `_total`, a histogram without its suffixes."""
    kind: str
    labels: tuple[str, ...]
    help: str
    buckets: tuple[float, ...]
    """Upper bounds without infinity; empty for what is no histogram."""

    @property
    def series(self) -> tuple[str, ...]:
        """The names under which Prometheus has it."""
        if self.kind != "histogram":
            return (self.name,)
        return tuple(f"{self.name}_{suffix}" for suffix in ("bucket", "sum", "count"))


def families(root: Path = SERVICES) -> list[Family]:
    """Every metric of every service, sorted by service and name. Imports the modules that define them."""
    found = {
        (family.service, family.name): family
        for module in _modules(root)
        for family in _families_of(importlib.import_module(module))
    }
    return [found[key] for key in sorted(found)]


def _modules(root: Path) -> Iterator[str]:
    for file in sorted(root.rglob("*.py")):
        if _imports_prometheus(file) and file != Path(__file__):
            yield ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _imports_prometheus(file: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "prometheus_client"
        and {alias.name for alias in node.names}
        & {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
        for node in ast.walk(ast.parse(file.read_text()))
    )


def _families_of(module: ModuleType) -> Iterator[Family]:
    for value in vars(module).values():
        if isinstance(value, MetricWrapperBase):
            yield _family(module.__name__.partition(".")[0], value)


def _family(service: str, metric: MetricWrapperBase) -> Family:
    # What the wrapper knows has no public names; its description is public but without labels and buckets.
    described = next(iter(metric.describe()))
    name = described.name + ("_total" if described.type == "counter" else "")
    buckets = tuple(metric._upper_bounds[:-1]) if isinstance(metric, Histogram) else ()
    return Family(
        service, name, described.type, tuple(metric._labelnames), described.documentation.rstrip("."), buckets
    )


def document(page: str, found: Iterable[Family]) -> str:
    """Return the page with all that follows its mark written anew."""
    sections: dict[str, list[Family]] = {}
    for family in found:
        sections.setdefault(family.service, []).append(family)
    parts = [page.partition(_BEGIN)[0] + _BEGIN]
    for service in sorted(sections, key=lambda name: (name != SHARED, name)):
        title = "Every Python service" if service == SHARED else service
        parts.append(f"## {title}\n\n{_HEADER}" + "\n".join(map(_row, sections[service])))
    return "\n\n".join(parts) + "\n"


def _row(family: Family) -> str:
    labels = ", ".join(f"`{label}`" for label in family.labels)
    text = family.help.replace("|", "\\|")
    if family.buckets:
        text += f". Buckets: {', '.join(f'{bound:g}' for bound in family.buckets)}"
    return f"| `{family.name}` | {family.kind} | {labels} | {text} |"


def unused(found: Iterable[Family], texts: Iterable[str]) -> list[str]:
    """Names of metrics that none of the texts (dashboards, rules, docs) speaks of."""
    everything = "\n".join(texts)
    return [
        family.name
        for family in found
        if not any(name in everything for name in (family.name, *family.series))
    ]


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(document(file.read_text(), families()))
