"""Panels in the terms of Grafana's schema: each with a title, a description, a unit, and the one data source."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from grafana_foundation_sdk.builders import bargauge, common, heatmap, prometheus, stat, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models.dashboard import (
    DashboardFieldConfigSourceOverrides,
    DashboardLinkType,
    DataSourceRef,
    DynamicConfigValue,
    FieldColor,
    FieldColorModeId,
    FieldConfig,
    FieldConfigSource,
    MatcherConfig,
    Panel,
    Threshold,
    ThresholdsConfig,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

SOURCE = DataSourceRef(type_val="prometheus", uid="parley-prometheus")
GREEN, YELLOW, ORANGE, RED, BLUE, GREY = "green", "yellow", "orange", "red", "blue", "text"
_STACKED = common.StackingConfig().mode(shapes.StackingMode.NORMAL).group("A")

type Steps = Sequence[tuple[float | None, str]]
"""Thresholds: from which value on (None: from the beginning) which colour."""


class Look(TypedDict, total=False):
    """What may be said of a panel beside its title, description and unit."""

    decimals: int
    low: float | None
    """Where the axis begins: 0 unless said; None: where the data do."""
    high: float
    steps: Steps
    nothing: str
    """What stands there when there is no data, in place of Grafana's "No data"."""
    more: str
    """Uid of the dashboard that tells more."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query, the name of its series, and how its line is drawn."""

    expr: str
    legend: str = ""
    color: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A panel and its width, in columns of 24."""

    width: int
    panel: Panel


def figure(
    width: int,
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    over_time: bool = True,
    today: bool = False,
    named: bool = False,
    **look: Unpack[Look],
) -> Cell:
    """Make one large figure or a few: the last value with its course behind it, or one value for the time shown.

    `today`: the time shown is today since midnight, whatever the dashboard shows. `named`: with its series' name, even
    if it is the only one.
    """
    builder = (
        stat.Panel()
        .graph_mode(shapes.BigValueGraphMode.AREA if over_time else shapes.BigValueGraphMode.NONE)
        .color_mode(shapes.BigValueColorMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    if named:
        builder.text_mode(shapes.BigValueTextMode.VALUE_AND_NAME)
    if today:
        builder.time_from("now/d")
    targets = [asking(query, instant=not over_time) for query in queries]
    return Cell(width, complete(builder, (title, description, unit), targets, look))


def lines(
    width: int,
    title: str,
    description: str,
    unit: str,
    *queries: Query,
    stacked: bool = False,
    **look: Unpack[Look],
) -> Cell:
    """Make lines over time, or areas on top of each other."""
    builder = _over_time().line_width(1).fill_opacity(35 if stacked else 8)
    builder.show_points(shapes.VisibilityMode.NEVER)
    if stacked:
        builder.stacking(_STACKED)
    panel = complete(builder, (title, description, unit), [asking(query) for query in queries], look)
    return Cell(width, _drawn(panel, queries))


def columns(
    width: int, title: str, description: str, unit: str, *queries: Query, **look: Unpack[Look]
) -> Cell:
    """Make stacked bars over time, for counts within each step."""
    builder = _over_time().draw_style(shapes.GraphDrawStyle.BARS).line_width(0).fill_opacity(80)
    builder.stacking(_STACKED).interval("1m")
    panel = complete(builder, (title, description, unit), [asking(query) for query in queries], look)
    return Cell(width, _drawn(panel, queries))


def heat(width: int, title: str, description: str, unit: str, buckets: str, **look: Unpack[Look]) -> Cell:
    """Make a heatmap over time of a histogram, given the increase of its buckets by `le`."""
    colors = heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(64)
    builder = (
        heatmap.Panel()
        .calculate(False)
        .color(colors.exponent(0.5).fill("dark-orange"))
        .y_axis(heatmap.YAxisConfig().unit(unit).axis_placement(shapes.AxisPlacement.LEFT))
        .cell_values(heatmap.CellValues().unit("short"))
        .cell_gap(1)
        .filter_values(heatmap.FilterValueRange().le(1e-9))
        .show_legend()
        .max_data_points(60)
        .interval("30s")
    )
    target = asking(Query(buckets, "{{le}}"), shape=PromQueryFormat.HEATMAP)
    return Cell(width, complete(builder, (title, description, unit), [target], look))


def ranking(
    width: int, title: str, description: str, unit: str, *queries: Query, **look: Unpack[Look]
) -> Cell:
    """Make horizontal bars, one for each series of instant queries."""
    builder = (
        bargauge.Panel()
        .orientation(shapes.VizOrientation.HORIZONTAL)
        .display_mode(shapes.BarGaugeDisplayMode.BASIC)
        .value_mode(shapes.BarGaugeValueMode.TEXT)
        .show_unfilled(True)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    targets = [asking(query, instant=True) for query in queries]
    return Cell(width, complete(builder, (title, description, unit), targets, look))


def _over_time() -> timeseries.Panel:
    legend = common.VizLegendOptions().show_legend(True).display_mode(shapes.LegendDisplayMode.LIST)
    return (
        timeseries.Panel()
        .legend(legend.placement(shapes.LegendPlacement.BOTTOM))
        .tooltip(common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI))
        .color_scheme(build.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
    )


def complete(
    builder: Builder[Panel],
    about: tuple[str, str, str],
    targets: Sequence[prometheus.Dataquery],
    look: Look,
) -> Panel:
    """Give a panel what all have; `about` is title, description and unit."""
    panel = builder.build()
    panel.title, panel.description, unit = about
    panel.datasource = SOURCE
    panel.targets = [target.ref_id(name).build() for name, target in zip("ABCDEFGH", targets, strict=False)]
    panel.field_config = panel.field_config or FieldConfigSource()
    _configure(panel.field_config.defaults, unit, look)
    if "more" in look:
        address = f"/d/{look['more']}?${{__url_time_range}}&${{__all_variables}}"
        panel.links = [build.DashboardLink("More").type(DashboardLinkType.LINK).url(address).build()]
    return panel


def _configure(defaults: FieldConfig, unit: str, look: Look) -> None:
    defaults.unit, defaults.decimals = unit, look.get("decimals")
    defaults.min_val, defaults.max_val = look.get("low", 0), look.get("high")
    steps = [Threshold(value=value, color=color) for value, color in look.get("steps", ((None, BLUE),))]
    defaults.thresholds = ThresholdsConfig(mode=ThresholdsMode.ABSOLUTE, steps=steps)
    defaults.color = defaults.color or FieldColor(mode=FieldColorModeId.THRESHOLDS)
    defaults.no_value = look.get("nothing")


def asking(
    query: Query, *, instant: bool = False, shape: PromQueryFormat = PromQueryFormat.TIME_SERIES
) -> prometheus.Dataquery:
    """Build a query of a panel: of one moment, or of the time shown."""
    target = prometheus.Dataquery().expr(query.expr).legend_format(query.legend or "__auto").format(shape)
    target.datasource(SOURCE).editor_mode(QueryEditorMode.CODE)
    return target.instant() if instant else target.range()


def _drawn(panel: Panel, queries: Sequence[Query]) -> Panel:
    """Give each query that says how it is drawn a rule of its own."""
    assert panel.field_config is not None
    for name, query in zip("ABCDEFGH", queries, strict=False):
        rules: list[DynamicConfigValue] = []
        if query.color:
            color = {"mode": FieldColorModeId.FIXED, "fixedColor": query.color}
            rules.append(DynamicConfigValue(id_val="color", value=color))
        if query.dashed:
            rules.append(
                DynamicConfigValue(id_val="custom.lineStyle", value={"fill": "dash", "dash": [8, 8]})
            )
            rules.append(DynamicConfigValue(id_val="custom.fillOpacity", value=0))
        if rules:
            matcher = MatcherConfig(id_val="byFrameRefID", options=name)
            rule = DashboardFieldConfigSourceOverrides(matcher=matcher, properties=rules)
            panel.field_config.overrides.append(rule)
    return panel
