import shutil

import pytest

from agent.voice.phonemes import assemble, said, transcribe
from agent.voice.saying.spoken import words

TABLE = {c: n for n, c in enumerate("_^$ ,.?!abcdefghijklmnopqrstuvwxyz")}
needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")


def text_of(ids: list[int]) -> str:
    back = {n: c for c, n in TABLE.items()}
    return "".join(back[i] for i in ids if i)


def ends(text: str, lines: list[str]) -> list[str]:
    """What has been said at each word's end."""
    read = assemble(words(text), lines, TABLE)
    return [text_of(read.ids[:end]) for end in read.word_ends]


def test_layout_of_a_sentence() -> None:
    read = assemble(words("Go on."), ["go on"], TABLE)
    assert text_of(read.ids) == "^go on.$"
    assert read.ids[1::2][:-1] == [0] * (len(read.ids[1::2]) - 1)  # every symbol is followed by padding


def test_words_are_matched_one_by_one() -> None:
    assert ends("Go on, you!", ["go on", "yu"]) == ["^go", "^go on", "^go on, yu"]


def test_joined_words_are_matched_by_their_letters() -> None:
    first, second, third = ends("one of the.", ["wan ofthe"])
    assert first.startswith("^wa")
    assert len(first) < len(second) < len(third)
    assert third == "^wan ofthe"


def test_other_clauses_than_expected() -> None:
    assert ends("a, b, c.", ["a b c"]) == ["^a", "^a b", "^a b c"]


def test_words_that_are_not_said_end_where_the_one_before_does() -> None:
    assert ends("Go - on.", ["go on"]) == ["^go", "^go", "^go on"]


def test_symbols_that_the_voice_does_not_know_are_left_out() -> None:
    assert text_of(assemble(words("go"), ["g9o"], TABLE).ids) == "^go,$"


@needs_espeak
@pytest.mark.parametrize("text", ["-5 degrees", "--version", "$HOME `id`", 'say "hi"'])
def test_no_text_is_an_option(text: str) -> None:
    assert "eSpeak" not in " ".join(transcribe(text, "en-us"))
    assert transcribe(text, "en-us")


@needs_espeak
@pytest.mark.parametrize("text", ["Der Laptop", "Ein Update vom Team"])
def test_a_word_of_another_language_is_said_without_its_language(text: str) -> None:
    lines = transcribe(text, "de")
    assert len(lines) == 1
    assert not set("()") & set(lines[0])
    assert len(lines[0].split()) == len(text.split())


@needs_espeak
def test_clauses_come_as_lines() -> None:
    assert len(transcribe(said(words("Yes, we are open. Come in!")), "en-us")) == 3


@needs_espeak
@pytest.mark.parametrize(("text", "sounds"), [("at 9 a.m.", "ˈeɪ ˈɛm"), ("the FAQ", "ˈɛf ˈeɪ kjˈuː")])
def test_the_letter_a_is_no_article(text: str, sounds: str) -> None:
    assert sounds in transcribe(said(words(text)), "en-us")[0]
