"""The figures of a run, and what is said about one that does not keep time."""

from dataclasses import fields

from bench.media.__main__ import Run, figures, limit


def run(calls: int, *, vad: bool, **values: float) -> Run:
    return Run(**{field.name: 0 for field in fields(Run)} | {"calls": calls, "vad": vad, **values})  # type: ignore[arg-type]


def test_the_figures_by_their_names() -> None:
    runs = [run(calls, vad=vad, core_pct_per_call=0.1) for calls in (100, 500) for vad in (False, True)]
    assert {
        "media_core_pct_per_call_500",
        "vad_core_pct_per_call_100",
        "vad_core_pct_per_call_500",
        "tick_late_p50_ms_500",
        "tick_late_p99_ms_500",
        "lost_pct_500",
    } <= set(figures(runs))


def test_a_run_that_keeps_time_has_no_limit() -> None:
    assert limit(run(500, vad=True, late_p99_ms=4.9)) == ""


def test_a_limit_names_the_parts_of_the_work() -> None:
    found = limit(
        run(
            1000,
            vad=True,
            late_p99_ms=19.0,
            work_mean_ms=22.0,
            work_p99_ms=30.0,
            inference_ms=10.0,
            sockets_ms=8.0,
        )
    )
    assert found == (
        "1000 calls with VAD: a tick works for 22.0 ms of 20, p99 30.0: "
        "inference 10.0, system calls 8.0, the rest 4.0"
    )


def test_skipped_ticks_are_a_limit_too() -> None:
    assert limit(run(1000, vad=False, skipped=1)).startswith("1000 calls without VAD")
