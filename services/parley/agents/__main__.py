"""`python -m parley.agents [DIR]` checks the files of every agent there.

`--schema` instead prints the JSON Schema of agent.yaml; `--new NAME [DIR [LANGUAGE]]` makes a new agent's folder.
"""

import sys
from pathlib import Path

from parley import languages
from parley.agents.json_schema import json_schema
from parley.agents.load import load_agent, load_agents
from parley.agents.scaffold import scaffold
from parley.errors import AgentFileError
from parley.printed import on_host


def main(argv: list[str]) -> int:
    """Do what the arguments say; return the exit status, 1 for errors, which are printed."""
    match argv[1:]:
        case ["--schema"]:
            print(json_schema(), end="")
            return 0
        case ["--new", name, *rest]:
            return _new(name, Path(rest[0] if rest else "agents"), *rest[1:])
        case rest:
            return _check(Path(rest[0] if rest else "agents"))


def _check(root: Path) -> int:
    agents, errors = load_agents(root)
    for error in errors:
        print(on_host(error), file=sys.stderr)
    for agent in agents.values():
        print(f"{agent.name}: {agent.file.company}, answers {', '.join(agent.file.extensions)}")
    return 1 if errors else 0


def _new(name: str, root: Path, language: str = languages.DEFAULT) -> int:
    try:
        folder = scaffold(root, name, language)
    except AgentFileError as error:
        print(error, file=sys.stderr)
        return 1
    extension = load_agent(folder).file.extensions[0]
    print(f"{root.name}/{name}: change agent.yaml and knowledge/facts.md; it answers on {extension} at once")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
