from hypothesis import given, settings
from hypothesis import strategies as st

from chat.sip.pieces import MOST_BYTES, pieces


@settings(deadline=None)
@given(st.text(max_size=4000))
def test_every_piece_fits_and_nothing_but_spaces_is_lost(text: str) -> None:
    found = pieces(text)
    assert all(0 < len(piece.encode()) <= MOST_BYTES for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_text_is_split_between_sentences() -> None:
    one, two = "We open at nine." + " And so on" * 60 + ".", "We close at five, " + "or so " * 70 + "."
    assert pieces(f"{one} {two}") == [one, two]


def test_a_short_text_stays_whole() -> None:
    assert pieces("We open at nine.") == ["We open at nine."]
    assert pieces("") == []
