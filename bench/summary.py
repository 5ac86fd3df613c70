"""Writes the figures of `bench/results/` into docs/benchmarks.md: `python -m bench.summary`, nothing by hand."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.report import RESULTS

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Row:
    """A line of the table: where its figures stand, what it says, and the goal."""

    result: str
    text: str
    goal: str
    figures: tuple[str, ...]
    """Names in the result; several are shown with a slash between."""
    unit: str
    digits: int = 2


ROWS = (
    Row("conversation", "voice-to-voice p50 / p95, one call, local language model", "≤ 1.0 / ≤ 1.5",
        ("voice_to_voice_p50_s", "voice_to_voice_p95_s"), "s"),
    Row("conversation", "the same when no language model is asked", "≤ 0.6 / ≤ 0.9",
        ("fast_path_p50_s", "fast_path_p95_s"), "s"),
    Row("conversation", "of it: end of turn found, p50", "", ("endpoint_p50_s",), "s"),
    Row("conversation", "of it: transcript, p50", "", ("stt_p50_s",), "s"),
    Row("conversation", "of it: first sentence of the answer, p50", "", ("llm_p50_s",), "s"),
    Row("conversation", "of it: first speech of that sentence, p50", "", ("tts_p50_s",), "s"),
    Row("conversation", "gateway's clock against the caller's, p50 / p95", "≤ 40",
        ("clock_difference_p50_ms", "clock_difference_p95_ms"), "ms", 0),
    Row("barge_in", "caller's first voiced packet → agent silent, p50 / p95", "≤ 120 / ≤ 200",
        ("stop_p50_ms", "stop_p95_ms"), "ms", 0),
    Row("barge_in", "interruptions missed", "≤ 2", ("missed_pct",), "%", 1),
    Row("barge_in", "interrupted by what is none", "≤ 2", ("false_pct",), "%", 1),
    Row("turns", "callers cut off, as callers speak (half of the turns pause within)", "≤ 3",
        ("cut_off_pct",), "%", 1),
    Row("turns", "of them: hesitating within a sentence / between two clauses", "",
        ("cut_off_open_pct", "cut_off_closed_pct"), "%", 1),
    Row("turns", "the silence after a turn p50 / p95, after a question p50", "",
        ("added_p50_s", "added_p95_s", "question_p50_s"), "s"),
    Row("turns", "callers cut off, read speech with long pauses where it could be over", "",
        ("hard_cut_off_pct",), "%", 1),
    Row("media", "media of a call, 500 calls", "≤ 0.10", ("media_core_pct_per_call_500",), "% of a core", 3),
    Row("media", "with VAD, 100 / 500 calls", "≤ 0.35",
        ("vad_core_pct_per_call_100", "vad_core_pct_per_call_500"), "% of a core", 3),
    Row("media", "lateness of a tick p99, 500 calls", "< 5", ("tick_late_p99_ms_500",), "ms", 1),
    Row("media", "packets lost, 500 calls", "0", ("lost_pct_500",), "%", 2),
    Row("fuzz_rtp", "damaged packets, crashes", "0 crashes", ("packets", "crashes"), "", 0),
)  # fmt: skip


def results() -> dict[str, Mapping[str, Any]]:
    """All results there are, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))}


def lines(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The tables: figures against goals, and what each was measured on."""
    yield "| what | reached | goal |"
    yield "|---|---|---|"
    for row in ROWS:
        figures = found.get(row.result, {}).get("figures", {})
        values = [figures.get(name) for name in row.figures]
        if any(value is None for value in values):
            continue
        reached = " / ".join(f"{value:.{row.digits}f}" for value in values)
        yield f"| {row.text} | {reached} {row.unit} | {row.goal} |"
    yield ""
    yield "| benchmark | when | machine | load before |"
    yield "|---|---|---|---|"
    for name, result in found.items():
        machine = result["machine"]
        about = f"{machine['usable_cores']} cores of {machine['cpu']}, {machine['memory_gib']} GiB"
        yield f"| {name} | {machine['when'][:10]} | {about} | {machine['load_1m']} |"


def main() -> None:
    """Replace what stands between the marks."""
    text = "\n".join(lines(results()))
    page = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- figures: written by bench/summary.py -->", "<!-- end of figures -->"
    replaced, count = re.subn(
        f"{re.escape(begin)}.*{re.escape(end)}", lambda _: f"{begin}\n{text}\n{end}", page, flags=re.DOTALL
    )
    if not count:
        raise SystemExit(f"{PAGE}: the marks are missing")
    PAGE.write_text(replaced, encoding="utf-8")


if __name__ == "__main__":
    main()
