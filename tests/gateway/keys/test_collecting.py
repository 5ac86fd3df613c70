"""What is typed or said when it is asked for, as the caller hears it."""

import datetime

import msgspec
import pytest

from gateway.conversation.secrets import MASK
from gateway.keys.collecting import Collecting
from parley.agents import Agent, AgentFile
from parley.agents.dialogue import Collect, CollectTexts, Digits, Translation
from parley.agents.schema import Hours
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

    def __init__(self, *, sensitive: bool = False) -> None:
        step = msgspec.structs.replace(SHOP.file.collect["order"], sensitive=sensitive)
        file = msgspec.structs.replace(SHOP.file, collect={"order": step})
        super().__init__(msgspec.structs.replace(SHOP, file=file))
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


def test_a_number_is_said_read_back_and_confirmed_by_yes() -> None:
    it = Typing()
    it.number.said("Four seven, double one.")
    assert it.last() == (
        "tell",
        "You entered 4 7 1, 1. Press 1 if that is right, or 2 to enter it again.",
        7.0,
    )
    it.number.said("Yes, that's right.")
    assert it.events == [("collected", {"name": "order", "digits": "4711"})]
    assert it.ends == ["target:desk"]


def test_a_number_that_was_misheard_is_asked_for_again_after_a_no() -> None:
    it = Typing()
    it.number.said("forty-seven eleven")
    it.number.said("No.")
    assert it.last() == ("tell", "Your number?", 7.0)


def test_what_is_no_number_has_it_asked_for_again_and_then_given_up() -> None:
    it = Typing()
    it.number.said("I do not have one.")
    assert it.last() == ("tell", f"{SHOP.line('wrong_key')} Your number?", 7.0)
    it.number.said("I really do not know it.")
    assert it.ends == [None]


def test_half_of_a_number_is_gone_on_with() -> None:
    it = Typing()
    it.number.said("Four.")
    assert it.last() == ("tell", "So far I have 4. Please go on.", 7.0)
    it.number.said("Seven one one.")
    it.type("1")
    assert it.events == [("collected", {"name": "order", "digits": "4711"})]


def test_what_was_typed_goes_on_by_voice() -> None:
    it = Typing()
    it.type("47")
    it.number.said("one one")
    it.type("1")
    assert it.events == [("collected", {"name": "order", "digits": "4711"})]


@pytest.mark.parametrize(
    ("said", "number"),
    [("No, it's four seven double two.", "4722"), ("No, double two.", "22"), ("no, 5", "4715")],
)
def test_the_read_back_can_be_corrected(said: str, number: str) -> None:
    it = Typing()
    it.type("4711")
    it.number.said(said)
    it.number.said("Yes.")
    assert it.events == [("collected", {"name": "order", "digits": number})]


def test_a_number_is_said_in_the_language_of_the_call() -> None:
    it = Typing()
    it.become(SHOP.in_language("de"))
    it.number.said("siebenundvierzig elf")
    assert it.last() == ("tell", "Sie tippten 4 7 1, 1.", 7.0)
    it.number.said("Ja.")
    assert it.ends == ["target:desk"]


def test_what_is_sensitive_is_hidden_before_it_is_read_back() -> None:
    it = Typing(sensitive=True)
    assert (it.number.told("4"), it.number.told("#")) == (MASK, "#")
    it.number.said("four seven one one")
    assert [done for done in it.done if done[0] != "tell"] == [
        ("note", MASK),
        *(("hide", secret) for secret in ("4 7 1, 1", "4711", "4 7", "4 7 1")),
    ]
    assert it.done[-1][0] == "tell"
    it.number.said("Yes.")
    assert it.number.told("4") == "4"
    assert it.done[-1] == ("note", "order: 4711")


# Values of other kinds

DESK = Agent(
    name="desk",
    file=AgentFile(
        company="Desk",
        extensions=("+493012345",),
        greeting="Hello.",
        persona="p",
        hours=Hours(timezone="Pacific/Auckland", week={}),
        collect={
            "day": Collect(say="Which day?", kind="date", when="future", then="collect:mail"),
            "mail": Collect(say="Your address?", kind="email", sensitive=True, confirm="{value}, right?"),
            "code": Collect(say="Your code?", kind="spelled", letters=Digits(min=3, max=5), retries=4),
            "known": Collect(say="Do we know you?", kind="yes-no"),
            "size": Collect(say="Which size?", kind="one-of", options={"s": ("small",), "l": ("large",)}),
            "phone": Collect(say="Your number?", kind="phone"),
            "hour": Collect(say="At what time?", kind="time"),
        },
        languages={
            "de": Translation(
                greeting="Hallo.",
                collect={"size": CollectTexts(say="Welche Größe?", options={"l": ("groß", "große")})},
            )
        },
    ),
)
EVENING = datetime.datetime(2026, 11, 28, 20, 0, tzinfo=datetime.UTC)
"""Saturday in London, and Sunday in Auckland."""


class Telling(NotingSpeech):
    """Something that is being asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(DESK)
        self.ends: list[str | None] = []
        self.value = Collecting(self, lambda: self.agent, self.ends.append, lambda: EVENING)
        self.value.begin(name)

    def hears(self, *texts: str) -> str:
        """What is said in the end to somebody who says these."""
        for text in texts:
            self.value.said(text)
        return next(str(done[1]) for done in reversed(self.done) if done[0] == "tell")


def test_a_day_is_told_read_back_corrected_and_confirmed() -> None:
    it = Telling("day")
    assert it.hears("next Tuesday") == "I have Tuesday, December first, 2026. Is that right?"
    assert it.hears("No, the fifth.") == "I have Saturday, December fifth, 2026. Is that right?"
    it.hears("Yes, that's right.")
    assert it.events == [("collected", {"name": "day", "of": "date", "value": "2026-12-05"})]
    assert it.done[-1] == ("note", "day: 2026-12-05")
    assert it.ends == ["collect:mail"]


def test_a_correction_may_come_a_breath_after_its_no() -> None:
    it = Telling("day")
    assert it.hears("December fifteenth", "No.") == "Which day?"
    it.last_heard = "I have Tuesday, December fifteenth, 2026. Is that right?"
    assert it.hears("On Wednesday.") == "I have Wednesday, December sixteenth, 2026. Is that right?"
    it.hears("No.")
    it.last_heard = "Which"
    assert it.hears("The eighteenth.") == "I have Friday, December eighteenth, 2026. Is that right?"


def test_who_was_asked_anew_answers_from_today() -> None:
    it = Telling("day")
    it.hears("December fifteenth", "No.")
    it.last_heard = "Which day?"
    assert it.hears("On Wednesday.") == "I have Wednesday, December second, 2026. Is that right?"


def test_today_is_that_of_the_agents_time_zone() -> None:
    assert Telling("day").hears("tomorrow") == "I have Monday, November thirtieth, 2026. Is that right?"


def test_a_day_is_typed() -> None:
    it = Telling("day")
    for key in "12052026":
        it.value.key(key)
    assert it.hears() == "I have Saturday, December fifth, 2026. Is that right?"
    it.value.key("1")
    assert it.ends == ["collect:mail"]


def test_what_is_sensitive_is_hidden_in_every_form_before_it_is_told_of() -> None:
    it = Telling("mail")
    it.hears("jo at", "gmail dot com")
    notes, hidden = ([d[1] for d in it.done if d[0] == kind] for kind in ("note", "hide"))
    assert notes == [MASK, MASK]
    assert {"jo@gmail.com", "J, O, at gmail dot com", "jo@"} <= set(hidden)
    assert it.done[-1] == ("tell", "J, O, at gmail dot com, right?", 8.0)
    hide = max(n for n, done in enumerate(it.done) if done[0] == "hide")
    assert hide < len(it.done) - 1


def test_a_letter_of_a_code_is_corrected() -> None:
    it = Telling("code")
    assert it.hears("A P C four") == "I have A, P, C, 4. Is that right?"
    assert it.hears("No, B as in Bravo.") == "I have A, B, C, 4. Is that right?"
    assert it.hears("the last one is five") == "I have A, B, C, 5. Is that right?"
    it.hears("Yes.")
    assert it.ends == ["agent"]


def test_who_is_not_understood_is_asked_to_spell() -> None:
    it = Telling("code")
    assert it.hears("whatever it was") == "I am sorry, I did not get that. Your code?"
    spell = "I am sorry, I did not get that. Please spell it, letter by letter. Your code?"
    assert it.hears("I really do not know") == spell


def test_an_answer_to_the_read_back_that_is_not_understood_has_it_said_again() -> None:
    it = Telling("code")
    assert it.hears("A B C", "hm") == "I am sorry, I did not get that. I have A, B, C. Is that right?"


def test_a_yes_is_taken_as_it_is() -> None:
    it = Telling("known")
    it.hears("Yes, I have been there before.")
    assert it.events == [("collected", {"name": "known", "of": "yes-no", "value": "yes"})]


def test_a_choice_has_words_in_other_languages_and_is_kept_under_one_name() -> None:
    it = Telling("size")
    it.become(DESK.in_language("de"))
    assert it.hears("Die große, bitte.") == "Ich habe groß. Stimmt das?"
    it.hears("Ja.")
    assert it.events == [("collected", {"name": "size", "of": "one-of", "value": "l"})]


def test_a_telephone_number_is_kept_with_the_country_of_the_agent() -> None:
    it = Telling("phone")
    it.hears("oh three oh, one two three four five six seven", "Yes.")
    assert it.events == [("collected", {"name": "phone", "of": "phone", "value": "+49301234567"})]


def test_a_yes_with_another_day_has_that_one_read_back() -> None:
    it = Telling("day")
    it.hears("next Tuesday")
    assert it.hears("Yes, Wednesday.") == "I have Wednesday, December second, 2026. Is that right?"
    assert it.events == []
    it.hears("Yes, Wednesday.")
    assert it.events == [("collected", {"name": "day", "of": "date", "value": "2026-12-02"})]


def test_of_two_times_it_is_asked_which_one_is_meant() -> None:
    it = Telling("hour")
    assert it.hears("Between ten and twelve.") == "Do you mean 10 a.m, or 12 p.m?"
    assert it.hears("Ten.") == "I have 10 a.m. Is that right?"
    it.become(DESK.in_language("de"))
    assert it.hears("Nein, von zehn bis zwölf Uhr.") == "Meinen Sie 10 Uhr oder 12 Uhr?"


def test_another_gateway_knows_what_was_refused() -> None:
    before = Telling("day")
    before.hears("December fifteenth", "No.")
    kept = before.value.keep()
    assert kept is not None
    after = Telling("day")
    assert after.value.resume(kept, "Sorry.")
    assert after.done[-1] == ("tell", "Sorry. Which day?", 8.0)
    after.last_heard = "Sorry. Which"
    assert after.hears("On Wednesday.") == "I have Wednesday, December sixteenth, 2026. Is that right?"


def test_what_was_refused_stays_hidden_by_another_gateway() -> None:
    before = Telling("mail")
    before.hears("jo at gmail dot com", "No.")
    kept = before.value.keep()
    after = Telling("mail")
    assert kept is not None
    assert after.value.resume(kept, "Sorry.")
    assert ("hide", "jo@gmail.com") in after.done


def test_another_gateway_goes_on_with_it() -> None:
    before = Telling("mail")
    before.hears("jo at gmail dot com")
    kept = before.value.keep()
    assert kept is not None
    after = Telling("day")
    assert after.value.resume(kept, "Sorry.")
    assert after.done[-1] == ("tell", "Sorry. J, O, at gmail dot com, right?", 8.0)
