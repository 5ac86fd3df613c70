"""Writes the figures of `bench/results/` into docs/benchmarks.md, docs/insight.md and README.md:
`make bench-pages`.

Nothing by hand: what stands between the marks of a page is made of the results alone.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.rows import ROWS, Row

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
BEGIN, END = "<!-- figures: written by bench/summary.py -->", "<!-- end of figures -->"
PICTURES = (
    ("conversation", "Where the time of a turn goes"),
    ("capacity", "Latency and processor use against calls at a time"),
)


def results() -> dict[str, Mapping[str, Any]]:
    """All results there are, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}


def lines(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The whole page's tables: figures against goals, and what each was measured on."""
    yield from table(found, ROWS)
    if verdict := capacity(found):
        yield from ("", verdict)
    if limits := found.get("media", {}).get("settings", {}).get("limits", []):
        yield from (
            "",
            "Where the media plane does not keep time, and why:",
            "",
            *(f"- {line}" for line in limits),
        )
    yield from faults(found)
    yield from whole_calls(found)
    yield from ("", *_head("benchmark", "when", "machine", "load before"))
    for name, result in found.items():
        machine = result["machine"]
        yield f"| {name} | {machine['when'][:10]} | {machine_of(result)} | {machine['load_1m']} |"


def table(found: Mapping[str, Mapping[str, Any]], rows: Sequence[Row]) -> Iterator[str]:
    """Figures against goals; a row without figures is left out."""
    yield from _head("what", "reached", "goal")
    for row in rows:
        figures = found.get(row.result, {}).get("figures", {})
        values = [figures.get(name) for name in row.figures]
        if any(value is None for value in values):
            continue
        reached = " / ".join(f"{value:.{row.digits}f}" for value in values)
        yield f"| {row.text} | {reached} {row.unit} | {row.goal} |"


def capacity(found: Mapping[str, Mapping[str, Any]]) -> str:
    """How many calls at a time the machine bears, and what limits it; empty when that was not measured."""
    settings = found.get("capacity", {}).get("settings", {})
    if not settings.get("verdict"):
        return ""
    limits = [value for name, value in settings.get("stack", {}).items() if name.startswith("ADMISSION_")]
    everybody = " (every call taken: admission control off)" if limits and set(limits) == {"0"} else ""
    return f"Several calls at a time{everybody}, latency at most twice that of one: {settings['verdict']}."


FAULT_COLUMNS = {
    "calls_dropped": "calls dropped",
    "turns_lost": "turns lost",
    "turns_repeated": "said again",
    "longest_silence_s": "longest silence, s",
    "words_lost": "words not kept",
    "new_call_after_s": "next new call greeted after, s",
    "calls_refused": "refused till then",
    "calls_unheard": "answered and silent till then",
}
"""What is told of each fault: the ends of its figures' names, and their columns."""


def faults(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What live calls noticed of each fault, a line each."""
    result = found.get("faults")
    if result is None:
        return
    yield from ("", "What live calls noticed of faults:", "")
    yield from _head("fault", "live calls", *FAULT_COLUMNS.values())
    for sample in result["samples"]:
        name = sample["fault"]
        cells = [_cell(result["figures"].get(f"{name}_{end}")) for end in FAULT_COLUMNS]
        what = result["settings"]["what"].get(name, "")
        yield f"| `{name}`: {what} | {sample['live_calls']} | {' | '.join(cells)} |"


CLUSTER_COLUMNS = (
    "what is done",
    "calls",
    "lost",
    "refused",
    "new call greeted after, s",
    "telephone rung",
    "answers right, %",
    "load before",
)


def whole_calls(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What callers over an edge and two cells noticed of each step, a line each, and how many calls one cell bore."""
    result = found.get("cluster")
    if result is None:
        return
    yield from ("", "What callers over the edge and two cells noticed, all on one machine:", "")
    yield from _head(*CLUSTER_COLUMNS)
    figures, what = result["figures"], result["settings"]["what"]
    for sample in result["samples"]:
        step = sample["step"]
        if step == "cell_kill":
            for name in ("cell_kill_telephony", "cell_kill_machine"):
                yield _step(what[name], figures, name, sample, _lost_with_a_cell)
        elif step != "known":
            yield _step(what[step], figures, step, sample, _lost)
    if figures.get("known_last_calls") is not None:
        yield from ("", _known(figures))


def _step(
    text: str,
    figures: Mapping[str, Any],
    name: str,
    sample: Mapping[str, Any],
    lost: Callable[[Mapping[str, Any], str], str],
) -> str:
    calls = figures.get(f"{name}_calls")
    if calls is None:
        calls = figures[f"{name}_own_calls"] + figures[f"{name}_other_calls"]
    tries = figures.get(f"{name}_phone_tries")
    cells = (
        text,
        _cell(calls),
        lost(figures, name),
        _cell(figures.get(f"{name}_calls_refused")),
        _cell(figures.get(f"{name}_new_call_after_s")),
        "–" if tries is None else f"{figures[f'{name}_phone_rung']} of {tries}",
        _cell(figures.get(f"{sample['step']}_right_pct")),
        str(sample["load_1m"]),
    )
    return f"| {' | '.join(cells)} |"


def _lost(figures: Mapping[str, Any], name: str) -> str:
    return _cell(figures.get(f"{name}_calls_lost"))


def _lost_with_a_cell(figures: Mapping[str, Any], name: str) -> str:
    own, others = figures[f"{name}_own_calls_lost"], figures[f"{name}_other_calls_lost"]
    return f"{own} of its own {figures[f'{name}_own_calls']}, {others} of others"


def _known(figures: Mapping[str, Any]) -> str:
    last, most = figures["known_last_calls"], figures["known_calls_one_cell"]
    borne = f"{most} calls at a time, 95 % of the answers within {figures['known_calls_p95_s']:.2f} s"
    tried = f"{figures[f'known_calls_p95_s_{last}']:.2f} s, {figures['known_last_machine_pct']:.0f} %"
    return (
        f"Known answers in one cell: {borne if most else 'no number that was tried is in time'}. The last try was "
        f"{last} calls: {tried} of the machine's cores in use, callers and other work among it."
    )


def _head(*columns: str) -> tuple[str, str]:
    """The first two lines of a table."""
    return f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.1f}"


def machine_of(result: Mapping[str, Any]) -> str:
    """The machine of a result."""
    machine = result["machine"]
    return f"{machine['usable_cores']} cores of {machine['cpu']}, {machine['memory_gib']} GiB"


def readme(found: Mapping[str, Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """The short version with its pictures, of those in `folder`."""
    if "conversation" in found:
        yield f"On {machine_of(found['conversation'])}, shared with others:"
        yield ""
    yield from table(found, [row for row in ROWS if row.in_readme])
    if verdict := capacity(found):
        yield from ("", verdict)
    for name, text in PICTURES:
        if (folder / f"{name}.png").is_file():
            yield from ("", f"![{text}](bench/results/{name}.png)")


def insight(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is known of calls that are over, and how surely."""
    yield from table(found, [row for row in ROWS if row.result == "insight"])


def replaced(page: str, text: str) -> str:
    """Put `text` between the marks of a page; ValueError when they are missing."""
    body, count = re.subn(
        f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL
    )
    if not count:
        raise ValueError("the marks are missing")
    return body


def main() -> None:
    """Write all pages."""
    found = results()
    for path, text in (
        (ROOT / "docs" / "benchmarks.md", lines(found)),
        (ROOT / "docs" / "insight.md", insight(found)),
        (ROOT / "README.md", readme(found, RESULTS)),
    ):
        path.write_text(replaced(path.read_text(encoding="utf-8"), "\n".join(text)), encoding="utf-8")


if __name__ == "__main__":
    main()
