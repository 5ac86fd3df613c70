"""A new agent's folder: a file with comments, and a first page of knowledge."""

import re
from collections.abc import Collection
from itertools import count
from pathlib import Path

from parley.agents.load import load_agents
from parley.errors import AgentFileError

_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,31}$")
_FIRST = 100
_TAKEN = frozenset({"600", "1000", "1001", "1002"})
"""The echo test, and the users of .env.example."""

_FILE = """\
# yaml-language-server: $schema=../agent.schema.json
# Only the first four fields are needed. All of them: docs/agents.md. Check it with:  make agents
company: {company}
extensions: ["{extension}"]                # dial this; numbers of a trunk as well: ["{extension}", "+4930123456"]
greeting: Hello, this is {company}. How can I help you?
persona: >-
  You are the telephone assistant of {company}.
  You are friendly, calm and to the point. You talk about {company} only.

# Names that callers say and a recogniser may miss.
vocabulary: [{company}]

# Said when the knowledge has no answer.
unknown: I am sorry, I do not know that. Would you like to speak to a colleague?

# Answers that are spoken word by word, at once.
curated:
  - ask:
      - Are you a robot?
      - Am I talking to a machine?
    answer: I am {company}'s automatic assistant.

# Who is called for callers who want a person. Users are those of .env: 1000, 1001, 1002.
# targets:
#   desk: {{name: a colleague, extension: "1001", words: [colleague, desk]}}
# person: desk

# hours:
#   timezone: Europe/Berlin
#   week: {{mon-fri: ["09:00-17:00"]}}
#   closed: {{say: We are closed at the moment., then: agent}}
"""
_FACTS = """\
# {company}
- We are open from Monday to Friday, 9 a.m. to 5 p.m.
- Our address is 1 Example Street.
- Write one fact a line, as a sentence that can be read out.
"""


def scaffold(root: Path, name: str) -> Path:
    """Make `root/name` with a free extension; raise AgentFileError when the name is no good or is taken."""
    folder = root / name
    if not _NAME.match(name):
        raise AgentFileError(folder, "a name begins with a letter and has only a-z, 0-9, - and _, at most 32")
    if folder.exists():
        raise AgentFileError(folder, "there is such an agent already")
    agents, _ = load_agents(root)
    used = {extension for agent in agents.values() for extension in agent.file.extensions}
    words = {"company": name.replace("-", " ").replace("_", " ").title(), "extension": free_extension(used)}
    (folder / "knowledge").mkdir(parents=True)
    (folder / "agent.yaml").write_text(_FILE.format(**words), encoding="utf-8")
    (folder / "knowledge" / "facts.md").write_text(_FACTS.format(**words), encoding="utf-8")
    return folder


def free_extension(used: Collection[str]) -> str:
    """Return the lowest extension from 100 on that nobody has."""
    return next(str(n) for n in count(_FIRST) if str(n) not in used and str(n) not in _TAKEN)
