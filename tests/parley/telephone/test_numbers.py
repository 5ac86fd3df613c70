"""What is one telephone number, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.telephone import numbers

BERLIN = "+4930123456"


@pytest.mark.parametrize(
    "written",
    [
        "+4930123456",
        "004930123456",
        "030123456",
        "4930123456",
        "30123456",
        "+49 (30) 123-456",
        "030 / 123 456",
        "+49.30.123456",
        "+49 (0)30 123456",
        "+0049 30 123456",
        "+030 123456",
        "0049 030 123456",
    ],
)
def test_one_number_is_read_however_it_is_written(written: str) -> None:
    assert BERLIN in numbers.readings(written, "DE")
    assert numbers.same(written, BERLIN)
    assert numbers.normal(written, "DE") == BERLIN


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("2125550123", "US", "+12125550123"),
        ("12125550123", "US", "+12125550123"),
        ("+12125550123", "", "+12125550123"),
        ("01149301234567", "US", "+49301234567"),
        ("0612345678", "FR", "+33612345678"),
        ("0612345678", "IT", "+390612345678"),
        ("0049301234567", "", "+49301234567"),
        ("1001", "DE", "1001"),
        ("*97", "DE", "*97"),
        ("110", "DE", "110"),
        ("2125550123", "", "2125550123"),
        ("0301234567", "", "0301234567"),
    ],
)
def test_a_number_is_put_as_it_surely_is(written: str, country: str, number: str) -> None:
    assert numbers.normal(written, country) == number


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+4930123456", "+49 30 123456"), ("+12125550123", "+1 212-555-0123"), ("1001", "1001")],
)
def test_a_number_is_shown_as_people_write_it(number: str, shown: str) -> None:
    assert numbers.spaced(number) == shown


@pytest.mark.parametrize("nobody", ["", "anonymous", "Restricted", "c a l l me\r\n", "<sip:x>", "+"])
def test_what_has_no_digit_is_no_number(nobody: str) -> None:
    assert numbers.normal(nobody, "DE") == ""


@given(st.text(), st.sampled_from(["", "DE", "US", "IT"]))
def test_whatever_a_caller_is_called_it_becomes_digits(text: str, country: str) -> None:
    number = numbers.normal(text, country)
    assert len(number) <= 21
    assert set(number) <= set("+0123456789*#")
    assert numbers.normal(number, country) == number or country == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("+4930123456", "+4930123457"), ("1001", "1002"), ("+49301001", "1001"), ("", "+4930123456"), ("", "x")],
)
def test_others_are_others(one: str, other: str) -> None:
    assert not numbers.same(one, other)


def test_who_has_no_number_is_anonymous_and_who_has_a_name_is_themselves() -> None:
    assert numbers.same("", "anonymous")
    assert numbers.same("canary", "canary")
    assert not numbers.same("canary", "anonymous")


@pytest.mark.parametrize(
    ("header", "user"),
    [
        ('"Acme; <sip:200@x>" <sip:+4930123456@gw.example>;tag=1', "+4930123456"),
        ("<sip:+4930123456;npdi;rn=+49301@10.0.0.1:5060;user=phone>", "+4930123456"),
        ("<tel:+4930123456;phone-context=+49>", "+4930123456"),
        ("sip:%2B4930123456@x", "+4930123456"),
        ("<sips:0049301@x>", "0049301"),
        ("<SIP:+4930123456@gw.example?Replaces=a%40b>", "+4930123456"),
        ("<sip:+4930123456:secret9@gw.example>", "+4930123456"),
        ("<sip:+4930123456@[2001:db8::1]:5060>;tag=1", "+4930123456"),
        ("+4930123456@gw.example:5060", "+4930123456"),
        ("tel:+49-30-123456", "+49-30-123456"),
        ("<sip:gw.example>", "gw.example"),
        ("", ""),
    ],
)
def test_the_number_of_a_header(header: str, user: str) -> None:
    assert numbers.user_of(header) == user


def test_a_country_is_that_of_its_numbers() -> None:
    assert numbers.country_of(["100", "+4930123456"]) == "DE"
    assert numbers.country_of(["100", "030123456"]) == ""
    assert numbers.known("DE")
    assert not numbers.known("XX")
