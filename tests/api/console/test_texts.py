"""The words of pages, in both languages."""

import inspect
import re

import pytest

from api import report
from api.console.pages import GERMAN, TEMPLATES, duration, language_of, moment, plain, translated

_WORDS = re.compile(r"""_\("([^"]+)"\)""")
USED = {words for file in TEMPLATES.glob("*.html") for words in _WORDS.findall(file.read_text())}


def test_every_word_of_a_template_has_its_german() -> None:
    assert sorted(USED - GERMAN.keys()) == []


def test_what_is_looked_at_now_has_its_german() -> None:
    names = re.findall(r'_looked\("([^"]+)"', inspect.getsource(report))
    assert names
    assert sorted(set(names) - GERMAN.keys()) == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.5,de;q=0.3", "en"),
        ("fr,de;q=0.5", "de"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_a_visitor_reads_german_or_english(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_codes_are_shown_as_words() -> None:
    assert translated("caller_hung_up", "en") == "caller hung up"
    assert translated("caller_hung_up", "de") == "Anrufer legte auf"
    assert translated("something_new", "de") == "something new"


def test_figures_are_shown_as_people_write_them() -> None:
    assert [duration(s) for s in (0, 19.5, 185, 3723)] == ["0:00", "0:20", "3:05", "1:02:03"]
    assert plain({"a": [True, 0.25]}) == "a: yes, 0.25"
    assert moment("2026-11-28T14:03:12.250Z") == (
        '<time datetime="2026-11-28T14:03:12.250Z">2026-11-28 14:03:12 UTC</time>'
    )
    assert "<b>" not in moment("<b>")
