"""What calls are found by."""

import random
from string import ascii_lowercase

import pytest

from records.insight import tags as tagging
from records.insight.course import Course
from records.insight.tags import repetitions, tags
from records.insight.words import telling
from tests.records.insight.calls import agent, caller, course, event, talk

TEA = ("caller", "Do you sell green tea here?")
NO = ("agent", "We open at nine in the morning.")
ANSWERED = (*caller(TEA[1], 1), *agent(NO[1], 3, 1))
NUMBER = ("caller", "No, the number is [telephone].")
READ = ("agent", "Your number is [telephone], is that right?")
WAITING = (*caller("Wait, let me get a pen.", 1), *agent("Sure.", 3, 1))


def test_a_plain_call_has_none() -> None:
    assert tags(course(*talk(TEA, NO, ("caller", "Thanks, bye."), ("agent", "Goodbye.")), after=19)) == []


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([*caller(TEA[1], 1), *agent(NO[1], 7.1, 1, wait=5.0)], ["DEAD_AIR", "SLOW"]),
        ([*ANSWERED, *caller("And coffee?", 9.5, 2), *agent("Yes.", 12, 2)], []),
        ([*ANSWERED, *caller("And coffee?", 14, 2), *agent("Yes.", 16.5, 2)], ["DEAD_AIR"]),
        ([*WAITING, *caller("And coffee?", 20, 2), *agent("Yes.", 22.5, 2)], []),
        (talk(TEA, NO, ("caller", "Green tea, do you sell it here?"), NO), ["ASKED_TWICE"]),
        (talk(TEA, NO, ("caller", "That's not what I asked."), NO), ["ASKED_TWICE"]),
        (talk(TEA, NO, ("caller", "Do you sell black coffee here?"), NO), []),
        (talk(("caller", "Ich möchte mit einem Menschen sprechen."), NO), ["WANTED_PERSON"]),
        ([*talk(TEA, NO), event("transfer_started", 12, target="desk")], ["WANTED_PERSON"]),
        ([*talk(TEA, NO), event("command", 11, verb="transfer"), event("transfer_started", 12, target="desk")], []),
        (
            [
                *talk(TEA, NO),
                event("supervision", 11, mode="take_over"),
                event("transfer_started", 12, target="console.olga"),
            ],
            [],
        ),
        (talk(("caller", "Blue."), NO, ("caller", "The red one."), NO, ("caller", "Green?"), NO), ["LOOP"]),
        (talk(("caller", "Blue."), NO, ("caller", "The red one."), NO), []),
        ([*caller("I want", 1), *agent("Yes?", 3, 1), *caller("I want tea.", 6, 2, again=True)], ["CUT_OFF"]),
        (talk(NUMBER, READ, NUMBER, READ, NUMBER, READ), []),
        (talk(TEA, NO, unsure={TEA[1]: "refused"}), ["NOT_KNOWN"]),
        (talk(TEA, NO, unsure={TEA[1]: "likely"}), []),
    ],
)  # fmt: skip
def test_what_happened_is_tagged(events: list[object], found: list[str]) -> None:
    ends = max(event.at for event in events) - 1_780_000_000.0 + 1  # type: ignore[attr-defined]
    read: Course = course(*events, after=ends)  # type: ignore[arg-type]
    assert tags(read) == found


def test_a_bad_line_is_told_by_its_sound() -> None:
    assert tags(course(*talk(TEA, NO), mos=2.5, after=9)) == ["BAD_LINE"]
    assert tags(course(*talk(TEA, NO), mos=4.2, after=9)) == []


def asking(count: int, kinds: int) -> Course:
    """A call of so many questions, of words out of so many."""
    chosen = random.Random(kinds)
    words = ["".join(chosen.choices(ascii_lowercase, k=6)) for _ in range(kinds)]
    said = [" ".join(chosen.choices(words, k=chosen.randint(1, 8))) for _ in range(count)]
    return course(*talk(*(("caller", f"{text}?") for text in said)), after=5.0 * count)


@pytest.mark.parametrize("kinds", [6, 20, 300])
def test_what_is_asked_once_more_is_what_comparing_all_finds(kinds: int) -> None:
    call = asking(120, kinds)
    asked = [telling(line.text) for line in call.callers]
    expected = [
        line
        for number, line in enumerate(call.callers)
        if any(tagging._is_same(before, asked[number]) for before in asked[:number])
    ]
    assert expected or kinds == 300
    assert repetitions(call) == expected


def test_of_a_long_call_few_questions_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def is_same(_before: frozenset[str], _now: frozenset[str]) -> bool:
        nonlocal compared
        compared += 1
        return False

    call = asking(400, 1000)
    monkeypatch.setattr(tagging, "_is_same", is_same)
    assert repetitions(call) == []
    assert 0 < compared < 400 * 399 / 2 / 20
