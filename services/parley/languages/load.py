"""Reading the languages' files, which stand beside this module."""

import datetime
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from parley.errors import LanguageFileError
from parley.languages.evidence import Asked
from parley.languages.schema import Language
from parley.languages.types import Phrases, Section, Words

FOLDER = Path(__file__).parent
DEFAULT = "en"
"""Of agents that name no language; and the one that stands in where a language has no file."""
_NAMES = "names.toml"
_MONTHS = 12
_WEEKDAYS = 7
_LEAP_YEAR = 2024


def read(path: Path) -> Language:
    """Read a file; raise LanguageFileError naming file and field."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LanguageFileError(path, str(error)) from error
    if missing := list(_missing(raw, Language)):
        raise LanguageFileError(path, f"needs {', '.join(missing)}")
    try:
        language = msgspec.convert(raw | {"code": path.stem}, Language, dec_hook=_value)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at ")
        raise LanguageFileError(path, reason, field.replace("`", "").replace("$.", "")) from error
    dates = language.spoken.dates
    if (months := len(dates.months)) != _MONTHS:
        raise LanguageFileError(path, f"a year has {_MONTHS} months, not {months}", "spoken.dates.months")
    for field, names in (
        ("spoken.dates.weekdays", dates.weekdays),
        ("hours.weekdays", language.hours.weekdays),
    ):
        if len(names) != _WEEKDAYS:
            raise LanguageFileError(path, f"a week has {_WEEKDAYS} days, not {len(names)}", field)
    for day in language.hours.feasts:
        try:
            datetime.date.fromisoformat(f"{_LEAP_YEAR}-{day}")
        except ValueError as error:
            raise LanguageFileError(path, f"{day} is no month and day", "hours.feasts") from error
    return language


def _missing(raw: dict[str, Any], section: type[Section], path: str = "") -> Iterator[str]:
    """Fields that a section of a file lacks, all of them: who adds a language wants to know what is left to do."""
    for name, kind in get_type_hints(section).items():
        value = raw.get(name)
        if value is None and name != "code":
            yield f"{path}{name}"
        elif isinstance(kind, type) and issubclass(kind, Section) and isinstance(value, dict):
            yield from _missing(value, kind, f"{path}{name}.")
        elif (
            get_origin(kind) is dict
            and get_origin(names := get_args(kind)[0]) is Literal
            and isinstance(value, dict)
        ):
            yield from (f"{path}{name}.{key}" for key in get_args(names) if key not in value)


def _value(kind: type, value: Any) -> Any:
    """What msgspec does not know: words are a text, phrases a list."""
    if kind is Words:
        if not isinstance(value, str):
            raise ValueError(f"expected one text of words, got {type(value).__name__}")
        return Words.read(value)
    if kind is Phrases:
        if not (isinstance(value, list) and all(isinstance(phrase, str) for phrase in value)):
            raise ValueError("expected a list of texts")
        return Phrases(tuple(value))
    raise NotImplementedError(kind)


@cache
def codes() -> tuple[str, ...]:
    """Languages that have a file."""
    return tuple(sorted(path.stem for path in FOLDER.glob("??.toml")))


@cache
def get(code: str) -> Language:
    """A language by its ISO 639-1 code; raises LanguageFileError where its file is wrong.

    One that has no file is spoken to in English, and the search in its knowledge leaves out and expects no words: those
    of another language would only mislead it. Its numbers and signs are left to the voice (see `codes`).
    """
    if code in codes():
        return read(FOLDER / f"{code}.toml")
    name = tomllib.loads((FOLDER / _NAMES).read_text(encoding="utf-8")).get(code, "")
    english = get(DEFAULT)
    replace = msgspec.structs.replace
    nothing = {"stop_words": Words(), "courtesy": "", "telling": "", "numbers": {}, "one": Words()}
    return replace(
        english,
        code=code,
        name=name or code,
        stemmer=name.lower(),
        voice=f"espeak-ng:{code}",
        knowledge=replace(english.knowledge, **nothing),
        asked=Asked(**dict.fromkeys(Asked.__struct_fields__, Phrases(()))),
        checks=replace(english.checks, names_have_capitals=bool(name)),
    )


@cache
def every() -> tuple[Language, ...]:
    """All languages that have a file: for what is read before it is known in which it is."""
    return tuple(get(code) for code in codes())
