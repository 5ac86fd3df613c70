"""Languages' files: that each is whole, and what is said of one that is not."""

from pathlib import Path

import pytest

from parley import languages
from parley.errors import LanguageFileError
from parley.languages import load

ENGLISH = (load.FOLDER / "en.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", languages.codes())
def test_a_language_lacks_no_field(code: str) -> None:
    """A failure here names the language's file and every field that is missing or wrong."""
    language = load.read(load.FOLDER / f"{code}.toml")
    assert language.code == code
    assert language.name


@pytest.mark.parametrize("code", languages.codes())
def test_placeholders_are_those_of_the_first_language(code: str) -> None:
    first, language = languages.get(languages.DEFAULT), languages.get(code)
    for name, text in first.lines.items():
        for placeholder in languages.PLACEHOLDERS:
            held = f"{{{placeholder}}}"
            assert (held in language.lines[name]) == (held in text), f"{code}: lines.{name}: {held}"
    assert "{digits}" in language.texts["confirm"]
    assert "{company}" in language.first_agent.greeting


def changed(tmp_path: Path, old: str, new: str) -> LanguageFileError:
    assert old in ENGLISH
    path = tmp_path / "xx.toml"
    path.write_text(ENGLISH.replace(old, new), encoding="utf-8")
    with pytest.raises(LanguageFileError) as caught:
        load.read(path)
    return caught.value


def test_all_missing_fields_are_named(tmp_path: Path) -> None:
    error = changed(tmp_path, 'noes = ["no thank you", "no thanks", "nope", "no"]\n', "")
    assert str(error) == "xx.toml: needs goodbye.noes"
    assert "lines.busy" in str(changed(tmp_path, "\nbusy = ", "\n# busy = "))
    nothing = tmp_path / "yy.toml"
    nothing.write_text("", encoding="utf-8")
    with pytest.raises(LanguageFileError, match=r"yy.toml: needs name, stemmer, .*first_agent"):
        load.read(nothing)


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ("[overlap]\n", "[overlap]\nsigns = []\n", "overlap", "unknown field `signs`"),
        ('joins = "and but so"', "joins = 3", "knowledge.joins", "expected one text of words, got int"),
        ('noon = ["noon"]', 'noon = "noon"', "checks.noon", "expected a list of texts"),
        ("units_first = false", 'units_first = "no"', "numerals.units_first", "Expected `bool`"),
        ('    "December",\n', "", "spoken.dates.months", "a year has 12 months, not 11"),
        (', "Sunday"]', "]", "spoken.dates.weekdays", "a week has 7 days, not 6"),
        ("12-26 = [", "12-32 = [", "hours.feasts", "12-32 is no month and day"),
        ("[lines]\n", '[lines]\nhello = "Hi"\n', "key in lines", "Invalid enum value 'hello'"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, old: str, new: str, field: str, reason: str) -> None:
    error = changed(tmp_path, old, new)
    assert field in error.field
    assert reason in error.reason


def test_what_is_no_toml_is_told(tmp_path: Path) -> None:
    assert "xx.toml: " in str(changed(tmp_path, "[overlap]", "[overlap"))


def test_a_language_without_a_file_speaks_english_and_searches_without_words() -> None:
    dutch, english = languages.get("nl"), languages.get("en")
    assert "nl" not in languages.codes()
    assert (dutch.code, dutch.name, dutch.stemmer, dutch.voice) == ("nl", "Dutch", "dutch", "espeak-ng:nl")
    assert dutch.lines == english.lines
    assert not dutch.knowledge.stop_words
    assert not dutch.asked.time.within("when")
    assert languages.get("xx").name == "xx"


def test_every_language_is_read_once() -> None:
    assert [language.code for language in languages.every()] == list(languages.codes())
    assert languages.get("de") is languages.get("de")
