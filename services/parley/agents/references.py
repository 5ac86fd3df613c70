"""What the types of agent.yaml cannot say: names that must exist, fields that exclude each other, words to be given."""

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parley import languages
from parley.agents.actions import parse_action
from parley.agents.dialogue import Collect, CollectTexts, Curated, LookupTexts, Target
from parley.agents.hours import days_of
from parley.agents.schema import AgentFile, Hours, Lookup, Secret, Server, Tool
from parley.languages import PLACEHOLDERS, LineName
from parley.telephone import numbers

_TAKEN = {"600": "the echo test"} | dict.fromkeys(("1000", "1001", "1002"), "a user's number")
"""What telephones reach before any agent; further users are not known here."""

_MOST_OPTIONS = 9
_ANY_COLLECT = Collect(say="?")
"""Has what stands where nothing is said."""
_NAMED = re.compile(r"\{[A-Za-z_]\w*\}")
_SECRET_NAME = re.compile(r"auth|key|token|secret|passw|cookie", re.IGNORECASE)
_SECRET = re.compile(r"^(?:bearer|basic|token) |^[A-Za-z0-9_\-+/=.]{24,}$", re.IGNORECASE)
"""What few values but keys look like: long, and of nothing but their letters."""

Path = tuple[str | int, ...]
"""Where a value stands: keys of mappings, places in lists."""
Problem = tuple[Path, str]
"""Where something is wrong, and what."""


def problems(file: AgentFile) -> Iterator[Problem]:
    """Everything that is wrong with a file whose types are right."""
    yield from _actions(file)
    for place, extension in enumerate(file.extensions):
        if extension in _TAKEN:
            why = f"{extension} is {_TAKEN[extension]}: no telephone would reach an agent there"
            yield ("extensions", place), why
    if file.country is not None and not numbers.known(file.country):
        yield ("country",), f"there is no country {file.country}"
    if file.menu is not None and file.menu not in file.menus:
        yield ("menu",), f"there is no menu {file.menu}"
    if file.person is not None and file.person not in file.targets:
        yield ("person",), f"there is no target {file.person}"
    for name, target in file.targets.items():
        yield from _target(("targets", name), target)
    for name, step in file.collect.items():
        yield from _collect(("collect", name), step, file)
    if file.hours is not None:
        yield from _hours(file.hours)
    yield from _languages(file)
    yield from _lines(("lines",), file.lines)
    yield from _tools(file)
    yield from _lookup(file)
    if file.outcome is not None and "summary" in file.outcome.fields:
        yield ("outcome", "fields", "summary"), "is the name of the sentence: give it another one"


def secrets(file: AgentFile) -> Iterator[tuple[Path, str]]:
    """The secrets that a file names, with where."""
    for path, value in _hidden(file):
        if isinstance(value, Secret):
            yield path, value.secret


def literal_secrets(file: AgentFile) -> Iterator[Path]:
    """Where something stands that looks like a password or a key: whoever reads the file has it."""
    for path, value in _hidden(file):
        header = str(path[-1]) if "headers" in path else "key"
        if isinstance(value, str) and value and (_SECRET_NAME.search(header) or _SECRET.search(value)):
            yield path
    yield from ((*path, "url") for path, service in _services(file) if urlsplit(service.url).password)


def _hidden(file: AgentFile) -> Iterator[tuple[Path, str | Secret]]:
    """The values that may be secrets."""
    for path, service in _services(file):
        for name, value in service.headers.items():
            yield (*path, "headers", name), value
    for engine, override in (("llm", file.llm), ("stt", file.stt), ("tts", file.tts)):
        if override.api_key is not None:
            yield (engine, "api_key"), override.api_key


def _services(file: AgentFile) -> Iterator[tuple[Path, Tool | Server | Lookup]]:
    """What of the company's is asked, with where it stands."""
    yield from ((("tools", place), tool) for place, tool in enumerate(file.tools))
    yield from ((("mcp", place), server) for place, server in enumerate(file.mcp))
    if file.lookup is not None:
        yield ("lookup",), file.lookup


def _tools(file: AgentFile) -> Iterator[Problem]:
    named: list[tuple[Path, str]] = [(("tools", place), tool.name) for place, tool in enumerate(file.tools)]
    for place, server in enumerate(file.mcp):
        named += [(("mcp", place, "tools", number), tool.name) for number, tool in enumerate(server.tools)]
        if server.name in [other.name for other in file.mcp[:place]]:
            yield ("mcp", place, "name"), f"there are two servers {server.name}"
    for place, (path, name) in enumerate(named):
        if name in [other for _, other in named[:place]]:
            yield (*path, "name"), f"there are two tools {name}"


def _lookup(file: AgentFile) -> Iterator[Problem]:
    lookup = file.lookup
    if lookup is None:
        for code, new in file.languages.items():
            if new.lookup != LookupTexts():
                yield ("languages", code, "lookup"), "the agent asks nobody who calls: it has no lookup"
        return
    try:
        host = urlsplit(lookup.url).hostname
    except ValueError:
        host = None
    if not host:
        yield ("lookup", "url"), "names no host"
    known = tuple(lookup.fields)
    for path, text in _of_callers(file, lookup):
        yield from _placeholders(path, text, known)
    if named := _NAMED.search(file.greeting):
        yield ("greeting",), f"is what anybody hears; {named[0]} belongs into lookup.greeting"


def _of_callers(file: AgentFile, lookup: Lookup) -> Iterator[tuple[Path, str]]:
    """Every text that fields of a lookup may stand in, with where."""
    texts: list[tuple[Path, Lookup | LookupTexts]] = [(("lookup",), lookup)]
    answers: list[tuple[Path, tuple[Curated, ...]]] = [(("curated",), file.curated)]
    for code, new in file.languages.items():
        texts.append((("languages", code, "lookup"), new.lookup))
        answers.append((("languages", code, "curated"), new.curated))
    for path, said in texts:
        yield from (((*path, n), t) for n, t in (("greeting", said.greeting), ("person", said.person)) if t)
    for path, curated in answers:
        yield from (((*path, place, "answer"), each.answer) for place, each in enumerate(curated))


def _actions(file: AgentFile) -> Iterator[Problem]:
    for path, text in named_actions(file):
        action = parse_action(text)
        known: dict[str, object] = {
            "menu": file.menus,
            "target": file.targets,
            "collect": file.collect,
            "language": file.all_languages,
            "text": file.texts,
        }
        if action.kind in known and action.name not in known[action.kind]:  # type: ignore[operator]
            yield path, f"there is no {action.kind} {action.name}"
        if action.kind == "person" and not file.targets:
            yield path, "there are no targets, so there is no person"


def named_actions(file: AgentFile) -> Iterator[tuple[Path, str]]:
    """Every action that the file names, with where."""
    for name, menu in file.menus.items():
        yield ("menus", name, "then"), menu.then
        for key, option in menu.options.items():
            yield ("menus", name, "options", key, "to"), option.to
            if option.language is not None:
                yield ("menus", name, "options", key, "language"), f"language:{option.language}"
    for key, to in file.keys.items():
        yield ("keys", key), to
    for name, step in file.collect.items():
        yield ("collect", name, "then"), step.then
    for place, answer in enumerate(file.curated):
        yield ("curated", place, "then"), answer.then
    for code, translation in file.languages.items():
        for place, answer in enumerate(translation.curated):
            yield ("languages", code, "curated", place, "then"), answer.then
    if file.hours is not None and file.hours.closed is not None:
        yield ("hours", "closed", "then"), file.hours.closed.then
    yield ("overflow", "to"), file.overflow.to


def _target(path: Path, target: Target) -> Iterator[Problem]:
    ways = [w for w in (target.extension, target.trunk, target.queue) if w is not None]
    if len(ways) != 1:
        yield path, f"needs exactly one of extension, trunk and queue, not {len(ways)}"
    if target.callback and target.queue is None:
        yield (*path, "callback"), "is for those who would wait in a queue"


_OF_KIND = {"digits": "digits", "letters": "spelled", "range": "number", "when": "date", "options": "one-of"}
"""Fields of what is asked for that only one kind has."""
_READ_BACK = ("value", "digits")


def _collect(path: Path, step: Collect, file: AgentFile) -> Iterator[Problem]:
    for field in ("digits", "letters", "range"):
        between = getattr(step, field)
        if between.min > between.max:
            yield (*path, field), f"min {between.min} is more than max {between.max}"
    if _comes_back(path[-1], file):
        yield (*path, "then"), "comes back to itself, so that nobody gets out of it"
    for field, kind in _OF_KIND.items():
        if step.kind != kind and getattr(step, field) != getattr(_ANY_COLLECT, field):
            yield (*path, field), f"is of the kind {kind}, not {step.kind}"
    if step.kind == "one-of":
        yield from _options(path, step)
    if step.accept == step.again:
        yield (*path, "again"), f"the key {step.again} is already that of accept"
    if step.confirm is not None:
        yield from _placeholders((*path, "confirm"), step.confirm, _READ_BACK)


def _comes_back(name: str | int, file: AgentFile) -> bool:
    """Whether what is asked for after this, and after that, leads here again."""
    seen: set[str] = set()
    following = file.collect[str(name)].then
    while (action := parse_action(following)).kind == "collect" and action.name in file.collect:
        if action.name == name:
            return True
        if action.name in seen:
            return False
        seen.add(action.name)
        following = file.collect[action.name].then
    return False


def _options(path: Path, step: Collect) -> Iterator[Problem]:
    if not 2 <= len(step.options) <= _MOST_OPTIONS:
        many = f"2 to {_MOST_OPTIONS} options, as many as keys, not {len(step.options)}"
        yield (*path, "options"), f"one-of needs {many}"
    said: dict[str, str] = {}
    for name, words in step.options.items():
        if not words:
            yield (*path, "options", name), "needs what callers say who mean it"
        for place, word in enumerate(words):
            if word.lower() in said:
                yield (*path, "options", name, place), f"{word} is already {said[word.lower()]}"
            said[word.lower()] = name


def _hours(hours: Hours) -> Iterator[Problem]:
    try:
        ZoneInfo(hours.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield ("hours", "timezone"), f"there is no time zone {hours.timezone!r}"
    named: dict[int, str] = {}
    for days, spans in hours.week.items():
        for day in days_of(days):
            if day in named:
                yield ("hours", "week", days), f"has a day of {named[day]} again"
                break
            named[day] = days
        for place, span in enumerate(spans):
            first, _, last = span.partition("-")
            if first == last:
                yield ("hours", "week", days, place), "ends when it begins; a whole day is 00:00-24:00"


def _languages(file: AgentFile) -> Iterator[Problem]:
    for code, new in file.languages.items():
        path: Path = ("languages", code)
        if code == file.language:
            yield path, "is the agent's main language"
        for field in ("menus", "collect", "targets", "texts"):
            for name in getattr(new, field):
                if name not in getattr(file, field):
                    yield (*path, field, name), f"there is none of this name under {field} of the agent"
        for name in file.menus:
            if name not in new.menus and code not in languages.codes():
                yield path, f"menu {name} has no words in this language"
        if code not in languages.codes():
            missing = [
                n for n in ("farewell", "apology", "prompt", "unknown", "fillers") if not getattr(new, n)
            ]
            missing += [f"lines.{n}" for n in get_args(LineName) if n not in new.lines]
            if missing:
                yield path, f"there are no built-in words in this language, so it needs {', '.join(missing)}"
        for name, step in new.collect.items():
            yield from _collect_texts((*path, "collect", name), step, file.collect.get(name))
        yield from _lines((*path, "lines"), new.lines)


def _collect_texts(path: Path, texts: CollectTexts, step: Collect | None) -> Iterator[Problem]:
    if texts.confirm is not None:
        yield from _placeholders((*path, "confirm"), texts.confirm, _READ_BACK)
    for name in texts.options:
        if step is not None and name not in step.options:
            yield (*path, "options", name), "there is no such option"


def _lines(path: Path, lines: Mapping[LineName, str]) -> Iterator[Problem]:
    for name, text in lines.items():
        yield from _placeholders((*path, name), text, PLACEHOLDERS)


def _placeholders(path: Path, text: str, known: tuple[str, ...]) -> Iterator[Problem]:
    try:
        fields = [field for _, field, _, _ in Formatter().parse(text) if field is not None]
    except ValueError as error:
        yield path, f"a brace is wrong: {error}"
        return
    for field in fields:
        if field not in known:
            yield path, f"there is no {{{field}}} here, only {', '.join(f'{{{name}}}' for name in known)}"
