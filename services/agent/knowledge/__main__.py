"""`python -m agent.knowledge DIR`: checks every agent there, its knowledge and its tests as well.

`python -m agent.knowledge DIR AGENT QUESTION [LANGUAGE]`: shows what is found for a question, and why.
`python -m agent.knowledge DIR AGENT -`: reads open questions as `python -m records questions` prints them, and shows
what is answered to each now, and whether that is surer than it was.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from agent.knowledge.base import KnowledgeBase, load_base
from agent.knowledge.decide import Decision
from agent.knowledge.library import found_of
from agent.knowledge.limits import Limits, knowledge_settings
from agent.knowledge.reading.shelf import Shelf
from parley.agents import Agent, load_agent, load_agents, missing, names, places, references
from parley.errors import AgentFileError, ParleyError, SettingError
from parley.simulation.load import load_cases

_SHOWN = 5
_LITERAL = "looks like a key; whoever reads this file has it. Put it into a file secrets/NAME, and here: {secret: NAME}"


class Asked(msgspec.Struct, frozen=True):
    """A question that was not surely answered, as the records have it."""

    count: int
    question: str
    register: str


def main(argv: list[str]) -> int:
    """Do what the arguments say; return the exit status, 1 for errors, which are printed."""
    try:
        match argv[1:]:
            case [root]:
                return check(Path(root))
            case [root, name, "-"]:
                return recheck(_named(Path(root), name), sys.stdin)
            case [root, name, question, *language]:
                return show(_named(Path(root), name), question, *language)
    except ParleyError as error:
        print(error, file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


def _named(root: Path, name: str) -> Agent:
    """The agent of a name; raise SettingError, AgentFileError."""
    if wrong := missing(name, names(root)):
        raise SettingError("AGENT", wrong)
    return load_agent(root / name)


def _base() -> KnowledgeBase:
    """What decides as agent workers do; raise SettingError, ModelMissing."""
    settings = knowledge_settings(os.environ)
    return load_base(Path(settings.models_dir), settings.limits)


def check(root: Path) -> int:
    """Print every error, and what each good agent has."""
    agents, errors = load_agents(root)
    passages, unusable = Shelf().read(agents.values())
    cases, wrong = load_cases(agents, agents.keys())
    for agent in agents.values():
        numbers = [f"{len(passages[agent.name, code])} facts ({code})" for code in agent.file.all_languages]
        if count := sum(error.path.is_relative_to(agent.folder) for error in unusable):
            numbers.append(f"{count} files that cannot be used")
        if count := sum(case.agent == agent.name for case in cases):
            numbers.append(f"{count} test conversations")
        print(
            f"{agent.name}: {agent.file.company}, answers {', '.join(agent.file.extensions)},"
            f" {', '.join(numbers)}, {len(agent.file.curated)} exact answers"
        )
    errors += unusable + wrong
    for agent in agents.values():
        errors += _secrets(agent)
    for problem in errors:
        print(problem, file=sys.stderr)
    return 1 if errors else 0


def _secrets(agent: Agent) -> list[AgentFileError]:
    """The secrets that an agent names and nobody has put there, where they can be seen; told are keys in its file."""
    path, folder = agent.folder / "agent.yaml", Path(os.environ.get("SECRETS_DIR", "/secrets"))
    for place in references.literal_secrets(agent.file):
        print(f"warning: {path}: {places.spell(place)}: {_LITERAL}", file=sys.stderr)
    return [
        AgentFileError(path, f"there is no secret {name}", places.spell(place))
        for place, name in references.secrets(agent.file)
        if folder.is_dir() and not (folder / name).is_file()
    ]


def show(agent: Agent, question: str, language: str = "") -> int:
    """Print what is found for a question, and what is done with it."""
    base = _base()
    errors = load(base, [agent])
    for error in errors:
        print(error, file=sys.stderr)
    spoken = agent.in_language(language) if language else agent
    decision = base.ask(spoken, question, ())
    Console().print(table(decision))
    limits = base.limits[base.embedder(spoken.file.language).name]
    Console().print(verdict(decision, spoken, limits))
    return 1 if errors else 0


def recheck(agent: Agent, lines: Iterable[str]) -> int:
    """Print what is answered now to questions that were not surely answered; those that are not yet come first."""
    base = _base()
    load(base, [agent])
    shown = Table("times", "question", "was", "now", "answer")
    rows = []
    for line in filter(str.strip, lines):
        asked = msgspec.json.decode(line, type=Asked)
        found, source = found_of(base.ask(agent, asked.question, ()), agent)
        rows.append((source in {"curated", "knowledge"}, asked, found.register, found.line))
    for _, asked, register, said in sorted(rows, key=lambda row: (row[0], -row[1].count)):
        shown.add_row(str(asked.count), asked.question, asked.register, register, said)
    Console().print(shown)
    return 0


def load(base: KnowledgeBase, agents: Iterable[Agent]) -> list[AgentFileError]:
    """Index with a progress bar on a terminal."""
    columns = (
        TextColumn("indexing"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("indexing", total=None)
        return base.load(agents, lambda done, of: progress.update(task, completed=done, total=of))


def table(decision: Decision) -> Table:
    """What was found, the best first."""
    found = Table("found", "words", "meaning", "chance", "from")
    for hit in decision.hits[:_SHOWN]:
        entry = hit.entry
        source = entry.source if entry.curated is None else f"curated: {entry.matched}"
        found.add_row(
            entry.said,
            f"{hit.words:.2f}",
            f"{hit.meaning:.2f}",
            f"{hit.chance:.2f}",
            "tool" if entry.tool else source,
        )
    return found


def verdict(decision: Decision, agent: Agent, limits: Limits) -> str:
    """What is done, in a sentence."""
    found, _ = found_of(decision, agent)
    known = (
        f"an answer is {decision.known:.0%} likely; a fact is said as it stands from {limits.say:.0%} for it"
        f" alone, as likely from {limits.likely:.0%}, as near from {limits.unsure:.0%}, below that it is unknown"
    )
    then = f", then {found.action} {found.target}".rstrip() if found.action != "none" else ""
    match decision.kind:
        case "say" | "likely" | "unsure":
            return f"said at once: {found.line}{then}; {known}"
        case "between":
            return f"asked back: {found.line}; {known}"
        case "unknown":
            return f"unknown: {found.line}; {known}"
        case "ground":
            return f"the language model answers from {len(decision.passages)} of these; {known}"
        case _:
            return (
                f"the language model answers: small talk, a statement, a tool, or nothing to look in; {known}"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv))
