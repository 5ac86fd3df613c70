"""A dashboard around its panels: rows of a grid of 24 columns, variables, links, annotations."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import (
    AnnotationQuery,
    Dashboard,
    DashboardCursorSync,
    DashboardLinkType,
    GridPos,
    Panel,
    RowPanel,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from grafana.generate.panels import SOURCE, Cell

register_default_plugins()
COLUMNS = 24
TAG = "parley"
SERVICES = "gateway|stt|agent"
_ALL = VariableOption(text="All", value="$__all")
_WINDOWS = "1m,5m,15m,1h,6h,1d"


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side, all of one height, in grid units of 38 pixels; a heading stands above them."""

    height: int
    cells: Sequence[Cell]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard. `jobs`: whose instances can be chosen, as a regular expression of Prometheus's jobs."""

    uid: str
    title: str
    description: str
    rows: Sequence[Row]
    jobs: str = "gateway"
    agents: bool = True
    """Whether an agent can be chosen."""


def render(board: Board) -> str:
    """Build the dashboard's JSON file."""
    builder = (
        build.Dashboard(f"Parley: {board.title}")
        .uid(board.uid)
        .description(board.description)
        .tags([TAG])
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-1h", "now")
        .refresh("10s")
        .link(_siblings())
    )
    dashboard = builder.build()
    dashboard.version = 1
    dashboard.panels = _placed(board.rows)
    dashboard.templating.list_val = _variables(board)
    dashboard.annotations.list_val = _annotations()
    plain = _plain(Dashboard.from_json(_plain(dashboard)))  # with what the types add by themselves
    for annotation in plain["annotations"]["list"]:
        annotation.update(_ANNOTATION_DETAILS[annotation["name"]])
    return json.dumps(plain, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _plain(dashboard: Dashboard) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(JSONEncoder().encode(dashboard))
    return found


def _placed(rows: Sequence[Row]) -> list[Panel | RowPanel]:
    found: list[Panel | RowPanel] = []
    y = 0
    for row in rows:
        if row.heading:
            place = GridPos(x=0, y=y, w=COLUMNS, h=1)
            heading = build.Row(row.heading).id(len(found) + 1).grid_pos(place).build()
            found.append(heading)
            y += 1
        x = 0
        for cell in row.cells:
            cell.panel.id_val = len(found) + 1
            cell.panel.grid_pos = GridPos(x=x, y=y, w=cell.width, h=row.height)
            found.append(cell.panel)
            x += cell.width
        if x != COLUMNS:
            raise ValueError(f"a row of {x} columns, beginning with {row.cells[0].panel.title!r}")
        y += row.height
    return found


def _siblings() -> build.DashboardLink:
    """Link to every dashboard of Parley, with the time and the variables of this one."""
    link = build.DashboardLink("Dashboards").type(DashboardLinkType.DASHBOARDS).tags([TAG])
    return link.keep_time(True).include_vars(True)


def _variables(board: Board) -> list[VariableModel]:
    instances = f'label_values(up{{job=~"{board.jobs}"}}, instance)'
    found = [_query_variable("instance", "Instance", "Which copies of the services.", instances)]
    if board.agents:
        agents = "label_values(parley_calls_started_total, agent)"
        found.insert(0, _query_variable("agent", "Agent", "Which companies' agents.", agents))
    window = (
        build.IntervalVariable("window").label("Look back").description("What each point of a line covers.")
    )
    window.values(_WINDOWS).auto(True).step_count(12).min_interval("5m")
    window.current(VariableOption(text="auto", value="$__auto_interval_window"))
    return [*found, window.build()]


def _query_variable(name: str, label: str, description: str, query: str) -> VariableModel:
    variable = build.QueryVariable(name).label(label).description(description).datasource(SOURCE)
    variable.query({"query": query, "refId": name}).refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
    variable.sort(VariableSort.ALPHABETICAL_ASC).multi(True).include_all(True).all_value(".*")
    return variable.current(_ALL).build()


def _annotations() -> list[AnnotationQuery]:
    deploys = build.AnnotationQuery().name("Deploys").datasource(SOURCE).enable(True).icon_color("blue")
    deploys.expr(f'process_start_time_seconds{{job=~"{SERVICES}"}} * 1000')
    alerts = build.AnnotationQuery().name("Alerts").datasource(SOURCE).enable(True).icon_color("red")
    alerts.expr('ALERTS{alertstate="firing",alertname!="Watchdog"}')
    return [deploys.build(), alerts.build()]


_ANNOTATION_DETAILS: dict[str, dict[str, Any]] = {
    "Deploys": {"titleFormat": "{{job}} started", "textFormat": "{{instance}}", "useValueForTime": True},
    "Alerts": {"titleFormat": "{{alertname}}", "textFormat": "{{instance}}", "tagKeys": "severity"},
}
"""Keys of Prometheus annotations, which the schema of annotations leaves to the data source."""
