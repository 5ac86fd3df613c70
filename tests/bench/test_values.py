"""What the benchmark of values makes of what it heard."""

import datetime

from bench.values import TODAY, Told, figures, kind_asked, read, wordings
from gateway.values.dates import Date


def told(of: str, means: str, value: str, *, expecting: bool, work_s: float = 0.2) -> Told:
    return Told(of, "", "", means, expecting, "", value, work_s)


def test_the_figures_are_of_each_list_and_of_all() -> None:
    found = figures(
        [
            told("date", "2026-12-02", "2026-12-02", expecting=True, work_s=0.3),
            told("date", "2026-12-02", "", expecting=False),
            told("time", "14:30", "14:30", expecting=True, work_s=0.3),
            told("time", "14:30", "14:30", expecting=False),
        ]
    )
    assert (found["date_right_pct"], found["date_right_without_pct"]) == (100.0, 0.0)
    assert (found["all_right_pct"], found["all_right_without_pct"]) == (100.0, 50.0)
    assert (found["work_p50_s"], found["work_without_p50_s"]) == (0.3, 0.2)


def test_what_was_read_back_is_put_right() -> None:
    kind = Date("future", TODAY, "en")
    assert read(kind, "2026-12-01", "No, on Wednesday.") == "2026-12-02"
    assert read(kind, "", "On Wednesday.") == (TODAY + datetime.timedelta(days=3)).isoformat()
    assert read(kind, "", "Hello?") == ""


def test_what_is_written_down_as_it_was_said_is_understood() -> None:
    lists = [(kind_asked(wanted), wanted) for wanted in wordings().values()]
    wrong = [
        (said["says"], found)
        for kind, wanted in lists
        for said in wanted["said"]
        if (found := read(kind, str(wanted.get("before", "")), said["says"])) != str(said["means"])
    ]
    assert wrong == []
