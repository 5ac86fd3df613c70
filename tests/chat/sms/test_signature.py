"""The examples are Twilio's own, of its documentation and its libraries."""

import pytest

from chat.sms.signature import is_signed, signature

CALL = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
EXAMPLES = [
    ("https://example.com/myapp.php?foo=1&bar=2", "+14158675310", "L/OH5YylLD5NRKLltdqwSvS0BnU="),
    ("https://mycompany.com/myapp.php?foo=1&bar=2", "+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
]


@pytest.mark.parametrize(("url", "caller", "right"), EXAMPLES)
def test_it_is_the_one_that_twilio_makes(url: str, caller: str, right: str) -> None:
    fields = [*CALL.items(), ("From", caller), ("Caller", caller)]
    assert signature("12345", url, fields) == right
    assert is_signed(right, "12345", url, reversed(fields))
    assert not is_signed(right, "12346", url, fields)
    assert not is_signed(right, "12345", url + "1", fields)
    assert not is_signed(right, "12345", url, [*fields, ("Body", "more")])
    assert not is_signed("ä", "12345", url, fields)


def test_without_a_token_nothing_is_signed() -> None:
    assert not is_signed(signature("", "https://a.example", []), "", "https://a.example", [])
