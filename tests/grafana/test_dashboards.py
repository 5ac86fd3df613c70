"""Dashboards: as their source says, as Grafana's schema has it, readable, and about metrics that there are."""

import copy
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.models import units

from grafana.generate.board import Row, render
from grafana.generate.boards import BOARDS
from grafana.generate.panels import Query, figure
from grafana.generate.queries import quantile, ratio, total
from grafana.read import DIRECTORY, Span, dashboards, filled, panels, queries, variables
from parley.metrics import families, unused
from tests.grafana.promql import Selector, grouped_by, selectors
from tests.grafana.schema import again, wrong

ROOT = Path(__file__).parents[2]
DASHBOARDS = dashboards()
FAMILIES = families()
OURS = {series: family for family in FAMILIES for series in family.series}
# Every series has these from Prometheus; `le` is a histogram's.
GIVEN = {"job", "instance", "le"}
# Keys of annotations that Grafana's schema leaves to the data source.
ANNOTATIONS = {"titleFormat", "textFormat", "tagKeys", "useValueForTime"}
GRAFANAS_OWN = {"__interval", "__rate_interval", "__range", "__url_time_range", "__all_variables"}
ONE_SCREEN = 21
"""Grid units of 38 pixels that are seen at once on a screen of 1080: the browser and Grafana's bars take the rest."""
every = pytest.mark.parametrize("name", DASHBOARDS)
SPAN = Span(0.0, 3600.0, 15.0)


def foreign() -> set[str]:
    """The metrics of other programs, as far as docs/metrics.md says that they are used."""
    table = (ROOT / "docs" / "metrics.md").read_text().partition("## From others")[2].partition("\n## ")[0]
    return {
        name for row in re.findall(r"^\|(.*?)\|", table, re.MULTILINE) for name in re.findall(r"`(.*?)`", row)
    }


def recorded() -> set[str]:
    files = sorted((ROOT / "prometheus" / "rules").glob("*.yml"))
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return {rule["record"] for group in groups for rule in group["rules"] if "record" in rule}


def asked(dashboard: dict[str, Any]) -> list[str]:
    """Every query of a dashboard: of its panels, annotations and variables."""
    found = [query.expr for panel in panels(dashboard) for query in queries(panel)]
    found += [annotation["expr"] for annotation in dashboard["annotations"]["list"]]
    listed = [
        variable["query"] for variable in dashboard["templating"]["list"] if variable["type"] == "query"
    ]
    return found + [re.sub(r"^label_values\((.*), \w+\)$", r"\1", query["query"]) for query in listed]


def test_all_are_there() -> None:
    assert set(DASHBOARDS) == {
        "overview", "conversations", "latency", "media", "workers", "asterisk-and-host",
    }  # fmt: skip


@every
def test_a_file_is_what_its_source_makes(name: str) -> None:
    assert (DIRECTORY / f"{name}.json").read_text() == render(BOARDS[name]), "run: make dashboards"


@every
def test_grafanas_types_know_every_field_and_value(name: str) -> None:
    plain = copy.deepcopy(DASHBOARDS[name])
    for annotation in plain["annotations"]["list"]:
        for key in ANNOTATIONS & set(annotation):
            del annotation[key]
    assert again(plain) == plain
    assert wrong(plain) == []


def test_a_field_or_a_value_that_grafana_does_not_know_is_found() -> None:
    plain = copy.deepcopy(DASHBOARDS["overview"])
    plain["panels"][0]["options"]["colour"] = "blue"
    plain["panels"][0]["options"]["graphMode"] = "mountains"
    plain["panels"][1]["gridPos"]["w"] = "wide"
    assert again(plain) != plain
    assert [line.partition(":")[0] for line in wrong(plain)] == [
        "dashboard.panels[0].options.graph_mode",
        "dashboard.panels[1].grid_pos.w",
    ]


def test_uids_are_different_and_the_home_dashboard_is_there() -> None:
    assert len({dashboard["uid"] for dashboard in DASHBOARDS.values()}) == len(DASHBOARDS)
    stack = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    home = stack["services"]["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert Path(home).stem in DASHBOARDS


@every
def test_every_panel_says_what_it_shows_in_which_unit(name: str) -> None:
    source = yaml.safe_load((ROOT / "grafana/provisioning/datasources/prometheus.yml").read_text())
    uid = source["datasources"][0]["uid"]
    known = {value for key, value in vars(units).items() if key.isupper() or key[0].isupper()}
    for panel in panels(DASHBOARDS[name]):
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in known, panel["title"]
        assert panel["datasource"]["uid"] == uid
        assert panel["targets"]
        assert all(target["datasource"]["uid"] == uid for target in panel["targets"])


@every
def test_panels_have_their_own_ids_and_places(name: str) -> None:
    found = DASHBOARDS[name]["panels"]
    assert len({panel["id"] for panel in found}) == len(found)
    taken: dict[tuple[int, int], str] = {}
    for panel in found:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies over {taken[x, y]}"
                taken[x, y] = panel["title"]


def test_a_row_that_is_not_full_is_refused() -> None:
    row = Row(4, [figure(23, "Calls", "Calls.", "short", Query("up"))])
    with pytest.raises(ValueError, match="23 columns, beginning with 'Calls'"):
        render(type(BOARDS["media"])("x", "x", "x", [row]))


def test_the_overview_is_seen_at_a_glance() -> None:
    places = [panel["gridPos"] for panel in DASHBOARDS["overview"]["panels"]]
    assert max(place["y"] + place["h"] for place in places) <= ONE_SCREEN


@every
def test_links_lead_to_dashboards(name: str) -> None:
    uids = {dashboard["uid"] for dashboard in DASHBOARDS.values()}
    (siblings,) = DASHBOARDS[name]["links"]
    assert all(set(siblings["tags"]) <= set(dashboard["tags"]) for dashboard in DASHBOARDS.values())
    for panel in panels(DASHBOARDS[name]):
        for link in panel.get("links", []):
            target = re.fullmatch(r"/d/([\w-]+)\?(.*)", link["url"])
            assert target, link["url"]
            assert target[1] in uids - {DASHBOARDS[name]["uid"]}
            assert variables(target[2]) <= GRAFANAS_OWN


@every
def test_variables_are_defined_and_used(name: str) -> None:
    dashboard = DASHBOARDS[name]
    defined = {variable["name"] for variable in dashboard["templating"]["list"]}
    used = {found for query in asked(dashboard) for found in variables(query)} - GRAFANAS_OWN
    assert used <= defined
    assert defined - used == set()


@every
def test_queries_ask_for_metrics_and_labels_that_there_are(name: str) -> None:
    known = foreign() | recorded()
    for query in asked(DASHBOARDS[name]):
        expr = filled(query, SPAN)
        for selector in selectors(expr):
            family = OURS.get(selector.name)
            assert family or selector.name in known, f"nothing is called {selector.name}: {query}"
            if family:
                assert set(selector.labels) <= {*family.labels, *GIVEN}, f"{selector}: {query}"
        ours = [OURS[selector.name] for selector in selectors(expr) if selector.name in OURS]
        if ours:
            assert grouped_by(expr) <= GIVEN | {label for family in ours for label in family.labels}, query


@every
def test_histograms_are_added_up_before_quantiles_are_taken(name: str) -> None:
    for query in asked(DASHBOARDS[name]):
        assert "quantile" not in query or "sum by (le" in query, query


def test_a_query_is_taken_apart() -> None:
    query = 'histogram_quantile(0.5, sum by (le, stage) (rate(a_bucket{agent=~".*"}[5m]))) or a:b > vector(0)'
    assert selectors(query) == [Selector("a_bucket", ("agent",)), Selector("a:b", ())]
    assert grouped_by(query) == {"le", "stage"}
    with pytest.raises(ValueError, match="unclosed"):
        selectors("sum(")


def test_queries_are_written_as_prometheus_wants_them() -> None:
    assert quantile(0.5, "a", 'b="c"', by="d") == (
        'histogram_quantile(0.5, sum by (le, d) (rate(a_bucket{b="c"}[$window])))'
    )
    assert ratio(total("a", ""), "b") == "sum (increase(a{}[$__range])) / (b > 0)"


def test_variables_are_filled_in_as_grafana_does() -> None:
    query = 'rate(a{b=~"$agent"}[$__rate_interval]) + b[${__range}] + c[$window] + d[$__interval]'
    assert filled(query, SPAN, agent="x") == 'rate(a{b=~"x"}[20s]) + b[3600s] + c[300s] + d[15s]'
    with pytest.raises(KeyError):
        filled("$nobody", SPAN)


def test_metrics_that_nobody_looks_at_are_reported() -> None:
    # docs/metrics.md lists them all, so it does not count.
    files = [*DIRECTORY.glob("*.json"), *(ROOT / "prometheus" / "rules").glob("*.yml")]
    files += [file for file in (ROOT / "docs").glob("*.md") if file.name != "metrics.md"]
    found = unused(FAMILIES, [file.read_text() for file in files])
    assert "parley_turn_voice_to_voice_seconds" not in found
    if found:
        warnings.warn(f"no dashboard, rule or page uses {', '.join(found)}", stacklevel=1)
