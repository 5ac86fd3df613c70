"""What stands in the pages comes from the results."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.summary import (
    BEGIN,
    END,
    ROOT,
    ROWS,
    capacity,
    faults,
    insight,
    lines,
    readme,
    replaced,
    results,
    whole_calls,
)

type Make = Callable[[Mapping[str, Mapping[str, Any]]], Iterator[str]]

MACHINE = {"usable_cores": 2, "cpu": "CPU", "memory_gib": 8.0, "when": "2026-01-02T03:04:05Z", "load_1m": 0.5}
FOUND = {
    "conversation": {
        "machine": MACHINE,
        "figures": {"all_p50_s": 0.451, "all_p95_s": 1.1, "model_stt_p50_s": 0.2},
    },
    "media": {
        "machine": MACHINE,
        "settings": {"limits": ["1000 calls with VAD: a tick works for 22 ms of 20"]},
    },
    "capacity": {"machine": MACHINE, "settings": {"verdict": "knee at 4 calls at a time; at 16: processor"}},
}


def headlines(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    return readme(found, ROOT / "bench" / "results")


def test_a_page_has_the_figures_of_the_results_and_their_machines() -> None:
    text = "\n".join(lines(FOUND))
    assert "| 0.45 / 1.10 s | ≤ 0.6 / ≤ 1.2 |" in text
    assert "| transcript, p50 | 0.20 s |" in text
    assert "known" not in text, "what was not measured is left out"
    assert "knee at 4 calls" in text
    assert "- 1000 calls with VAD" in text
    assert "| conversation | 2026-01-02 | 2 cores of CPU, 8.0 GiB | 0.5 |" in text


def test_readme_has_the_headlines_and_the_pictures_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "capacity.png").touch()
    text = "\n".join(readme(FOUND, tmp_path))
    assert "0.45 / 1.10 s" in text
    assert "transcript" not in text
    assert "bench/results/capacity.png" in text
    assert "bench/results/conversation.png" not in text


@pytest.mark.parametrize(("limits", "said"), [(("0", "0"), True), (("0", "5"), False), (("", ""), False)])
def test_the_page_tells_when_no_call_was_refused(limits: tuple[str, str], said: bool) -> None:
    stack = dict(zip(("ADMISSION_TICK_MS", "ADMISSION_STT_QUEUE_S"), limits, strict=True)) | {
        "STT_MODEL": "0"
    }
    text = capacity({"capacity": {"settings": {"verdict": "knee at 4", "stack": stack}}})
    assert ("admission control off" in text) is said


def test_every_fault_that_was_tried_has_a_line_of_its_own() -> None:
    result = {
        "machine": MACHINE,
        "settings": {"what": {"stt_kill": "kill -9"}},
        "figures": {"stt_kill_calls_dropped": 0, "stt_kill_longest_silence_s": 2.04},
        "samples": [{"fault": "stt_kill", "live_calls": 4}],
    }
    (line,) = [line for line in faults({"faults": result}) if "stt_kill" in line]
    assert line == "| `stt_kill`: kill -9 | 4 | 0 | – | – | 2.0 | – | – | – | – |"
    assert list(faults({})) == []


def test_every_step_of_the_cluster_has_a_line_and_each_death_its_own() -> None:
    steps = ("drain", "cell_kill", "known")
    what = {"drain": "a cell drained", "cell_kill_telephony": "the first", "cell_kill_machine": "the second"}
    figures: dict[str, float] = {"drain_calls": 9, "drain_calls_lost": 0, "drain_calls_refused": 1}
    figures |= {"drain_phone_tries": 2, "drain_phone_rung": 2, "drain_right_pct": 91.666}
    for name in ("cell_kill_telephony", "cell_kill_machine"):
        figures |= {f"{name}_own_calls": 3, f"{name}_own_calls_lost": 3, f"{name}_other_calls": 6}
        figures |= {f"{name}_other_calls_lost": 0, f"{name}_new_call_after_s": 2.46}
    figures |= {"known_calls_one_cell": 4, "known_calls_p95_s": 1.2, "known_last_calls": 6}
    figures |= {"known_calls_p95_s_6": 2.0, "known_last_machine_pct": 97.0}
    samples = [{"step": step, "load_1m": 3.5} for step in steps]
    drained, first, second, _, known = list(
        whole_calls({"cluster": {"settings": {"what": what}, "figures": figures, "samples": samples}})
    )[5:]
    assert drained == "| a cell drained | 9 | 0 | 1 | – | 2 of 2 | 91.7 | 3.5 |"
    assert first == "| the first | 9 | 3 of its own 3, 0 of others | – | 2.5 | – | – | 3.5 |"
    assert second.startswith("| the second |")
    assert "4 calls at a time, 95 % of the answers within 1.20 s" in known
    assert "6 calls: 2.00 s, 97 %" in known
    assert list(whole_calls({})) == []


def test_only_what_is_between_the_marks_is_replaced() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter \\1"
    assert replaced(page, "new \\1") == f"before\n{BEGIN}\nnew \\1\n{END}\nafter \\1"
    with pytest.raises(ValueError, match="marks"):
        replaced("nothing", "new")


@pytest.mark.parametrize(
    ("page", "make"), [("docs/benchmarks.md", lines), ("docs/insight.md", insight), ("README.md", headlines)]
)
def test_the_pages_have_the_marks_and_what_the_results_say(page: str, make: Make) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    made = make(results())
    assert replaced(text, "\n".join(made)) == text, "run: make bench-pages"


def test_every_row_names_a_benchmark() -> None:
    scripts = {path.stem for path in (ROOT / "bench").glob("*.py")}
    folders = {path.parent.name for path in (ROOT / "bench").glob("*/__main__.py")}
    # The curves over several calls at a time are the benchmark of conversations', too.
    assert {row.result.partition("-")[0] for row in ROWS} <= scripts | folders | {"capacity"}
