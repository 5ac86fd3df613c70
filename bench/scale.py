"""How many machines so many calls take, and what of many cells breaks first: a model made of what was measured.

`python -m bench.scale` writes its tables into docs/scaling.md (`make bench-pages`). Nothing is measured here: the
figures are those of `bench/results/` (capacity, media, edge), each of one machine, and `Assumed` is what nobody
measured. Needs the standard library alone.
"""

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.summary import ROOT, machine_of, replaced, results, whole_calls

CALLS = (50, 500, 5_000, 50_000)
CELLS = (10, 100, 1_000)
CORES = 16
PAGE = ROOT / "docs" / "scaling.md"
_AT = 8
"""Calls at a time at which the cores of capacity.json are taken: the most before some of them failed."""
_LATE_MS = 5.0
_NEEDED = ("capacity", "media", "edge")
_ASKED = {"call": "the calls", "register": "the registrations", "ask": "the questions"}
"""What the edge is asked."""
_SPEECH_AND_MODEL = ("stt", "llm")
_BESIDE_ASTERISK = ("asterisk", "gateway", "redis", "records", "prometheus", "host-metrics")


@dataclass(frozen=True)
class Assumed:
    """What was not measured, and what the settings say."""

    call_s: float = 180.0
    """How long a call is."""
    telephones_per_call: float = 10.0
    """Telephones at the edge, of which one is in a call at the busiest time."""
    registers_every_s: float = 240.0
    """A registration is for 300 s."""
    asked_every_s: float = 30.0
    """How often each cell asks the edge whether a telephone is there (asterisk/etc/pjsip.conf)."""
    probed_every_s: float = 1.0
    """How often the edge asks each cell (edge/kamailio.cfg)."""
    used: float = 0.6
    """Of a core, so that answers do not wait."""
    edge_cores: int = 4
    """Kamailio's processes for SIP by UDP (edge/kamailio.cfg)."""
    events_per_call: float = 35.0
    """On the streams, of a stack that took the calls of a benchmark."""
    series_per_cell: int = 4_000
    """Of such a stack's Prometheus, with the samples' agents."""
    scraped_every_s: float = 5.0


@dataclass(frozen=True)
class Measured:
    """Of the results; times of the processor in cores, or in seconds of one."""

    cores: Mapping[str, float]
    """Of one call, by service."""
    knee_cores: float
    """Of one call, where answers take at most twice as long as alone."""
    plane_calls: int
    """The most that one gateway has kept time with."""
    call_s: float
    """Of the edge: a call, from its first request to its end."""
    register_s: float
    ask_s: float
    carried: Mapping[str, float]
    """Of the edge, the most a second that was tried and kept up with: `call`, `register`, `ask`."""

    @classmethod
    def read(cls, found: Mapping[str, Mapping[str, Any]]) -> "Measured":
        """Take them from the results; raises LookupError with the name of what is missing."""
        capacity, media, edge = (found[name]["figures"] for name in _NEEDED)
        start, end = "cpu_", f"_pct_{_AT}"
        services = {
            name.removeprefix(start).removesuffix(end): value / 100 / _AT
            for name, value in capacity.items()
            if name.startswith(start) and name.endswith(end)
        }
        cores = {name: value for name, value in services.items() if name not in ("caller", "machine")}
        kept = [
            int(name.rpartition("_")[2])
            for name, late in media.items()
            if name.startswith("tick_late_p99_ms_") and late < _LATE_MS
        ]
        knee = capacity.get("knee_mixed") or capacity["knee_calls"]
        return cls(
            cores,
            found["capacity"]["machine"]["usable_cores"] / knee,
            max(kept),
            *(edge[f"{what}_cpu_ms"] / 1000 for what in _ASKED),
            {what: edge[f"{what}_carried_per_s"] or 0 for what in _ASKED},
        )

    def of(self, *services: str) -> float:
        """Cores of one call that these services take."""
        return sum(self.cores[name] for name in services)


def calls_per_cell(measured: Measured, assumed: Assumed, cores: int) -> int:
    """What one machine with Asterisk and all that is beside it bears, workers elsewhere."""
    near = math.floor(assumed.used * cores / measured.of(*_BESIDE_ASTERISK))
    return min(near, measured.plane_calls)


@dataclass(frozen=True)
class Machines:
    """Of so many cores each, for so many calls at a time."""

    calls: int
    cells: int
    answers_in_time: int
    """Everything on them, answers at most twice as slow as alone."""
    all_by_work: int
    """Everything on them, by work alone: a lower bound."""
    model_elsewhere: int
    gpu: int
    """Speech recognition and the language model on GPUs, which are not among them."""


def machines(calls: int, measured: Measured, assumed: Assumed, cores: int = CORES) -> Machines:
    """How many it takes; never fewer than there are cells."""
    cells = math.ceil(calls / calls_per_cell(measured, assumed, cores))

    def by(core: float) -> int:
        return max(cells, math.ceil(calls * core / (assumed.used * cores)))

    everything = measured.of(*measured.cores)
    return Machines(
        calls,
        cells,
        max(cells, math.ceil(calls * measured.knee_cores / cores)),
        by(everything),
        by(everything - measured.of("llm")),
        by(everything - measured.of(*_SPEECH_AND_MODEL)),
    )


@dataclass(frozen=True)
class Cluster:
    """So many full cells behind one edge; rates are a second's."""

    cells: int
    calls: int
    calls_begun: float
    registrations: float
    questions: float
    """Of cells, whether telephones are there."""
    edge: Mapping[str, float]
    """The edge's cores, by what they are for."""
    events: float
    series: int
    samples: float


def cluster(cells: int, measured: Measured, assumed: Assumed, cores: int = CORES) -> Cluster:
    """What so many cells come to, each with as many calls as it bears."""
    calls = cells * calls_per_cell(measured, assumed, cores)
    telephones = calls * assumed.telephones_per_call
    begun, registrations = calls / assumed.call_s, telephones / assumed.registers_every_s
    questions = cells * telephones / assumed.asked_every_s
    edge = {
        "calls": begun * measured.call_s,
        "registrations": registrations * measured.register_s,
        "questions": questions * measured.ask_s,
        "probes": cells / assumed.probed_every_s * measured.ask_s,
    }
    series = cells * assumed.series_per_cell
    return Cluster(
        cells,
        calls,
        begun,
        registrations,
        questions,
        edge,
        begun * assumed.events_per_call,
        series,
        series / assumed.scraped_every_s,
    )


def most_cells(measured: Measured, assumed: Assumed, *without: str) -> int:
    """How many cells one edge bears, some of its tasks left out."""
    room = assumed.used * assumed.edge_cores

    def fits(cells: int) -> bool:
        found = cluster(cells, measured, assumed).edge
        return sum(cost for name, cost in found.items() if name not in without) <= room

    return _last(fits)


def carried_cells(measured: Measured, assumed: Assumed) -> dict[str, int]:
    """How many cells' calls, registrations and questions were carried in the measurement."""

    def kept_up(what: str, cells: int) -> bool:
        all_of = cluster(cells, measured, assumed)
        asked = {"call": all_of.calls_begun, "register": all_of.registrations, "ask": all_of.questions}
        return asked[what] <= measured.carried[what]

    return {what: _last(functools.partial(kept_up, what)) for what in _ASKED}


def _last(fits: Callable[[int], bool]) -> int:
    """The largest number that fits, 0 when not even 1 does."""
    cells = 1
    while fits(2 * cells):
        cells *= 2
    low, high = cells, 2 * cells
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low if fits(low) else 0


def tables(found: Mapping[str, Mapping[str, Any]], assumed: Assumed | None = None) -> Iterator[str]:
    """What stands in docs/scaling.md."""
    known = assumed or Assumed()
    measured = Measured.read(found)
    carried = carried_cells(measured, known)
    yield f"Machines of {CORES} cores, reckoned from {machine_of(found['capacity'])}:"
    yield ""
    yield from _of_machines(measured, known)
    yield ""
    yield f"Cells of {calls_per_cell(measured, known, CORES)} calls behind one edge:"
    yield ""
    yield from _of_cells(measured, known)
    yield ""
    seen = ", ".join(
        f"{name} of {carried[what]:,} of them ({measured.carried[what]:,}/s)" for what, name in _ASKED.items()
    )
    yield (
        f"One edge bears {most_cells(measured, known):,} such cells by its processor's time: their questions break it "
        f"first. Without them it bears {most_cells(measured, known, 'questions'):,}. What it was really seen to carry, "
        f"with sipp on the same cores: {seen}."
    )
    yield from whole_calls(found)


def _of_machines(measured: Measured, assumed: Assumed) -> Iterator[str]:
    yield from _head(
        *("calls at a time", "cells", "everything, answers at most twice as slow", "everything, by work"),
        *("model elsewhere", "speech and model on GPUs"),
    )
    for calls in CALLS:
        one = machines(calls, measured, assumed)
        counts = (one.cells, one.answers_in_time, one.all_by_work, one.model_elsewhere, one.gpu)
        yield f"| {calls:,} | {' | '.join(f'{count:,}' for count in counts)} |"


def _of_cells(measured: Measured, assumed: Assumed) -> Iterator[str]:
    yield from _head(
        *(
            "cells",
            "calls",
            "begun/s",
            "registrations/s",
            "questions/s",
            "the edge's cores",
            "of them for questions",
        ),
        *("events/s", "series", "samples/s"),
    )
    for cells in CELLS:
        all_of = cluster(cells, measured, assumed)
        figures = (
            *(all_of.cells, all_of.calls, all_of.calls_begun, all_of.registrations, all_of.questions),
            *(sum(all_of.edge.values()), all_of.edge["questions"]),
            *(all_of.events, all_of.series, all_of.samples),
        )
        yield f"| {' | '.join(map(_written, figures))} |"


def _head(*columns: str) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"


def _written(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 10 or isinstance(figure, int) else f"{figure:.2g}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(
        replaced(PAGE.read_text(encoding="utf-8"), "\n".join(tables(results()))), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
