"""What is masked in all that is told of a call."""

import pytest

from gateway.conversation.secrets import MASK, Secrets


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("4711", MASK),
        ("You entered 4 7 1, 1. Is that right?", f"You entered {MASK}. Is that right?"),
        ("card: 47-11", f"card: {MASK}"),
        ("471", "471"),
        ("14711", "14711"),
        ("", ""),
    ],
)
def test_a_number_is_masked_however_it_is_spaced(text: str, told: str) -> None:
    secrets = Secrets()
    secrets.hide("4711")
    assert secrets.masked(text) == told


def test_what_is_no_text_stays_and_so_does_everything_when_nothing_is_hidden() -> None:
    secrets = Secrets()
    assert secrets.masked("4711") == "4711"
    secrets.hide("")
    assert secrets.masked("a b") == "a b"
    secrets.hide("1")
    assert secrets.masked(1) == 1
