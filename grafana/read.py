"""Dashboards as Prometheus meets them: their panels, and their queries with the variables filled in."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).parent / "dashboards"
SCRAPE_S = 5.0
"""The data source's `timeInterval`: Grafana never asks for points closer together."""
_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::\w+)?\}|(\w+))")


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a dashboard shows and the distance of its points, in seconds."""

    begin: float
    """Unix time, as `end`."""
    end: float
    step: float = SCRAPE_S

    @property
    def length(self) -> float:
        """How much time is shown, in seconds."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of a panel."""

    panel: str
    ref: str
    expr: str
    legend: str
    instant: bool


def dashboards() -> dict[str, dict[str, Any]]:
    """Read every dashboard, by the name of its file."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(DIRECTORY.glob("*.json"))}


def panels(dashboard: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every panel that shows data; headings are left out."""
    yield from (panel for panel in dashboard["panels"] if panel["type"] != "row")


def queries(panel: Mapping[str, Any]) -> list[Asked]:
    """The queries of a panel, as they stand in its file."""
    return [
        Asked(
            panel["title"],
            target["refId"],
            target["expr"],
            target.get("legendFormat", ""),
            target.get("instant", False),
        )
        for target in panel["targets"]
    ]


def variables(expr: str) -> set[str]:
    """The names of the variables in a query or an address."""
    return {first or second for first, second in _VARIABLE.findall(expr)}


def filled(expr: str, span: Span, **chosen: str) -> str:
    """Fill in variables as Grafana does: its own by the time shown, the dashboard's as chosen; unchosen: all.

    KeyError: the query has a variable that no dashboard has.
    """
    values = {
        "__interval": f"{span.step:.0f}s",
        "__rate_interval": f"{max(span.step + SCRAPE_S, 4 * SCRAPE_S):.0f}s",
        "__range": f"{span.length:.0f}s",
        "agent": ".*",
        "instance": ".*",
        "window": f"{max(300.0, span.length / 12):.0f}s",
    } | chosen
    return _VARIABLE.sub(lambda found: values[found[1] or found[2]], expr)
