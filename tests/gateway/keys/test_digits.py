"""Collecting a number: every way to its end."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keys.digits import Ask, Collector, Done, Listen, ReadBack, Step, spoken
from parley.agents.dialogue import Collect, Digits

ORDER = Collect(say="Your order number?", digits=Digits(min=3, max=5), retries=1)


def collect(keys: str, step: Collect = ORDER) -> list[Step]:
    """What every key does; "t" is a silence."""
    collector = Collector(step)
    assert collector.begin() == Ask()
    return [collector.timed_out() if key == "t" else collector.key(key) for key in keys]


L = Listen()


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("123#1", [L, L, L, ReadBack("123"), Done("123")]),
        ("12345", [L, L, L, L, ReadBack("12345")]),
        ("123t1", [L, L, L, ReadBack("123"), Done("123")]),
        ("123#2456#1", [L, L, L, ReadBack("123"), Ask(), L, L, L, ReadBack("456"), Done("456")]),
        ("123#22", [L, L, L, ReadBack("123"), Ask(), L]),
        ("123#7", [L, L, L, ReadBack("123"), ReadBack("123")]),
        ("123#77", [L, L, L, ReadBack("123"), ReadBack("123"), Done(None)]),
        ("123#tt", [L, L, L, ReadBack("123"), ReadBack("123"), Done(None)]),
        ("12#", [L, L, Ask(wrong=True)]),
        ("12t", [L, L, Ask(wrong=True)]),
        ("#", [Ask(wrong=True)]),
        ("##", [Ask(wrong=True), Done(None)]),
        ("tt", [Ask(), Done(None)]),
        ("1*23#", [L, L, L, L, ReadBack("123")]),
        ("12#345#1", [L, L, Ask(wrong=True), L, L, L, ReadBack("345"), Done("345")]),
    ],
)
def test_keys(keys: str, steps: list[Step]) -> None:
    assert collect(keys) == steps


def test_other_keys_may_end_and_confirm() -> None:
    step = Collect(say="?", digits=Digits(min=1, max=9), end="*", accept="#", again="*")
    assert collect("12*#", step) == [L, L, ReadBack("12"), Done("12")]


@given(st.text("0123456789*#t"))
def test_only_what_was_read_back_and_confirmed_is_taken(keys: str) -> None:
    steps = collect(keys)
    for before, step in itertools.pairwise(steps):
        if isinstance(step, Done) and step.digits is not None:
            assert before == ReadBack(step.digits)
            assert 3 <= len(step.digits) <= 5
        if isinstance(step, Done):
            break


@pytest.mark.parametrize(
    ("digits", "said"), [("", ""), ("7", "7"), ("123", "1 2 3"), ("12345", "1 2 3, 4 5"), ("007", "0 0 7")]
)
def test_digits_are_read_one_by_one(digits: str, said: str) -> None:
    assert spoken(digits) == said
