"""A value that was read back is put right, however callers put it: every kind, five languages."""

from typing import Any

import pytest

from gateway.values.kind import NOTHING
from gateway.values.picks import Reaction, reaction
from parley.agents.dialogue import CollectKind, Digits, Range
from tests.gateway.values.values import kind, whole

DAYS = {
    "en": ("Tuesday", "Wednesday"),
    "de": ("Dienstag", "Mittwoch"),
    "es": ("el martes", "el miércoles"),
    "fr": ("mardi", "mercredi"),
    "it": ("martedì", "mercoledì"),
}
WAYS = {
    "en": [
        "No, on {right}.",
        "No, {right}, please.",
        "No {right}.",
        "No no, {right}.",
        "Oh no, {right}.",
        "Nope, make it {right}.",
        "Not {wrong}, {right}.",
        "Not {wrong}. {right}.",
        "{right}, not {wrong}.",
        "{right} instead of {wrong}.",
        "Instead of {wrong}, {right}.",
        "It's not {wrong}, it's {right}.",
        "No, not {wrong} but {right}.",
        "No, not {wrong}, {right}.",
        "It isn't {wrong}, it's {right}.",
        "{wrong} is wrong, {right}.",
        "{wrong}, no, {right}.",
        "I said {right}.",
        "No, I said {right}, not {wrong}.",
        "Sorry, I meant {right}.",
        "Almost: {right}.",
        "Not quite, {right}.",
        "That's wrong. It's {right}.",
        "Wednesday, no?",
        "It should be {right}.",
        "Actually, rather {right}.",
    ],
    "de": [
        "Nein, am {right}.",
        "Nein, {right}, bitte.",
        "Nein {right}.",
        "Nein nein, {right}.",
        "Ach nein, {right}.",
        "Nee, {right}.",
        "Nicht {wrong}, {right}.",
        "Nicht {wrong}, sondern {right}.",
        "Nein, nicht {wrong}, sondern {right}.",
        "Nein nicht {wrong}, {right}.",
        "{right}, nicht {wrong}.",
        "{right} statt {wrong}.",
        "Es ist nicht {wrong}, es ist {right}.",
        "{wrong} ist falsch, {right}.",
        "{wrong} stimmt nicht, {right}.",
        "Ich habe {right} gesagt.",
        "Ich sagte {right}, nicht {wrong}.",
        "Entschuldigung, ich meinte {right}.",
        "Fast, {right}.",
        "Nicht ganz: {right}.",
        "Falsch, {right}.",
        "Das stimmt nicht, es ist {right}.",
    ],
    "es": [
        "No, {right}.",
        "No, {right}, por favor.",
        "No {right}.",
        "No no, {right}.",
        "Ay no, {right}.",
        "No {wrong}, {right}.",
        "No {wrong}, sino {right}.",
        "No es {wrong}, es {right}.",
        "{right}, no {wrong}.",
        "{right} en vez de {wrong}.",
        "{wrong} no, {right}.",
        "He dicho {right}.",
        "Perdón, quería decir {right}.",
        "Casi: {right}.",
        "No exactamente, {right}.",
        "Está mal, es {right}.",
        "El miércoles, ¿no?",
    ],
    "fr": [
        "Non, {right}.",
        "Non, {right}, s'il vous plaît.",
        "Non {right}.",
        "Non non, {right}.",
        "Ah non, {right}.",
        "Pas {wrong}, {right}.",
        "Non, pas {wrong}, {right}.",
        "Non pas {wrong} mais {right}.",
        "Ce n'est pas {wrong}, c'est {right}.",
        "{right}, pas {wrong}.",
        "{right} au lieu de {wrong}.",
        "{wrong} c'est faux, {right}.",
        "J'ai dit {right}.",
        "Pardon, je voulais dire {right}.",
        "Presque : {right}.",
        "Pas tout à fait, {right}.",
        "C'est faux, c'est {right}.",
        "Mercredi, non ?",
    ],
    "it": [
        "No, {right}.",
        "No, {right}, per favore.",
        "No {right}.",
        "No no, {right}.",
        "Ah no, {right}.",
        "Non {wrong}, {right}.",
        "No, non {wrong}, {right}.",
        "Non {wrong} ma {right}.",
        "Non è {wrong}, è {right}.",
        "{right}, non {wrong}.",
        "{right} invece di {wrong}.",
        "{wrong} no, {right}.",
        "{wrong} è sbagliato, {right}.",
        "Ho detto {right}.",
        "Scusi, volevo dire {right}.",
        "Quasi: {right}.",
        "È sbagliato, è {right}.",
        "Mercoledì, no?",
    ],
}
"""How another value is said in the place of one, whatever it is."""


def puts_right(
    of: CollectKind, language: str, before: str, said: str, country: str = "", **fields: Any
) -> str:
    """What a value is after what is said to its read-back; "asked" where it is asked for anew."""
    what = reaction(said, language)
    value = kind(of, language, country, **fields)
    assert what is not Reaction.YES
    if what is Reaction.NO:
        return "asked"
    return whole(value.corrected(before, said))


@pytest.mark.parametrize(("language", "way"), [(code, way) for code, ways in WAYS.items() for way in ways])
def test_a_day(language: str, way: str) -> None:
    wrong, right = DAYS[language]
    said = way.format(wrong=wrong, right=right)
    assert puts_right("date", language, "2026-12-01", said[0].upper() + said[1:]) == "2026-12-02"


NUMBERS = {
    "en": ("four", "five"),
    "de": ("vier", "fünf"),
    "es": ("cuatro", "cinco"),
    "fr": ("quatre", "cinq"),
    "it": ("quattro", "cinque"),
}


def of_numbers(language: str) -> list[str]:
    """The ways in which anything but a day is said."""
    ways = [way for way in WAYS[language] if "{right}" in way]
    return [way.replace("No, on", "No, for").replace("Nein, am", "Nein, für") for way in ways]


@pytest.mark.parametrize(("language", "way"), [(code, way) for code in WAYS for way in of_numbers(code)])
def test_an_amount(language: str, way: str) -> None:
    wrong, right = NUMBERS[language]
    said = way.format(wrong=wrong, right=right)
    assert puts_right("number", language, "4", said, range=Range(min=1, max=20)) == "5"


SIZES = {
    "en": ("small", "large"),
    "de": ("klein", "groß"),
    "es": ("pequeño", "grande"),
    "fr": ("petit", "grand"),
    "it": ("piccolo", "grande"),
}


@pytest.mark.parametrize(("language", "way"), [(code, way) for code in WAYS for way in of_numbers(code)])
def test_a_choice(language: str, way: str) -> None:
    wrong, right = SIZES[language]
    options = {"s": (wrong,), "l": (right,)}
    assert puts_right("one-of", language, "s", way.format(wrong=wrong, right=right), options=options) == "l"


@pytest.mark.parametrize(("language", "way"), [(code, way) for code in WAYS for way in of_numbers(code)])
def test_a_row_of_digits(language: str, way: str) -> None:
    said = way.format(wrong="4711", right="4712")
    assert puts_right("digits", language, "4711", said, digits=Digits(min=4, max=6)) == "4712"


@pytest.mark.parametrize(("language", "way"), [(code, way) for code in WAYS for way in of_numbers(code)])
def test_a_postal_code(language: str, way: str) -> None:
    said = way.format(wrong="10115", right="10117")
    assert puts_right("postal-code", language, "10115", said, "DE") == "10117"


@pytest.mark.parametrize(("language", "way"), [(code, way) for code in WAYS for way in of_numbers(code)])
def test_a_name(language: str, way: str) -> None:
    said = way.format(wrong="Maier", right="Meyer")
    assert puts_right("name", language, "Maier", said[0].upper() + said[1:]) == "Meyer"


@pytest.mark.parametrize(("language", "way"), [(code, way) for code in WAYS for way in of_numbers(code)])
def test_an_address(language: str, way: str) -> None:
    said = way.format(wrong="jon@gmail.com", right="john@gmail.com")
    assert puts_right("email", language, "jon@gmail.com", said) == "john@gmail.com"


@pytest.mark.parametrize(
    ("language", "before", "said", "date"),
    [
        ("en", "2026-12-01", "no no, the fourteenth", "2026-12-14"),
        ("en", "2026-12-01", "the fourteenth, not the first", "2026-12-14"),
        ("en", "2026-12-01", "no, fourteen", "2026-12-14"),
        ("en", "2026-12-01", "No, January.", "2027-01-01"),
        ("en", "2026-12-01", "In January, not December.", "2027-01-01"),
        ("en", "2026-12-01", "Right day, wrong month, January.", "2027-01-01"),
        ("de", "2026-12-01", "nein nein, der vierzehnte", "2026-12-14"),
        ("de", "2026-12-01", "am vierzehnten, nicht am ersten", "2026-12-14"),
        ("es", "2026-12-01", "no no, el catorce", "2026-12-14"),
        ("es", "2026-12-01", "el catorce, no el uno", "2026-12-14"),
        ("fr", "2026-12-01", "non non, le quatorze", "2026-12-14"),
        ("fr", "2026-12-01", "le quatorze, pas le premier", "2026-12-14"),
        ("it", "2026-12-01", "no no, il quattordici", "2026-12-14"),
        ("it", "2026-12-01", "il quattordici, non il primo", "2026-12-14"),
    ],
)
def test_a_part_of_a_date(language: str, before: str, said: str, date: str) -> None:
    assert puts_right("date", language, before, said) == date


@pytest.mark.parametrize(
    ("language", "said", "time"),
    [
        ("en", "No, at four.", "16:00"),
        ("en", "Not three, half past three.", "15:30"),
        ("en", "Almost: a quarter past three.", "15:15"),
        ("en", "No no, in the morning.", "03:00"),
        ("en", "Three is wrong, four o'clock.", "16:00"),
        ("de", "Nein, um vier.", "16:00"),
        ("de", "Nicht um drei, um vier.", "16:00"),
        ("de", "Nicht drei, halb vier.", "15:30"),
        ("es", "No, a las cuatro.", "16:00"),
        ("es", "No a las tres, a las cuatro.", "16:00"),
        ("fr", "Non, à quatre heures.", "16:00"),
        ("fr", "Pas à trois heures, à quatre heures.", "16:00"),
        ("it", "No, alle quattro.", "16:00"),
        ("it", "Non alle tre, alle quattro.", "16:00"),
    ],
)
def test_a_time(language: str, said: str, time: str) -> None:
    assert puts_right("time", language, "15:00", said) == time


@pytest.mark.parametrize(
    ("language", "said", "row"),
    [
        ("en", "The last digit is a seven.", "47117"),
        ("en", "No, the last one is seven.", "47117"),
        ("en", "The last two are four two.", "47142"),
        ("en", "It ends in four two.", "47142"),
        ("en", "No, double two at the end.", "47122"),
        ("en", "The second digit is a nine.", "49111"),
        ("en", "It starts with a five.", "57111"),
        ("en", "A nine, not a seven.", "49111"),
        ("en", "Not a seven but a nine.", "49111"),
        ("en", "One second, four eight one one one.", "48111"),
        ("en", "No, that was my old one.", ""),
        ("de", "Die letzte Ziffer ist eine Sieben.", "47117"),
        ("de", "Die letzten beiden sind vier zwei.", "47142"),
        ("de", "Am Ende vier zwei.", "47142"),
        ("de", "Die zweite Ziffer ist eine Neun.", "49111"),
        ("de", "Eine Neun, keine Sieben.", "49111"),
        ("de", "Nicht sieben, sondern neun.", "49111"),
        ("es", "La última cifra es un siete.", "47117"),
        ("es", "Termina en cuatro dos.", "47142"),
        ("es", "La segunda cifra es un nueve.", "49111"),
        ("es", "Un nueve, no un siete.", "49111"),
        ("fr", "Le dernier chiffre est un sept.", "47117"),
        ("fr", "Ça se termine par quatre deux.", "47142"),
        ("fr", "Le deuxième chiffre est un neuf.", "49111"),
        ("fr", "Un neuf, pas un sept.", "49111"),
        ("it", "L'ultima cifra è un sette.", "47117"),
        ("it", "Finisce con quattro due.", "47142"),
        ("it", "La seconda cifra è un nove.", "49111"),
        ("it", "Un nove, non un sette.", "49111"),
    ],
)
def test_some_digits(language: str, said: str, row: str) -> None:
    assert puts_right("digits", language, "47111", said, digits=Digits(min=5, max=8)) == row


@pytest.mark.parametrize(
    ("language", "said", "phone"),
    [
        ("en", "The last digit is a seven.", "03012345677"),
        ("en", "Not 030, 040 1234 5678.", "04012345678"),
        ("de", "Die letzte Ziffer ist eine Sieben.", "03012345677"),
        ("de", "Nein, 040 12345678.", "04012345678"),
        ("es", "No, al final siete siete.", "03012345677"),
        ("fr", "Le dernier chiffre est un sept.", "03012345677"),
    ],
)
def test_digits_of_a_telephone_number(language: str, said: str, phone: str) -> None:
    assert puts_right("phone", language, "03012345678", said, "DE") == phone


@pytest.mark.parametrize(
    ("language", "before", "said", "name"),
    [
        ("en", "Maier", "Almost: Meyer with e y", "Meyer"),
        ("en", "Maier", "With e y.", "Meyer"),
        ("en", "Smith", "No, with a Y.", "Smyth"),
        ("en", "John Smith", "It's Smith with a Y.", "John Smyth"),
        ("en", "Mat", "With two t's.", "Matt"),
        ("en", "Stephen", "Steven with a V", "Steven"),
        ("en", "Brown", "Brown with an E", "Browne"),
        ("en", "Miller", "Yes, but it's Müller", "Müller"),
        ("de", "Meier", "Fast: mit a i.", "Maier"),
        ("de", "Meier", "Meier mit ay", "Mayer"),
        ("de", "Hoffmann", "Mit einem F.", "Hofmann"),
        ("de", "Schmitt", "Schmidt mit dt", "Schmidt"),
        ("es", "Gimenes", "Gimenes con zeta.", "Gimenez"),
        ("fr", "Filip", "Avec ph.", "Philip"),
        ("it", "Iacopo", "No, Jacopo.", "Jacopo"),
    ],
)
def test_how_a_name_is_written(language: str, before: str, said: str, name: str) -> None:
    assert puts_right("name", language, before, said) == name


@pytest.mark.parametrize(
    ("language", "said", "code"),
    [
        ("en", "The last letter is a T.", "APT"),
        ("en", "B, not P.", "ABD"),
        ("en", "No no, B as in Bravo.", "ABD"),
        ("en", "The last two are B T.", "ABT"),
        ("de", "Der letzte Buchstabe ist ein T.", "APT"),
        ("de", "B wie Berta, nicht P.", "ABD"),
        ("es", "La última letra es una T.", "APT"),
        ("es", "B de Barcelona, no P.", "ABD"),
        ("fr", "La dernière lettre est un T.", "APT"),
        ("fr", "B comme Berthe, pas P.", "ABD"),
        ("it", "L'ultima lettera è una T.", "APT"),
        ("it", "B come Bologna, non P.", "ABD"),
    ],
)
def test_a_letter_of_a_code(language: str, said: str, code: str) -> None:
    assert puts_right("spelled", language, "APD", said, letters=Digits(min=3, max=6)) == code


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("No, gmx, not gmail.", "jon@gmx.com"),
        ("Not dot com, dot net.", "jon@gmail.net"),
        ("dot de, not dot com", "jon@gmail.de"),
        ("No, at gmx dot de.", "jon@gmx.de"),
        ("Almost: J O H N.", "john@gmail.com"),
        ("No.", "asked"),
    ],
)
def test_a_part_of_an_address(said: str, address: str) -> None:
    assert puts_right("email", "en", "jon@gmail.com", said) == address


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No."), ("en", "No no."), ("en", "Oh no."), ("en", "That's wrong."), ("en", "Almost."),
        ("en", "Not quite."), ("en", "No, sorry."), ("de", "Nein."), ("de", "Ach nein."), ("de", "Fast."),
        ("de", "Das stimmt nicht."), ("es", "No."), ("es", "Casi."), ("es", "No, perdón."), ("fr", "Non."),
        ("fr", "Pas tout à fait."), ("fr", "Ah non."), ("it", "No."), ("it", "Quasi."), ("it", "È sbagliato."),
    ],
)  # fmt: skip
def test_a_mere_no(language: str, said: str) -> None:
    assert reaction(said, language) is Reaction.NO


@pytest.mark.parametrize(
    ("before", "said", "answer"),
    [("yes", "No, I said no.", "no"), ("no", "No, I said yes.", "yes"), ("no", "No, yes.", "yes")],
)
def test_a_yes_or_no(before: str, said: str, answer: str) -> None:
    assert whole(kind("yes-no").corrected(before, said)) == answer


def test_of_two_a_no_means_the_other() -> None:
    assert kind("yes-no").denied("yes").value == "no"
    assert kind("date").denied("2026-12-01") == NOTHING
