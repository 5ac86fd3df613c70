"""Panels of what stands side by side: tables, and the waterfall of a turn's stages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Unpack

from grafana_foundation_sdk.builders import barchart, common, table
from grafana_foundation_sdk.models import common as shapes
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from grafana.generate.panels import Cell, Look, Query, asking, complete

BEGIN, LENGTH = "begins", "takes"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, unit ("" for words), width in pixels, and colours of words that stand in it."""

    title: str
    unit: str = ""
    width: int | None = None
    colors: Mapping[str, str] = field(default_factory=dict)


def listing(
    width: int,
    title: str,
    description: str,
    unit: str,
    shown: Mapping[str, Column],
    *queries: Query,
    by: str = "",
    **look: Unpack[Look],
) -> Cell:
    """Make a table of instant queries: `shown` says by field which columns there are, in this order.

    A label is a field of its own name; the values of the queries are `Value #A`, `Value #B`, … or, with one query,
    `Value`. Several queries are put side by side by the label `by`.
    """
    builder = table.Panel().show_header(True)
    for column in shown.values():
        builder.override_by_name(column.title, _column(column))
    targets = [asking(query, instant=True, shape=PromQueryFormat.TABLE) for query in queries]
    panel = complete(builder, (title, description, unit), targets, look)
    panel.transformations = [*_side_by_side(by), *_only(shown)]
    return Cell(width, panel)


def waterfall(
    width: int, title: str, description: str, unit: str, by: str, *, begin: Query, length: Query
) -> Cell:
    """Make a bar for each value of the label `by`, which begins where `begin` says and is as long as `length` says."""
    hidden = [
        DynamicConfigValue(id_val="custom.fillOpacity", value=0),
        DynamicConfigValue(id_val="custom.lineWidth", value=0),
    ]
    colored = [
        DynamicConfigValue(id_val="color", value={"mode": FieldColorModeId.FIXED, "fixedColor": "blue"})
    ]
    builder = (
        barchart.Panel()
        .orientation(shapes.VizOrientation.HORIZONTAL)
        .x_field(by)
        .stacking(shapes.StackingMode.NORMAL)
        .show_value(shapes.VisibilityMode.NEVER)
        .legend(common.VizLegendOptions().show_legend(False).display_mode(shapes.LegendDisplayMode.HIDDEN))
        .tooltip(common.VizTooltipOptions().mode(shapes.TooltipDisplayMode.MULTI))
        .override_by_name(BEGIN, hidden)
        .override_by_name(LENGTH, colored)
    )
    targets = [asking(query, instant=True, shape=PromQueryFormat.TABLE) for query in (begin, length)]
    panel = complete(builder, (title, description, unit), targets, {})
    shown = {by: Column(by), "Value #A": Column(BEGIN), "Value #B": Column(LENGTH)}
    panel.transformations = [*_side_by_side(by), *_only(shown), _sorted(by)]
    return Cell(width, panel)


def _sorted(by: str) -> DataTransformerConfig:
    return DataTransformerConfig(id_val="sortBy", options={"fields": {}, "sort": [{"field": by}]})


def _side_by_side(by: str) -> list[DataTransformerConfig]:
    return (
        [DataTransformerConfig(id_val="joinByField", options={"byField": by, "mode": "outer"})] if by else []
    )


def _only(shown: Mapping[str, Column]) -> list[DataTransformerConfig]:
    order = {name: place for place, name in enumerate(shown)}
    titles = {name: column.title for name, column in shown.items()}
    return [
        DataTransformerConfig(id_val="filterFieldsByName", options={"include": {"names": list(shown)}}),
        DataTransformerConfig(
            id_val="organize", options={"excludeByName": {}, "indexByName": order, "renameByName": titles}
        ),
    ]


def _column(column: Column) -> list[DynamicConfigValue]:
    found: list[DynamicConfigValue] = []
    if column.unit:
        found.append(DynamicConfigValue(id_val="unit", value=column.unit))
    if column.width is not None:
        found.append(DynamicConfigValue(id_val="custom.width", value=column.width))
    if column.colors:
        results = {text: ValueMappingResult(text=text, color=color) for text, color in column.colors.items()}
        found.append(DynamicConfigValue(id_val="mappings", value=[ValueMap(options=results)]))
        found.append(DynamicConfigValue(id_val="custom.cellOptions", value={"type": "color-text"}))
    return found
