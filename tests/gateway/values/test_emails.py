"""E-mail addresses as recognisers write what was dictated."""

import socket

import pytest

from gateway.values.kind import NOTHING, Reading
from tests.gateway.values.values import kind, whole


@pytest.mark.parametrize(
    ("language", "said", "address"),
    [
        ("en", "john.smith@gmail.com", "john.smith@gmail.com"),
        ("en", "My email is John.Smith@gmail.com.", "john.smith@gmail.com"),
        ("en", "John dot Smith at gmail dot com", "john.smith@gmail.com"),
        ("en", "It's john dot smith at gmail.com, thanks.", "john.smith@gmail.com"),
        ("en", "J-O-H-N dot Smith at Gmail dot com.", "john.smith@gmail.com"),
        ("en", "j o h n underscore s m i t h at example dot org", "john_smith@example.org"),
        ("en", "mike at techstore dot example", "mike@techstore.example"),
        ("en", "John Smith 1984 at Yahoo dot co dot uk", "johnsmith1984@yahoo.co.uk"),
        ("en", "john smith one nine eight four at web dot de", "johnsmith1984@web.de"),
        ("en", "a dot miller at outlook dot com, all lower case", "a.miller@outlook.com"),
        ("en", "john, no, jon at gmail dot com", "jon@gmail.com"),
        ("en", "M as in Mike, A as in Alpha, X at gmail dot com", "max@gmail.com"),
        ("en", "Mike Alpha X-ray at gmail dot com", "max@gmail.com"),
        ("en", "john.smith @ gmail .com", "john.smith@gmail.com"),
        ("en", "It is info at company dash name dot com", "info@company-name.com"),
        ("en", "Smith, S-M-I-T-H, at gmail dot com", "smith@gmail.com"),
        ("en", "you can reach me at peter at hotmail dot com", "peter@hotmail.com"),
        ("en", "double u a n g at gmail dot com", "wang@gmail.com"),
        ("en", "John at G Mail dot com", "john@gmail.com"),
        ("en", "My email address is John Smith at gmail.com, all one word.", "johnsmith@gmail.com"),
        ("en", "s smith plus news at icloud dot com", "ssmith+news@icloud.com"),
        ("en", "hello at techstore.example", "hello@techstore.example"),
        ("en", "you can send it to maria at web.de", "maria@web.de"),
        ("en", "O'Neill at gmail.com", "oneill@gmail.com"),
        ("de", "hans minus peter at web de", "hans-peter@web.de"),
        ("en", "j-o-h-n.smith.gmail.com", "john.smith@gmail.com"),
        ("en", "it is john.smithedoutlook.com.", "john.smith@outlook.com"),
        ("en", "M as in Mike, I as an Alpha, X as in X ray at web.de.", "max@web.de"),
        ("de", "Meine E-Mail-Adresse ist max Punkt mustermann at web Punkt de", "max.mustermann@web.de"),
        ("de", "Max Punkt Mustermann ät gmx Punkt de", "max.mustermann@gmx.de"),
        ("de", "m Punkt Müller Klammeraffe firma Bindestrich nord Punkt de", "m.mueller@firma-nord.de"),
        ("de", "anna punkt meier neunzehnhundertachtzig at t-online.de", "anna.meier1980@t-online.de"),
        ("es", "Mi correo es ana guion bajo lópez arroba empresa punto es", "ana_lopez@empresa.es"),
        ("fr", "C'est jean tiret paul arobase orange point fr", "jean-paul@orange.fr"),
        ("it", "La mia email è mario punto rossi chiocciola libero punto it", "mario.rossi@libero.it"),
    ],
)
def test_an_address_is_understood(language: str, said: str, address: str) -> None:
    email = kind("email", language)
    assert email.result(whole(email.said("", said))) == address


@pytest.mark.parametrize(
    "said", ["I do not have one", "What?", "Yes", "", "I would rather not tell you that"]
)
def test_what_is_no_address_is_none(said: str) -> None:
    assert kind("email").said("", said) == NOTHING


def test_it_is_told_in_pieces() -> None:
    email = kind("email")
    assert email.said("", "John dot Smith.") == Reading("john.smith", whole=False)
    assert email.said("john.smith", "at gmail") == Reading("john.smith@gmail", whole=False)
    assert email.said("john.smith@gmail", "dot com") == Reading("john.smith@gmail.com")


@pytest.mark.parametrize(
    ("before", "said", "address"),
    [
        ("john.smith@gmail.com", "No, at yahoo dot com", "john.smith@yahoo.com"),
        ("john.smith@gmail.com", "no, dot net", "john.smith@gmail.net"),
        ("jon.smith@gmail.com", "not gmail, yahoo dot com", "jon.smith@yahoo.com"),
        ("jon@gmail.com", "No, John with an h", "john@gmail.com"),
        ("j.smith@gmail.com", "no, it's Gmx.net", "j.smith@gmx.net"),
        ("jon.smith@gmail.com", "No, J-O-H-N dot Smith", "john.smith@gmail.com"),
        ("jon.zmith@gmail.com", "No, S as in Sierra", "jon.smith@gmail.com"),
        ("john.smith@gmail.com", "no, it is jane.doe@gmail.com", "jane.doe@gmail.com"),
        ("john.snith@gmail.com", "M as in Mike, not N", "john.smith@gmail.com"),
        ("tohn.smith@gmail.com", "The first letter is J", "john.smith@gmail.com"),
    ],
)
def test_it_is_corrected(before: str, said: str, address: str) -> None:
    assert whole(kind("email").corrected(before, said)) == address


def test_a_correction_that_makes_no_address_changes_nothing() -> None:
    assert kind("email").corrected("john.smith@gmail.com", "I said something else") == NOTHING


def test_the_name_is_spelled_and_a_domain_that_everybody_knows_is_not() -> None:
    email = kind("email")
    assert email.spoken("jo.b@gmail.com") == "J, O, dot, B, at gmail dot com"
    assert email.spoken("jo@nova.org") == "J, O, at N, O, V, A dot org"
    assert kind("email", "de").spoken("jo@web.de") == "J, O, ät web Punkt de"


def test_nobody_is_asked_whether_there_is_such_a_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    monkeypatch.setattr(socket.socket, "connect", asked)
    monkeypatch.setattr(socket.socket, "sendto", asked)
    assert whole(kind("email").said("", "someone@no-such-domain-anywhere.com"))
