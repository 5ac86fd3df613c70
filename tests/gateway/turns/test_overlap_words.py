"""Which words want the turn and which only acknowledge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.turns.overlap_words import acknowledges, wants_turn


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "...",
        "Uh-huh.",
        "Uh huh",
        "Mm-hmm.",
        "Mm-hmm, mm-hmm.",
        "mhm",
        "Hmm.",
        "OK",
        "Okay, okay.",
        "Yeah.",
        "Yes, right.",
        "Oh, really?",
        "I see.",
        "Got it!",
        "I see, okay.",
        "Okay, thank you.",
        "All right.",
        "Thank you.",
        "Sounds good",
        "Wow",
        "Aha!",
    ],
)
def test_an_acknowledgement(text: str) -> None:
    assert not wants_turn(text)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "No, wait.",
        "Stop",
        "Yes, but how much is it?",
        "Okay, and the price?",
        "Hello?",
        "What?",
        "I see a problem",
        "Thank you, goodbye",
        "yeah yeah yeah yeah yeah",
        "Five",
        "你好",
    ],
)
def test_what_wants_the_turn(text: str) -> None:
    assert wants_turn(text)


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("I.B.", 0.33), ("Chair.", 0.57), ("and the mhm.", 0.39), ("We're not going to say anything.", 0.23)],
)
def test_words_that_were_only_guessed_do_not_interrupt(text: str, confidence: float) -> None:
    assert not wants_turn(text, confidence)
    assert wants_turn(text, 0.9)
    assert wants_turn(text)


@pytest.mark.parametrize("text", ["Hello", "No.", "Wait", "Stop it", "Hold on"])
def test_a_call_for_attention_may_be_hard_to_make_out(text: str) -> None:
    assert wants_turn(text, 0.2)


SAID = "with free delivery we are open from nine to six on weekdays"


@pytest.mark.parametrize("text", ["nine to six", "Open from nine.", "from nine to sicks on", "on weekdays"])
def test_the_agents_own_words_come_back(text: str) -> None:
    assert not wants_turn(text, 0.95, SAID)
    assert wants_turn(text, 0.95, "thank you for calling")


@pytest.mark.parametrize(
    "text", ["And on Saturdays?", "no, I mean Sunday", "six", "free", "how about tea time"]
)
def test_an_answer_to_the_agents_words_is_no_echo(text: str) -> None:
    said = SAID if len(text) > 4 else "how much"
    assert wants_turn(text, 0.95, said)


def test_a_stop_word_that_the_agent_has_just_said_is_a_callers() -> None:
    assert wants_turn("Stop.", 0.9, "you can stop by at our shop")


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert wants_turn(text) == wants_turn(text.upper().lower())
    assert wants_turn(f"{text} stop")


@pytest.mark.parametrize("text", ["Uh-huh.", "Mm-Hmm", "Okay, thank you.", "I see."])
def test_an_acknowledgement_is_plain(text: str) -> None:
    assert acknowledges(text)


@pytest.mark.parametrize("text", ["", "...", "chair", "yes but", "no", "stop"])
def test_no_words_and_other_words_are_no_acknowledgement(text: str) -> None:
    assert not acknowledges(text)
