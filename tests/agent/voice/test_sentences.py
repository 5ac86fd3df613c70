import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.voice.sentences import Sentences, sentences_of


def pieces(text: str, *, size: int = 1, **options: bool | int) -> list[str]:
    splitter = Sentences(**options)  # type: ignore[arg-type]
    found = []
    for at in range(0, len(text), size):
        found += splitter.feed(text[at : at + size])
    return found + splitter.end()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We are open. Come in!", ["We are open.", "Come in!"]),
        ("It costs $49.99. Is that fine?", ["It costs $49.99.", "Is that fine?"]),
        (
            "We open at 9 a.m. and close at 6 p.m. every day.",
            ["We open at 9 a.m. and close at 6 p.m. every day."],
        ),
        ("We open at 9 a.m. The door is green.", ["We open at 9 a.m.", "The door is green."]),
        ("Ask for Dr. Smith. He is in.", ["Ask for Dr. Smith.", "He is in."]),
        ("No. We are closed.", ["No.", "We are closed."]),
        ("Bring e.g. your phone. Thanks.", ["Bring e.g. your phone.", "Thanks."]),
        ("Really?! Yes... sure.", ["Really?!", "Yes...", "sure."]),
        ('He said "yes." Then he left.', ['He said "yes."', "Then he left."]),
        ("Version 3.5 is out. Buy it.", ["Version 3.5 is out.", "Buy it."]),
        ("Write to help@techstore.example. Bye.", ["Write to help@techstore.example.", "Bye."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("- one\n- two\n1. three\n2) four", ["one", "two", "three", "four"]),
        ("**Bold** and `code` 😀 here. ✅ Done.", ["Bold and code here.", "Done."]),
        ("See [our site](http://x.example/a). Ok.", ["See our site.", "Ok."]),
        ("See No. 5 on p. 3. No. It is.", ["See No. 5 on p. 3.", "No.", "It is."]),
        ("It costs 5. We like it.", ["It costs 5.", "We like it."]),
        ("Wir sind im 3. Stock. Ja.", ["Wir sind im 3. Stock.", "Ja."]),
        ("Am 24. Dezember ist zu. Am 26.12. auch.", ["Am 24. Dezember ist zu.", "Am 26.12. auch."]),
        ("# Rated #1 and ~50, < 5 days, in C#. <b>Ok</b>.", ["Rated #1 and ~50, < 5 days, in C#.", "Ok."]),
        ("...", []),
        ("", []),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_whole_sentences(text: str, expected: list[str], size: int) -> None:
    assert pieces(text, size=size, early=False) == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Yes, we do sell them.", "Yes,"),
        ("We are open Monday to Friday from 9 a.m. to 7 p.m.", "We are open Monday to Friday"),
        ("It costs $1,099, and the other one $749.", "It costs $1,099,"),
        ("It costs 12 dollars.", "It costs 12 dollars."),
        ("Sure. We do.", "Sure."),
        ("The shop is here, in the street.", "The shop is here,"),
        ("Free in the shop.", "Free in the shop."),
    ],
)
def test_the_first_piece_comes_early(text: str, first: str) -> None:
    assert pieces(text)[0] == first
    assert " ".join(pieces(text)) == text


def test_only_the_first_piece_is_cut_at_a_clause() -> None:
    assert pieces("Yes, we do. They are here, too, in the shop with us from Monday.") == [
        "Yes,",
        "we do.",
        "They are here, too, in the shop with us from Monday.",
    ]


def test_a_piece_is_given_out_with_the_token_that_completes_it() -> None:
    splitter = Sentences()
    assert splitter.feed("We do.") == []  # it might go on: "We do.it"
    assert splitter.feed(" And") == ["We do."]


def test_a_truncated_reply_loses_its_unfinished_sentence() -> None:
    splitter = Sentences()
    assert splitter.feed("We are open. Please come and") == ["We are open."]
    assert splitter.end(truncated=True) == []


def test_a_truncated_reply_with_nothing_else_is_kept() -> None:
    splitter = Sentences()
    splitter.feed("we are")
    assert splitter.end(truncated=True) == ["we are"]


def test_a_sentence_without_end_is_cut() -> None:
    parts = pieces("word " * 200, early=False, max_chars=100)
    assert max(map(len, parts)) <= 101
    assert " ".join(parts).split() == ["word"] * 200


@given(st.text(alphabet="ab .,!?\n$9-", max_size=200), st.integers(1, 7))
def test_no_word_is_lost_or_doubled(text: str, size: int) -> None:
    letters = "".join(c for c in text if c in "ab")
    assert "".join(c for c in "".join(pieces(text, size=size)) if c in "ab") == letters


def test_sentences_of_a_text() -> None:
    assert sentences_of("Hello, this is TechStore. How can I help you?") == [
        "Hello, this is TechStore.",
        "How can I help you?",
    ]
