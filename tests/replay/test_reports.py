from io import StringIO

from rich.console import Console

from records.sound.timeline import timeline
from replay.answers import Answer
from replay.compare import Limits, Run, Said, compared
from replay.course import Course, Turn
from replay.kept import Passed
from replay.reports import Report, page, show
from tests.fakes.kept_calls import CALL, event, events

LIMITS = Limits()


def run(text: str, decided_s: float) -> Run:
    turn = Turn(2.0, 4.8, decided_s, text, went_on_s=5.9)
    return Run(Course((turn,), ()), (Said(turn, Answer("say", "At nine.")),))


def report() -> Report:
    call = compared(timeline(CALL, events()), run("<b>when</b>", 5.6), run("[red]when[/]", 4.88), LIMITS)
    return Report("ENDPOINT_FAST_MS=300", (call,), (Passed("1.2", "it was not recorded"),), LIMITS)


def test_all_of_it_is_printed() -> None:
    written = StringIO()
    show(report(), Console(file=written, width=200))
    text = written.getvalue()
    for part in (
        CALL,
        "NOT CUT OFF",
        "QUICKER 0.72 s",
        "WORDS CHANGED",
        "[red]when[/] (0.08 s)",
        "say: At nine.",
    ):
        assert part in text
    assert "1.2 is passed over: it was not recorded" in text
    assert "As it is, the replay has 1 turn where there were 2," in text
    assert "and 1 cut-off where there were 0." in text
    assert "Different: not cut off 1, quicker 1, words changed 1." in text


def test_that_a_live_cut_off_is_not_in_the_replay_is_told() -> None:
    again = event(12.0, "caller_said", turn=2, text="some words", again=True)
    call = compared(timeline(CALL, events(again)), run("some words", 4.8), run("when", 4.8), LIMITS)
    told = Report("ENDPOINT_FAST_MS=300", (call,), (), LIMITS).agrees
    assert "and 0 cut-offs where there was 1. Of 1 turn in which callers were cut off live" in told
    assert "lacks 1" in told


def test_what_was_said_is_text_on_the_page() -> None:
    text = page(report())
    assert "&lt;b&gt;when&lt;/b&gt; (0.80 s)" in text
    assert "<b>" not in text
    assert "1.2: it was not recorded" in text


def test_words_that_were_corrected_are_told_of() -> None:
    assert report().truth == ""
    call = compared(
        timeline(CALL, events(), {1: "some more words"}), run("some words", 5.6), run("<b>", 5.6), LIMITS
    )
    told = Report("STT_MODEL=small", (call,), (), LIMITS)
    sentence = "Of 3 words in 1 corrected turn, 33.3 % were wrong live, 33.3 % as it is, 100.0 % as tried."
    written = StringIO()
    show(told, Console(file=written, width=200))
    assert sentence in written.getvalue()
    assert sentence in page(told)


def test_a_run_without_difference_says_so() -> None:
    call = compared(timeline(CALL, events()), run("when", 5.6), run("when", 5.6), LIMITS)
    assert Report("PAUSE_MS=150", (call,), (), LIMITS).changes == "Nothing would have been different."
