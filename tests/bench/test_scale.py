"""The model of many cells: its arithmetic, and that the page says what the results say."""

import dataclasses
import math

import pytest

from bench.scale import (
    PAGE,
    Assumed,
    Measured,
    calls_per_cell,
    carried_cells,
    cluster,
    machines,
    most_cells,
    tables,
)
from bench.summary import replaced, results

CORES = {"llm": 0.07, "stt": 0.03, "agent": 0.01, "asterisk": 0.02, "gateway": 0.01}
CARRIED = {"call": 10.0, "register": 10.0, "ask": 5000.0}
CORES |= {"redis": 0.004, "records": 0.003, "prometheus": 0.002, "host-metrics": 0.001}
MEASURED = Measured(
    CORES, knee_cores=1.0, plane_calls=500, call_s=0.002, register_s=0.001, ask_s=0.0001, carried=CARRIED
)
ASSUMED = Assumed()


def test_a_cell_is_what_its_asterisk_and_those_beside_it_bear() -> None:
    # 0.6 of 10 cores, 0.04 a call.
    assert calls_per_cell(MEASURED, ASSUMED, 10) == 150
    assert calls_per_cell(MEASURED, ASSUMED, 100) == 500, "no gateway keeps time with more"


def test_machines_by_work_are_calls_times_cores_by_what_is_to_be_used() -> None:
    found = machines(1000, MEASURED, ASSUMED, 10)
    assert found.cells == 7
    assert found.answers_in_time == 100
    assert found.all_by_work == math.ceil(1000 * 0.15 / 6) == 25
    assert found.model_elsewhere == math.ceil(1000 * 0.08 / 6)
    assert found.gpu == math.ceil(1000 * 0.05 / 6)


def test_there_are_never_fewer_machines_than_cells() -> None:
    heavy = dataclasses.replace(MEASURED, plane_calls=10)
    found = machines(1000, heavy, ASSUMED, 10)
    assert found.cells == found.gpu == found.model_elsewhere == 100


def test_ten_times_the_cells_ask_the_edge_a_hundred_times_as_much() -> None:
    one, ten = (cluster(cells, MEASURED, ASSUMED, 10) for cells in (1, 10))
    assert one.calls == 150
    assert one.calls_begun == pytest.approx(150 / 180)
    assert one.registrations == pytest.approx(1500 / 240)
    assert one.questions == pytest.approx(1500 / 30)
    assert one.edge["calls"] == pytest.approx(150 / 180 * 0.002)
    assert one.edge["questions"] == pytest.approx(50 * 0.0001)
    assert one.edge["probes"] == pytest.approx(0.0001)
    for name, times in {"calls": 10, "registrations": 10, "questions": 100, "probes": 10}.items():
        assert ten.edge[name] == pytest.approx(times * one.edge[name]), name
    assert ten.events == pytest.approx(10 * 150 / 180 * 35)
    assert (ten.series, ten.samples) == (40_000, 8_000)


@pytest.mark.parametrize("without", [(), ("questions",)])
def test_what_one_edge_bears_is_the_last_that_fits(without: tuple[str, ...]) -> None:
    def cores(cells: int) -> float:
        found = cluster(cells, MEASURED, ASSUMED).edge
        return sum(cost for name, cost in found.items() if name not in without)

    most = most_cells(MEASURED, ASSUMED, *without)
    assert cores(most) <= 0.6 * 4 < cores(most + 1)


def test_an_edge_that_bears_not_even_one_cell_says_so() -> None:
    assert most_cells(dataclasses.replace(MEASURED, ask_s=1.0), ASSUMED) == 0


def test_what_was_carried_is_so_many_cells_of_each() -> None:
    found = carried_cells(MEASURED, ASSUMED)
    calls = calls_per_cell(MEASURED, ASSUMED, 16)
    assert found == {
        "call": math.floor(10 / (calls / 180)),
        "register": math.floor(10 / (calls * 10 / 240)),
        "ask": math.floor(math.sqrt(5000 / (calls * 10 / 30))),
    }


def test_figures_come_from_the_results_by_their_names() -> None:
    found = {
        "capacity": {
            "machine": {"usable_cores": 2},
            "figures": {
                "cpu_llm_pct_8": 80.0,
                "cpu_llm_pct_4": 1.0,
                "cpu_caller_pct_8": 9.0,
                "knee_calls": 4,
            },
        },
        "media": {"figures": {"tick_late_p99_ms_500": 0.2, "tick_late_p99_ms_1000": 19.0}},
        "edge": {"figures": {"call_cpu_ms": 2.0, "register_cpu_ms": 1.0, "ask_cpu_ms": 0.1}},
    }
    found["edge"]["figures"] |= {f"{name}_carried_per_s": rate for name, rate in CARRIED.items()}
    measured = Measured.read(found)
    assert measured.cores == {"llm": pytest.approx(0.1)}
    assert (measured.knee_cores, measured.plane_calls) == (0.5, 500)
    assert measured.carried == CARRIED
    assert (measured.call_s, measured.register_s, measured.ask_s) == (0.002, 0.001, 0.0001)
    with pytest.raises(LookupError, match="edge"):
        Measured.read({name: result for name, result in found.items() if name != "edge"})


def test_the_page_says_what_the_results_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert replaced(text, "\n".join(tables(results()))) == text, "run: make bench-pages"
