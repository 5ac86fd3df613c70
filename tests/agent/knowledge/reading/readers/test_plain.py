"""Text files, and the encodings in which they come."""

import pytest

from agent.knowledge.reading.blocks import Unreadable
from tests.agent.knowledge.reading.shown import facts, headed


def test_a_line_is_a_fact() -> None:
    assert facts("a.txt", "We are open every day.\r\n\r\n- We never close.\r\n") == [
        "We are open every day.",
        "We never close.",
    ]


def test_titles_and_labels_belong_to_what_is_below() -> None:
    text = "OPENING HOURS\n\nMonday 9-17\n\nContact\n-------\n+49 30 1234567\n\nPrices:\nTea 2 €\nCake 4 €\n"
    assert headed("a.txt", text) == [
        ("OPENING HOURS", "Opening hours: Monday 9-17"),
        ("Contact", "Contact: +49 30 1234567"),
        ("Contact", "Prices: Tea 2 €"),
        ("Contact", "Prices: Cake 4 €"),
    ]


def test_a_word_above_lines_of_another_kind_is_what_they_are_about() -> None:
    assert facts("a.txt", "Preise\nHaarschnitt Damen 45 €\nHaarschnitt Herren 30 €\n") == [
        "Preise: Haarschnitt Damen 45 €",
        "Preise: Haarschnitt Herren 30 €",
    ]
    assert facts("a.txt", "Service\tPrice\nTyre\t15 €\nChain\t25 €\n") == [
        "Tyre costs 15 €",
        "Chain costs 25 €",
    ]


def test_a_price_in_a_line_of_its_own_belongs_to_the_line_above() -> None:
    assert facts("a.txt", "Professional cleaning\n89 €\nCrown\nfrom 620 €\n") == [
        "Professional cleaning: 89 €",
        "Crown: from 620 €",
    ]


GERMAN = "Öffnungszeiten: täglich ab 9 Uhr.\nDie Prüfung kostet 89 €.\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    for text in (GERMAN, "It’s £5 – “free” for members.\n", "A cleaning costs 89 €.\n"):
        if text.isascii() or encoding not in ("utf-16-le", "utf-16-be") or "A" in text:
            assert facts("a.txt", text.encode(encoding)) == text.splitlines()


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (
            "cp1250",
            "Otwarte od poniedziałku do piątku. Cena usługi wynosi 89 złotych, zapraszamy też w święta.",
        ),
        ("cp1251", "Мы работаем с понедельника по пятницу. Стоимость чистки 89 рублей."),
    ],
)
def test_encodings_of_other_alphabets(encoding: str, text: str) -> None:
    assert facts("a.txt", text.encode(encoding)) == [text]


def test_some_bytes_of_another_encoding_spoil_only_themselves() -> None:
    data = "Öffnungszeiten: täglich, auch für Gäste.\n".encode() + "Prüfung: 89 €.\n".encode("cp1252")
    assert facts("a.txt", data) == ["Öffnungszeiten: täglich, auch für Gäste.", "Prüfung: 89 €."]


def test_what_is_no_text() -> None:
    with pytest.raises(Unreadable, match="not a text"):
        facts("a.txt", bytes(range(256)) * 20)


def test_what_is_not_seen_is_not_kept() -> None:
    assert facts("a.txt", "\u200bWe o\u00adpen at nine\x0b of\ufb01cially.\n") == [
        "We open at nine officially."
    ]
