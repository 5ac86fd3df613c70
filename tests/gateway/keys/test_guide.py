"""Call control by keys and words: what is said, who is asked for, and that it is the same whatever the agent does."""

import datetime
from typing import Any

import msgspec
import pytest

from gateway.keys.guide import Guide
from gateway.turns.events import State
from parley.agents import Agent, AgentFile
from parley.agents.actions import Action
from parley.agents.dialogue import (
    Collect,
    CollectTexts,
    Digits,
    Menu,
    MenuTexts,
    Option,
    Sms,
    Target,
    Translation,
)
from parley.agents.schema import Closed, Hours
from tests.fakes.gateway.speech import NotingSpeech

FILE = AgentFile(
    company="Shop",
    extensions=("100",),
    greeting="Hello.",
    persona="p",
    menu="main",
    menus={
        "main": Menu(
            say="Press 1 or 2.",
            timeout_s=5.0,
            retries=1,
            options={
                "1": Option(to="target:sales", label="sales", words=("buy",)),
                "2": Option(to="menu:main", language="de", words=("german",)),
                "3": Option(to="agent:other"),
                "4": Option(to="language:de"),
                "5": Option(to="collect:order"),
                "6": Option(to="voicemail"),
                "7": Option(to="agent"),
                "8": Option(to="hangup"),
                "0": Option(to="agent:nobody"),
            },
        )
    },
    collect={"order": Collect(say="Your number?", digits=Digits(min=2, max=4), timeout_s=7.0, retries=1)},
    targets={
        "desk": Target(name="the desk", extension="1001", words=("desk",)),
        "sales": Target(name="sales", queue="sales", unavailable=("wait", "agent")),
        "boss": Target(name="the boss", extension="1002", unavailable=()),
    },
    person="desk",
    texts={"way": Sms(name="the way to us", text="https://shop.example/way")},
    languages={
        "de": Translation(
            greeting="Hallo.",
            texts={"way": Sms(name="den Weg zu uns", text="https://shop.example/weg")},
            menus={"main": MenuTexts(say="Die 1 oder die 2.", words={"1": ("kaufen",)})},
            collect={"order": CollectTexts(say="Ihre Nummer?", confirm="Sie tippten {digits}.")},
        )
    },
)
SHOP = Agent(name="shop", file=FILE)
OTHER = Agent(
    name="other",
    file=AgentFile(company="Other", extensions=("101",), greeting="Other here.", persona="p"),
)


NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)


class Call(NotingSpeech):
    """A conversation and a desk that note what is asked of them."""

    def __init__(self, agent: Agent = SHOP) -> None:
        super().__init__(agent)
        self.guide = Guide(agent, {"other": OTHER}.get, self, self)
        self.pressed_meanwhile = ""

    def transfer(self, name: str, *, wait: bool = False) -> None:
        self.done.append(("transfer", name, wait))

    def voicemail(self) -> None:
        self.done.append(("voicemail",))

    def pressed(self, key: str) -> None:
        self.pressed_meanwhile += key

    def spoken(self) -> None:
        self.done.append(("spoken",))

    def serve(self, action: Action) -> None:
        self.done.append((action.kind, action.name))


@pytest.fixture
def call() -> Call:
    return Call()


@pytest.fixture
def menu(call: Call) -> Call:
    assert call.guide.expected[0] == "buy"
    call.guide.greeted()
    assert call.last() == ("tell", "Press 1 or 2.", 5.0)
    assert call.guide.expected[0] == "buy"
    return call


@pytest.mark.parametrize("state", [s for s in State if s not in (State.ENDED, State.TRANSFERRING)])
def test_star_asks_for_a_person_and_hash_skips_in_every_state(call: Call, state: State) -> None:
    call.state = state
    call.guide.key("*")
    assert call.done == [("transfer", "desk", False)]
    assert not call.guide.choosing
    call.guide.key("#")
    assert call.last() == ("skip", None)
    assert [kind for kind, _ in call.events] == ["key", "key"]


def test_who_wants_no_calls_says_so_by_a_key_or_in_words() -> None:
    call = Call(Agent(name="shop", file=msgspec.structs.replace(FILE, keys={"9": "do_not_call"})))
    call.guide.key("9")
    assert call.done == [("do_not_call", "")]
    call.guide.transfer("do_not_call")
    assert call.done == [("do_not_call", "")] * 2


def test_no_key_does_anything_while_the_call_is_handed_over(menu: Call) -> None:
    menu.state = State.TRANSFERRING
    before = list(menu.done)
    for key in "0123456789*#":
        menu.guide.key(key)
    assert menu.done == before
    assert menu.pressed_meanwhile == "0123456789*#"
    assert not menu.guide.choosing


def test_a_key_that_means_nothing_does_nothing() -> None:
    call = Call(OTHER)
    call.guide.key("5")
    assert call.done == []


def test_an_agent_without_people_says_so() -> None:
    call = Call(OTHER)
    call.guide.key("*")
    assert call.done == [("tell", OTHER.line("no_person"), None)]


def test_keys_may_mean_something_else() -> None:
    file = AgentFile(
        company="S",
        extensions=("1",),
        greeting="g",
        persona="p",
        keys={"#": "none", "*": "repeat", "0": "hangup"},
    )
    call = Call(Agent(name="s", file=file))
    call.last_said = "We open at ten."
    for key in "#*0":
        call.guide.key(key)
    assert call.done == [("tell", "We open at ten.", None), ("leave",)]


@pytest.mark.parametrize(
    ("key", "done"),
    [
        ("1", [("transfer", "sales", False)]),
        ("2", [("tell", "Die 1 oder die 2.", 5.0)]),
        ("3", [("tell", "Other here.", None)]),
        ("4", [("tell", "Hallo.", None)]),
        ("5", [("tell", "Your number?", 7.0)]),
        ("6", [("voicemail",)]),
        ("7", [("tell", SHOP.line("go_on"), None)]),
        ("8", [("leave",)]),
        ("9", [("tell", f"{SHOP.line('wrong_key')} Press 1 or 2.", 5.0)]),
        ("0", [("tell", SHOP.line("go_on"), None)]),
        ("#", [("skip", None)]),
        ("*", [("transfer", "desk", False)]),
    ],
)
def test_keys_of_a_menu(menu: Call, key: str, done: list[tuple[Any, ...]]) -> None:
    menu.guide.key(key)
    assert menu.done[1:] == done


def test_who_knows_the_menu_need_not_hear_the_greeting(call: Call) -> None:
    assert call.guide.choosing
    call.guide.key("1")
    assert call.done == [("transfer", "sales", False)]
    call.guide.greeted()
    assert len(call.done) == 1


def test_words_over_the_greeting_choose_as_well(call: Call) -> None:
    assert call.guide.choose("I want to buy a thing")
    assert call.last() == ("transfer", "sales", False)


def test_the_menu_is_said_when_the_greeting_is_skipped_or_talked_over(call: Call) -> None:
    call.guide.key("#")
    assert call.done == [("tell", "Press 1 or 2.", 5.0)]
    other = Call()
    assert not other.guide.choose("what is the weather")
    other.guide.not_understood("what is the weather")
    assert other.last() == ("tell", "Press 1 or 2.", 5.0)


def test_another_agent_has_its_own_menu() -> None:
    call = Call(OTHER)
    call.guide = Guide(OTHER, {"shop": SHOP}.get, call, call)
    call.guide.do(Action("agent", "shop"))
    assert call.done == [("tell", "Hello. Press 1 or 2.", 5.0)]
    call.guide.key("1")
    assert call.last() == ("transfer", "sales", False)


def test_a_language_stays_for_the_rest_of_the_call(menu: Call) -> None:
    menu.guide.key("2")
    assert menu.agent.file.language == "de"
    assert menu.guide.choose("ich will etwas kaufen")
    assert menu.last() == ("transfer", "sales", False)
    assert ("language", {"language": "de"}) in menu.events
    menu.guide.key("*")
    assert menu.agent.file.language == "de"


def test_words_choose_as_keys_do(menu: Call) -> None:
    assert menu.guide.choosing
    assert menu.guide.choose("I want to buy a thing")
    assert menu.done[1:] == [("note", "I want to buy a thing"), ("transfer", "sales", False)]
    assert ("menu", {"menu": "main", "key": "1", "label": "sales"}) in menu.events
    assert not menu.guide.choosing


def test_people_may_be_named_in_a_menu(menu: Call) -> None:
    assert menu.guide.choose("the desk please")
    assert menu.last() == ("transfer", "desk", False)


def test_words_that_choose_nothing_count_as_a_wrong_choice(menu: Call) -> None:
    assert not menu.guide.choose("what is the weather")
    menu.guide.not_understood("what is the weather")
    assert menu.last() == ("tell", f"{SHOP.line('wrong_key')} Press 1 or 2.", 5.0)
    menu.guide.no_choice()
    assert menu.last() == ("tell", SHOP.line("go_on"), None)
    assert not menu.guide.choosing


def test_what_is_done_with_a_number_follows_it(menu: Call) -> None:
    for key in "547#1":
        menu.guide.key(key)
    assert menu.done[-2:] == [("note", "order: 47"), ("tell", SHOP.line("go_on"), None)]


def test_a_number_that_does_not_come_is_given_up(menu: Call) -> None:
    menu.guide.key("5")
    menu.guide.no_choice()
    menu.guide.no_choice()
    assert menu.last() == ("tell", SHOP.line("back_to_agent"), None)


def test_star_asks_for_a_person_while_a_number_is_typed(menu: Call) -> None:
    menu.guide.key("5")
    menu.guide.key("4")
    menu.guide.key("*")
    assert menu.last() == ("transfer", "desk", False)
    menu.guide.key("4")
    assert menu.last() == ("transfer", "desk", False)


@pytest.mark.parametrize(
    ("choice", "done"),
    [
        ("1", ("transfer", "sales", True)),
        ("3", ("tell", SHOP.line("back_to_agent"), None)),
        ("wait", ("transfer", "sales", True)),
        ("let us go on", ("tell", SHOP.line("back_to_agent"), None)),
    ],
)
def test_who_does_not_find_anybody_has_a_choice(call: Call, choice: str, done: tuple[Any, ...]) -> None:
    call.guide.offer("sales", "Nobody is there.")
    assert call.last() == (
        "tell",
        f"Nobody is there. {SHOP.line('offer_wait')} {SHOP.line('offer_agent')}",
        8.0,
    )
    if choice.isdigit():
        call.guide.key(choice)
    else:
        assert call.guide.choose(choice)
    assert call.last() == done


def test_only_what_the_file_allows_is_offered(call: Call) -> None:
    call.guide.offer("sales", "Nobody.")
    call.guide.key("2")
    assert SHOP.line("wrong_key") in call.last()[1]
    call.guide.offer("boss", "Nobody.")
    assert call.last() == ("tell", f"Nobody. {SHOP.line('back_to_agent')}", None)
    assert not call.guide.choosing


def test_a_later_wish_for_the_same_people_does_not_wait(call: Call) -> None:
    call.guide.offer("desk", "Nobody.")
    call.guide.key("3")
    call.guide.key("*")
    assert call.last() == ("transfer", "desk", False)


def test_the_agents_own_answer_may_hand_over(call: Call) -> None:
    call.guide.transfer("")
    call.guide.transfer("sales")
    call.guide.transfer("nobody")
    call.guide.transfer("target:desk")
    call.guide.transfer("voicemail")
    call.guide.transfer("collect:order")
    assert call.done == [
        ("transfer", "desk", False),
        ("transfer", "sales", False),
        ("tell", SHOP.line("no_person"), None),
        ("transfer", "desk", False),
        ("voicemail",),
        ("tell", "Your number?", 7.0),
    ]


@pytest.mark.parametrize(
    ("then", "done"),
    [
        ("hangup", [("leave",)]),
        ("voicemail", [("voicemail",)]),
        ("person", [("transfer", "desk", False)]),
        ("agent", [("tell", "Press 1 or 2.", 5.0)]),
    ],
)
def test_outside_the_hours(then: str, done: list[tuple[Any, ...]]) -> None:
    hours = Hours(timezone="UTC", week={}, closed=Closed(say="We are closed.", then=then))
    agent = Agent(name="s", file=_replaced(FILE, hours=hours))
    call = Call(agent)
    assert call.guide.closed(NOON) == "We are closed."
    call.guide.greeted()
    assert call.done == done


def test_within_the_hours_the_greeting_is_the_agents() -> None:
    hours = Hours(timezone="UTC", week={"mon-sun": ("00:00-24:00",)}, closed=Closed(then="hangup"))
    call = Call(Agent(name="s", file=_replaced(FILE, hours=hours)))
    assert call.guide.closed(NOON) == ""
    call.guide.greeted()
    assert call.done == [("tell", "Press 1 or 2.", 5.0)]


def _replaced(file: AgentFile, **fields: Any) -> AgentFile:
    return msgspec.structs.replace(file, **fields)


def test_one_thing_is_asked_for_after_another_and_then_people_hear_of_it() -> None:
    collect = {
        "code": Collect(say="Your code?", kind="spelled", then="collect:known"),
        "known": Collect(say="Do we know you?", kind="yes-no", then="target:desk"),
    }
    call = Call(Agent(name="shop", file=msgspec.structs.replace(FILE, collect=collect)))
    call.guide.do(Action("collect", "code"))
    call.guide.not_understood("A B four")
    call.guide.not_understood("Yes.")
    assert call.last() == ("tell", "Do we know you?", 8.0)
    call.guide.key("1")
    assert [event for event in call.events if event[0] == "collected"] == [
        ("collected", {"name": "code", "of": "spelled", "value": "AB4"}),
        ("collected", {"name": "known", "of": "yes-no", "value": "yes"}),
    ]
    assert call.last() == ("transfer", "desk", False)
