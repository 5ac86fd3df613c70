"""Sizes of text messages; the counts are those of 3GPP TS 23.038 and 23.040."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.telephone import gsm


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # 153 septets hold 76 escaped characters, and one septet stays empty.
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("ä" * 160, 1),
        ("Ω{}" * 32, 1),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("a" * 70 + "я", 2),
        ("😀" * 35, 1),
        # 67 characters of UCS-2 hold 33 surrogate pairs.
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
    ids=lambda value: f"{len(value)} of {value[-1]}" if isinstance(value, str) else str(value),
)
def test_a_message_has_so_many_parts(text: str, parts: int) -> None:
    assert gsm.parts(text) == parts


def test_the_alphabet_is_whole() -> None:
    assert len(gsm._BASIC) == 127  # and the escape
    assert len(gsm._EXTENDED) == 10


def test_typographic_marks_do_not_halve_the_room() -> None:
    (message,) = gsm.messages("“We’re open – from 9\u00a0to 5…”")
    assert message == '"We\'re open - from 9 to 5..."'
    assert gsm.parts(gsm.messages("’" * 160)[0]) == 1


def test_a_long_text_is_split_between_its_sentences() -> None:
    one, two = "We have this." + " And that." * 60, "And " + "so on " * 60 + "."
    assert gsm.messages(f"{one} {two}") == [f"{one}", f"{two}"]


@given(st.text(alphabet="aä€я😀. ", max_size=1500))
def test_no_message_is_too_long_and_nothing_but_spaces_is_lost(text: str) -> None:
    found = gsm.messages(text)
    assert all(1 <= gsm.parts(message) <= gsm.MOST_PARTS for message in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@given(st.text(alphabet="a€я😀", min_size=1, max_size=1500))
def test_a_message_is_as_long_as_it_may_be(text: str) -> None:
    first, *more = gsm.messages(text)
    if more:
        assert gsm.parts(first + more[0][0]) > gsm.MOST_PARTS
