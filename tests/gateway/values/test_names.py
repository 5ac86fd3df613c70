"""Names, said and spelled."""

import pytest

from gateway.values.kind import NOTHING
from tests.gateway.values.values import kind, whole


@pytest.mark.parametrize(
    ("language", "said", "name"),
    [
        ("en", "John Smith", "John Smith"),
        ("en", "My name is John Smith.", "John Smith"),
        ("en", "It's Smith, S-M-I-T-H", "Smith"),
        ("en", "Smith. S-M-Y-T-H-E.", "Smythe"),
        ("en", "John Smith, spelled J-O-N S-M-Y-T-H", "Jon Smyth"),
        ("en", "M-E-Y-E-R", "Meyer"),
        ("en", "My name's O'Brien", "O'Brien"),
        ("en", "It's me, Tom", "Tom"),
        ("en", "Bell, B-E-double-L", "Bell"),
        ("en", "S M I T H, Smith", "Smith"),
        ("en", "Sarah Conner with an H.", "Sarah Conner"),
        ("en", "M E double L E R", "Meller"),
        ("en", "my name is anna van der berg", "Anna van der Berg"),
        ("en", "Mike", "Mike"),
        ("en", "Anne-Marie O'Neill", "Anne-Marie O'Neill"),
        ("en", "John McDonald", "John McDonald"),
        ("en", "M as in Mike, E as in Echo, Y as in Yankee, E as in Echo, R as in Romeo", "Meyer"),
        ("de", "Mein Name ist Müller", "Müller"),
        ("de", "Meier, M-E-Y-E-R", "Meyer"),
        ("de", "Anna von der Leyen", "Anna von der Leyen"),
        ("de", "Martha Emil Ypsilon Emil Richard", "Meyer"),
        ("de", "M wie Martha, E wie Emil, Y, E, R", "Meyer"),
        ("es", "Me llamo José García", "José García"),
        ("fr", "Je m'appelle Hélène Dupont", "Hélène Dupont"),
        ("it", "Mi chiamo Marco Rossi", "Marco Rossi"),
        ("en", "Er, it's under Smith.", "Smith"),
        ("en", "Good morning, Mr. Smith speaking.", "Smith"),
        ("en", "The booking is under the name of John Smith", "John Smith"),
        ("en", "John Smith is my name", "John Smith"),
        ("en", "It's S M I ... T H", "Smith"),
        ("en", "S-M-I... T-H.", "Smith"),
        ("en", "S, M, I, um, T, H", "Smith"),
        ("en", "Smith, S-M-Y… T-H-E", "Smythe"),
        ("de", "Auf den Namen Müller bitte", "Müller"),
        ("de", "Guten Morgen, Müller am Apparat", "Müller"),
        ("de", "M E Y … E R", "Meyer"),
        ("fr", "C'est au nom de Dupont", "Dupont"),
        ("es", "Está a nombre de García", "García"),
        ("it", "È a nome di Rossi", "Rossi"),
    ],
)
def test_a_name_is_understood(language: str, said: str, name: str) -> None:
    assert whole(kind("name", language).said("", said)) == name


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I don't know."),
        ("en", "What?"),
        ("en", "I want to speak to a human"),
        ("en", "none of your business"),
        ("en", "four seven one one"),
        ("de", "Keine Ahnung"),
        ("de", "Das weiß ich nicht"),
    ],
)
def test_what_is_no_name_is_none(language: str, said: str) -> None:
    assert kind("name", language).said("", said) == NOTHING


@pytest.mark.parametrize(
    ("before", "said", "name"),
    [
        ("John Smith", "No, Jon", "Jon Smith"),
        ("John Smith", "no, the last name is Schmidt", "John Schmidt"),
        ("John Smith", "no, Smyth, S-M-Y-T-H", "John Smyth"),
        ("John Smith", "no, it's Peter Miller", "Peter Miller"),
        ("John Pitt", "no, B as in Bravo", "John Bitt"),
        ("Miller", "no, M-U-E-L-L-E-R", "Mueller"),
        ("Smith", "not Smith, Smythe", "Smythe"),
        ("Meier", "The third letter is Y", "Meyer"),
        ("Smi", "T-H", "Smith"),
        ("Smi", "T H", "Smith"),
        ("Smi", "no, S-M-Y-T-H", "Smyth"),
        ("Smi", "no, L-E-E", "Lee"),
        ("Smyth", "S-M-I-T-H", "Smith"),
    ],
)
def test_it_is_corrected(before: str, said: str, name: str) -> None:
    assert whole(kind("name").corrected(before, said)) == name


def test_it_is_spelled_when_it_is_read_back() -> None:
    assert kind("name").spoken("Jo Bo") == "Jo Bo, spelled J, O. B, O"
    assert kind("name", "de").spoken("Jo") == "Jo, buchstabiert J, O"
