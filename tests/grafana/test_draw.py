"""Dashboards as pictures: everything that is in a dashboard's file is on the page, and numbers read as in Grafana."""

import io
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from grafana.draw.answers import answer
from grafana.draw.look import by_threshold, color
from grafana.draw.page import KINDS, LABEL, draw
from grafana.draw.units import written
from grafana.read import Span, dashboards, panels, queries
from tests.fakes.prometheus import FakePrometheus

DASHBOARDS = dashboards()
SHOWN = Span(1_800_000_000.0, 1_800_001_800.0)
every = pytest.mark.parametrize("name", DASHBOARDS)


def words(figure: Figure) -> set[str]:
    return {text.get_text() for text in figure.findobj(Text)}


def panel(dashboard: str, title: str, kind: str) -> dict[str, Any]:
    found = panels(DASHBOARDS[dashboard])
    return next(panel for panel in found if (panel["title"], panel["type"]) == (title, kind))


@every
def test_every_panel_is_on_the_page(name: str) -> None:
    prometheus = FakePrometheus()
    figure = draw(DASHBOARDS[name], prometheus, SHOWN)
    found = words(figure)
    assert {LABEL, DASHBOARDS[name]["title"]} <= found
    assert {panel["title"] for panel in panels(DASHBOARDS[name])} <= found
    assert len(prometheus.asked) == sum(len(queries(panel)) for panel in panels(DASHBOARDS[name]))
    picture = io.BytesIO()
    figure.savefig(picture)
    assert picture.getvalue().startswith(b"\x89PNG")


@every
def test_a_dashboard_without_data_says_so(name: str) -> None:
    found = words(draw(DASHBOARDS[name], FakePrometheus(empty=True), SHOWN))
    assert "No data" in found


def test_every_type_of_panel_that_is_used_can_be_drawn() -> None:
    assert {panel["type"] for dashboard in DASHBOARDS.values() for panel in panels(dashboard)} == set(KINDS)


def test_a_table_has_its_columns_and_rows() -> None:
    found = words(draw(DASHBOARDS["latency"], FakePrometheus(), SHOWN))
    assert {"Agent", "Turns", "p50", "p95", "p99", "Over budget", "agent a", "agent b"} <= found


def test_what_is_shown_of_today_begins_at_midnight() -> None:
    shown = answer(panel("overview", "Calls today", "stat"), FakePrometheus(), SHOWN).span
    assert shown.end == SHOWN.end
    assert 0 < shown.length < 86_400 + 3600
    assert shown.begin % 900 == 0  # every time zone's midnight


def test_points_are_no_closer_than_the_panel_asks_for() -> None:
    assert answer(panel("overview", "Calls ended", "timeseries"), FakePrometheus(), SHOWN).span.step == 60
    assert answer(panel("overview", "Concurrent calls", "timeseries"), FakePrometheus(), SHOWN).span.step == 5


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (0.0, "s", None, "0 s"),
        (0.0005, "s", None, "500 µs"),
        (0.2389, "s", None, "239 ms"),
        (1.846, "s", None, "1.85 s"),
        (90.0, "s", None, "1.5 min"),
        (7200.0, "s", 0, "2 hours"),
        (259_200.0, "s", None, "3 days"),
        (0.591, "percentunit", None, "59.1%"),
        (1.0, "percentunit", None, "100%"),
        (2048.0, "bytes", None, "2 KiB"),
        (3.5 * 2**40, "bytes", None, "3.5 TiB"),
        (1.0, "bool_yes_no", None, "Yes"),
        (0.0, "bool_yes_no", None, "No"),
        (12_345.0, "short", None, "12.3 K"),
        (2_500_000.0, "short", None, "2.5 Mil"),
        (3.14159, "short", 1, "3.1"),
        (50.0, "pps", None, "50 p/s"),
        (0.0051, "pps", None, "0.0051 p/s"),
    ],
)
def test_numbers_are_written_with_their_unit(
    value: float, unit: str, decimals: int | None, text: str
) -> None:
    assert written(value, unit, decimals) == text


def test_thresholds_colour_values() -> None:
    steps = [
        {"color": "green", "value": None},
        {"color": "yellow", "value": 1.0},
        {"color": "red", "value": 3.0},
    ]
    assert [by_threshold(value, steps) for value in (0.0, 1.0, 2.9, 3.0)] == [
        color(name) for name in ("green", "yellow", "yellow", "red")
    ]
