"""What is found in words as a recogniser writes them, and what is left alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from parley.privacy.masking import Masks, kinds_of

MASKS = Masks(kinds_of("all"))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        # Numbers of telephones.
        ("Call me back on +49 30 901820, please.", "Call me back on [telephone], please."),
        ("My number is 0170 1234567.", "My number is [telephone]."),
        ("It's 202-456-1111.", "It's [telephone]."),
        ("C'est le 01 42 68 53 00.", "C'est le [telephone]."),
        ("It is 0 1 7 0, 1 2 3 4 5.", "It is [telephone]."),
        ("Zero one seven zero, double five two three.", "[telephone]."),
        ("Null eins sieben null fünf fünf drei.", "[telephone]."),
        # Cards and accounts.
        ("The card is 4111 1111 1111 1111, and it is mine.", "The card is [card], and it is mine."),
        ("5500-0000-0000-0004", "[card]"),
        ("IBAN DE89 3704 0044 0532 0130 00 at Commerzbank", "IBAN [iban] at Commerzbank"),
        ("gb82west12345698765432", "[iban]"),
        ("It is DE89 3704 0044 0532 0130 07, I think.", "It is [iban], I think."),
        # Addresses.
        ("Write to ann.smith+x@mail.example.com.", "Write to [email]."),
        ("It is ann dot smith at example dot com.", "It is [email]."),
        ("ann punkt schmidt ät example punkt de", "[email]"),
        ("ana arroba ejemplo punto es", "[email]"),
        ("It is a n n dot s m i t h at example dot com.", "It is [email]."),
        ("j-o-e at g m a i l dot com", "[email]"),
        ("ann dot smith at example.com", "[email]"),
        ("hans minus p at example.com, at noon", "hans minus p at example.com, at noon"),
        # Names.
        ("My name is Ann Smith and I ordered a laptop.", "My name is [name] and I ordered a laptop."),
        ("Mein Name ist Hans von der Heide.", "Mein Name ist [name]."),
        ("Me llamo José de la Cruz.", "Me llamo [name]."),
        ("Je m'appelle Élodie Durand.", "Je m'appelle [name]."),
        ("Mi chiamo Anna.", "Mi chiamo [name]."),
        ("Thank you, Mr. Miller. Goodbye.", "Thank you, Mr. [name]. Goodbye."),
        ("Frau Dr. Schmidt hat angerufen.", "Frau Dr. [name] hat angerufen."),
        ("It is spelled M-I-L-L-E-R, with a C before.", "It is spelled [name], with a C before."),
        ("That is S. M. I. T. H.", "That is [name]."),
        ("m i double l e r, please", "[name], please"),
        ("M as in Mike, I as in India, L as in Lima.", "[name]."),
        ("M wie Martha, Ü wie Übermut. Ja.", "[name]. Ja."),
    ],
)
def test_it_is_masked(said: str, kept: str) -> None:
    assert MASKS.text(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "",
        "What are your opening hours on Saturday?",
        "From 9:00 to 17:30, and on 28.11.2026.",
        "My order number is 48151623.",
        "It costs 1299 dollars, or 12 times 110.",
        "I want two or three of them, and one for my mother.",
        "Bitte eins, zwei oder drei.",
        "Extension 1001.",
        "The card is 4111 1111 1111 1112.",
        "We meet at the shop dot.",
        "My name is not important.",
        "Is the doctor there?",
        "We open at 9 a.m. I think, and close at 5 p.m.",
        "Is it plan A or B? I like ice.",
        "Look at example.com.",
        "Y a-t-il un parking ?",
        "z. B. am Montag",
    ],
)
def test_it_is_left_alone(said: str) -> None:
    assert MASKS.text(said) == said


def test_only_what_is_wanted_is_masked() -> None:
    said = "My name is Ann, 4111 1111 1111 1111, ann@example.com"
    assert Masks(kinds_of("card")).text(said) == "My name is Ann, [card], ann@example.com"
    assert Masks(kinds_of(" name , EMAIL")).text(said) == "My name is [name], 4111 1111 1111 1111, [email]"
    assert Masks().text(said) == said


@given(st.text(alphabet="0123456789 +-.,()@ADEmr'dotat\n", max_size=80))
def test_nothing_breaks_and_what_is_masked_stays_so(text: str) -> None:
    masked = MASKS.text(text)
    assert MASKS.text(masked) == masked


@given(st.lists(st.sampled_from("0123456789"), min_size=13, max_size=16))
def test_a_card_with_its_check_digit_is_never_kept(digits: list[str]) -> None:
    weights = [1 + n % 2 for n in range(len(digits), 0, -1)]
    total = sum(sum(divmod(weight * int(digit), 10)) for weight, digit in zip(weights, digits, strict=True))
    assume(total)
    number = f"{''.join(digits)}{-total % 10}"
    assert number not in MASKS.text(f"It is {number}, thanks.")
