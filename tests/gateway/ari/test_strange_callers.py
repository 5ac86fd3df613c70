"""What strangers write into SIP headers: nothing but a number of it is believed, whatever it is."""

import re

import pytest

from gateway.ari.addressed import addressed, dialled
from gateway.ari.caller import caller_number
from parley.agents import Agent, AgentFile

RIGHT_TO_LEFT = "\u202e"
AGENT = Agent(name="shop", file=AgentFile(company="Shop", extensions=("100",), greeting="Hello", persona="p"))


@pytest.mark.parametrize(
    ("number", "known"),
    [
        ("\u0660\u0663\u0660\u0661\u0662\u0663\u0664", ""),
        ("\uff0b\uff14\uff19\uff13\uff10", ""),
        ("\u2460\u2461\u00b2", ""),
        (f"+49{RIGHT_TO_LEFT}3023125999", "+493023125999"),
        ('"+49 30 23125999"', "493023125999"),
        ("+493023125999\x00\x1b[31m", "49302312599931"),
        ("sip:+493023125999@evil.example;user=phone", "493023125999"),
        ("%2B493023125999", None),
        ("' OR 1=1 --", "11"),
        ("${SHELL(id)}", ""),
        ("anonymous", ""),
        ("+", ""),
        ("", ""),
        ("NaN", ""),
        ("console.olga", ""),
        ("canary", ""),
        ("*#06#", "*#06#"),
    ],
)
def test_of_a_callers_number_only_figures_stay(number: str, known: str | None) -> None:
    found = caller_number({"name": "PJSIP/trunk-0000002a", "caller": {"number": number}}, "DE")
    assert re.fullmatch(r"\+?[0-9*#]{0,20}", found)
    assert known is None or found.lstrip("+") == known.lstrip("+")


@pytest.mark.parametrize("number", ["+1" * 5000, "9" * 100_000, "\ud83d" * 50, "\u0000" * 1000])
def test_of_an_endless_number_no_more_than_a_number_stays(number: str) -> None:
    found = caller_number({"name": "PJSIP/trunk-0000002a", "caller": {"number": number}}, "DE")
    assert re.fullmatch(r"\+?[0-9*#]{0,20}", found)


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ('"<sip:666@x>" <sip:100@gw>', True),
        (f'"{RIGHT_TO_LEFT}Ann" <sip:100@gw;transport=tcp>;tag=1', True),
        ("<sip:%31%30%30@gw>", True),
        ("<sip:100%0d%0aX-Parley-User%3a olga@gw>", True),
        ("<sip:100;npdi=yes:secret@gw>", True),
        ("sip:100@gw", True),
        ("<tel:100;phone-context=evil.example>", True),
        ("<sip:\u0661\u0660\u0660@gw>", False),
        ("<sip:@gw>", False),
        ("<<<<>>>>", False),
        ("<" * 50_000, False),
        ("<sip:" + "0" * 50_000 + "100@gw>", False),
        ("<sip:%%%@gw>", False),
        ("<sip:%ff%fe100@gw>", True),
    ],
)
def test_of_a_header_only_the_number_in_its_address_is_looked_at(header: str, meant: bool) -> None:
    numbers = dialled({"dialplan": {"exten": "+"}}, [header])
    assert all(re.fullmatch(r"\+?[0-9*#]{1,20}", number) for number in numbers[1:])
    assert (addressed({"shop": AGENT}, numbers) is not None) == meant
