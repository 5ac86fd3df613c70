"""Telephone numbers, however they are written: +49 30 123456, 004930123456, 030123456, 4930123456 are one (E.164).

A country is an ISO 3166 code, as DE, or empty where none is known. What is short is a number of the house, and only
itself. The rules of every country's numbers are those of the library `phonenumbers`.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

ANONYMOUS = "anonymous"
"""How a caller without a number is called by people; a call has an empty one."""
CANARY = "canary"
"""Who makes the test calls of the service canary (asterisk/etc/user/canary.conf)."""
TO = r"^(\+[1-9][0-9]{5,14}|[0-9]{2,6})$"
"""Whom calls are made to: numbers in E.164, and extensions, among which there is none of an emergency."""
NOTHING_AFTER = r"(?!\n)"
"""Behind such a pattern where Python reads it, whose `$` also matches before a newline at the end."""
_SCHEMES = ("sip", "sips", "tel")
_HOUSE = 6
"""Digits of the longest number of the house."""
_LONGEST = 20
"""Characters of a number; E.164 has 15 digits, and some telephone systems put a prefix before them."""


def plain(text: str) -> str:
    """The digits, `*` and `#` of a number, with the plus that it may begin with; what is written between them goes."""
    kept = "".join(c for c in text if c in "0123456789*#")[:_LONGEST]
    return f"+{kept}" if kept and text.lstrip(" (").startswith("+") else kept


def known(country: str) -> bool:
    """Whether it is the code of a country whose numbers are known."""
    return country in phonenumbers.SUPPORTED_REGIONS


def country_of(numbers: Iterable[str]) -> str:
    """The country of the first of some numbers that has one; empty: none has."""
    for number in numbers:
        if number.startswith("+") and (parsed := _parse(number, "")) is not None:
            return phonenumbers.region_code_for_number(parsed) or ""
    return ""


def readings(text: str, country: str) -> set[str]:
    """Every number, in E.164, that somebody who writes so in a country may mean; none for a number of the house."""
    found = {_e164(written, region) for written, region in _written(plain(text), country)}
    return found - {""}


def normal(text: str, country: str) -> str:
    """A number in E.164 where it surely is one, else as plainly as it can be written; empty: it is none."""
    written = list(_written(plain(text), country))
    for valid in (True, False):
        for each, region in written:
            # A bare row of digits without a country may be anything.
            if (region or each.startswith("+")) and (number := _e164(each, region, valid=valid)):
                return number
    return plain(text)


def spaced(number: str) -> str:
    """A number in E.164 as people write it down, so that it can be checked: +49 30 123456."""
    parsed = _parse(number, "")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else number


def same(one: str, other: str) -> bool:
    """Whether two texts are one caller's: the same number, written in any way, the same name, or both anonymous."""
    if one == other or (plain(one) and plain(one) == plain(other)):
        return True
    if ANONYMOUS in (one, other):
        return "" in (one, other)
    country = country_of((one, other))
    return bool(readings(one, country) & readings(other, country))


def user_of(header: str) -> str:
    """The user part of the address in a SIP header, without its parameters: "A" <sip:+4930123;npdi@host>;tag=1."""
    address = header.rpartition("<")[2].partition(">")[0]
    scheme, colon, rest = address.partition(":")
    user = (rest if colon and scheme.lower() in _SCHEMES else address).partition("@")[0]
    # After a colon there may be a password (RFC 3261, 19.1.1).
    return unquote(user.partition(";")[0].partition(":")[0])


def _written(text: str, country: str) -> Iterator[tuple[str, str]]:
    """A plain number as it may have been meant, with the country that it is read in; the likeliest first."""
    digits = text.removeprefix("+")
    if len(digits) <= _HOUSE or not digits.isdigit():
        return
    if digits.startswith("0"):
        # The code of no country begins so: a plus before it says nothing.
        text = digits
    international = "+" + digits
    if text.startswith("+"):
        yield international, ""
    elif text.startswith("00"):
        yield "+" + digits[2:], ""
    elif not country:
        yield international, ""
    elif digits.startswith(str(phonenumbers.country_code_for_region(country))):
        yield international, ""
        yield digits, country
    else:
        yield digits, country
        yield international, ""


def _e164(text: str, country: str, *, valid: bool = False) -> str:
    """A number in E.164; empty when it is impossible, or with `valid` not assigned to anybody."""
    parsed = _parse(text, country)
    judge = phonenumbers.is_valid_number if valid else phonenumbers.is_possible_number
    if parsed is None or not judge(parsed):
        return ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _parse(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country or None)
    except NumberParseException:
        return None
