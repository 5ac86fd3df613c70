"""Texts that callers are offered: asked for by call control, whatever the agent does."""

import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gateway.keys.offers import asked_for, elsewhere
from gateway.values.moments import named, spoken
from parley.agents import Agent
from parley.agents.actions import Action
from parley.agents.dialogue import Sms
from tests.gateway.keys.test_guide import SHOP, Call

OFFER_EN = (
    "Shall I send you the way to us by text message, to the number you are calling from? Say yes or no."
)


_WAY = Sms(name="the way to us", text="https://shop.example/way", other_numbers=True)
GIVING = msgspec.structs.replace(
    SHOP, file=msgspec.structs.replace(SHOP.file, country="DE", texts={"way": _WAY})
)


@pytest.fixture
def call() -> Call:
    return Call()


def offered(call: Call) -> Call:
    """A call in which somebody is asked whether they want the text."""
    call.guide.greeted()
    call.guide.transfer("text:way")
    assert call.last() == ("text", "way")
    call.guide.offer("text:way", "")
    return call


def say(call: Call, text: str) -> None:
    """Say something, to the end of the turn."""
    if not call.guide.choose(text):
        call.guide.not_understood(text)


def test_a_text_is_sent_after_a_yes_alone(call: Call) -> None:
    assert offered(call).last() == ("tell", OFFER_EN, 8.0)
    say(call, "Yes, please.")
    assert call.last() == ("send", "way")


@pytest.mark.parametrize(
    "said",
    [
        "How much is the right one?",
        "Please don't.",
        "Is that okay for you?",
        "I am not sure.",
        "One more thing",
    ],
)
def test_words_that_happen_to_hold_a_yes_are_none(call: Call, said: str) -> None:
    say(offered(call), said)
    assert ("send", "way") not in call.done


@pytest.mark.parametrize("text", ["No, thanks.", "No."])
def test_who_says_no_goes_on_with_the_agent(call: Call, text: str) -> None:
    say(offered(call), text)
    assert call.last() == ("tell", SHOP.line("back_to_agent"), None)
    assert not any(done[0] == "send" for done in call.done)


def test_who_says_neither_twice_is_sent_nothing(call: Call) -> None:
    offered(call)
    for _ in range(2):
        call.guide.not_understood("What do you mean?")
    assert not call.guide.choosing
    assert not any(done[0] == "send" for done in call.done)


def test_another_gateway_goes_on_with_the_question(call: Call) -> None:
    way = offered(call).guide.keep()
    again = Call()
    again.guide.resume(way)
    assert again.guide.go_on(way, "Sorry.")
    assert again.last() == ("tell", f"Sorry. {OFFER_EN}", 8.0)
    again.guide.key("1")
    assert again.last() == ("send", "way")


def test_a_text_is_offered_in_the_language_of_the_call(call: Call) -> None:
    call.guide.do(Action("language", "de"))
    call.guide.offer("text:way", "")
    assert call.last()[1].startswith("Soll ich Ihnen den Weg zu uns per SMS")
    say(call, "ja gerne")
    assert call.last() == ("send", "way")


def test_a_text_that_there_is_none_of_any_more_is_not_offered(call: Call) -> None:
    call.guide.greeted()
    call.guide.offer("text:gone", "")
    assert call.last() == ("tell", SHOP.line("back_to_agent"), None)


@pytest.mark.parametrize("choice", ["4", "Call me back, please."])
def test_who_can_be_called_back_is_offered_that_beside_the_rest(call: Call, choice: str) -> None:
    call.guide.greeted()
    call.guide.offer("callback:sales", "Nobody.")
    ways = [SHOP.line(name) for name in ("offer_wait", "offer_agent", "offer_callback")]  # type: ignore[arg-type]
    assert call.last() == ("tell", " ".join(["Nobody.", *ways]), 8.0)
    if choice == "4":
        call.guide.key(choice)
    else:
        assert call.guide.choose(choice)
    assert call.last() == ("callback", "sales")


def test_who_waits_after_that_offer_waits_for_the_same_people(call: Call) -> None:
    call.guide.greeted()
    call.guide.offer("callback:sales", "Nobody.")
    call.guide.key("1")
    assert call.last() == ("transfer", "sales", True)


def test_to_be_called_back_can_be_all_that_is_offered(call: Call) -> None:
    call.guide.offer("callback:boss", "Nobody.")
    assert call.last() == ("tell", f"Nobody. {SHOP.line('offer_callback')}", 8.0)


def test_what_is_to_follow_the_first_line_does(call: Call) -> None:
    call.guide.begin_with("target:sales")
    call.guide.greeted()
    assert call.last() == ("transfer", "sales", False)


# Another number than the one that they call from

CHOOSE_EN = (
    "Shall I send you the way to us by text message, to the number you are calling from? "
    "Say yes, no, or another number."
)
THERE = "+4915112345678"


def anywhere(agent: Agent = GIVING) -> Call:
    """A call in which somebody is asked whether they want the text, be it at another number."""
    call = Call(agent)
    call.guide.greeted()
    call.guide.offer("text-anywhere:way", "")
    return call


def test_another_number_is_offered_asked_for_read_back_and_confirmed() -> None:
    call = anywhere()
    assert call.last() == ("tell", CHOOSE_EN, 8.0)
    say(call, "No, to another number, please.")
    assert call.last()[1] == "To which number shall I send the way to us? Please say or type it."
    call.guide.not_understood("It is 0151 123 456 78.")
    assert "0 1 5 1" in call.last()[1].replace(",", "")
    assert call.last()[1].endswith("Is that right, and do they want it?")
    assert not any(done[0] == "send" for done in call.done)
    call.guide.not_understood("Yes.")
    assert call.last() == ("send", f"way {THERE}")
    # It is none of the values that the agent's file asks for.
    assert not any(event[0] == "collected" for event in call.events)


def test_a_wrong_number_is_corrected_before_anything_is_sent() -> None:
    call = anywhere()
    call.guide.key("3")
    for key in "015112345679#":
        call.guide.key(key)
    call.guide.not_understood("No, 0151 12345678.")
    assert not any(done[0] == "send" for done in call.done)
    call.guide.not_understood("Yes.")
    assert call.last() == ("send", f"way {THERE}")


def test_who_does_not_confirm_a_number_has_nothing_sent() -> None:
    call = anywhere()
    call.guide.key("3")
    call.guide.not_understood("0151 12345678")
    for _ in range(5):
        call.guide.not_understood("What do you mean?")
    assert not call.guide.choosing
    assert not any(done[0] == "send" for done in call.done)


def test_a_number_is_somebody_elses_and_masked() -> None:
    call = anywhere()
    call.guide.key("3")
    assert call.guide.collecting.secret
    call.guide.not_understood("0151 12345678")
    assert any(done[0] == "hide" and "015112345678" in done[1] for done in call.done)


def test_another_gateway_goes_on_with_a_number_that_was_read_back() -> None:
    call = anywhere()
    call.guide.key("3")
    call.guide.not_understood("0151 12345678")
    way, after = call.guide.keep(), Call(GIVING)
    after.guide.resume(way)
    assert after.guide.go_on(way, "I am sorry.")
    after.guide.not_understood("Yes.")
    assert after.last() == ("send", f"way {THERE}")


def test_no_other_number_is_asked_for_where_the_agents_file_does_not_say_so() -> None:
    assert asked_for(SHOP, "text:way") is None
    assert asked_for(GIVING, "text:nothing") is None
    assert asked_for(SHOP, "order") == SHOP.file.collect["order"]


def test_who_else_may_have_a_text_does_not_depend_on_the_language() -> None:
    wanted = asked_for(GIVING.in_language("de"), "text:way")
    assert wanted is not None
    assert wanted.say == "An welche Nummer soll ich den Weg zu uns schicken? Bitte sagen oder tippen Sie sie."


# More beside a yes than a yes

ZONE = ZoneInfo("Europe/Berlin")


def tomorrow(hour: int, days: int = 1) -> datetime.datetime:
    """A moment of tomorrow."""
    day = (datetime.datetime.now(ZONE) + datetime.timedelta(days=days)).date()
    return datetime.datetime.combine(day, datetime.time(hour), ZONE)


def asked_about(moment: datetime.datetime) -> Call:
    """A call in which somebody is asked whether they are to be called back then."""
    call = Call()
    call.guide.greeted()
    call.guide.offer(named("sales", moment), "")
    return call


def question(moment: datetime.datetime) -> str:
    return f"Shall we call you back on {spoken(moment, 'en')}? Say yes or no."


def test_a_yes_is_taken_when_it_is_said_to_its_end() -> None:
    call = asked_about(tomorrow(10))
    assert not call.guide.choose("Yes.")
    call.guide.not_understood("Yes.")
    assert call.last() == ("callback", named("sales", tomorrow(10)))


@pytest.mark.parametrize("text", ["Yes, at eleven.", "No, at eleven.", "At eleven, please."])
def test_another_time_than_was_offered_is_offered_then(text: str) -> None:
    call = asked_about(tomorrow(10))
    say(call, text)
    assert call.last() == ("tell", question(tomorrow(11)), 8.0)
    assert not any(done[0] == "callback" for done in call.done)
    say(call, "Yes.")
    assert call.last() == ("callback", named("sales", tomorrow(11)))


def test_a_time_that_is_not_understood_is_asked_for_again() -> None:
    call = asked_about(tomorrow(10))
    say(call, "Yes, but later.")
    assert call.last() == ("tell", f"{SHOP.line('callback_when')} {question(tomorrow(10))}", 8.0)
    say(call, "No.")
    assert call.last() == ("tell", SHOP.line("back_to_agent"), None)


def test_another_gateway_knows_which_time_was_offered_last() -> None:
    call = asked_about(tomorrow(10))
    say(call, "Yes, at eleven.")
    after = Call()
    after.guide.resume(call.guide.keep())
    say(after, "Yes, at twelve.")
    assert after.last() == ("tell", question(tomorrow(12)), 8.0)


@pytest.mark.parametrize(
    "text", ["Yes, to 0151 123 456 78.", "Another number, 0151 12345678.", "0151 12345678"]
)
def test_a_number_beside_the_yes_is_the_one_that_gets_the_text(text: str) -> None:
    call = anywhere()
    say(call, text)
    assert call.last()[1].endswith("Is that right, and do they want it?")
    assert not any(done[0] == "note" and "0151" in done[1] for done in call.done), "it is somebody's"
    assert ("menu", {"menu": "offer", "key": "3", "label": "another number"}) in call.events
    say(call, "Yes.")
    assert call.last() == ("send", f"way {THERE}")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ja, an die 0151 12345678."),
        ("es", "Sí, al 0151 12345678."),
        ("fr", "Oui, au 0151 12345678."),
        ("it", "Sì, al 0151 12345678."),
    ],
)
def test_a_number_beside_the_yes_is_understood_in_every_language(language: str, text: str) -> None:
    agent = msgspec.structs.replace(GIVING, file=msgspec.structs.replace(GIVING.file, language=language))
    assert elsewhere(agent, "text-anywhere:way", text) == "0151 12345678"
    assert elsewhere(agent, "text:way", text) == ""


def test_a_number_that_gets_no_text_is_refused_and_no_yes() -> None:
    call = offered(Call(GIVING))
    say(call, "Yes, to 0151 12345678.")
    assert call.last() == ("tell", f"{SHOP.line('text_not_there')} {OFFER_EN}", 8.0)
    assert not any(done[0] == "send" for done in call.done)
