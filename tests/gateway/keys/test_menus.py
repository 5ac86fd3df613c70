"""Menus: every kind of choice, by key and by words, and what comes of none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.keys.menus import Chosen, Do, Menus, Say, Step
from parley.agents.actions import Action
from parley.agents.dialogue import Menu, Option

MAIN = Menu(
    say="Press 1 for sales, 2 for service.",
    retries=2,
    then="person",
    options={
        "1": Option(to="target:sales", label="sales", words=("sales", "buy")),
        "2": Option(to="menu:service", words=("service", "help me")),
        "3": Option(to="language:de", words=("Deutsch", "German")),
        "4": Option(to="menu:service", language="de"),
        "5": Option(to="collect:order"),
        "9": Option(to="repeat", words=("again",)),
        "0": Option(to="agent"),
        "*": Option(to="back"),
    },
)
SERVICE = Menu(
    say="Press 1 for repairs.",
    retries=0,
    options={"1": Option(to="target:repairs"), "9": Option(to="back"), "2": Option(to="menu:main")},
)


@pytest.fixture
def menus() -> Menus:
    menus = Menus({"main": MAIN, "service": SERVICE})
    assert menus.enter("main") == [Say("main")]
    return menus


KEYS: list[tuple[str, list[Step], Menu | None]] = [
    ("1", [Chosen("main", "1", "sales"), Do(Action("target", "sales"))], None),
    ("2", [Chosen("main", "2", "menu:service"), Say("service")], SERVICE),
    ("3", [Chosen("main", "3", "language:de"), Do(Action("language", "de"))], None),
    ("4", [Chosen("main", "4", "menu:service"), Do(Action("language", "de")), Say("service")], SERVICE),
    ("5", [Chosen("main", "5", "collect:order"), Do(Action("collect", "order"))], None),
    ("9", [Chosen("main", "9", "repeat"), Say("main")], MAIN),
    ("0", [Chosen("main", "0", "agent"), Do(Action("agent"))], None),
    ("*", [Chosen("main", "*", "back"), Say("main")], MAIN),
    ("7", [Say("main", wrong=True)], MAIN),
    ("#", [Say("main", wrong=True)], MAIN),
]


@pytest.mark.parametrize(("key", "steps", "after"), KEYS)
def test_a_key(menus: Menus, key: str, steps: list[Step], after: Menu | None) -> None:
    assert menus.key(key) == steps
    assert menus.current is after


def test_back_leads_to_the_menu_before_and_out_of_the_first_nowhere(menus: Menus) -> None:
    menus.key("2")
    assert menus.key("9")[-1] == Say("main")
    assert menus.key("*")[-1] == Say("main")
    assert menus.current is MAIN


def test_a_menu_on_the_way_here_is_gone_back_to(menus: Menus) -> None:
    menus.key("2")
    assert menus.key("2")[-1] == Say("main")
    assert menus.key("*")[-1] == Say("main")


def test_silence_has_the_menu_said_again_and_then_ends_it(menus: Menus) -> None:
    assert menus.timed_out() == [Say("main")]
    assert menus.timed_out() == [Say("main")]
    assert menus.timed_out() == [Do(Action("person"))]
    assert menus.current is None


def test_wrong_keys_words_and_silences_count_together(menus: Menus) -> None:
    assert menus.key("7") == [Say("main", wrong=True)]
    assert menus.not_understood() == [Say("main", wrong=True)]
    assert menus.timed_out() == [Do(Action("person"))]


def test_another_menu_counts_from_the_beginning(menus: Menus) -> None:
    menus.key("7")
    menus.key("7")
    menus.key("2")
    menus.key("9")
    assert menus.key("7") == [Say("main", wrong=True)]


def test_a_menu_without_retries_ends_at_the_first_wrong_key(menus: Menus) -> None:
    menus.key("2")
    assert menus.key("8") == [Do(Action("agent"))]
    assert menus.current is None


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Sales, please.", "1"),
        ("I would like to BUY something", "1"),
        ("can you help me", "2"),
        ("Deutsch!", "3"),
        ("again", "9"),
        ("my buyer's name", None),
        ("Salesforce", None),
        ("what are your opening hours", None),
        ("", None),
    ],
)
def test_words(menus: Menus, said: str, key: str | None) -> None:
    steps = menus.words(said)
    assert (steps[0].key if steps and isinstance(steps[0], Chosen) else None) == key
    if key is None:
        assert menus.current is MAIN


def test_a_choice_is_made_by_its_number_unless_it_is_named(menus: Menus) -> None:
    assert isinstance(menus.words("Option two, please.")[0], Chosen)
    menus.enter("main")
    assert menus.words("option seven") == []
    [step, *_] = menus.words("Not two, sales please.")
    assert isinstance(step, Chosen)
    assert step.key == "1"


def test_numbers_are_understood_in_the_language_of_the_call(menus: Menus) -> None:
    assert menus.words("die zweite, bitte") == []
    assert isinstance(menus.words("die zweite, bitte", "de")[0], Chosen)


@given(st.lists(st.one_of(st.sampled_from("0123456789*#"), st.none(), st.text(max_size=12))))
def test_whatever_happens_ends_in_a_menu_or_in_one_thing_to_do(events: list[str | None]) -> None:
    menus = Menus({"main": MAIN, "service": SERVICE})
    menus.enter("main")
    for event in events:
        if event is None:
            steps = menus.timed_out()
        elif len(event) == 1 and event in "0123456789*#":
            steps = menus.key(event)
        else:
            steps = menus.words(event) or menus.not_understood()
        said = [step for step in steps if isinstance(step, Say)]
        assert len(said) <= 1
        assert bool(said) == (menus.current is not None)
        if menus.current is None:
            assert isinstance(steps[-1], Do)
            return


def test_the_first_words_of_each_choice_are_expected(menus: Menus) -> None:
    assert menus.expected(None) == ("sales", "buy", "service", "help me", "Deutsch", "German", "again")
    assert menus.expected(Action("menu", "service")) == ()
    menus.leave()
    assert menus.expected(None) == ()
    assert menus.expected(Action("menu", "main"))[0] == "sales"
