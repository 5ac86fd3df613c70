"""A number that is typed, as the caller hears it."""

from gateway.keys.collecting import Collecting
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Collect, CollectTexts, Digits, Translation
from tests.fakes.gateway.speech import NotingSpeech

SHOP = Agent(
    name="shop",
    file=AgentFile(
        company="Shop",
        extensions=("100",),
        greeting="Hello.",
        persona="p",
        collect={
            "order": Collect(
                say="Your number?", digits=Digits(min=2, max=4), timeout_s=7.0, retries=1, then="target:desk"
            )
        },
        languages={
            "de": Translation(
                greeting="Hallo.",
                collect={"order": CollectTexts(say="Ihre Nummer?", confirm="Sie tippten {digits}.")},
            )
        },
    ),
)


class Typing(NotingSpeech):
    """A number that is being typed."""

    def __init__(self) -> None:
        super().__init__(SHOP)
        self.ends: list[str | None] = []
        self.number = Collecting(self, lambda: self.agent, self.ends.append)
        self.number.begin("order")

    def type(self, keys: str) -> list[bool]:
        return [self.number.key(key) for key in keys]


def test_a_number_is_asked_for_read_back_and_noted() -> None:
    it = Typing()
    assert it.last() == ("tell", "Your number?", 7.0)
    assert it.type("47") == [True, True]
    assert it.last() == ("skip", 7.0)
    it.type("#")
    assert it.last() == ("tell", "You entered 4 7. Press 1 if that is right, or 2 to enter it again.", 7.0)
    it.type("1")
    assert it.last() == ("note", "order: 47")
    assert it.events == [("collected", {"name": "order", "digits": "47"})]
    assert it.ends == ["target:desk"]
    assert not it.number.going_on


def test_one_that_is_too_short_is_asked_for_again_and_then_given_up() -> None:
    it = Typing()
    it.type("4#")
    assert it.last() == ("tell", f"{SHOP.line('wrong_key')} Your number?", 7.0)
    it.type("4#")
    assert it.ends == [None]
    assert it.events == []


def test_silence_gives_it_up_as_well() -> None:
    it = Typing()
    for _ in range(2):
        it.number.timed_out()
    assert it.ends == [None]


def test_keys_that_mean_something_else_are_left_to_others() -> None:
    it = Typing()
    assert it.type("*") == [False]
    it.number.stop()
    assert it.type("4#") == [False, False]
    it.number.timed_out()
    assert it.done == [("tell", "Your number?", 7.0)]
    assert it.ends == []


def test_the_language_may_change_meanwhile() -> None:
    it = Typing()
    it.type("4")
    it.become(SHOP.in_language("de"))
    it.type("7#")
    assert it.last() == ("tell", "Sie tippten 4 7.", 7.0)
