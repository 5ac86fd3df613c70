"""Which words want the turn and which only acknowledge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.backchannels import is_backchannel


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
        "All right.",
        "Thank you.",
        "Sounds good",
        "Wow",
        "Aha!",
    ],
)
def test_an_acknowledgement(text: str) -> None:
    assert is_backchannel(text)


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
        "nein danke",
        "你好",
    ],
)
def test_what_wants_the_turn(text: str) -> None:
    assert not is_backchannel(text)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert is_backchannel(text) == is_backchannel(text.upper().lower())
    assert not is_backchannel(f"{text} stop")
