"""Reading `agents/<name>/tests/*.yaml`. An error names file, line and field."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import yaml

from parley.agents import Agent, document, places
from parley.errors import AgentFileError
from parley.simulation.schema import CaseFile, Checks, End, Persona, Script, Texts, Words, listed

FOLDER = "tests"
_STEP = re.compile(r"\[(\d+)\]|\.([A-Za-z_][A-Za-z0-9_]*)|(\[\.\.\.\])")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_BLANK = r"'\\S'"
"""Ends what msgspec says of a text that has to have more than blanks."""

Problem = tuple[places.Path, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation that is to be had."""

    agent: str
    file: str
    """Without its folder and suffix."""
    line: int
    """Where it begins in the file."""
    language: str
    """In which it begins."""
    what: Script | Persona

    @property
    def name(self) -> str:
        """What it is called."""
        return self.what.name


def load_cases(
    agents: Mapping[str, Agent], names: Collection[str]
) -> tuple[list[Case], list[AgentFileError]]:
    """The conversations with the agents of these names, and what is wrong with others of their files."""
    cases: list[Case] = []
    errors: list[AgentFileError] = []
    for name in sorted(names):
        for path in files_of(agents[name].folder):
            try:
                cases += read(path, agents[name], agents)
            except AgentFileError as error:
                errors.append(error)
    return cases, errors


def files_of(folder: Path) -> list[Path]:
    """An agent's test files, by name."""
    return sorted(path for path in (folder / FOLDER).glob("*.yaml") if not path.name.startswith("."))


def read(path: Path, agent: Agent, agents: Mapping[str, Agent]) -> list[Case]:
    """The conversations of a file; raise AgentFileError."""
    read_ = document.read(path)
    try:
        file = msgspec.convert(read_.raw, CaseFile)
    except msgspec.ValidationError as error:
        raise _error(path, read_.root, *_place(str(error))) from error
    for place, reason in _problems(file, agent, agents):
        raise _error(path, read_.root, place, reason)
    return [
        Case(
            agent=agent.name,
            file=path.stem,
            line=places.line_of(read_.root, place) or 1,
            language=what.language or file.language or agent.file.language,
            what=what,
        )
        for place, what in _all(file)
    ]


def _error(path: Path, root: yaml.Node | None, place: places.Path, reason: str) -> AgentFileError:
    return AgentFileError(path, reason, places.spell(place), places.line_of(root, place))


def _place(message: str) -> Problem:
    """The place and the reason of an error of msgspec's; below a key that it does not name, the mapping's."""
    reason, _, where = message.partition(" - at ")
    steps: list[str | int] = []
    for index, name, any_key in _STEP.findall(where):
        if any_key:
            break
        steps.append(int(index) if index else name)
    if unknown := _UNKNOWN.search(reason):
        steps.append(unknown[1])
    if reason.endswith(_BLANK):
        reason = "has nothing but blanks"
    return tuple(steps), reason[:1].lower() + reason[1:]


def _all(file: CaseFile) -> Iterator[tuple[places.Path, Script | Persona]]:
    for number, script in enumerate(file.scripts):
        yield ("scripts", number), script
    for number, persona in enumerate(file.personas):
        yield ("personas", number), persona


def _problems(file: CaseFile, agent: Agent, agents: Mapping[str, Agent]) -> Iterator[Problem]:
    """What its types cannot say: names that stand twice, and what no agent has."""
    known = agent.file.all_languages
    if file.language is not None and file.language not in known:
        yield ("language",), _no_language(file.language, agent)
    seen: set[str] = set()
    for place, what in _all(file):
        if what.name in seen:
            yield (*place, "name"), f"there is {what.name!r} already"
        seen.add(what.name)
        if what.language is not None and what.language not in known:
            yield (*place, "language"), _no_language(what.language, agent)
        for inner, checks in _checks(what):
            # A menu may lead to another agent: whose target it is, the conversation tells.
            if checks.transfer is not None and not any(
                checks.transfer in a.file.targets for a in agents.values()
            ):
                yield (*place, *inner, "transfer"), f"there is no target {checks.transfer}"
            if checks.language is not None and not any(
                checks.language in a.file.all_languages for a in agents.values()
            ):
                yield (*place, *inner, "language"), f"no agent speaks {checks.language}"
            for name, value in ({} if checks.tool is None else checks.tool.arguments).items():
                if (kind := _not_of_json(value)) is not None:
                    yield (
                        (*place, *inner, "tool", "arguments", name),
                        f"a function is never called with a {kind}: does it need quotes?",
                    )
        for name in (what.at_end or End()).collected:
            if not any(name in a.file.collect for a in agents.values()):
                yield (*place, "at_end", "collected", name), f"nobody is asked for {name}"
        for inner, reason in _contradictions(what):
            yield (*place, *inner), reason


def _contradictions(what: Script | Persona) -> Iterator[Problem]:
    """What no conversation can be: with a tag and without it, an answer with words that it must not have."""
    end = what.at_end or End()
    for number, tag in enumerate(end.no_tags):
        if tag in end.tags:
            yield ("at_end", "no_tags", number), f"{tag} stands in tags as well"
    for place, words, must_not in _words(what):
        never = {text.casefold() for text in listed(must_not)}
        for field in ("contains", "any_of"):
            texts = listed(getattr(words, field))
            both = [text for text in texts if text.casefold() in never]
            if both and (field == "contains" or len(both) == len(texts)):
                yield (*place, field), f"{both[0]!r} stands in must_not as well"


def _words(what: Script | Persona) -> Iterator[tuple[places.Path, Words, Texts]]:
    """What is asked of answers, and what must not be in them."""
    if isinstance(what, Script):
        for place, checks in _checks(what):
            yield place, checks, checks.must_not
    else:
        for number, want in enumerate(what.wants):
            yield ("wants", number), want, (*listed(want.must_not), *listed(what.must_not))


def _not_of_json(value: Any) -> str | None:
    """The kind of a value, or of one within it, that YAML has and JSON has not, as a date; None: JSON has all."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return next((kind for each in inner if (kind := _not_of_json(each)) is not None), None)
    return None if value is None or isinstance(value, str | int | float) else type(value).__name__


def _no_language(code: str, agent: Agent) -> str:
    return f"{agent.name} speaks {', '.join(agent.file.all_languages)}, not {code}"


def _checks(what: Script | Persona) -> Iterator[tuple[places.Path, Checks]]:
    if isinstance(what, Script):
        if what.greeting is not None:
            yield ("greeting",), what.greeting
        for number, turn in enumerate(what.turns):
            yield ("turns", number), turn
