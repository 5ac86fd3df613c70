"""Collecting a number: every way to its end."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keys.collector import Ask, Collector, Done, Listen, ReadBack, SoFar, Step, Which
from gateway.keys.way import Typed
from gateway.values.hours.times import Time
from gateway.values.names import Name
from gateway.values.picks import Reaction, YesNo
from gateway.values.rows import Row
from parley.agents.dialogue import Collect, Digits

ORDER = Collect(say="Your order number?", digits=Digits(min=3, max=5), retries=1)


def collect(keys: str, step: Collect = ORDER) -> list[Step]:
    """What every key does; "t" is a silence."""
    collector = Collector(step, lambda: Row(step.digits, "en"))
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
        if isinstance(step, Done) and step.value is not None:
            assert before == ReadBack(step.value)
            assert 3 <= len(step.value) <= 5
        if isinstance(step, Done):
            break


def reading_back() -> Collector:
    collector = Collector(ORDER, lambda: Row(ORDER.digits, "en"))
    assert collector.said("four seven one one") == ReadBack("4711")
    return collector


def test_a_part_is_gone_on_with() -> None:
    collector = Collector(ORDER, lambda: Row(ORDER.digits, "en"))
    assert collector.said("four") == SoFar("4")
    assert collector.said("seven one one") == ReadBack("4711")


@pytest.mark.parametrize(
    ("text", "reaction", "step"),
    [
        ("Yes.", Reaction.YES, Done("4711")),
        ("Yes, 4711.", Reaction.YES, Done("4711")),
        ("Yes, 4712.", Reaction.YES, ReadBack("4712")),
        ("No.", Reaction.NO, Ask()),
        ("No, double two.", Reaction.NO_BUT, ReadBack("4722")),
        ("No, that is my old one.", Reaction.NO_BUT, Ask()),
        ("Pardon?", Reaction.NONE, ReadBack("4711", again=True)),
    ],
)
def test_what_is_said_to_the_read_back(text: str, reaction: Reaction, step: Step) -> None:
    assert reading_back().said(text, reaction) == step


NO, YES, NONE = Reaction.NO, Reaction.YES, Reaction.NONE


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        # before the question has been heard: no and correction are two turns
        ([("Double two.", NONE, False)], [ReadBack("4722")]),
        ([("Four seven one two.", NONE, False)], [ReadBack("4712")]),
        ([("The last digit is a nine.", NONE, False)], [ReadBack("4719")]),
        ([("No.", NO, False), ("Double two.", NONE, False)], [Ask(), ReadBack("4722")]),
        ([("Yes, it is.", YES, False)], [ReadBack("4711")]),
        ([("Whatever.", NONE, False)], [Ask(wrong=True, said=True)]),
        # an answer to the question, which begins anew, unless it tells that it does not
        ([("Double two.", NONE, True)], [SoFar("22")]),
        ([("Four seven one two.", NONE, True)], [ReadBack("4712")]),
        ([("The last digit is a nine.", NONE, True)], [ReadBack("4719")]),
        ([("A two, not a seven.", NONE, True)], [ReadBack("4211")]),
    ],
)
def test_what_is_said_after_a_no(said: list[tuple[str, Reaction, bool]], steps: list[Step]) -> None:
    wanted = msgspec.structs.replace(ORDER, retries=2)
    collector = Collector(wanted, lambda: Row(Digits(min=4, max=5), "en"))
    collector.said("four seven one one")
    assert collector.said("No.", Reaction.NO) == Ask()
    assert [collector.said(text, what, heard=heard) for text, what, heard in said] == steps


def test_what_was_refused_is_known_to_who_takes_it_up() -> None:
    before = reading_back()
    assert before.said("No.", Reaction.NO) == Ask()
    kept = before.keep("order")
    assert kept == Typed(name="order", digits="", confirming=False, tries=1, refused="4711")
    after = Collector(ORDER, lambda: Row(ORDER.digits, "en"))
    assert after.resume(kept) == Ask()
    assert after.keep("order") == kept
    assert after.answers("No, double two.")
    assert after.said("Double two.", heard=False) == ReadBack("4722")


WHEN = Collect(say="When?", kind="time", retries=1)
TEN_OR_TWELVE = Which(("10:00", "12:00"))


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        (["Between ten and twelve.", "Twelve."], [TEN_OR_TWELVE, ReadBack("12:00")]),
        (["Between ten and twelve.", "The first one."], [TEN_OR_TWELVE, ReadBack("10:00")]),
        (["Between ten and twelve.", "Half past ten."], [TEN_OR_TWELVE, ReadBack("10:30")]),
        (["Between ten and twelve.", "Any."], [TEN_OR_TWELVE, Ask(wrong=True, said=True)]),
        (["From ten to twelve."] * 3, [TEN_OR_TWELVE, TEN_OR_TWELVE, Done(None)]),
        (["Between seven and nine pm.", "Nine."], [Which(("19:00", "21:00")), ReadBack("21:00")]),
        (["Ten to twelve.", "No, between ten and twelve."], [ReadBack("11:50"), TEN_OR_TWELVE]),
    ],
)
def test_of_several_it_is_asked_which(said: list[str], steps: list[Step]) -> None:
    collector = Collector(WHEN, lambda: Time("en"))
    assert [collector.said(text) for text in said] == steps


def test_which_one_is_asked_again_by_another_one_and_after_a_silence_but_not_after_a_key() -> None:
    collector = Collector(WHEN, lambda: Time("en"))
    collector.said("Between ten and twelve.")
    other = Collector(WHEN, lambda: Time("en"))
    assert other.resume(collector.keep("when")) == TEN_OR_TWELVE
    assert other.timed_out() == TEN_OR_TWELVE
    assert [other.key(key) for key in "1130"] == [L, L, L, ReadBack("11:30")]


@pytest.mark.parametrize(
    ("text", "answers"),
    [("No, double two.", True), ("4711", False), ("Chair.", False), ("the second is a nine", True)],
)
def test_what_puts_the_read_back_right_answers_it(text: str, answers: bool) -> None:
    collector = reading_back()
    assert collector.answers(text) is answers
    collector.said("No.", Reaction.NO)
    assert collector.answers(text) is answers


def test_nothing_answers_before_anything_was_read_back_and_nearly_any_word_is_a_name() -> None:
    assert not Collector(ORDER, lambda: Row(ORDER.digits, "en")).answers("4711")
    name = Collector(Collect(say="?", kind="name"), lambda: Name("en"))
    name.said("Smith")
    assert not name.answers("Chair.")


def test_a_no_to_a_yes_is_a_no() -> None:
    collector = Collector(Collect(say="?", kind="yes-no", confirm="{value}?"), lambda: YesNo("en"))
    assert collector.said("Yes.", Reaction.YES) == ReadBack("yes")
    assert collector.said("No.", Reaction.NO) == ReadBack("no")


def test_a_yes_or_no_is_not_read_back_unless_somebody_wants_it() -> None:
    for confirm, step in ((None, Done("yes")), ("{value}?", ReadBack("yes"))):
        wanted = Collect(say="?", kind="yes-no", confirm=confirm)
        assert Collector(wanted, lambda: YesNo("en")).said("Yes.", Reaction.YES) == step
