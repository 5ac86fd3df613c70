"""A new agent's folder: a file with comments, a first page of knowledge, and a first test."""

import re
from collections.abc import Collection
from itertools import count
from pathlib import Path
from textwrap import indent

import yaml

from parley import languages
from parley.agents.load import load_agents
from parley.errors import AgentFileError

_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,31}\Z")
_FIRST = 100
_TAKEN = frozenset({"600", "1000", "1001", "1002"})
"""The echo test, and the users of .env.example."""

_FILE = """\
# yaml-language-server: $schema=../agent.schema.json
# Only the first four fields are needed. All of them: docs/agents.md. Check it with:  make agents
company: {company}
extensions: ["{extension}"]                # dial this; numbers of a trunk as well: ["{extension}", "+4930123456"]
greeting: {greeting}
persona: >-
{persona}
{language}
# Names that callers say and a recogniser may miss.
vocabulary: [{company}]

# Said when the knowledge has no answer.
unknown: {unknown}

# Answers that are spoken word by word, at once.
curated:
  - ask:
{ask}
    answer: {answer}

# Who is called for callers who want a person. Users are those of .env: 1000, 1001, 1002.
# targets:
#   desk: {{name: a colleague, extension: "1001", words: [colleague, desk]}}
# person: desk

# hours:
#   timezone: Europe/Berlin
#   week: {{mon-fri: ["09:00-17:00"]}}
#   closed: {{say: We are closed at the moment., then: agent}}
"""

_TESTS = """\
# Conversations with the agent, and what must come of them. Have them, once it runs, with:  make simulate AGENT={name}
# All that may stand here: docs/simulate.md
scripts:
  - name: says what it is, and takes leave
    turns:
      - say: {ask}
        contains: {answer}
      - say: {goodbye}
        ends: true
"""


def scaffold(root: Path, name: str, language: str = languages.DEFAULT) -> Path:
    """Make `root/name` with a free extension, in the language of that code.

    Raise AgentFileError when the name is no good or is taken, or the language has no file.
    """
    folder = root / name
    if not _NAME.match(name):
        raise AgentFileError(folder, "a name begins with a letter and has only a-z, 0-9, - and _, at most 32")
    if language not in languages.codes():
        raise AgentFileError(
            folder, f"there are words in {', '.join(languages.codes())}, not in {language!r}"
        )
    if folder.exists():
        raise AgentFileError(folder, "there is such an agent already")
    agents, _ = load_agents(root)
    used = {extension for agent in agents.values() for extension in agent.file.extensions}
    company = name.replace("-", " ").replace("_", " ").title()
    words = languages.get(language).first_agent
    facts = "\n".join(f"- {fact}" for fact in words.facts)
    (folder / "knowledge").mkdir(parents=True)
    (folder / "tests").mkdir()
    (folder / "agent.yaml").write_text(_file(company, free_extension(used), language), encoding="utf-8")
    (folder / "knowledge" / "facts.md").write_text(f"# {company}\n{facts}\n", encoding="utf-8")
    (folder / "tests" / "first.yaml").write_text(_tests(name, company, language), encoding="utf-8")
    return folder


def _tests(name: str, company: str, language: str) -> str:
    words = languages.get(language)
    return _TESTS.format(
        name=name,
        ask=_quoted(words.first_agent.ask[0]),
        answer=_quoted(words.first_agent.answer.format(company=company)),
        goodbye=_quoted(words.simulated.goodbye),
    )


def _file(company: str, extension: str, language: str) -> str:
    words = languages.get(language).first_agent
    return _FILE.format(
        company=company,
        extension=extension,
        # English is what an agent speaks that does not say.
        language="" if language == languages.DEFAULT else f"language: {language}\n",
        greeting=_quoted(words.greeting.format(company=company)),
        persona=indent(words.persona.format(company=company).strip(), "  "),
        unknown=_quoted(words.unknown),
        ask="\n".join(f"      - {_quoted(ask)}" for ask in words.ask),
        answer=_quoted(words.answer.format(company=company)),
    )


def _quoted(text: str) -> str:
    """A text as YAML has it: in quotes only where it would be something else without."""
    return yaml.safe_dump(text, allow_unicode=True, width=1000).removesuffix("\n").removesuffix("\n...")


def free_extension(used: Collection[str]) -> str:
    """Return the lowest extension from 100 on that nobody has."""
    return next(str(n) for n in count(_FIRST) if str(n) not in used and str(n) not in _TAKEN)
